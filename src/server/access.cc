// server/access.cc: secrets out of headers, and the questions in their order.
#include "server/access.h"

#include <algorithm>

#include "access/sessions.h"
#include "base/text.h"
#include "server/base64.h"

namespace pharos::server {
namespace {

constexpr std::string_view how_to_enter =
    "sign in, or send a key: Authorization: Bearer KEY, or Basic with the key as the user; pharos "
    "keys add makes one";

bool is_safe(Method method) {
  return method == Method::get || method == Method::head || method == Method::options;
}

// Whether the request comes from a page of this server, or from no page at all. A browser says
// whose page it is; a proxy in front may have changed the scheme, but passes the host on.
bool is_from_own_page(const Request& request) {
  const std::string_view origin = request.header("origin");
  if (origin.empty()) return true;
  const std::size_t slashes = origin.find("://");
  return slashes != std::string_view::npos &&
         equal_ignoring_case(origin.substr(slashes + 3), request.header("host"));
}

std::unexpected<Problem> refuse_page(const Request& request) {
  return refuse(ProblemCode::forbidden, "a page of {} may change nothing here",
                quoted(request.header("origin")));
}

}  // namespace

Access::Access(AccessParts parts)
    : parts_(parts),
      limiter_(static_cast<double>(parts.settings.requests_per_second),
               static_cast<double>(parts.settings.request_burst)) {}

std::string Access::secret_of(const Request& request) {
  const std::string_view value = trimmed(request.header("authorization"));
  const std::size_t blank = value.find(' ');
  if (blank == std::string_view::npos) return {};
  const std::string_view scheme = value.substr(0, blank), given = trimmed(value.substr(blank));
  if (equal_ignoring_case(scheme, "bearer")) return std::string(given);
  if (!equal_ignoring_case(scheme, "basic")) return {};
  const auto pair = base64_decoded(given);
  return pair ? pair->substr(0, pair->find(':')) : std::string();
}

Answer<> Access::count(const std::string& caller) {
  const int seconds = limiter_.take(caller, Clock::now());
  if (seconds == 0) return {};
  return std::unexpected(Problem{ProblemCode::rate_limited,
                                 fmt::format("too many requests; wait {} s", seconds), seconds});
}

Answer<> Access::pass(const Request& request) {
  // A page of somebody else's must not sign anybody in, nor out.
  if (!is_safe(request.method) && !is_from_own_page(request)) return refuse_page(request);
  return count("@" + request.remote_address);
}

Answer<IdentityPointer> Access::refuse_unknown(const Request& request, std::string_view detail) {
  // Guessing is counted by the address that it comes from.
  if (auto counted = count("@" + request.remote_address); !counted)
    return std::unexpected(counted.error());
  parts_.log.write(LogLevel::warning, "unauthorized",
                   {{"request_id", request.id}, {"remote", request.remote_address}});
  return refuse(ProblemCode::unauthorized, "{}", detail);
}

Answer<IdentityPointer> Access::identify(const Request& request,
                                         std::span<const std::string> secrets) {
  IdentityPointer identity = parts_.keys == nullptr ? local_identity() : nullptr;
  for (const std::string& secret : secrets)
    if (!identity) identity = parts_.keys->find(secret);
  if (!identity)
    return refuse_unknown(request, std::ranges::all_of(secrets, &std::string::empty)
                                       ? how_to_enter
                                       : "the key is not known, expired or revoked");
  if (auto counted = count(identity->name()); !counted) return std::unexpected(counted.error());
  return identity;
}

Task<Answer<IdentityPointer>> Access::identify(Request& request, Instant now, bool cross_origin) {
  const std::string secret = secret_of(request);
  const std::string_view token = cookie_of(request, session_cookie_name(request.is_encrypted));
  const bool has_session = parts_.sessions != nullptr && secret.empty() && !token.empty();
  // Where nobody is asked for a key, a page of somebody else's must not act for who sits here.
  const bool is_trusting = has_session || (parts_.keys == nullptr && !cross_origin);
  if (is_trusting && !is_safe(request.method) && !is_from_own_page(request))
    co_return refuse_page(request);
  if (!has_session) co_return identify(request, std::span(&secret, 1));

  auto found = co_await parts_.sessions->find(std::string(token), now);
  if (!found) {
    parts_.log.write(LogLevel::error, "session not read", {{"what", found.error().message}});
    co_return std::unexpected(to_problem(found.error()));
  }
  if (!*found) co_return refuse_unknown(request, "the session has ended; sign in again");
  if (!is_safe(request.method) && !access::is_csrf_token(token, request.header("x-csrf-token")))
    co_return refuse(ProblemCode::csrf,
                     "a change needs the header X-CSRF-Token with the csrf_token of GET "
                     "/v1/session");
  if (auto counted = count((*found)->name()); !counted) co_return std::unexpected(counted.error());
  co_return *std::move(found);
}

Answer<> Access::check(const Request& request, const Identity& identity, Permission permission) {
  if (identity.may(permission.action, permission.resource)) return {};
  const std::string wanted =
      fmt::format("{}:{}", name_of(permission.resource), name_of(permission.action));
  parts_.log.write(LogLevel::warning, "forbidden",
                   {{"request_id", request.id},
                    {"remote", request.remote_address},
                    {"caller", identity.name()},
                    {"permission", wanted}});
  return refuse(ProblemCode::forbidden, "{} lacks the permission {}", identity.name(), wanted);
}

}  // namespace pharos::server
