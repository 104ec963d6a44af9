// cel/json_value_test.cc: JSON becomes values and comes back, in both forms.
#include "cel/json_value.h"

#include <gtest/gtest.h>

#include "cel/box.h"

namespace pharos::cel {
namespace {

// The typed form of what was read; or the fault, behind "fault ".
std::string read_as(JsonForm form, std::string_view text) {
  const auto json = parse_json(text);
  EXPECT_TRUE(json) << text;
  JsonValues values;
  const auto value = values.read(*json, form);
  if (!value) return "fault " + value.error().message;
  return typed_json(*value).value_or("too long");
}

TEST(JsonValues, typed_form_comes_back_as_it_was) {
  for (const std::string_view text :
       {R"({"int":"-9223372036854775808"})",
        R"({"uint":"18446744073709551615"})",
        R"({"double":1.5})",
        R"({"double":-0.0})",
        R"({"double":1e+300})",
        R"({"double":"NaN"})",
        R"({"double":"Infinity"})",
        R"({"double":"-Infinity"})",
        R"({"string":"a\"\u0000客"})",
        R"({"bytes":""})",
        R"({"bytes":"AA=="})",
        R"({"bytes":"AP8="})",
        R"({"bytes":"AP8B"})",
        R"({"bool":true})",
        R"({"null":null})",
        R"({"list":[{"int":"1"},{"list":[]}]})",
        R"({"map":[[{"int":"1"},{"string":"x"}],[{"string":"a"},{"map":[]}]]})",
        R"({"timestamp":"2009-02-13T23:31:30.5Z"})",
        R"({"duration":"-1.5s"})",
        R"({"type":"google.protobuf.Timestamp"})",
        R"({"optional":null})",
        R"({"optional":{"optional":{"int":"1"}}})"}) {
    EXPECT_EQ(read_as(JsonForm::typed, text), text);
    EXPECT_EQ(read_as(JsonForm::plain, text), text);
  }
}

TEST(JsonValues, plain_form_is_what_json_says) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"null", R"({"null":null})"},
      {"true", R"({"bool":true})"},
      {"12", R"({"int":"12"})"},
      {"-9223372036854775808", R"({"int":"-9223372036854775808"})"},
      {"12.0", R"({"double":12.0})"},
      {"1e2", R"({"double":100.0})"},
      {"\"12\"", R"({"string":"12"})"},
      {"[1, \"a\"]", R"({"list":[{"int":"1"},{"string":"a"}]})"},
      {"{}", R"({"map":[]})"},
      {R"({"b": 1, "a": null})",  // Keys in their order.
       R"({"map":[[{"string":"a"},{"null":null}],[{"string":"b"},{"int":"1"}]]})"},
      // One member with the name of a kind is typed at any depth; two members are a map.
      {R"([{"uint": 1}])", R"({"list":[{"uint":"1"}]})"},
      {R"({"int": 1, "uint": 2})",
       R"({"map":[[{"string":"int"},{"int":"1"}],[{"string":"uint"},{"int":"2"}]]})"},
      {R"({"list": [1]})", R"({"list":[{"int":"1"}]})"},
      {R"({"map": [["type", "brand"]]})",  // How a map with such a key is written.
       R"({"map":[[{"string":"type"},{"string":"brand"}]]})"},
  };
  for (const auto& [text, want] : rows) EXPECT_EQ(read_as(JsonForm::plain, text), want) << text;
}

TEST(JsonValues, what_does_not_fit_is_refused) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {R"({"int": "1.0"})",
       R"(fault 1: "int" takes a whole number of 64 bits, such as "1", found "1.0")"},
      {R"({"int": "9223372036854775808"})",
       R"(fault 1: "int" takes a whole number of 64 bits, such as "1", found "9223372036854775808")"},
      {R"({"uint": "-1"})",
       R"(fault 1: "uint" takes a whole number of 64 bits without sign, such as "1", found "-1")"},
      {R"({"uint": "18446744073709551616"})",
       R"(fault 1: "uint" takes a whole number of 64 bits without sign, such as "1", )"
       R"(found "18446744073709551616")"},
      {R"({"double": "1.5"})",
       R"(fault 1: "double" takes a number, "NaN", "Infinity" or "-Infinity", found "1.5")"},
      {R"({"bytes": "a-"})", R"(fault 1: "bytes" takes base64, found "a-")"},
      {R"({"bool": "true"})", R"(fault 1: "bool" takes true or false, found "true")"},
      {R"({"null": 0})", R"(fault 1: "null" takes null, found "0")"},
      {"{\"list\":\n{}}", R"(fault 2: "list" takes a list of values, found an object)"},
      {R"({"map": [[1]]})", R"(fault 1: "map" takes a list of pairs [KEY, VALUE], found a list)"},
      {R"({"map": [["a", 1], ["a", 2]]})", "fault 1: a map key is given twice"},
      {R"({"map": [[1.5, 1]]})", "fault 1: a map key must be bool, int, uint or string"},
      {R"({"timestamp": "2025-01-01"})",
       R"(fault 1: "timestamp" takes a time such as "2025-01-31T09:30:00Z", found "2025-01-01")"},
      {R"({"duration": 5})", R"(fault 1: "duration" takes text, found "5")"},
      {R"({"type": "brand"})",
       R"(fault 1: "type" takes the name of a type, such as "int", found "brand")"},
      {"9223372036854775808",
       "fault 1: 9223372036854775808 is no int of 64 bits; write it as a double, with a point, or "
       R"(as {"uint": "..."})"},
  };
  for (const auto& [text, want] : rows) EXPECT_EQ(read_as(JsonForm::plain, text), want) << text;
  for (const std::string_view text : {"1", "null", R"({"list":[1]})", R"({"ints":"1"})"})
    EXPECT_TRUE(read_as(JsonForm::typed, text).starts_with("fault 1: a value is an object of one"))
        << text;
}

TEST(Bindings, answer_by_name_and_suggest_a_near_one) {
  const auto json = parse_json(R"({"size": "key", "a.b": {"uint": "3"}})");
  Bindings bindings;
  ASSERT_TRUE(bindings.read(*json, JsonForm::plain));
  EXPECT_EQ(bindings.variable("a.b").as_uinteger(), 3u);
  EXPECT_EQ(bindings.variable("sise").as_string(), "\"sise\" is not bound. Did you mean \"size\"?");
  EXPECT_EQ(bindings.variable("other").as_string(), "\"other\" is not bound");
  EXPECT_FALSE(bindings.read(*parse_json("[]"), JsonForm::plain));
}

// Sixty lists, each of which holds the one before twice: short in memory, endless when written.
TEST(TypedJson, is_not_written_past_its_bounds) {
  Arena arena;
  Value value = Value::integer(1);
  for (int i = 0; i < 60; ++i) {
    Value* const pair = arena.array<Value>(2);
    pair[0] = pair[1] = value;
    value = make_list({pair, 2}, arena);
  }
  EXPECT_FALSE(typed_json(value));
}

}  // namespace
}  // namespace pharos::cel
