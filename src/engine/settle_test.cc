// engine/settle_test.cc: a rule is evaluated only when something that can turn it happens.
#include "engine/settle.h"

#include <gtest/gtest.h>

#include "engine/story.h"

namespace pharos::engine {
namespace {

using testing::head;
using testing::Lines;
using testing::Story;
using testing::with_nodes;

// What happens after some beginning, and how many evaluations of rules that may cost.
struct Row {
  const char* what;
  Lines before, then;
  std::uint64_t evaluations;
};

void expect_evaluations(const std::string& yaml, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    Story story(yaml);
    for (const std::string& line : row.before) story.tell({line});
    const std::uint64_t before = story.fold().evaluations();
    for (const std::string& line : row.then) story.tell({line});
    EXPECT_EQ(story.fold().evaluations() - before, row.evaluations) << row.what;
  }
}

const Lines orders(int count, int from_day = 1) {
  Lines lines;
  for (int i = 0; i < count; ++i)
    lines.push_back(fmt::format("2025-01-{:02}T00:00:00Z acme order_paid", from_day + i));
  return lines;
}

TEST(Settle, a_count_to_be_reached_waits_for_its_events_and_for_no_timer) {
  expect_evaluations(
      with_nodes("        - {node: active, when: \"count(order_paid, '30d') >= 3\"}\n"),
      {{"an order is looked at", orders(1), {"2025-01-02T00:00:00Z acme order_paid"}, 1},
       {"a login is not", orders(1), {"2025-01-02T00:00:00Z acme login"}, 0},
       {"events leave the window", orders(2), {"2025-06-01T00:00:00Z tick"}, 0},
       {"once held, nothing can change it", orders(3), orders(9, 10), 0},
       {"nor can time", orders(3), {"2025-06-01T00:00:00Z tick"}, 0}});
}

TEST(Settle, a_lapse_waits_for_the_instant_at_which_the_last_event_leaves) {
  const std::string yaml = with_nodes(
      "        - node: active\n"
      "          when: count(order_paid, '30d') >= 3\n"
      "          lapse: {when: \"count(order_paid, '60d') == 0\", to: dormant}\n"
      "        - {node: dormant, branch: true}\n");
  expect_evaluations(
      yaml, {{"more orders can only hold it", orders(3), orders(9, 4), 0},
             // Of the third, which was the last; then it has lapsed: its condition waits again.
             {"one look at the end", orders(3), {"2025-03-04T00:00:00Z tick"}, 2},
             {"none before", orders(3), {"2025-03-03T23:59:59Z tick"}, 0}});
  Story story(yaml);
  for (const std::string& line : orders(3)) story.tell({line});
  EXPECT_EQ(format_instant(story.fold().next_timer(story.account())), "2025-03-04T00:00:00.000Z");
  story.tell({"2025-03-04T00:00:00Z tick"});
  EXPECT_EQ(story.transitions(), (Lines{"main.active entered 1 2025-01-03T00:00:00.000Z #3",
                                        "main.active released 1 2025-03-04T00:00:00.000Z #3",
                                        "main.dormant entered 1 2025-03-04T00:00:00.000Z #3"}));
}

TEST(Settle, a_node_that_is_not_open_is_not_looked_at) {
  expect_evaluations(with_nodes("        - {node: signed, on: login}\n"
                                "        - {node: active, when: \"count(order_paid) >= 3\"}\n"),
                     {{"before its `after` is held", orders(1), orders(5, 2), 0},
                      {"as that is entered", orders(1), {"2025-01-02T00:00:00Z acme login"}, 1}});
}

TEST(Settle, a_condition_of_an_event_waits_for_no_timer) {
  expect_evaluations(
      with_nodes(
          "        - {node: grown, on: order_paid, if: \"sum(order_paid.amount, '30d') > 9\"}\n"),
      {{"it is looked at with its event", orders(1), {"2025-01-02T00:00:00Z acme order_paid"}, 1},
       {"and not later", orders(2), {"2025-06-01T00:00:00Z tick"}, 0}});
}

TEST(Settle, a_segment_waits_for_what_changes_its_membership) {
  expect_evaluations(head + "segments: {silent: \"count(login, '7d') == 0\"}\n",
                     {{"outside, a login keeps it out",
                       {"2025-01-01T00:00:00Z acme login"},
                       {"2025-01-02T00:00:00Z acme login"},
                       0},
                      {"the first timer finds the second login",
                       {"2025-01-01T00:00:00Z acme login"},
                       {"2025-01-02T00:00:00Z acme login", "2025-01-08T00:00:00Z tick"},
                       1},
                      {"inside, time keeps it in",
                       {"2025-01-01T00:00:00Z acme order_paid"},
                       {"2025-06-01T00:00:00Z tick"},
                       0},
                      // Left; and what brings it back is asked for.
                      {"inside, a login takes it out",
                       {"2025-01-01T00:00:00Z acme order_paid"},
                       {"2025-01-02T00:00:00Z acme login"},
                       2}});
}

TEST(Settle, a_transition_is_followed_by_what_reads_its_track) {
  expect_evaluations(with_nodes("        - {node: signed, on: login}\n"
                                "        - {node: paid, on: order_paid}\n") +
                         "segments:\n"
                         "  new: main.signed.held && !main.paid.held\n"
                         "  big: sum(order_paid.amount) > 9\n",
                     {{"one of two segments",
                       {"2025-01-01T00:00:00Z acme order_paid"},
                       {"2025-01-02T00:00:00Z acme login"},
                       1}});
}

}  // namespace
}  // namespace pharos::engine
