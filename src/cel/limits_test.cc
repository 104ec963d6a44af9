// cel/limits_test.cc: every bound of limits.h, from both sides; hostile expressions end soon.
#include "cel/limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

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
  Facts facts;
  facts.variables = {{"s", Value::string(big)}};
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
      {"s.split('').map(x, s.split('')).size()", "steps"},
  };
  for (const auto& [text, want] : rows) {
    const auto begin = std::chrono::steady_clock::now();
    const std::string is = shown(text, facts);
    const auto spent = std::chrono::steady_clock::now() - begin;
    // An error inside || true is absorbed, so such rows may also end in true once all is spent.
    EXPECT_TRUE(is.find(want) != std::string::npos || is.find("steps") != std::string::npos ||
                is == "true")
        << text.substr(0, 100) << "\n"
        << is.substr(0, 200);
    EXPECT_LT(spent, std::chrono::seconds(20)) << text;
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
