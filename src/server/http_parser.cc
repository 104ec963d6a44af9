// server/http_parser.cc: Beast's parser, driven by hand, and what we are stricter about.
#include "server/http_parser.h"

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>

#include "base/text.h"

namespace pharos::server {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;

std::string lowered(std::string_view name) {
  std::string low(name);
  std::ranges::transform(low, low.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return low;
}

std::string_view view_of(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

Problem problem_of(const error_code& code, std::size_t header_bytes_max) {
  if (code == http::error::header_limit)
    return {ProblemCode::header_too_large,
            fmt::format("the head of the request has more than {} bytes; send fewer or shorter "
                        "headers",
                        header_bytes_max)};
  return {ProblemCode::invalid_request,
          fmt::format("the request is not HTTP/1.1 as it should be: {}", code.message())};
}

}  // namespace

struct HttpParser::State {
  explicit State(std::size_t header_bytes) : header_bytes_max(header_bytes) {
    parser.header_limit(static_cast<std::uint32_t>(header_bytes));
    parser.body_limit(boost::none);  // Its reader counts.
  }
  std::size_t header_bytes_max;
  http::request_parser<http::buffer_body> parser;
};

HttpParser::HttpParser(std::size_t header_bytes_max)
    : state_(std::make_unique<State>(header_bytes_max)) {}
HttpParser::~HttpParser() = default;

Answer<bool> HttpParser::read_head(std::string& input) {
  auto& parser = state_->parser;
  error_code code;
  const std::size_t used = parser.put(boost::asio::buffer(input), code);
  input.erase(0, used);
  if (code && code != http::error::need_more)
    return std::unexpected(problem_of(code, state_->header_bytes_max));
  if (!parser.is_header_done()) return false;
  if (auto taken = take_head(); !taken) return std::unexpected(taken.error());
  return true;
}

Answer<> HttpParser::take_head() {
  const auto& message = state_->parser.get();
  request_.method_name = view_of(message.method_string());
  request_.method = method_of(request_.method_name);
  for (const auto& field : message)
    request_.headers.push_back(
        {lowered(view_of(field.name_string())), std::string(view_of(field.value()))});

  // What two readers could understand in two ways is refused, so nothing can be smuggled past one.
  const auto count = [&](std::string_view name) {
    return std::ranges::count(request_.headers, name, &Header::name);
  };
  if (message.version() != 10 && message.version() != 11)
    return refuse(ProblemCode::invalid_request, "expected HTTP/1.1 or HTTP/1.0");
  if (count("host") != (message.version() == 11 ? 1 : std::min<std::ptrdiff_t>(1, count("host"))))
    return refuse(ProblemCode::invalid_request, "expected one Host header");
  if (count("transfer-encoding") > 0 && count("content-length") > 0)
    return refuse(ProblemCode::invalid_request,
                  "Content-Length and Transfer-Encoding exclude each other");
  if (count("content-length") > 1)
    return refuse(ProblemCode::invalid_request, "expected one Content-Length");
  if (count("transfer-encoding") > 1 ||
      (count("transfer-encoding") == 1 &&
       !equal_ignoring_case(request_.header("transfer-encoding"), "chunked")))
    return refuse(ProblemCode::not_implemented, "of transfer encodings only chunked is known");
  const std::string_view expect = request_.header("expect");
  expects_continue_ = equal_ignoring_case(expect, "100-continue");
  if (!expect.empty() && !expects_continue_)
    return refuse(ProblemCode::expectation_failed, "expected no Expect but 100-continue");

  std::string_view target = view_of(message.target());
  if (const std::size_t scheme = target.find("://");
      !target.starts_with('/') && scheme != std::string_view::npos) {
    const std::size_t slash = target.find('/', scheme + 3);
    target = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
  }
  if (!target.starts_with('/') && target != "*")
    return refuse(ProblemCode::invalid_request, "expected a path that begins with /");
  const std::size_t mark = std::min(target.find('?'), target.size());
  request_.path = target.substr(0, mark);
  request_.query = target.substr(std::min(mark + 1, target.size()));
  return {};
}

bool HttpParser::keep_alive() const {
  return state_->parser.keep_alive();
}
bool HttpParser::has_body() const {
  const auto& parser = state_->parser;
  return parser.chunked() || parser.content_length().value_or(0) > 0;
}
std::optional<std::uint64_t> HttpParser::content_length() const {
  const auto length = state_->parser.content_length();
  if (!length) return std::nullopt;
  return *length;
}
bool HttpParser::is_done() const {
  return state_->parser.is_done();
}

Answer<bool> HttpParser::read_body(std::string& input, std::string& into) {
  auto& parser = state_->parser;
  if (parser.is_done()) return true;
  const std::size_t first = into.size();
  into.resize(first + piece_bytes);
  auto& body = parser.get().body();
  body.data = into.data() + first;
  body.size = piece_bytes;
  body.more = true;
  error_code code;
  std::size_t used = 0;
  // Chunk heads and pieces of chunks come one by one.
  while (used < input.size() && body.size > 0 && !parser.is_done()) {
    const auto rest = boost::asio::buffer(input.data() + used, input.size() - used);
    const std::size_t step = parser.put(rest, code);
    used += step;
    if (code == http::error::need_buffer) code = {};
    if (code || step == 0) break;
  }
  into.resize(into.size() - body.size);
  body.data = nullptr;
  body.size = 0;
  input.erase(0, used);
  if (code && code != http::error::need_more)
    return std::unexpected(problem_of(code, state_->header_bytes_max));
  return parser.is_done() || into.size() > first;
}

}  // namespace pharos::server
