// server/http_parser_test.cc: what is one request, what is the next, and what is refused.
#include "server/http_parser.h"

#include <gtest/gtest.h>

namespace pharos::server {
namespace {

constexpr std::size_t header_bytes_max = 1'024;

// "body" of the request, or the code of the problem, or "..." if it is not whole.
std::string outcome(std::string input) {
  HttpParser parser(header_bytes_max);
  const auto head = parser.read_head(input);
  if (!head) return std::string(name_of(head.error().code));
  if (!*head) return "...";
  std::string body;
  while (!parser.is_done()) {
    const auto some = parser.read_body(input, body);
    if (!some) return std::string(name_of(some.error().code));
    if (!*some) return body + "...";
  }
  return fmt::format("[{}] then [{}]", body, input);
}

TEST(HttpParser, ends_a_request_where_it_says_and_leaves_the_next) {
  EXPECT_EQ(outcome("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhelloGET /"),
            "[hello] then [GET /]");
  EXPECT_EQ(outcome("POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "5\r\nhello\r\n3;a=b\r\nabc\r\n0\r\n\r\nGET"),
            "[helloabc] then [GET]");
  EXPECT_EQ(outcome("GET /a HTTP/1.1\r\nHost: x\r\n\r\n"), "[] then []");
  EXPECT_EQ(outcome("GET /a HTTP/1.1\r\nHo"), "...");
  EXPECT_EQ(outcome("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhel"), "hel...");
}

// What two readers could take for two different requests, one of them hidden in the other.
TEST(HttpParser, refuses_what_could_be_read_in_two_ways) {
  const std::string start = "POST /a HTTP/1.1\r\nHost: x\r\n";
  const std::pair<std::string, std::string> rows[] = {
      {start + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       "invalid_request"},
      {start + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
       "invalid_request"},
      {start + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", "invalid_request"},
      {start + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", "invalid_request"},
      {start + "Content-Length: -1\r\n\r\n", "invalid_request"},
      {start + "Content-Length: 18446744073709551616\r\n\r\n", "invalid_request"},
      {start + "Content-Length : 3\r\n\r\nabc", "invalid_request"},
      {start + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "not_implemented"},
      {start + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "not_implemented"},
      {start + "Transfer-Encoding: chunked\r\n\r\nZ\r\nhello\r\n", "invalid_request"},
      {start + "Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n", "invalid_request"},
      {start + "Host: y\r\n\r\n", "invalid_request"},
      {"GET /a HTTP/1.1\r\n\r\n", "invalid_request"},
      {"GET /a HTTP/1.1\nHost: x\n\n", "invalid_request"},
      {"GET a HTTP/1.1\r\nHost: x\r\n\r\n", "invalid_request"},
      {"GET / HTTP/2.0\r\nHost: x\r\n\r\n", "invalid_request"},
      {start + "Expect: the-moon\r\n\r\n", "expectation_failed"},
  };
  for (const auto& [input, wanted] : rows) EXPECT_EQ(outcome(input), wanted) << input;
}

TEST(HttpParser, bounds_the_head) {
  const std::string start = "GET /a HTTP/1.1\r\nHost: x\r\nLong: ";
  EXPECT_EQ(outcome(start + std::string(2'000, 'a')), "header_too_large");
  EXPECT_EQ(outcome(start + std::string(2'000, 'a') + "\r\n\r\n"), "header_too_large");
  EXPECT_EQ(outcome("GET /" + std::string(2'000, 'a')), "header_too_large");
  EXPECT_EQ(outcome(start + std::string(500, 'a') + "\r\n\r\n"), "[] then []");
}

TEST(HttpParser, parts_a_target) {
  std::string input = "GET http://other/p/q?a=%41+b&c HTTP/1.1\r\nHost: x\r\nX-One:  1 \r\n\r\n";
  HttpParser parser(header_bytes_max);
  ASSERT_TRUE(*parser.read_head(input));
  const Request& request = parser.request();
  EXPECT_EQ(request.path, "/p/q");
  EXPECT_EQ(request.query, "a=%41+b&c");
  EXPECT_EQ(query_value(request.query, "a"), "A b");
  EXPECT_EQ(query_value(request.query, "c"), "");
  EXPECT_EQ(request.header("x-one"), "1");
  EXPECT_TRUE(parser.keep_alive());
}

// Byte by byte, as a slow client sends it, it comes out the same.
TEST(HttpParser, takes_pieces_of_any_size) {
  const std::string whole =
      "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
  for (std::size_t step = 1; step < whole.size(); ++step) {
    HttpParser parser(header_bytes_max);
    std::string input, body;
    bool has_head = false;
    for (std::size_t at = 0; at < whole.size(); at += step) {
      input += whole.substr(at, step);
      if (!has_head) has_head = *parser.read_head(input);
      if (has_head) {
        const auto some = parser.read_body(input, body);
        ASSERT_TRUE(some) << some.error().detail;
      }
    }
    EXPECT_TRUE(parser.is_done()) << step;
    EXPECT_EQ(body, "hello") << step;
  }
}

}  // namespace
}  // namespace pharos::server
