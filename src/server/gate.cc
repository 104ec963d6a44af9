// server/gate.cc: one request from its head to its last header.
#include "server/gate.h"

#include <algorithm>
#include <exception>
#include <random>

#include "base/text.h"
#include "ingest/row.h"
#include "server/proxy.h"

namespace pharos::server {
namespace {

constexpr std::string_view hsts = "max-age=31536000; includeSubDomains";
constexpr std::string_view allowed_headers =
    "Authorization, Content-Type, Content-Encoding, X-Retry-Count";

// A handler may know better.
void add_unless_there(Response& response, std::string_view name, std::string_view value) {
  if (std::ranges::find(response.headers, name, &Header::name) == response.headers.end())
    response.headers.push_back({std::string(name), std::string(value)});
}

std::uint64_t random_nonce() {
  std::random_device device;
  return static_cast<std::uint64_t>(device()) << 32 | device();
}

}  // namespace

Gate::Gate(GateParts parts) : parts_(parts), nonce_(random_nonce()) {}

std::string Gate::make_id() {
  return fmt::format("{:016x}", nonce_ ^ (++count_ * 0x9E3779B97F4A7C15));
}

Task<Response> Gate::answer(Request& request, Body& body) {
  Call call;
  request.id = make_id();
  resolve_peer(request, parts_.settings.proxies);
  Response response;
  std::string what;
  try {
    response = co_await handle(request, body, call);
  } catch (const std::exception& error) {
    what = error.what();
  }
  if (!what.empty()) {
    parts_.log.write(LogLevel::error, "handler failed",
                     {{"request_id", request.id}, {"what", what}});
    response = to_response({ProblemCode::internal, "the server could not do it; its log says more"},
                           request.id);
    response.close = true;
  }
  finish(request, call, response);
  record(request, call, response);
  co_return response;
}

Response Gate::answer_unread(Request& request, const Problem& problem) {
  Call call;
  request.id = make_id();
  Response response = to_response(problem, request.id);
  response.close = true;
  finish(request, call, response);
  record(request, call, response);
  return response;
}

Task<Response> Gate::handle(Request& request, Body& body, Call& call) {
  const Router::Match match = parts_.router.find(request.method, request.path);
  call.cross_origin = match.cross_origin;
  if (match.allowed.empty())
    co_return to_response(
        {ProblemCode::not_found, fmt::format("there is no {}; see /openapi.json for what there is",
                                             quoted(ingest::readable(request.path)))},
        request.id);
  if (request.method == Method::options) {
    call.operation = "options";
    co_return answer_options(request, match);
  }
  if (!match.route) {
    Response response = to_response(
        {ProblemCode::method_not_allowed, "the methods of this path are: " + match.allowed},
        request.id);
    response.headers.push_back({"Allow", match.allowed});
    co_return response;
  }
  call.operation = match.route->operation;
  request.parameters = match.parameters;
  co_return co_await guarded(*match.route, request, body);
}

Task<Answer<>> Gate::enter(const Route& route, Request& request) {
  if (route.guard == Guard::handler) co_return Answer<>{};
  if (route.guard == Guard::open) co_return parts_.access.pass(request);
  const Answer<IdentityPointer> identity =
      co_await parts_.access.identify(request, parts_.clock(), route.cross_origin);
  if (!identity) co_return std::unexpected(identity.error());
  request.identity = *identity;
  if (route.guard == Guard::known) co_return Answer<>{};
  co_return parts_.access.check(request, **identity, {route.action, route.resource});
}

Task<Response> Gate::guarded(const Route& route, Request& request, Body& body) {
  if (const Answer<> entered = co_await enter(route, request); !entered)
    co_return to_response(entered.error(), request.id);
  Answer<std::unique_ptr<Decoder>> decoder = make_decoder(request.header("content-encoding"));
  if (!decoder) co_return to_response(decoder.error(), request.id);
  UnpackedBody unpacked(body, *std::move(decoder));
  Response response = co_await route.handler(request, unpacked);
  if (response.caller.empty() && request.identity) response.caller = request.identity->name();
  co_return response;
}

std::string Gate::origin_allowed(const Request& request) const {
  const std::string_view origin = request.header("origin");
  const auto& allowed = parts_.settings.cors_origins;
  if (origin.empty()) return {};
  if (std::ranges::find(allowed, "*") != allowed.end()) return "*";
  return std::ranges::find(allowed, origin) == allowed.end() ? std::string() : std::string(origin);
}

Response Gate::answer_options(const Request& request, const Router::Match& match) const {
  Response response;
  response.status = 204;
  response.headers.push_back({"Allow", match.allowed});
  if (match.cross_origin && !origin_allowed(request).empty()) {
    response.headers.push_back({"Access-Control-Allow-Methods", "POST"});
    response.headers.push_back({"Access-Control-Allow-Headers", std::string(allowed_headers)});
    response.headers.push_back({"Access-Control-Max-Age", "86400"});
  }
  return response;
}

void Gate::finish(const Request& request, const Call& call, Response& response) {
  const Coding coding = choose_coding(request.header("accept-encoding"));
  const bool is_packed = std::ranges::find(response.headers, "Content-Encoding", &Header::name) !=
                         response.headers.end();
  if (response.body.size() >= packed_bytes_min && !is_packed) {
    response.headers.push_back({"Vary", "Accept-Encoding"});
    if (coding != Coding::none) {
      response.body = packed(response.body, coding);
      response.headers.push_back({"Content-Encoding", std::string(name_of(coding))});
    }
  }
  if (call.cross_origin) {
    if (std::string origin = origin_allowed(request); !origin.empty())
      response.headers.push_back({"Access-Control-Allow-Origin", std::move(origin)});
    response.headers.push_back({"Vary", "Origin"});
  }
  response.headers.push_back({"X-Request-Id", request.id});
  response.headers.push_back({"X-Content-Type-Options", "nosniff"});
  add_unless_there(response, "Cache-Control", "no-store");
  add_unless_there(response, "Content-Security-Policy",
                   "default-src 'none'; frame-ancestors 'none'");
  response.headers.push_back({"Referrer-Policy", "no-referrer"});
  if (request.is_encrypted)
    response.headers.push_back({"Strict-Transport-Security", std::string(hsts)});
}

void Gate::record(const Request& request, const Call& call, const Response& response) {
  const double seconds = std::chrono::duration<double>(Clock::now() - call.start).count();
  parts_.metrics.count_request(call.operation, response.status, seconds);
  // The query stays out: somebody may have put a key there.
  const std::string path = ingest::readable(ingest::cut_text(request.path, 256));
  parts_.log.write(LogLevel::info, "request",
                   {{"request_id", request.id},
                    {"remote", request.remote_address},
                    {"method", ingest::readable(ingest::cut_text(request.method_name, 16))},
                    {"path", path},
                    {"operation", call.operation},
                    {"status", std::int64_t{response.status}},
                    {"code", response.code},
                    {"caller", response.caller},
                    {"ms", seconds * 1'000},
                    {"bytes", static_cast<std::int64_t>(response.body.size())}});
}

}  // namespace pharos::server
