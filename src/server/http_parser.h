// server/http_parser.h: bytes of a connection to the parts of requests. Beast reads them; it is met
// in http_parser.cc alone. Without I/O, so tests and fuzzers feed it as they like.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "server/message.h"
#include "server/problem.h"

namespace pharos::server {

// One request. `input` holds what was received and not yet used; what is used is taken from its
// front, so the bytes behind a request are the next one's.
class HttpParser {
 public:
  explicit HttpParser(std::size_t header_bytes_max);
  ~HttpParser();
  HttpParser(const HttpParser&) = delete;
  HttpParser& operator=(const HttpParser&) = delete;

  // True once the head is whole: then request() and what follows it hold. Problems:
  // header_too_large, invalid_request, not_implemented, expectation_failed; the connection is then
  // of no further use.
  Answer<bool> read_head(std::string& input);

  Request& request() { return request_; }
  bool keep_alive() const;
  bool expects_continue() const { return expects_continue_; }
  bool has_body() const;
  std::optional<std::uint64_t> content_length()
      const;  // None: it comes in chunks, or there is none.

  // Appends to `into` what `input` has of the body, at most `piece_bytes`. False: more input is
  // needed. Problems: invalid_request.
  static constexpr std::size_t piece_bytes = 64U << 10;
  Answer<bool> read_body(std::string& input, std::string& into);
  bool is_done() const;  // To the last byte of the body.

 private:
  struct State;
  Answer<> take_head();

  std::unique_ptr<State> state_;
  Request request_;
  bool expects_continue_ = false;
};

}  // namespace pharos::server
