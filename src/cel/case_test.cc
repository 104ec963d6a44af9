// cel/case_test.cc: files of cases are read strictly, and a case passes only if kinds match too.
#include "cel/case.h"

#include <gtest/gtest.h>

namespace pharos::cel {
namespace {

std::string file_of(std::string_view expression, std::string_view expect) {
  return fmt::format(
      R"({{"suite": "s", "cases": [{{"suite": "s", "section": "a", "name": "b", "expr": "{}", )"
      R"("bindings": {{"x": {{"int": "1"}}}}, "expect": {}}}]}})",
      expression, expect);
}

CaseOutcome outcome_of(std::string_view expression, std::string_view expect) {
  const auto cases = read_cases(file_of(expression, expect), "f.json");
  if (!cases) return {.passed = false, .expected = cases.error().message, .found = {}};
  EXPECT_EQ(cases->size(), 1u);
  return run_case(cases->front());
}

TEST(Case, passes_where_value_and_kind_are_as_expected) {
  const struct {
    std::string_view expression, expect;
    bool passed;
    std::string_view expected, found;
  } rows[] = {
      {"x + 1", R"({"value": {"int": "2"}})", true, R"({"int":"2"})", R"({"int":"2"})"},
      {"x + 1", R"({"value": {"int": "3"}})", false, R"({"int":"3"})", R"({"int":"2"})"},
      {"x", R"({"value": {"double": 1}})", false, R"({"double":1.0})", R"({"int":"1"})"},
      {"[x]", R"({"value": {"list": [{"uint": "1"}]}})", false, R"({"list":[{"uint":"1"}]})",
       R"({"list":[{"int":"1"}]})"},
      {"0.0 / 0.0", R"({"value": {"double": "NaN"}})", true, R"({"double":"NaN"})",
       R"({"double":"NaN"})"},
      {"{2: x, 1: x}",
       R"({"value": {"map": [[{"int": "1"}, {"int": "1"}], [{"int": "2"}, {"int": "1"}]]}})", true,
       R"({"map":[[{"int":"1"},{"int":"1"}],[{"int":"2"},{"int":"1"}]]})",
       R"({"map":[[{"int":"1"},{"int":"1"}],[{"int":"2"},{"int":"1"}]]})"},
      {"optional.of(x)", R"({"value": {"optional": null}})", false, R"({"optional":null})",
       R"({"optional":{"int":"1"}})"},
      {"x / 0", R"({"error": true})", true, "an error", "error: division by zero"},
      {"x +", R"({"error": true})", true, "an error",
       "a fault at 1:4: expected an expression, found the end"},
      {"x", R"({"error": true})", false, "an error", R"({"int":"1"})"},
      {"x / 0", R"({"value": {"int": "0"}})", false, R"({"int":"0"})", "error: division by zero"},
  };
  for (const auto& [expression, expect, passed, expected, found] : rows) {
    const CaseOutcome outcome = outcome_of(expression, expect);
    EXPECT_EQ(outcome.passed, passed) << expression;
    EXPECT_EQ(outcome.expected, expected) << expression;
    EXPECT_EQ(outcome.found, found) << expression;
  }
}

TEST(Case, a_file_that_is_none_says_where) {
  const std::pair<std::string, std::string_view> rows[] = {
      {"{\"cases\": [\n}", "f.json:2:1: unexpected '}'"},
      {"[]", "f.json:1: no file of cases: expected an object with a list \"cases\""},
      {R"({"suite": "s"})", "f.json:1: no file of cases"},
      {"{\"cases\": [\n1]}", "f.json:2: a case is an object, found a number"},
      {R"({"cases": [], "suit": "s"})", "f.json:1: \"suit\" has no meaning here\n  Did you mean"},
      {"{\"cases\": [\n\n{}]}", "f.json:3: a case needs \"section\", a text; found nothing"},
      {R"({"cases": [{"section": "a", "name": "b", "expr": 1}]})",
       "f.json:1: a case needs \"expr\", a text; found a number"},
      {R"({"cases": [{"section": "a", "name": "b", "expr": "1", "bindngs": {}}]})",
       "f.json:1: \"bindngs\" has no meaning here\n  Did you mean \"bindings\"?"},
      {R"({"cases": [{"section": "a", "name": "b", "expr": "1"}]})",
       "f.json:1: the case \"b\" needs \"expect\": {\"value\": ...} or {\"error\": true}"},
      {file_of("1", R"({"error": false})"), "f.json:1: the case \"b\" needs \"expect\""},
      {file_of("1", "1"), "f.json:1: the case \"b\" needs \"expect\""},
      {file_of("1", R"({"value": 1})"), "f.json:1: a value is an object of one member"},
      {file_of("1", R"({"value": {"int": "one"}})"), "f.json:1: \"int\" takes a whole number"},
  };
  for (const auto& [text, want] : rows) {
    const auto cases = read_cases(text, "f.json");
    ASSERT_FALSE(cases) << text;
    EXPECT_TRUE(cases.error().message.starts_with(want)) << cases.error().message;
  }
}

}  // namespace
}  // namespace pharos::cel
