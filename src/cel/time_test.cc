// cel/time_test.cc: time in rules: where it may stand, and the instant at which a comparison flips.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cel/testing.h"

namespace pharos::cel {
namespace {

using ::testing::ElementsAre;
using testing::Facts;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::lines_of;
using testing::shop;

Compiled compile_rule(std::string_view text, Use use = Use::rule) {
  static const Schema schema = shop();
  return compile(text, {"f", 1, 1}, {.use = use, .schema = &schema, .metrics = {}}, Kind::boolean);
}

// The activation of an account with a time attribute, a login and an entry.
Facts facts_at(std::int64_t now) {
  Facts facts;
  facts.time = {now};
  facts.attributes = {{5, Value::timestamp(Instant{10})}};
  facts.aggregates = {{0, Value::duration(Duration{now - 4})}};  // since(login); login at 4.
  facts.nodes = {{{0, NodeField::entered_at}, Value::timestamp(Instant{7})}};
  return facts;
}

// Whatever the comparison: the outcome stays what it is up to the reported instant, and flips
// there; without a report it stays for good. Held against evaluation at every millisecond.
TEST(Time, the_reported_instant_is_the_first_at_which_the_outcome_differs) {
  const std::string_view sides[] = {
      "now - signed_at OP duration('5ms')",
      "now OP signed_at + duration('3ms')",
      "signed_at - now OP duration('-2ms')",
      "since(login) OP duration('9ms')",
      "since(login) OP '9ms'",
      "duration('9ms') OP since(login)",
      "now - duration('6ms') OP main.signed.entered_at",
      "main.signed.entered_at OP now - '6ms'",
      "since(login) + since(login) OP duration('15ms')",
      "since(login) + since(login) + since(login) OP duration('16ms')",
      "since(login) - (signed_at - now) OP duration('15ms')",
      "now - signed_at OP duration('1500us')",  // Never equal on a whole millisecond.
      "since(login) OP now - signed_at",        // `now` cancels out.
      "now - since(login) OP signed_at",
      "signed_at OP timestamp('1970-01-01T00:00:00.010Z')",
  };
  constexpr std::int64_t horizon = 60;
  for (const std::string_view side : sides) {
    for (const std::string_view op : {"<", "<=", ">", ">=", "==", "!="}) {
      std::string text(side);
      text.replace(text.find("OP"), 2, op);
      const Compiled compiled = compile_rule(text);
      ASSERT_TRUE(compiled.rule) << text << "\n" << lines_of(compiled.diagnostics);
      Arena arena;
      std::vector<bool> outcome;
      for (std::int64_t t = 0; t <= horizon; ++t) {
        Facts facts = facts_at(t);
        const Value value = evaluate(*compiled.rule, facts, arena);
        ASSERT_EQ(value.kind(), Kind::boolean) << text;
        outcome.push_back(value.as_boolean());
      }
      for (std::int64_t t = 0; t < horizon; ++t) {
        Facts facts = facts_at(t);
        evaluate(*compiled.rule, facts, arena);
        std::int64_t flips = t + 1;
        while (flips <= horizon && outcome[flips] == outcome[t]) ++flips;
        if (flips > horizon)
          EXPECT_THAT(facts.changes, IsEmpty()) << text << " at " << t;
        else
          EXPECT_THAT(facts.changes, ElementsAre(flips)) << text << " at " << t;
      }
    }
  }
}

TEST(Time, a_part_behind_a_short_circuit_reports_nothing) {
  const Compiled compiled = compile_rule("vip && now > signed_at");
  ASSERT_TRUE(compiled.rule);
  Arena arena;
  Facts facts = facts_at(0);
  facts.attributes[6] = Value::boolean(false);
  evaluate(*compiled.rule, facts, arena);
  EXPECT_THAT(facts.changes, IsEmpty());
  facts.attributes[6] = Value::boolean(true);
  evaluate(*compiled.rule, facts, arena);
  EXPECT_THAT(facts.changes, ElementsAre(11));
}

TEST(Time, nothing_is_reported_for_errors_or_past_the_year_9999) {
  Arena arena;
  Facts facts = facts_at(0);
  facts.aggregates.clear();
  EXPECT_TRUE(evaluate(*compile_rule("since(login) > '30d'").rule, facts, arena).is_error());
  EXPECT_THAT(facts.changes, IsEmpty());
  facts.attributes[5] = Value::timestamp(instant_max);
  EXPECT_TRUE(evaluate(*compile_rule("now <= signed_at").rule, facts, arena).is_true());
  EXPECT_THAT(facts.changes, IsEmpty());
}

TEST(Time, stands_in_rules_only_where_its_change_is_known) {
  struct Row {
    std::string_view text;
    std::string_view message;
  };
  const Row rows[] = {
      {"now.getHours() > 9", "may only be added and subtracted here"},
      {"now.getHours('Asia/Shanghai') > 9", "may only be added and subtracted here"},
      {"[now].exists(t, t > signed_at)", "may only stand in a comparison"},
      {"string(now) == 'x'", "may only be added and subtracted here"},
      {"int(now) > 5", "may only be added and subtracted here"},
      {"(vip ? now : signed_at) > signed_at", "may only be added and subtracted here"},
      {"cel.bind(t, now, t > signed_at)", "may only stand in a comparison"},
      {"since(login).getHours() > 5", "may only be added and subtracted here"},
      {"now in [signed_at]", "may only stand in a comparison"},
      {"now > '30d'", "expected a time such as"},
      {"now + now > signed_at", "+ expects duration on its right, found timestamp"},
      {"now > 5", "expects timestamp on its right, found int"},
      {"since(login) > 'soon'", "expected a duration such as"},
      {"since(login) > 30", "expects duration on its right, found int"},
  };
  for (const Row& row : rows) {
    const Compiled compiled = compile_rule(row.text);
    EXPECT_FALSE(compiled.rule) << row.text;
    EXPECT_THAT(lines_of(compiled.diagnostics), HasSubstr(row.message)) << row.text;
  }
}

TEST(Time, is_free_in_queries) {
  Arena arena;
  Facts facts = facts_at(3'600'000);
  for (const std::string_view text :
       {"now.getHours('Asia/Shanghai') == 9", "since(login).getHours() == 0",
        "[now].exists(t, t > signed_at)", "since(login) > '30m'", "now.getDayOfWeek() == 4"}) {
    const Compiled compiled = compile_rule(text, Use::query);
    ASSERT_TRUE(compiled.rule) << lines_of(compiled.diagnostics);
    EXPECT_TRUE(evaluate(*compiled.rule, facts, arena).is_true()) << text;
  }
}

TEST(Time, comparisons_inside_conditions_are_their_own) {
  for (const std::string_view text :
       {"(now > signed_at) == true", "!(now > signed_at)", "(now > signed_at ? 1 : 2) == 1",
        "[1, 2].exists(x, now > signed_at && x == 1)", "[now > signed_at].all(x, x)"})
    EXPECT_TRUE(compile_rule(text).rule) << text << "\n"
                                         << lines_of(compile_rule(text).diagnostics);
}

}  // namespace
}  // namespace pharos::cel
