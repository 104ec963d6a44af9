// base/json_test.cc: documents become trees with lines, and faults say where they stand.
#include "base/json.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace pharos {
namespace {

// The tree as text again, so that rows can be read.
std::string shown(const Json& json) {
  std::string text;
  switch (json.kind) {
    case JsonKind::null: return "null";
    case JsonKind::boolean: return json.boolean ? "true" : "false";
    case JsonKind::number: return json.text;
    case JsonKind::string: return pharos::quoted(json.text);
    case JsonKind::list:
      for (const Json& item : json.items) text += shown(item) + ",";
      return "[" + text + "]";
    case JsonKind::object:
      for (std::size_t i = 0; i < json.items.size(); ++i)
        text += json.names[i] + ":" + shown(json.items[i]) + ",";
      return "{" + text + "}";
  }
  return "";
}

TEST(Json, keeps_order_and_numbers_as_written) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"null", "null"},
      {" true\n", "true"},
      {R"({"b":1,"a":[2.50,-3e2,"x"],"":{}})", R"({b:1,a:[2.50,-3e2,"x",],:{},})"},
      {"18446744073709551615", "18446744073709551615"},
      {"99999999999999999999", "99999999999999999999"},  // Past 64 bits, digits kept.
      {R"("\ud83d\ude00\u0041")", "\"\U0001F600A\""},
      {"[]", "[]"},
  };
  for (const auto& [text, want] : rows) {
    const auto json = parse_json(text);
    ASSERT_TRUE(json) << text << json.error().message;
    EXPECT_EQ(shown(*json), want) << text;
  }
}

TEST(Json, knows_the_line_of_every_value) {
  const auto json = parse_json("{\"a\": 1,\n \"b\": [\n {}\n, 7\n]\n}");
  ASSERT_TRUE(json);
  EXPECT_EQ(json->line, 1);
  EXPECT_EQ(json->find("a")->line, 1);
  EXPECT_EQ(json->find("b")->line, 2);
  EXPECT_EQ(json->find("b")->items[0].line, 3);
  EXPECT_EQ(json->find("b")->items[1].line, 4);  // Read up to the line's end to know its end.
  EXPECT_EQ(json->find("c"), nullptr);
}

TEST(Json, says_where_it_breaks) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"{\"a\": 1,\n  \"a\": 2}", "2:5: \"a\" comes twice"},
      {"", "1:1: unexpected end of input"},
      {"[1,", "1:4: unexpected end of input"},
      {"{\"a\":\n x}", "2:2: invalid literal"},
      {"[1] 2", "1:5: unexpected number literal; expected end of input"},
      {"[1e999]", "number overflow"},
      {"\"\xFF\"", "ill-formed UTF-8"},
  };
  for (const auto& [text, want] : rows) {
    const auto json = parse_json(text);
    ASSERT_FALSE(json) << text;
    EXPECT_EQ(json.error().code, ErrorCode::invalid);
    EXPECT_NE(json.error().message.find(want), std::string::npos) << json.error().message;
  }
  const auto deep = parse_json(std::string(100'000, '['));
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().code, ErrorCode::limit);
  EXPECT_TRUE(parse_json(std::string(64, '[') + std::string(64, ']')));
}

TEST(Json, text_is_written_in_quotes) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"", R"("")"},
      {"plain 杭州", R"("plain 杭州")"},
      {"a\"b\\c", R"("a\"b\\c")"},
      {"a\nb\tc\rd", R"("a\nb\tc\rd")"},
      {std::string_view("\0\x1f", 2), R"("\u0000\u001f")"},
  };
  for (const auto& [text, want] : rows) {
    std::string out;
    append_json(out, text);
    EXPECT_EQ(out, want);
  }
}

}  // namespace
}  // namespace pharos
