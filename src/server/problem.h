// server/problem.h: what a request is refused with: an RFC 9457 problem document.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "server/message.h"

namespace pharos::server {

// Closed; each code has one status, and is spelled so in documents, logs and metrics.
enum class ProblemCode : std::uint8_t {
  invalid_request,        // 400: not HTTP as we take it, or members that do not fit.
  bad_json,               // 400: the body cannot be read as JSON.
  invalid_expression,     // 400: CEL that does not check; `diagnostics` says where and why.
  nothing_taken,          // 400: every event was refused; `rejections` says why.
  unauthorized,           // 401
  code_needed,            // 401: the password is right; send it again with a one-time code.
  forbidden,              // 403: the caller lacks the permission.
  csrf,                   // 403: a change with a session's cookie but without its X-CSRF-Token.
  not_found,              // 404
  method_not_allowed,     // 405
  timeout,                // 408: the client was too slow.
  conflict,               // 409
  precondition_failed,    // 412: somebody else changed it first; read it again.
  too_large,              // 413: a body, packed or unpacked, or a message in it.
  unsupported_encoding,   // 415: a Content-Encoding other than gzip and zstd, or broken.
  expectation_failed,     // 417
  idempotency_mismatch,   // 422: the Idempotency-Key was used for another request.
  precondition_required,  // 428: send If-Match with the ETag that was read.
  rate_limited,           // 429: this caller asks too often.
  overloaded,             // 429: the queue of the engine is full.
  header_too_large,       // 431
  internal,               // 500
  not_implemented,        // 501: a Transfer-Encoding other than chunked.
  unavailable,            // 503: starting, stopping, or too many connections.
};
std::string_view name_of(ProblemCode code);
int status_of(ProblemCode code);
std::span<const std::string_view> problem_names();

struct Problem {
  ProblemCode code = ProblemCode::internal;
  std::string detail;             // Where, what, what to do.
  int retry_after_s = 0;          // Above zero: Retry-After.
  std::string more_members = {};  // JSON members to add, each with a comma in front.
};
template <class T = void>
using Answer = std::expected<T, Problem>;

template <class... Args>
std::unexpected<Problem> refuse(ProblemCode code, fmt::format_string<Args...> text,
                                Args&&... args) {
  return std::unexpected(Problem{code, fmt::format(text, std::forward<Args>(args)...)});
}

// With the members of RFC 9457, `code`, `request_id`, and what clients of other event services
// look for: `message` and `error`.
Response to_response(const Problem& problem, std::string_view request_id);
Problem to_problem(const Error& error);

}  // namespace pharos::server
