// server/access.cc: secrets out of headers, and the questions in their order.
#include "server/access.h"

#include <algorithm>

#include "base/text.h"
#include "server/base64.h"

namespace pharos::server {

Access::Access(Keys& keys, Log& log, const Settings& settings)
    : keys_(keys),
      log_(log),
      limiter_(static_cast<double>(settings.requests_per_second),
               static_cast<double>(settings.request_burst)) {}

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
  return count("@" + request.remote_address);
}

Answer<Principal> Access::enter(const Request& request, std::span<const std::string> secrets,
                                Scope scope) {
  std::optional<Principal> principal;
  for (const std::string& secret : secrets)
    if (!principal) principal = keys_.find(secret);
  if (!principal) {
    // Guessing is counted by the address that it comes from.
    if (auto counted = pass(request); !counted) return std::unexpected(counted.error());
    log_.write(LogLevel::warning, "unauthorized",
               {{"request_id", request.id}, {"remote", request.remote_address}});
    if (!std::ranges::all_of(secrets, &std::string::empty))
      return refuse(ProblemCode::unauthorized, "the key is not known, expired or revoked");
    return refuse(ProblemCode::unauthorized,
                  "a key is needed: Authorization: Bearer KEY, or Basic with the key as the user; "
                  "pharos keys add makes one");
  }
  if (!principal->may(scope)) {
    log_.write(LogLevel::warning, "forbidden",
               {{"request_id", request.id},
                {"remote", request.remote_address},
                {"key", principal->name},
                {"scope", name_of(scope)}});
    return refuse(ProblemCode::forbidden, "the key {} lacks the scope {}", quoted(principal->name),
                  name_of(scope));
  }
  if (auto counted = count(principal->name); !counted) return std::unexpected(counted.error());
  return *std::move(principal);
}

}  // namespace pharos::server
