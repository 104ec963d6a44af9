// cel/limits_test.cc: every bound of limits.h, from both sides; hostile expressions end soon.
#include "cel/limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>

#include "cel/box.h"
#include "cel/testing.h"

namespace pharos::cel {
namespace {

using testing::Facts;
using ::testing::HasSubstr;
using testing::lines_of;

std::string repeated(std::string_view text, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

std::string shown(std::string_view text, Facts& facts) {
  const Compiled compiled = compile(text, {"f", 1, 1}, {}, std::nullopt);
  if (!compiled.rule) return lines_of(compiled.diagnostics);
  Arena arena;
  const Value value = evaluate(*compiled.rule, facts, arena);
  return value.is_error() ? "error: " + std::string(value.as_string()) : format_value(value, {});
}

std::string shown(std::string_view text) {
  Facts facts;
  return shown(text, facts);
}

TEST(Limit, text_has_a_greatest_size) {
  const std::string spaces(program_bytes_max - 1, ' ');
  EXPECT_EQ(shown(spaces + "1"), "1");
  EXPECT_THAT(shown(spaces + " 1"), HasSubstr("the limit is 65,536"));
}

TEST(Limit, syntax_has_a_greatest_depth) {
  const std::size_t most = nesting_max - 1;
  EXPECT_EQ(shown(repeated("(", most) + "1" + repeated(")", most)), "1");
  EXPECT_EQ(shown("1" + repeated(" + 1", most)), "100");
  EXPECT_EQ(shown(repeated("!", most - 1) + "true"), "true");
  for (const std::string& text :
       {repeated("(", 50'000), repeated("[", 50'000), repeated("-", 60'000) + "x",
        repeated("!", 60'000), repeated("{1:", 20'000), repeated("a.b(", 10'000),
        repeated("x?y:", 10'000) + "z", "1" + repeated("+1", 30'000), "a" + repeated(".b", 30'000),
        "a" + repeated("[0]", 20'000), repeated("a[", 20'000), repeated("f(", 20'000)})
    EXPECT_THAT(shown(text), HasSubstr("nested more than 100 levels")) << text.substr(0, 20);
}

TEST(Limit, one_level_deeper_is_too_deep) {
  EXPECT_EQ(shown("1" + repeated(" + 1", nesting_max - 1)), "100");
  EXPECT_THAT(shown("1" + repeated(" + 1", nesting_max)), HasSubstr("nested more than 100 levels"));
  EXPECT_EQ(shown(repeated("[", nesting_max - 1) + "1" + repeated("]", nesting_max - 1)).size(),
            2u * (nesting_max - 1) + 1);
  EXPECT_THAT(shown(repeated("[", nesting_max) + "1" + repeated("]", nesting_max)),
              HasSubstr("nested more than 100 levels"));
}

TEST(Limit, a_call_has_a_greatest_number_of_arguments) {
  const auto greatest = [](std::size_t count) {
    return "math.greatest(1" + repeated(", 2", count - 1) + ")";
  };
  EXPECT_EQ(shown(greatest(arguments_max)), "2");
  EXPECT_EQ(shown(greatest(arguments_max + 1)), "error: there is no function math.greatest()");
}

// An item of all(x, true) takes two steps: the item and its body.
TEST(Limit, an_evaluation_has_a_greatest_number_of_steps) {
  std::vector<Value> items(evaluation_steps_max / 2 + 1);
  Arena arena;
  Facts facts;
  for (const std::size_t more : {0, 1}) {
    facts.variables["l"] = make_list({items.data(), evaluation_steps_max / 2 + more}, arena);
    EXPECT_EQ(shown("l.all(x, true)", facts),
              more == 0 ? "true" : "error: takes more than 1,000,000 steps");
  }
}

TEST(Limit, an_evaluation_builds_a_greatest_number_of_bytes) {
  const std::string half(arena_bytes_max / 2, 'a');
  Facts facts;
  facts.variables = {{"half", Value::string(half)}, {"one", Value::string("a")}};
  EXPECT_EQ(shown("size(half + half)", facts), std::to_string(arena_bytes_max));
  EXPECT_EQ(shown("size(half + (half + one))", facts), "error: needs more than 16 MiB");
}

TEST(Limit, values_are_compared_to_a_greatest_depth) {
  const auto nested = [](int depth) {
    // Lists in lists, built by macros: deeper than the text may be.
    std::string text = "v0 == v0";
    for (int i = 0; i < 4; ++i) text = "cel.bind(v0, [v0], " + text + ")";
    return fmt::format("cel.bind(v0, l{}, {})", depth, text);
  };
  Arena arena;
  Facts facts;
  Value value = Value::integer(1);
  for (int depth = 1; depth <= value_depth_max; ++depth) {
    Value* const item = arena.array<Value>(1);
    *item = value;
    value = make_list({item, 1}, arena);
    facts.variables[fmt::format("l{}", depth)] = value;
  }
  EXPECT_EQ(shown(nested(value_depth_max - 4), facts), "true");
  EXPECT_THAT(shown(nested(value_depth_max - 3), facts), HasSubstr("error"));
  EXPECT_THAT(shown(fmt::format("'%s'.format([[l{}]])", value_depth_max), facts),
              HasSubstr("nested too deep"));
}

TEST(Limit, a_pattern_that_is_not_constant_costs_its_compilation) {
  const auto times = [](std::size_t count) {
    return "[1" + repeated(", 1", count - 1) + "].all(x, 'a'.matches('a' + ''))";
  };
  EXPECT_EQ(shown(times(evaluation_steps_max / pattern_steps - 1)), "true");
  EXPECT_THAT(shown(times(evaluation_steps_max / pattern_steps)), HasSubstr("steps"));
}

// "(?:a{1,1000}){1,N}" grows with N until its program needs more than pattern_memory_max.
TEST(Limit, a_pattern_has_a_greatest_size_when_compiled) {
  EXPECT_EQ(shown("'aa'.matches('^(a{1,100}){1,10}$')"), "true");
  EXPECT_THAT(shown("'aa'.matches('" + repeated("(\\\\pL{1,100}){1,9}", 40) + "')"),
              HasSubstr("not a regular expression"));
}

TEST(Limit, a_chain_of_conditions_is_not_deep) {
  EXPECT_EQ(shown("true" + repeated(" && true", 7'000)), "true");
  EXPECT_EQ(shown("false" + repeated(" || false", 6'000)), "false");
}

TEST(Limit, faults_are_counted) {
  const Schema schema = testing::shop();
  const Compiled compiled = compile("x" + repeated(" && x", 1'000), {"f", 1, 1},
                                    {.use = Use::rule, .schema = &schema, .metrics = {}}, {});
  EXPECT_EQ(compiled.diagnostics.size(), diagnostics_max);
}

TEST(Limit, evaluation_ends_soon) {
  const std::string big(1 << 20, 'a');
  const std::string no_text = big + "\xff";  // Found out at its end only.
  Facts facts;
  facts.variables = {{"s", Value::string(big)}, {"y", Value::bytes(no_text)}};
  const std::string ten = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]";
  const auto nested = [&](std::string_view macro, std::string_view inner) {
    std::string text(inner);
    for (const char* name : {"a", "b", "c", "d", "e", "f", "g", "h"})
      text = ten + "." + std::string(macro) + "(" + name + ", " + text + ")";
    return text;
  };
  std::string doubled = "size(v20)";
  for (int i = 20; i > 0; --i)
    doubled = fmt::format("cel.bind(v{}, v{} + v{}, {})", i, i - 1, i - 1, doubled);
  std::string shared = "v30 == v30";
  for (int i = 30; i > 0; --i)
    shared = fmt::format("cel.bind(v{}, [v{}, v{}], {})", i, i - 1, i - 1, shared);
  const std::pair<std::string, std::string_view> rows[] = {
      {nested("all", "true"), "takes more than 1,000,000 steps"},
      {nested("map", "1"), "takes more than 1,000,000 steps"},
      {"cel.bind(v0, s, " + doubled + ")", "needs more than 16 MiB"},
      {"cel.bind(v0, 'x', " + shared + ")", "takes more than 1,000,000 steps"},
      {nested("all", "s.contains('b') || true"), "steps"},
      {nested("all", "s.lastIndexOf('ab') < 0"), "steps"},
      {nested("all", "double(s) > 1.0 || true"), "steps"},
      {nested("all", "s.matches('(a*)*b') || true"), "steps"},
      {nested("all", "s.matches('(a{1,100}){1,10}' + 'b') || true"), "steps"},
      {nested("all", "{s: 1, s + 'x': 2}[s] == 1"), "steps"},
      {nested("all", "s < s || true"), "steps"},
      {nested("all", "s == s"), "steps"},
      {nested("all", "'%s%s%s'.format([s, s, s]) == ''  || true"), "steps"},
      {nested("all", "s.split('').size() == 0 || true"), "steps"},
      {nested("all", "s.replace('', s) == '' || true"), "16 MiB"},
      {nested("all", "s.reverse() == s"), "steps"},
      {"cel.bind(m, {s: 1}, " + nested("all", "m == m") + ")", "steps"},
      {"cel.bind(m, {s: 1}, " + nested("all", "m == {s: 1}") + ")", "steps"},
      {"cel.bind(m, {s: 1}, " + nested("all", "s in m") + ")", "steps"},
      {"cel.bind(m, {s: 1}, " + nested("all", "m[s] == 1") + ")", "steps"},
      {nested("all", "y < y || true"), "steps"},
      {nested("all", "y == y"), "steps"},
      {nested("all", "'%s'.format([y]) == '' || true"), "steps"},
      {nested("all", "'%x'.format([y]) == '' || true"), "steps"},
      {nested("all", "string(y) == '' || true"), "steps"},
      {nested("all", "strings.quote(s) == '' || true"), "steps"},
      {nested("all", "s.indexOf('b') < 0"), "steps"},
      {nested("all", "s.trim() == s"), "steps"},
      {nested("all", "[s, s].join() == '' || true"), "steps"},
      {nested("all", "'%s'.format([{s: 1}]) == '' || true"), "steps"},
      {nested("all", "timestamp('2025-01-01T00:00:00Z').getHours('Nowhere') == 0 || true"),
       "steps"},
      {nested("all", "'a'.matches('(a' + ')') || true"), "steps"},
      {nested("all", "gone" + repeated(".a", 80) + " || true"), "steps"},
      {nested("all", "{}.a || true"), "steps"},
      {"cel.bind(l, s.split(''), l.map(x, l + l).size())", "16 MiB"},
      {nested("transformMap", "1"), "transformMap() takes"},
      {"s.split('').transformMapEntry(i, x, {x: i, string(i): i})", "a map key is given twice"},
      {"s.split('').map(x, 'a').map(x, s.split('a'))", "steps"},
      {"s.split('').map(x, s.split('')).size()", "steps"},
  };
  for (const auto& [text, want] : rows) {
    const std::clock_t begin = std::clock();  // Of this process alone.
    const std::string is = shown(text, facts);
    const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    // An error inside || true is absorbed, so such rows may also end in true once all is spent.
    EXPECT_TRUE(is.find(want) != std::string::npos || is.find("steps") != std::string::npos ||
                is == "true")
        << text.substr(0, 100) << "\n"
        << is.substr(0, 200);
    EXPECT_LT(seconds, 20) << text;
  }
}

// Texts of the greatest size that once took, or could take, more than linear time to check.
TEST(Limit, checking_ends_soon) {
  const Schema schema = testing::shop();
  const auto numbered = [](std::string_view before, std::string_view after) {
    std::string text;
    for (int i = 0; text.size() < program_bytes_max - 100; ++i)
      text += fmt::format("{}{}{}{}", text.empty() ? "" : " || ", before, i, after);
    return text;
  };
  const std::string rows[] = {
      numbered("count(order_paid, items > ", ") > 0"),
      numbered("count(order_paid, '", "s') > 0"),
      numbered("sum(order_paid.amount) > ", ""),
      numbered("industry.startsWith('", "')"),
      numbered("unknown_name_that_is_nearly_as_long_as_a_name_may_be_before_it_is_one_", " == 1"),
      numbered("count(order_paid, nearly_", " > 1) > 1"),
      numbered("industry.matches('", "')"),
      numbered("industry.matches('(", "')"),
      numbered("industry == '", "'"),
      numbered("signed_at + '1d' > now - duration('", "s')"),
      "seats in [" + repeated("1, ", 20'000) + "1]",
      repeated("[1].exists(x, ", 90) + "true" + repeated(")", 90),
      repeated("cel.bind(x, 1, ", 90) + "true" + repeated(")", 90),
      repeated("(now > signed_at) == (", 40) + "vip" + repeated(")", 40),
  };
  for (const std::string& text : rows) {
    for (const Use use : {Use::rule, Use::query, Use::plain}) {
      const std::clock_t begin = std::clock();
      compile(text, {"f", 1, 1}, {.use = use, .schema = &schema, .metrics = {}}, std::nullopt);
      const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
      EXPECT_LT(seconds, 10) << text.substr(0, 100);
    }
  }
}

TEST(Limit, patterns_have_a_greatest_size_and_number) {
  EXPECT_EQ(shown("'a'.matches('" + std::string(pattern_bytes_max, 'a') + "')"), "false");
  EXPECT_THAT(shown("'a'.matches('" + std::string(pattern_bytes_max + 1, 'a') + "')"),
              HasSubstr("the limit is 1000"));
  EXPECT_THAT(shown("'a'.matches('((a{100}){100}){100}')"), HasSubstr("not a regular expression"));
  const Schema schema = testing::shop();
  const Scope scope{.use = Use::rule, .schema = &schema, .metrics = {}};
  const std::string one = "industry.matches('a')";
  const auto many = [&](std::size_t count) {
    return compile(one + repeated(" && " + one, count - 1), {"f", 1, 1}, scope, Kind::boolean);
  };
  EXPECT_TRUE(many(patterns_max).rule);
  EXPECT_FALSE(many(patterns_max + 1).rule);
}

TEST(Limit, what_is_written_for_people_is_cut) {
  std::string shared = "v30";
  for (int i = 30; i > 0; --i)
    shared = fmt::format("cel.bind(v{}, [v{}, v{}], {})", i, i - 1, i - 1, shared);
  const std::string whole(format_bytes_max, 'a');
  Facts facts;
  facts.variables = {{"s", Value::string(whole)}};
  EXPECT_EQ(shown("s", facts), whole);
  EXPECT_EQ(shown("s + 'b'", facts), whole + "...");
  const std::string text = shown("cel.bind(v0, 'xxxxxxxxxxxxxxxx', " + shared + ")");
  EXPECT_LT(text.size(), format_bytes_max + 1'000);
  EXPECT_THAT(text, HasSubstr("..."));
}

TEST(Limit, an_arena_is_as_good_as_new_after_running_out) {
  Arena arena;
  Facts facts;
  const std::string big(1 << 20, 'a');
  facts.variables = {{"s", Value::string(big)}};
  const Compiled hungry = compile("s.split('').map(x, s + x)", {}, {}, {});
  const Compiled modest = compile("['a', 'b'].map(x, x + x)", {}, {}, {});
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(evaluate(*hungry.rule, facts, arena).is_error());
    EXPECT_EQ(format_value(evaluate(*modest.rule, facts, arena), {}), "[\"aa\", \"bb\"]");
  }
}

}  // namespace
}  // namespace pharos::cel
