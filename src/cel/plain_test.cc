// cel/plain_test.cc: plain CEL beyond the conformance cases: comments, white space, functions,
// zones.
#include <gtest/gtest.h>

#include "cel/testing.h"

namespace pharos::cel {
namespace {

using testing::Facts;
using testing::lines_of;

std::string shown(std::string_view text, Facts& facts) {
  const Compiled compiled = compile(text, {"f", 1, 1}, {}, std::nullopt);
  if (!compiled.rule) return lines_of(compiled.diagnostics);
  Arena arena;
  const Value value = evaluate(*compiled.rule, facts, arena);
  return value.is_error() ? "error: " + std::string(value.as_string()) : format_value(value, {});
}

using Rows = std::vector<std::pair<std::string_view, std::string_view>>;

void expect_rows(const Rows& rows) {
  Facts facts;
  facts.variables = {{"n", Value::integer(5)}, {"a.b", Value::string("dotted")}};
  for (const auto& [text, want] : rows) EXPECT_EQ(shown(text, facts), want) << text;
}

TEST(Plain, comments_and_white_space_stand_between_any_tokens) {
  expect_rows({
      {"1 // one\n+ 2", "3"},
      {"// first\n1", "1"},
      {"1 // last", "1"},
      {"1 //", "1"},
      {"'a // b' // c", "a // b"},
      {"[1, // one\r\n 2]", "[1, 2]"},
      {"\t\n\f\r 1 \t\n\f\r +\n\n2 ", "3"},
      {"n\n.\nsize", "error: the value has no fields or items"},
      {"a . b", "dotted"},
      {"8 / 2 // 4\n / 2", "2"},
      {"/ 1", "f:1:1: expected an expression, found '/'\n"},
  });
}

TEST(Plain, operators_bind_as_the_grammar_says) {
  expect_rows({
      {"1 + 2 * 3 - 4 / 2", "5"},
      {"2 * 3 % 4", "2"},
      {"10 - 2 - 3", "5"},
      {"-2 + 3", "1"},
      {"- 2", "-2"},
      {"1-1", "0"},
      {"1 - -1", "2"},
      {"!true || true", "true"},
      {"true || false && false", "true"},
      {"1 < 2 == true", "true"},
      {"1 in [1] && !(2 in [1])", "true"},
      {"false ? 1 : true ? 2 : 3", "2"},
      {"true ? false ? 1 : 2 : 3", "f:1:14: expected ':', found '?'\n"},  // As the grammar has it.
      {"true ? (false ? 1 : 2) : 3", "2"},
      {"[1, 2,]", "[1, 2]"},
      {"{'a': 1,}", "{\"a\": 1}"},
      {".5 + 1e2", "100.5"},
      {"0xFF + 0x1", "256"},
      {"-0x8000000000000000", "-9223372036854775808"},
      {"18446744073709551615u", "18446744073709551615"},
  });
}

TEST(Plain, what_is_unknown_is_an_error_only_where_it_matters) {
  expect_rows({
      {"missing", "error: no such variable"},
      {"missing || true", "true"},
      {"missing.f(1) || true", "true"},
      {"f(1/0)", "error: there is no function f()"},
      {"n.size()", "error: a function does not take values of this type"},
      {"n.startsWith('a', 'b', 'c') || true", "true"},
      {"n ? 1 : 2", "error: a condition is not bool"},
      {"has({'a': 1}.a) && !has({}.a)", "true"},
      {"cel.bind(x, 1 / 0, true)", "true"},
  });
}

TEST(Plain, whole_numbers_and_doubles_compare_exactly) {
  expect_rows({
      {"9007199254740993 == 9007199254740992.0", "false"},  // 2^53 + 1 has no double of its own.
      {"9007199254740993 > 9007199254740992.0", "true"},
      {"9223372036854775807 < 9223372036854775807u", "false"},
      {"-1 < 0u", "true"},
      {"1 == 1.0 && 1u == 1 && 1.5 > 1u", "true"},
      {"0.0 / 0.0 == 0.0 / 0.0", "false"},
      {"0.0 / 0.0 < 1", "false"},
      {"[1, 2.0] == [1u, 2] && {1: 'a'} == {1u: 'a'}", "true"},
      {"1 == '1'", "false"},
      {"1 < '1'", "error: values of these types have no order"},
  });
}

TEST(Plain, strings_count_code_points) {
  expect_rows({
      {"size('客户😀')", "3"},
      {"'客户😀'.substring(1, 2)", "户"},
      {"'客户😀'.indexOf('😀')", "2"},
      {"'客户😀'.reverse()", "😀户客"},
      {"'客户'.charAt(2)", ""},
      {"'客户'.charAt(3)", "error: the position is outside of the text"},
      {"'abc'.replace('', '-')", "-a-b-c-"},
      {"'abc'.replace('', '-', 2)", "-a-bc"},
      {"'hello hello'.replace('he', 'we', 1)", "wello hello"},
      {"'hello hello'.replace('he', 'we', 0)", "hello hello"},
      {"'aaa'.replace('a', 'b', -9223372036854775808)", "bbb"},
      {"'a,b,'.split(',')", "[\"a\", \"b\", \"\"]"},
      {"',a'.split(',')", "[\"\", \"a\"]"},
      {"'a,b,c'.split(',', 2)", "[\"a\", \"b,c\"]"},
      {"'a,b,c'.split(',', -1)", "[\"a\", \"b\", \"c\"]"},
      {"'客户'.split('')", "[\"客\", \"户\"]"},
      {"''.split(',')", "[\"\"]"},
      {"''.split('')", "[]"},
      {"['a', 'b'].join()", "ab"},
      {"[1].join(',')", "error: join() takes a list of strings"},
      {"' \\u3000x\\u00a0 '.trim()", "x"},
      {"'%d%%'.format([-9223372036854775807 - 1])", "-9223372036854775808%"},
      {"'%x'.format([-255])", "-ff"},
      {"'%s'.format([])", "error: format: more clauses than values"},
      {"'%'.format([1])", "error: format: a % stands at the end"},
  });
}

TEST(Plain, zones_follow_daylight_saving) {
  expect_rows({
      // Berlin leaps from 02:00 to 03:00 at 01:00 UTC on 2025-03-30, and back on 2025-10-26.
      {"timestamp('2025-03-30T00:59:59Z').getHours('Europe/Berlin')", "1"},
      {"timestamp('2025-03-30T01:00:00Z').getHours('Europe/Berlin')", "3"},
      {"timestamp('2025-10-26T00:30:00Z').getHours('Europe/Berlin')", "2"},
      {"timestamp('2025-10-26T01:30:00Z').getHours('Europe/Berlin')", "2"},
      {"timestamp('2024-12-31T16:00:00Z').getFullYear('Asia/Shanghai')", "2025"},
      {"timestamp('2024-12-31T16:00:00Z').getDayOfYear('Asia/Shanghai')", "0"},
      {"timestamp('2024-12-31T16:00:00Z').getDayOfYear()", "365"},
      {"timestamp('2025-01-01T00:00:00Z').getMinutes('-09:30')", "30"},
      {"timestamp('2025-01-01T00:00:00Z').getMinutes('02:15')", "15"},
      {"timestamp('2025-01-01T00:00:00Z').getHours('Nowhere/City')",
       "error: there is no time zone of that name"},
      {"timestamp('1969-12-31T23:59:59.999Z').getMilliseconds()", "999"},
      {"timestamp('0001-01-01T00:00:00Z').getFullYear('-01:00')", "0"},
  });
}

TEST(Plain, durations_add_up_their_units) {
  expect_rows({
      {"string(duration('1h30m'))", "5400s"},
      {"string(duration('-1.5s'))", "-1.5s"},
      {"string(duration('1w2d'))", "777600s"},
      {"string(duration('1ns'))", "0.000000001s"},
      {"duration('250ms').getMilliseconds()", "250"},
      {"duration('123.321456789s').getMilliseconds()", "321"},
      {"duration('90m').getHours()", "1"},
      {"string(duration('0'))", "0s"},
      {"duration('1')", "error: the text is not a duration such as 90s, 1h30m or 30d"},
      {"duration('')", "error: the text is not a duration such as 90s, 1h30m or 30d"},
      {"duration('1s ')", "error: the text is not a duration such as 90s, 1h30m or 30d"},
      {"duration('99999999999999999999999h')",
       "error: the text is not a duration such as 90s, 1h30m or 30d"},
      {"string(timestamp('2009-02-13T23:31:30.5+08:00'))", "2009-02-13T15:31:30.5Z"},
      {"timestamp('2009-02-13')", "error: the text is not a time such as 2025-01-31T09:30:00Z"},
  });
}

TEST(Plain, maps_keep_one_value_a_key) {
  expect_rows({
      {"{'b': 1, 'a': 2, 3: 4, true: 5}", "{true: 5, 3: 4, \"a\": 2, \"b\": 1}"},
      {"{1: 'a'}[1.0]", "a"},
      {"{1: 'a'}[1.5]", "error: the map has no such key"},
      {"{'a': 1}.b", "error: the map has no key b"},
      {"{1: 'a', 1u: 'b'}", "error: a map key is given twice"},
      {"{1.5: 'a'}", "error: a map key must be bool, int, uint or string"},
      {"{'a': 1}.transformMapEntry(k, v, {v: k})", "{1: \"a\"}"},
      {"{'a': 1, 'b': 1}.transformMapEntry(k, v, {v: k})", "error: a map key is given twice"},
      {"[1, 2].transformMapEntry(i, v, v == 1 ? {} : {'x': i, 'y': v})", "{\"x\": 1, \"y\": 2}"},
      {"[1, 2].transformMapEntry(i, v, v)", "error: transformMapEntry() makes a map for each item"},
  });
}

// As && and || do: what decides is not asked further.
TEST(Plain, the_alternative_to_a_value_is_not_evaluated) {
  expect_rows({
      {"optional.of(1).orValue(1 / 0)", "1"},
      {"optional.of(1).or(1 / 0).value()", "1"},
      {"optional.none().orValue(1 / 0)", "error: division by zero"},
      {"optional.none().or(optional.of(2)).value()", "2"},
  });
}

TEST(Plain, a_variable_may_have_the_name_of_a_type) {
  Facts facts;
  facts.variables = {{"map", Value::integer(1)}, {"type", Value::string("vip")}};
  EXPECT_EQ(shown("map + 1", facts), "2");
  EXPECT_EQ(shown("type == 'vip' && type(map) == int", facts), "true");
  EXPECT_EQ(shown("type({}) == map || list == type([])", facts), "true");  // list: unbound.
}

TEST(Plain, a_double_reads_back_what_its_text_says) {
  expect_rows({
      {"string(0.0 / 0.0)", "NaN"},
      {"[string(1.0 / 0.0), string(-1.0 / 0.0)]", "[\"Infinity\", \"-Infinity\"]"},
      {"double(string(-1.0 / 0.0)) == -1.0 / 0.0", "true"},
      {"math.isNaN(double(string(0.0 / 0.0)))", "true"},
      {"double(string(0.1 + 0.2)) == 0.1 + 0.2", "true"},
  });
}

TEST(Plain, text_in_quotes_has_all_its_forms) {
  expect_rows({
      {"r'\\n' == '\\\\n'", "true"},
      {"'''a'b''c'''", "a'b''c"},
      {"\"\"\"x\ny\"\"\"", "x\ny"},
      {"'\\x41\\101\\u0041\\U00000041'", "AAAA"},
      {"b'\\xff\\377' == b'\\377\\xff'", "true"},
      {"size(b'客')", "3"},
      {"'\\ud800'", "f:1:2: the escape is not a Unicode character\n"},
      {"b'\\u0041'", "f:1:3: \"\\\\u\" is not an escape; a backslash is written \\\\\n"},
      {"'\\400'", "f:1:2: \"\\\\4\" is not an escape; a backslash is written \\\\\n"},
      {"'\\x4'", "f:1:2: an escape needs 2 digits here\n"},
      {"size('a", "f:1:6: text in quotes is not closed: expected '\n"},
      {"'a\nb'", "f:1:1: text in quotes is not closed: expected '\n"},
  });
}

}  // namespace
}  // namespace pharos::cel
