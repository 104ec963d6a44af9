// engine/outlook_test.cc: what an account waits for as its life goes on.
#include "engine/outlook.h"

#include <gtest/gtest.h>

#include "engine/story.h"

namespace pharos::engine {
namespace {

using testing::load;
using testing::Story;
using testing::with_nodes;

class Outlooks : public ::testing::Test {
 protected:
  // "any", "nothing", or the hurdles: "3 in 30d", "sum 1000 in 30d", "2 ever".
  static std::string expected(Outlook& outlook, const playbook::Playbook& playbook,
                              std::string_view event) {
    const std::uint32_t type = *playbook::find_event(playbook, event);
    const Expected& found = outlook.expected(type);
    if (found.any) return "any";
    std::string text;
    for (std::size_t i = 0; i < outlook.hurdles(type).size(); ++i) {
      if ((found.hurdles >> i & 1) == 0) continue;
      const Hurdle& hurdle = outlook.hurdles(type)[i];
      text += fmt::format(
          "{}{}{} {}", text.empty() ? "" : ", ",
          hurdle.property == cel::property_none ? "" : "sum ", hurdle.least,
          hurdle.length == Hurdle::of_all_time ? "ever" : "in " + format_duration(hurdle.length));
    }
    return text.empty() ? "nothing" : text;
  }
};

TEST_F(Outlooks, follow_the_nodes_and_segments_of_the_account) {
  const std::string text = with_nodes(R"yaml(
        - {node: lead, on: login}
        - {node: active, when: "count(order_paid, '30d') >= 3"}
        - node: grown
          on: order_paid
          if: "sum(order_paid.amount, '90d', category == 'shoes') >= 10 && industry == 'x'"
          lapse: {when: "count(login, '7d') >= 2"}
)yaml") + "segments:\n  loyal: count(order_paid) > 1\n";
  Story story(text);
  const playbook::Playbook playbook = load(text);
  Outlook outlook(playbook, {}, false);
  const auto now = [&](std::string_view event) {
    outlook.look(story.fold(), story.account());
    return expected(outlook, playbook, event);
  };
  story.tell({"2025-01-01T00:00:00Z acme account_updated"});
  EXPECT_EQ(now("login"), "any");  // The lead.
  EXPECT_EQ(now("order_paid"), "2 ever");
  story.tell({"2025-01-02T00:00:00Z acme login", "2025-01-02T00:00:00Z acme order_paid amount=1"});
  EXPECT_EQ(now("login"), "nothing");
  EXPECT_EQ(now("order_paid"), "3 in 30d, 2 ever");
  story.tell({"2025-01-03T00:00:00Z acme order_paid amount=1"});
  EXPECT_EQ(now("order_paid"), "3 in 30d");  // It is loyal, and no order can end that.
  story.tell({"2025-01-04T00:00:00Z acme order_paid amount=1"});
  EXPECT_EQ(now("order_paid"), "sum 1000 in 90d");
  EXPECT_EQ(now("account_updated"), "nothing");  // An `if` is looked at when its event comes.
  story.tell({"2025-01-05T00:00:00Z acme account_updated industry=x",
              "2025-01-05T00:00:00Z acme order_paid amount=10 category=shoes"});
  EXPECT_EQ(now("order_paid"), "nothing");
  EXPECT_EQ(now("login"), "2 in 7d");  // To lapse.
}

TEST_F(Outlooks, any_event_is_awaited_where_a_rule_may_hold_without_it) {
  const std::string text = with_nodes(R"yaml(
        - {node: lead, on: account_updated}
        - {node: cold, when: "count(order_paid, '30d') >= 2 || since(login) >= duration('1d')"}
        - {node: month, when: "count(login, 'this month') >= 3"}
)yaml") + "segments:\n  calm: count(order_paid, '1d') < 1\n";
  Story story(text);
  const playbook::Playbook playbook = load(text);
  Outlook outlook(playbook, {}, false);
  story.tell({"2025-01-01T00:00:00Z acme account_updated"});
  outlook.look(story.fold(), story.account());
  EXPECT_EQ(expected(outlook, playbook, "order_paid"), "any");  // It is calm.
  EXPECT_EQ(expected(outlook, playbook, "login"), "any");       // since() gets a value.
  story.tell({"2025-01-02T00:00:00Z acme login", "2025-01-04T00:00:00Z acme login",
              "2025-01-04T00:00:00Z acme order_paid amount=1"});
  outlook.look(story.fold(), story.account());
  EXPECT_EQ(story.transitions().size(), 2U);                        // Cold since the third.
  EXPECT_EQ(expected(outlook, playbook, "order_paid"), "nothing");  // An order cannot calm it.
  EXPECT_EQ(expected(outlook, playbook, "login"), "any");           // Of a calendar's window.
}

TEST_F(Outlooks, what_has_left_every_window_is_not_remembered) {
  const std::string text = with_nodes(R"yaml(
        - {node: a, when: "count(order_paid, '30d') >= 3 && sum(order_paid.amount, '90d') > 5"}
        - {node: b, when: "count(login, 'last month') >= 3"}
)yaml");
  const playbook::Playbook playbook = load(text);
  const auto since = [&](Outlook& outlook, std::string_view event, std::string_view now) {
    return outlook.remembered_since(*playbook::find_event(playbook, event), *parse_instant(now));
  };
  Outlook outlook(playbook, {}, false);
  const auto compiled = cel::compile(
      "count(order_paid)", {"query", 1, 1},
      {.use = cel::Use::query, .schema = &playbook.schema, .metrics = {}}, std::nullopt);
  const std::vector<cel::Rule> queries{*compiled.rule};
  Outlook with_query(playbook, queries, false);
  // (now - 90 days, now]: a millisecond later than its open end.
  EXPECT_EQ(format_instant(since(outlook, "order_paid", "2025-04-01T00:00:00Z")),
            "2025-01-01T00:00:00.001Z");
  EXPECT_EQ(format_instant(since(outlook, "login", "2025-04-15T00:00:00Z")),
            "2025-03-01T00:00:00.000Z");
  EXPECT_EQ(since(outlook, "member_updated", "2025-04-15T00:00:00Z"), never);
  EXPECT_EQ(since(outlook, "account_updated", "2025-04-15T00:00:00Z"), instant_min);
  EXPECT_EQ(since(with_query, "order_paid", "2025-04-01T00:00:00Z"), instant_min);
}

}  // namespace
}  // namespace pharos::engine
