// server/problem.cc: the table of codes, and the document.
#include "server/problem.h"

#include <array>
#include <iterator>

#include "base/json.h"

namespace pharos::server {
namespace {

constexpr std::array<std::string_view, 24> names = {"invalid_request",
                                                    "bad_json",
                                                    "invalid_expression",
                                                    "nothing_taken",
                                                    "unauthorized",
                                                    "code_needed",
                                                    "forbidden",
                                                    "csrf",
                                                    "not_found",
                                                    "method_not_allowed",
                                                    "timeout",
                                                    "conflict",
                                                    "precondition_failed",
                                                    "too_large",
                                                    "unsupported_encoding",
                                                    "expectation_failed",
                                                    "idempotency_mismatch",
                                                    "precondition_required",
                                                    "rate_limited",
                                                    "overloaded",
                                                    "header_too_large",
                                                    "internal",
                                                    "not_implemented",
                                                    "unavailable"};
constexpr std::array<int, 24> statuses = {400, 400, 400, 400, 401, 401, 403, 403,
                                          404, 405, 408, 409, 412, 413, 415, 417,
                                          422, 428, 429, 429, 431, 500, 501, 503};

}  // namespace

std::string_view name_of(ProblemCode code) {
  return names[static_cast<std::size_t>(code)];
}
int status_of(ProblemCode code) {
  return statuses[static_cast<std::size_t>(code)];
}
std::span<const std::string_view> problem_names() {
  return names;
}

Response to_response(const Problem& problem, std::string_view request_id) {
  Response response;
  response.status = status_of(problem.code);
  response.type = "application/problem+json";
  response.code = name_of(problem.code);
  std::string& body = response.body;
  fmt::format_to(std::back_inserter(body),
                 R"({{"type":"about:blank","title":"{}","status":{},"code":"{}","detail":)",
                 phrase_of(response.status), response.status, response.code);
  append_json(body, problem.detail);
  body += ",\"message\":";
  append_json(body, problem.detail);
  fmt::format_to(std::back_inserter(body), R"(,"error":"{}","request_id":"{}"{}}})", response.code,
                 request_id, problem.more_members);
  if (problem.retry_after_s > 0) {
    const std::string seconds = std::to_string(problem.retry_after_s);
    response.headers.push_back({"Retry-After", seconds});
    response.headers.push_back({"X-RateLimit-Reset", seconds});
  }
  if (problem.code == ProblemCode::unauthorized)
    response.headers.push_back({"WWW-Authenticate", "Bearer, Basic realm=\"pharos\""});
  return response;
}

// What is wrong inside is said in the log, not to the client.
Problem to_problem(const Error& error) {
  switch (error.code) {
    case ErrorCode::invalid: return {ProblemCode::invalid_request, error.message};
    case ErrorCode::not_found: return {ProblemCode::not_found, error.message};
    case ErrorCode::conflict: return {ProblemCode::conflict, error.message};
    case ErrorCode::forbidden: return {ProblemCode::forbidden, error.message};
    case ErrorCode::limit: return {ProblemCode::too_large, error.message};
    case ErrorCode::unavailable: return {ProblemCode::unavailable, "not ready; try again", 1};
    default: return {ProblemCode::internal, "the server could not do it; its log says more"};
  }
}

}  // namespace pharos::server
