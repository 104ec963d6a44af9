// ingest/json_test.cc: which rows lines of NDJSON are, and which are none.
#include "ingest/json.h"

#include <gtest/gtest.h>

namespace pharos::ingest {
namespace {

// Reads the columns a, b and c.d; answers with "a=... b=..." or with the fault.
std::string read(std::string_view line, OtherKeys others = OtherKeys::ignore) {
  JsonShape shape;
  const std::size_t slots[] = {shape.add("a"), shape.add("b"), shape.add("c.d")};
  shape.objects[0].others = others;
  Row row;
  row.fields.resize(shape.slot_count);
  JsonReader reader;
  const std::string padded = std::string(line) + std::string(row_padding, '\0');
  if (const auto fault = reader.read(std::string_view(padded).substr(0, line.size()), shape, row))
    return std::string(name_of(fault->code));
  constexpr char kinds[] = "-0snbj";
  std::string text;
  for (const std::size_t slot : slots)
    text += fmt::format("{}{}{}", text.empty() ? "" : " ",
                        kinds[static_cast<std::size_t>(row.fields[slot].kind())],
                        row.fields[slot].text());
  for (const OtherField& other : row.others)
    text += fmt::format(" {}:{}", other.key, other.field.text());
  return text;
}

TEST(Json, columns_are_found_in_any_order_and_depth) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {R"({})", "- - -"},
      {R"({"a":"x","b":2})", "sx n2 -"},
      {R"({"b":2,"a":"x"})", "sx n2 -"},
      {R"(  { "b" : 2 , "a" : "x" } )", "sx n2 -"},
      {R"({"a":null,"b":true})", "0null btrue -"},
      {R"({"c":{"e":1,"d":"deep"}})", "- - sdeep"},
      {R"({"c.d":"flat"})", "- - sflat"},
      {R"({"c":7})", "- - -"},
      {R"({"a":[1,{"x":[]}],"b":{}})", R"(j[1,{"x":[]}] j{} -)"},
      {R"({"a":{"k" : 1 } ,"b":1})", R"(j{"k" : 1 } n1 -)"},
      {R"({"a":12345678901234567890.12e-3})", "n12345678901234567890.12e-3 - -"},
      {R"({"a":"q\"\\\u00e9\n"})", "sq\"\\é\n - -"},
      {R"({"\u0061":"escaped key"})", "sescaped key - -"},
      {R"({"unknown":[1,2],"a":1})", "n1 - -"},
      {R"({"a":""})", "s - -"},
  };
  for (const auto& [line, wanted] : rows) EXPECT_EQ(read(line), wanted) << line;
}

TEST(Json, other_keys_are_collected_with_their_raw_values) {
  EXPECT_EQ(read(R"({"x":1.50,"a":1,"y":{"z":"w"}})", OtherKeys::collect),
            R"(n1 - - x:1.50 y:{"z":"w"})");
  EXPECT_EQ(read(R"({"x":1,"x":2})", OtherKeys::collect), "bad_json");
  EXPECT_EQ(read(R"({"x":1})", OtherKeys::refuse), "unknown_field");
}

TEST(Json, damaged_lines_are_refused_even_where_no_column_is) {
  const std::string_view lines[] = {
      "x",
      "[]",
      "1",
      "\"a\"",
      "null",
      "{",
      "}",
      "{\"a\"}",
      "{\"a\":}",
      "{\"a\":1,}",
      "{\"a\":1 \"b\":2}",
      "{\"a\":1}}",
      "{\"a\":1} x",
      "{\"a\":1}{\"a\":2}",
      "{a:1}",
      "{'a':1}",
      "{\"a\":\"open}",
      "{\"a\":tru}",
      "{\"a\":nulll}",
      "{\"a\":NaN}",
      "{\"a\":Infinity}",
      "{\"a\":01}",
      "{\"a\":+1}",
      "{\"a\":1.}",
      "{\"a\":.5}",
      "{\"a\":1e}",
      "{\"a\":-}",
      "{\"a\":0x1}",
      "{\"a\":1,\"a\":2}",
      "{\"a\":\"\\x\"}",
      "{\"a\":\"\\ud800\"}",
      "{\"a\":\"\\u0000\"}",
      "{\"a\":\"tab\there\"}",
      "{\"unknown\":tru}",
      "{\"unknown\":[1,}",
      "{\"unknown\":{\"k\":01}}",
      "{\"unknown\":[1}}",
      "{\"unknown\":\"\\q\"}",
      "{\"un\\known\":1}",
  };
  for (const std::string_view line : lines) EXPECT_EQ(read(line), "bad_json") << line;
  EXPECT_EQ(read("{\"a\":\"\xFF\"}"), "invalid_utf8");
  EXPECT_EQ(read("{\"unknown\":\"\xC3\"}"), "invalid_utf8");
  std::string deep = "{\"a\":";
  for (int i = 0; i < 10'000; ++i) deep += '[';
  for (int i = 0; i < 10'000; ++i) deep += ']';
  EXPECT_EQ(read(deep + "}"), "bad_json");
  EXPECT_EQ(read("{\"a\":\"" + std::string(row_bytes_max, 'x') + "\"}"), "too_long");
}

TEST(Json, strings_are_written_with_what_must_be_escaped) {
  std::string out;
  append_json_string(out, "a\"b\\c\nd\te\x01\x7F é");
  EXPECT_EQ(out, "\"a\\\"b\\\\c\\nd\\te\\u0001\x7F é\"");
}

}  // namespace
}  // namespace pharos::ingest
