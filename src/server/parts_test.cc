// server/parts_test.cc: the small parts, each alone: routes, limits, codings, names, arrays,
// base64.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/base64.h"
#include "server/coding.h"
#include "server/json_items.h"
#include "server/limiter.h"
#include "server/metrics.h"
#include "server/names.h"
#include "server/router.h"

namespace pharos::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Message, weights_of_zero_are_absence) {
  EXPECT_TRUE(lists("gzip, deflate", "gzip"));
  EXPECT_TRUE(lists("br;q=1.0, GZIP;q=0.5", "gzip"));
  EXPECT_FALSE(lists("gzip;q=0", "gzip"));
  EXPECT_FALSE(lists("", "gzip"));
  EXPECT_EQ(choose_coding("gzip, zstd"), Coding::zstd);
  EXPECT_EQ(choose_coding("gzip, zstd;q=0"), Coding::gzip);
  EXPECT_EQ(choose_coding("identity"), Coding::none);
  EXPECT_EQ(media_type(" Text/Plain ; charset=utf-8"), "text/plain");
}

TEST(Router, finds_by_method_and_pattern) {
  Router router;
  router.add({.method = Method::get, .pattern = "/a/{id}", .operation = "getA"});
  router.add({.method = Method::post, .pattern = "/a/{id}", .operation = "postA"});
  router.add({.method = Method::post, .pattern = "/b", .operation = "postB"});
  const auto found = router.find(Method::get, "/a/x%20y");
  ASSERT_TRUE(found.route);
  EXPECT_EQ(found.route->operation, "getA");
  EXPECT_THAT(found.parameters, ElementsAre("x y"));
  EXPECT_EQ(router.find(Method::head, "/a/1").route->operation, "getA");
  EXPECT_EQ(router.find(Method::put, "/a/1").route, nullptr);
  EXPECT_EQ(router.find(Method::put, "/a/1").allowed, "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(router.find(Method::get, "/b").allowed, "POST, OPTIONS");
  for (const char* path : {"/a", "/a/", "/a/1/2", "/c", ""})
    EXPECT_EQ(router.find(Method::get, path).allowed, "") << path;
}

TEST(Limiter, allows_a_burst_and_then_a_pace) {
  Limiter limiter(2, 3);  // Two a second, three at once.
  const Clock::time_point start{};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter.take("a", start), 0);
  EXPECT_EQ(limiter.take("a", start), 1);
  EXPECT_EQ(limiter.take("b", start), 0);  // Others have buckets of their own.
  EXPECT_EQ(limiter.take("a", start + std::chrono::milliseconds(400)), 1);
  EXPECT_EQ(limiter.take("a", start + std::chrono::milliseconds(500)), 0);
  EXPECT_EQ(limiter.take("a", start + std::chrono::milliseconds(500)), 1);
  EXPECT_EQ(limiter.take("a", start + std::chrono::hours(1)), 0);
}

TEST(Limiter, says_how_long_to_wait) {
  Limiter limiter(0.1, 1);
  const Clock::time_point start{};
  EXPECT_EQ(limiter.take("a", start), 0);
  EXPECT_EQ(limiter.take("a", start), 10);
  EXPECT_EQ(limiter.take("a", start + std::chrono::seconds(4)), 6);
}

std::string unpacked(std::string_view encoding, std::string_view bytes, std::size_t step,
                     bool& is_whole) {
  auto decoder = make_decoder(encoding);
  std::string all;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    std::string_view piece = bytes.substr(at, step);
    for (std::size_t before = 0; !piece.empty() || all.size() > before;) {
      before = all.size();
      if (!(*decoder)->feed(piece, all)) return "broken";
    }
  }
  is_whole = (*decoder)->is_whole();
  return all;
}

TEST(Coding, packs_and_unpacks_in_pieces_of_any_size) {
  std::string text;
  for (int i = 0; i < 40'000; ++i) text += fmt::format("{{\"n\":{}}}\n", i * 7'919 % 10'007);
  for (const Coding coding : {Coding::gzip, Coding::zstd}) {
    const std::string bytes = packed(text, coding);
    EXPECT_LT(bytes.size(), text.size() / 2);
    for (const std::size_t step : {std::size_t{1}, std::size_t{1'000}, bytes.size()}) {
      bool is_whole = false;
      EXPECT_EQ(unpacked(name_of(coding), bytes, step, is_whole), text) << name_of(coding);
      EXPECT_TRUE(is_whole);
      unpacked(name_of(coding), std::string_view(bytes).substr(0, bytes.size() - 4), step,
               is_whole);
      EXPECT_FALSE(is_whole);
    }
    bool is_whole = false;  // Several members or frames follow each other.
    EXPECT_EQ(unpacked(name_of(coding), bytes + bytes, 4'096, is_whole), text + text);
    EXPECT_EQ(unpacked(name_of(coding), "no such format, whatever it says", 64, is_whole),
              "broken");
  }
  EXPECT_FALSE(make_decoder("br"));
  EXPECT_EQ(*make_decoder("identity"), nullptr);
}

TEST(Names, become_those_of_a_playbook) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"Order Paid", "order_paid"},  {"orderPaid", "order_paid"},     {"ORDER_PAID", "order_paid"},
      {"order-paid", "order_paid"},  {"HTTPRequest", "http_request"}, {" a  b ", "a_b"},
      {"Level2Done", "level2_done"}, {"order_paid", "order_paid"},    {"支付", ""},
  };
  for (const auto& [name, wanted] : rows) EXPECT_EQ(snake_case(name), wanted) << name;
}

std::string items_of(std::string_view text) {
  JsonItems items(text);
  std::string all;
  while (const auto item = items.next()) all += fmt::format("<{}>", *item);
  return all + (items.fault().empty() ? "" : "!");
}

TEST(JsonItems, cut_an_array_where_its_elements_end) {
  EXPECT_EQ(items_of(R"([{"a":"],\"["},[1,2],3 ])"), R"(<{"a":"],\"["}><[1,2]><3 >)");
  EXPECT_EQ(items_of(" [ ] "), "");
  EXPECT_EQ(items_of("[{\"a\":}, {}]"), "<{\"a\":}><{}>");  // What stands inside is not its matter.
  for (const char* text : {"", "{}", "[", "[1", "[{]", "[\"a]", "[1] 2", "[] 2"})
    EXPECT_THAT(items_of(text), HasSubstr("!")) << text;
}

// RFC 4648, section 10.
TEST(Base64, reads_the_vectors_of_its_specification) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"", ""},        {"Zg==", "f"},          {"Zm8=", "fo"},
      {"Zm9v", "foo"}, {"Zm9vYmFy", "foobar"}, {"Zg", "f"}};
  for (const auto& [text, wanted] : rows) EXPECT_EQ(base64_decoded(text), wanted) << text;
  for (const char* text : {"Z", "Zg=", "Zm9v!", "Z=g="})
    EXPECT_EQ(base64_decoded(text), std::nullopt) << text;
}

TEST(Metrics, are_text_that_prometheus_reads) {
  Metrics metrics;
  metrics.count_events(Outcome::accepted, 3);
  metrics.count_request("postEvents", 200, 0.004);
  metrics.count_request("postEvents", 200, 20);
  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("pharos_events_total{outcome=\"accepted\"} 3\n"));
  EXPECT_THAT(text,
              HasSubstr("pharos_http_requests_total{operation=\"postEvents\",status=\"200\"} 2\n"));
  const std::string bucket = "pharos_http_request_seconds_bucket{operation=\"postEvents\",le=";
  EXPECT_THAT(text, HasSubstr(bucket + "\"0.0025\"} 0\n"));
  EXPECT_THAT(text, HasSubstr(bucket + "\"0.005\"} 1\n"));
  EXPECT_THAT(text, HasSubstr(bucket + "\"+Inf\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("pharos_http_request_seconds_count{operation=\"postEvents\"} 2\n"));
}

}  // namespace
}  // namespace pharos::server
