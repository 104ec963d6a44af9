// cel/faulty_rules_test.cc: what is said of rules that could not be evaluated: where, what was
// expected, what was found, and the name that is near.
#include <gtest/gtest.h>

#include "cel/testing.h"

namespace pharos::cel {
namespace {

using testing::lines_of;
using testing::shop;

// In `marked` a ^ stands before the place.
struct Row {
  std::string_view marked, message;
  std::string_view hint = "";
};

std::string diagnosed(const std::string& text, Use use, std::string_view file) {
  const Schema schema = shop();
  const std::vector<std::string> metrics{"gmv", "orders"};
  const bool condition = use == Use::rule;
  Diagnostics found =
      compile(text, {std::string(file), 1, 1}, {.use = use, .schema = &schema, .metrics = metrics},
              condition ? std::optional(Kind::boolean) : std::nullopt)
          .diagnostics;
  return lines_of(found);
}

void expect_faults(std::span<const Row> rows, Use use = Use::rule) {
  for (const auto& [marked, message, hint] : rows) {
    const std::size_t at = marked.find('^');
    ASSERT_NE(at, std::string_view::npos) << marked;
    std::string text(marked);
    text.erase(at, 1);
    std::string want = fmt::format("r:1:{}: {}\n", at + 1, message);
    if (!hint.empty()) want += fmt::format("  {}\n", hint);
    EXPECT_EQ(diagnosed(text, use, "r"), want) << text;
  }
}

constexpr std::string_view make_comparison = "Make it a comparison, with == or >.";
constexpr std::string_view make_double =
    "Make both double: 2.0 for a number, double(x) for an expression.";
constexpr std::string_view length = "A length of time is text in quotes, such as '30d'.";
constexpr std::string_view time = "A time is text in quotes, such as '2025-01-31T09:30:00Z'.";
constexpr std::string_view money = "Money is added to money, and multiplied or divided by numbers.";

TEST(FaultyRule, compares_what_never_compares) {
  const Row rows[] = {
      {"industry ^== 5", "== expects string on its right, found int: 5"},
      {"5 ^== industry", "== expects int on its right, found string: industry"},
      {"seats ^> 'many'", "> expects int on its right, found string: 'many'"},
      {"score ^>= vip", ">= expects double on its right, found bool: vip"},
      {"vip ^== 1", "== expects bool on its right, found int: 1"},
      {"industry ^!= null", "!= expects string on its right, found null: null",
       "Whether a value is there is asked with has(account.NAME)."},
      {"signed_at ^> 30", "> expects timestamp on its right, found int: 30", time},
      {"since(login) ^> 30", "> expects duration on its right, found int: 30", length},
      {"now - signed_at ^> signed_at",
       "> expects duration on its right, found timestamp: signed_at", length},
      {"signed_at > ^'yesterday'",
       "expected a time such as '2025-01-31T09:30:00Z', found \"yesterday\""},
      {"since(login) > ^'a month'",
       "expected a duration such as '30d' or '12h30m', found \"a month\""},
      {"[1] ^< [2]",
       "< expects values with an order, such as numbers, text or times, found list of int"},
      {"type(seats) ^== 'int'", "== expects type on its right, found string: 'int'"},
      {"credit ^== '5'", "== expects money on its right, found string: '5'"},
      {"credit ^> score",
       "> expects money, int or a number as written beside money, found a computed double, which "
       "is not exact",
       "Compare with a number as written, such as 0.1, or use double(...) on the money."},
      {"sum(order_paid.amount) ^== industry",
       "== expects money on its right, found string: industry"},
      {"count(login) ^== '5'", "== expects int on its right, found string: '5'"},
      {"distinct(login.member) ^> 'x'", "> expects int on its right, found string: 'x'"},
      {"growth(login, '7d') ^> '5%'", "> expects double on its right, found string: '5%'"},
      {"last(order_paid.note) ^> 5", "> expects string on its right, found int: 5"},
      {"last(order_paid.category) == ^'shoe'", "\"shoe\" is not a value of \"category\"",
       "Did you mean \"shoes\"?"},
      {"main.activated.entry ^== 'once'", "== expects int on its right, found string: 'once'"},
      {"held('main.activated') ^> 0", "> expects bool on its right, found int: 0"},
      {"size == ^'smbb'", "\"smbb\" is not a value of \"size\"", "Did you mean \"smb\"?"},
  };
  expect_faults(rows);
}

// Types go with values into lists, maps, optionals and variables, and out again.
TEST(FaultyRule, is_seen_through_what_holds_a_value) {
  const Row rows[] = {
      {"{'a': 1}.a ^> 'x'", "> expects int on its right, found string: 'x'"},
      {"{'a': {'b': vip}}.a.b ^> 1", "> expects bool on its right, found int: 1"},
      {"[['a']][0][0] ^> seats", "> expects string on its right, found int: seats"},
      {"cel.bind(x, seats, x ^== 'a')", "== expects int on its right, found string: 'a'"},
      {"[seats].exists(s, s ^== 'a')", "== expects int on its right, found string: 'a'"},
      {"[size].exists(s, s == ^'smbb')", "\"smbb\" is not a value of \"size\"",
       "Did you mean \"smb\"?"},
      {"{'a': seats}.all(k, v, v ^== k)", "== expects int on its right, found string: k"},
      {"{'a': seats}.exists(k, k ^== 1)", "== expects string on its right, found int: 1"},
      {"[seats].map(s, [s]).all(l, l ^== 1)", "== expects list of int on its right, found int: 1"},
      {"[?optional.of(seats)][0] ^== 'a'", "== expects int on its right, found string: 'a'"},
      {"{'a': seats}.?a.orValue(0) ^== 'a'", "== expects int on its right, found string: 'a'"},
      {"optional.of(seats).value() ^== 'a'", "== expects int on its right, found string: 'a'"},
      {"optional.of(seats).orValue(^'a') > 1", "orValue() takes int here, found string: 'a'"},
      {"optional.of(seats).optMap(s, s ^+ 'a').hasValue()",
       "+ expects int on its right, found string: 'a'"},
      {"(vip ? [1] : [2])[0] ^== 'a'", "== expects int on its right, found string: 'a'"},
      {"industry.split(',')[0] ^== 5", "== expects string on its right, found int: 5"},
      {"math.greatest(seats, 5) ^== 'a'", "== expects int on its right, found string: 'a'"},
      {"math.sign(seats) ^== 'a'", "== expects int on its right, found string: 'a'"},
  };
  expect_faults(rows);
}

TEST(FaultyRule, computes_what_cannot_be_computed) {
  const Row rows[] = {
      {"seats ^+ 0.5 > 1.0", "+ expects int on its right, found double: 0.5", make_double},
      {"seats ^+ 2u > 1", "+ expects int on its right, found uint: 2u",
       "Make both int: 2 for a number, int(x) for an expression."},
      {"industry ^+ 5 == ''", "+ expects string on its right, found int: 5"},
      {"industry ^- 'x' == ''",
       "- expects int or uint or double or timestamp or duration or money on its left, found "
       "string: industry"},
      {"vip ^* 2 > 1", "* expects int or uint or double or money on its left, found bool: vip"},
      {"score ^% 2.0 > 1.0", "% expects int or uint on its left, found double: score"},
      {"signed_at ^+ 30 < now", "+ expects duration on its right, found int: 30", length},
      {"signed_at ^+ signed_at < now",
       "+ expects duration on its right, found timestamp: signed_at"},
      {"signed_at + ^'soon' < now",
       "expected a duration such as '30d' or '12h30m', found \"soon\""},
      {"credit ^+ seats > 1",
       "+ expects money or a number as written on its right, found int: seats", money},
      {"credit ^* credit > 1",
       "* expects int or a number as written on its right, found money: credit", money},
      {"credit ^* score > 1",
       "* expects int or a number as written on its right, found double: score",
       "A computed double is not exact: use a number as written, such as 0.1, or double(...) on "
       "the "
       "money."},
      {"100 ^/ credit > 1", "/ expects int on its right, found money: credit", money},
      {"credit ^% 2 > 1", "% expects int or uint on its left, found money: credit"},
      {"credit + ^0.001 > 1",
       "expected an amount of CNY with at most 2 digits behind the point, found 0.001"},
      {"^-industry == ''", "- takes int, double or money, found string: industry"},
      {"seats / ^0 > 1", "division by zero"},
      {"seats % ^0 == 1", "division by zero"},
      {"credit / ^0 > 1", "division by zero"},
      {"^since(login) * 2 > '30d'",
       "\"now\" and since() may only be added and subtracted here, found since(login) * 2",
       "Write for example: now - account.NAME > duration('30d')."},
  };
  expect_faults(rows);
}

TEST(FaultyRule, has_no_yes_or_no) {
  const Row rows[] = {
      {"^seats", "expected bool, found int: seats",
       "A condition is a comparison, such as count(login, '7d') > 0."},
      {"^seats && vip", "&& takes bool, found int: seats", make_comparison},
      {"vip || ^industry", "|| takes bool, found string: industry", make_comparison},
      {"!^seats", "! takes bool, found int: seats", make_comparison},
      {"^industry ? vip : vip", "? takes bool, found string: industry", make_comparison},
      {"[1].exists(x, ^x)", "exists() takes bool, found int: x", make_comparison},
      {"vip ? 1 : ^'x'",
       "the two sides of ':' are of one type: expected int like 1, found string: 'x'"},
  };
  expect_faults(rows);
}

TEST(FaultyRule, looks_into_what_holds_nothing_such) {
  const Row rows[] = {
      {"'a' ^in industry", "in takes a list or a map, found string: industry",
       "Text within text: x.contains('abc')."},
      {"5 ^in ['a']", "in expects list of int on its right, found list of string: ['a']"},
      {"seats ^in {'a': 1}",
       "in expects map of int on its right, found map of string to int: {'a': 1}"},
      {"credit ^in [1, 2]", "in expects list of money on its right, found list of int: [1, 2]"},
      {"size in ['smb', ^'large']", "\"large\" is not a value of \"size\"",
       "Values are smb, mid, key."},
      {"^industry[0] == 'a'", "[] takes a list or a map, found string: industry"},
      {"['a'][^'x'] == 'a'", "a list is indexed with int, found string: 'x'"},
      {"['a'][^-1] == 'a'", "a list is indexed with int from 0 on, found int: -1"},
      {"{'a': 1}[^5] == 1", "the keys of the map are string, found int: 5"},
      {"{^1.5: 1}.size() == 1", "a map key is bool or int or uint or string, found double: 1.5"},
      {"industry.^name == 'x'",
       "\"industry\" has no field \"name\": expected map of string, found string"},
      {"{1: 'a'}.^b == 'x'",
       "\"{1: 'a'}\" has no field \"b\": expected map of string, found map of int to string"},
      {"[?^seats].size() > 0", "an item behind ? is optional, found int: seats"},
  };
  expect_faults(rows);
}

TEST(FaultyRule, calls_with_what_does_not_fit) {
  const Row rows[] = {
      {"industry.startsWith(^5)", "startsWith() takes string here, found int: 5"},
      {"size(^seats) > 1", "size() takes string or bytes or list or map here, found int: seats"},
      {"math.abs(^industry) > 1",
       "math.abs() takes int or uint or double or money here, found string: industry"},
      {"industry.charAt(^-1) == 'a'", "charAt() takes int from 0 on here, found -1"},
      {"industry.indexOf('a', ^-2) > 1", "indexOf() takes int from 0 on here, found -2"},
      {"math.bitShiftLeft(seats, ^-1) > 0",
       "math.bitShiftLeft() takes int from 0 on here, found -1"},
      {"math.bitAnd(seats, ^2u) > 0", "math.bitAnd() takes int here, found uint: 2u"},
      {"^[seats].join(',') == ''", "join() takes list of string here, found list of int: [seats]"},
      {"^industry.all(c, c == 'x')", "all() goes over a list or a map, found string: industry"},
      {"industry.^contains('a', 'b')", "contains() takes 1 argument, found 2"},
      {"[seats].^map(s) == []", "map() takes a variable and an expression, found 1 argument"},
      {"[seats].transformMapEntry(i, s, ^s).size() > 0",
       "transformMapEntry() takes a map for each item, found int: s"},
      {"optional.of(seats).optFlatMap(s, ^s).hasValue()",
       "optFlatMap() gives an optional, found int: s"},
      {"signed_at.getHours(^'Asia/Shangai') > 9", "expected a time zone, found \"Asia/Shangai\"",
       "Did you mean \"Asia/Shanghai\"?"},
      {"sum(order_paid.^note) > 1",
       "sum() takes int, double or money, found order_paid.note, which is string",
       "distinct() and last() take any type."},
      {"count(order_paid, '30d', ^items) > 1", "expected bool, found int: items",
       "A condition is a comparison, such as count(login, '7d') > 0."},
      {"count(order_paid, items ^== 'x') > 1", "== expects int on its right, found string: 'x'"},
      {"count(order_paid, amount ^> weight) > 1",
       "> expects money, int or a number as written beside money, found a computed double, which "
       "is not exact",
       "Compare with a number as written, such as 0.1, or use double(...) on the money."},
      {"^held(5)", "held() takes the name of a node in quotes, such as 'main.signed', found 5"},
      {"^has(5)", "has() takes a field, such as account.NAME, found 5"},
  };
  expect_faults(rows);
}

// What reads nothing is worked out when the rule loads.
TEST(FaultyRule, can_only_be_an_error) {
  const Row rows[] = {
      {"seats > ^9223372036854775807 + 1",
       "9223372036854775807 + 1 can only be an error: the result is outside the range of its type"},
      {"seats > ^int('many')", "int('many') can only be an error: the text is not an int"},
      {"seats == ^[1, 2][5]", "[1, 2][5] can only be an error: the index is outside of the list"},
      {"seats == ^{'a': 1}.b", "{'a': 1}.b can only be an error: the map has no key b"},
      {"^'abc'.substring(5) == industry",
       "'abc'.substring(5) can only be an error: the position is outside of the text"},
      {"seats > 5 || ^1 / (2 - 2) > 1", "1 / (2 - 2) > 1 can only be an error: division by zero"},
      {"[seats].exists(s, s > ^1 / (2 - 2))", "1 / (2 - 2) can only be an error: division by zero"},
  };
  expect_faults(rows);
  // An error that does not matter is none, and neither is one that hangs on the account.
  for (const char* const text :
       {"true || 1 / (2 - 2) > 1", "seats / (seats - 2) > 1", "{'a': 1}.?b.orValue(seats) > 1",
        "[seats][seats] > 1", "'abc'.substring(seats) == ''"})
    EXPECT_EQ(diagnosed(text, Use::rule, "r"), "") << text;
}

TEST(FaultyRule, names_what_is_near) {
  const Row rows[] = {
      {"^industri == 'x'", "\"industri\" is not a known name", "Did you mean \"industry\"?"},
      {"account.^seets > 1", "\"seets\" is not an attribute", "Did you mean \"seats\"?"},
      {"^acount.seats > 1", "\"acount\" is not a known name", "Did you mean \"account\"?"},
      {"^mian.signed.held", "\"mian\" is not a known name", "Did you mean \"main\"?"},
      {"main.^activted.held", "\"activted\" is not a node of track \"main\"",
       "Did you mean \"activated\"?"},
      {"main.activated.^hold", "\"hold\" is not a field of a node", "Did you mean \"held\"?"},
      {"held(^'mian.signed')", "\"mian\" is not a track", "Did you mean \"main\"?"},
      {"at(^'activatd')", "\"activatd\" is not a node", "Did you mean \"activated\"?"},
      {"[1].exists(item, ^itme == 1)", "\"itme\" is not a known name", "Did you mean \"item\"?"},
      {"count(^logn) > 1", "\"logn\" is not an event", "Did you mean \"login\"?"},
      {"sum(order_paid.^amout) > 1", "\"amout\" is not a property of order_paid",
       "Did you mean \"amount\"?"},
      {"count(order_paid, ^itms > 1) > 1", "\"itms\" is not a property of order_paid",
       "Did you mean \"items\"?"},
      {"^amount > 5", "\"amount\" is not a known name",
       "It is a property of order_paid. Take it over a window: last(order_paid.amount, '30d')."},
      {"^cuont(login) > 1", "there is no function cuont()", "Did you mean \"count\"?"},
      {"industry.^startWith('x')", "there is no function startWith()",
       "Did you mean \"startsWith\"?"},
      {"math.^abz(seats) > 1", "there is no function math.abz()", "Did you mean \"math.abs\"?"},
  };
  expect_faults(rows);
}

TEST(FaultyMetric, is_a_number_made_of_numbers) {
  const Row rows[] = {
      {"^count(login) > 5",
       "a metric is a number: expected int or uint or double or money, found bool: count(login) > "
       "5"},
      {"^last(order_paid.note)",
       "a metric is a number: expected int or uint or double or money, found string: "
       "last(order_paid.note)"},
      {"gmv ^+ 'x'", "+ expects a number on its right, found string: 'x'"},
      {"^gmv ? 1 : 2", "? takes bool, found a number: gmv", make_comparison},
      {"gmv > 5 ? ^'x' : orders", "expected a number"},
      {"gmv / ^0", "division by zero"},
      {"gmv / ^ordres", "\"ordres\" is not a metric", "Did you mean \"orders\"?"},
  };
  expect_faults(std::span(rows).first(4), Use::metric);
  expect_faults(std::span(rows).last(2), Use::metric);
  for (const char* const text : {"gmv / orders", "gmv > 5 ? gmv : orders", "2 * gmv + 1.5"})
    EXPECT_EQ(diagnosed(text, Use::metric, "r"), "") << text;
}

// Ten faults of ten kinds in one rule.
TEST(FaultyRule, ten_faults_are_ten_diagnostics) {
  const std::string rule =
      "industri == 'a' ||\n"
      "size == 'smbb' ||\n"
      "count(logn) > 1 ||\n"
      "count(login, 'this moth') > 1 ||\n"
      "sum(order_paid.note) > 1 ||\n"
      "held('main.sined') ||\n"
      "seats + 0.5 > 1.0 ||\n"
      "seats ||\n"
      "cuont(login) > 1 ||\n"
      "seats > int('x')";
  EXPECT_EQ(
      diagnosed(rule, Use::rule, "r"),
      "r:1:1: \"industri\" is not a known name\n"
      "  Did you mean \"industry\"?\n"
      "r:2:9: \"smbb\" is not a value of \"size\"\n"
      "  Did you mean \"smb\"?\n"
      "r:3:7: \"logn\" is not an event\n"
      "  Did you mean \"login\"?\n"
      "r:4:14: \"this moth\" is not a window; expected a length such as '30d', '24h' or '4w', "
      "a calendar period such as 'today', 'this month' or 'last week', or 'all'\n"
      "  Did you mean \"this month\"?\n"
      "r:5:16: sum() takes int, double or money, found order_paid.note, which is string\n"
      "  distinct() and last() take any type.\n"
      "r:6:6: \"sined\" is not a node of track \"main\"\n"
      "  Did you mean \"signed\"?\n"
      "r:7:7: + expects int on its right, found double: 0.5\n"
      "  Make both double: 2.0 for a number, double(x) for an expression.\n"
      "r:8:1: || takes bool, found int: seats\n"
      "  Make it a comparison, with == or >.\n"
      "r:9:1: there is no function cuont()\n"
      "  Did you mean \"count\"?\n"
      "r:10:9: int('x') can only be an error: the text is not an int\n");
}

}  // namespace
}  // namespace pharos::cel
