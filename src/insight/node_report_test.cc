// insight/node_report_test.cc: node reports against counts made by hand.
#include "insight/node_report.h"

#include <gtest/gtest.h>

namespace pharos::insight {
namespace {

using engine::TransitionKind;
constexpr TransitionKind in = TransitionKind::entered;
constexpr TransitionKind out = TransitionKind::released;
constexpr TransitionKind late = TransitionKind::overdue;

constexpr std::uint32_t lead = 0, signed_ = 1, active = 2, dormant = 3, topped_up = 4;

// main: lead, signed, active, and the branch dormant; ads: topped_up.
playbook::Playbook marketplace() {
  playbook::Playbook playbook;
  playbook.tracks = {{.name = "main", .node_first = 0, .node_count = 4, .label = {}, .place = {}},
                     {.name = "ads", .node_first = 4, .node_count = 1, .label = {}, .place = {}}};
  const auto add = [&](std::string name, std::uint32_t track, std::int32_t after,
                       playbook::Trigger trigger) {
    playbook::Node& node = playbook.nodes.emplace_back();
    node.name = std::move(name);
    node.track = track;
    node.after = after;
    node.trigger = trigger;
  };
  add("lead", 0, -1, playbook::Trigger::on);
  add("signed", 0, lead, playbook::Trigger::on);
  add("active", 0, signed_, playbook::Trigger::when);
  add("dormant", 0, -1, playbook::Trigger::branch);
  add("topped_up", 1, -1, playbook::Trigger::on);
  return playbook;
}

constexpr Instant on_day(std::int64_t days) {
  return Instant{} + days * day;
}

TEST(NearestRank, is_one_of_the_values) {
  struct Row {
    std::vector<std::int64_t> values;
    int percent;
    std::optional<std::int64_t> wanted;
  };
  const Row rows[] = {
      {{}, 50, std::nullopt},
      {{7}, 1, 7},
      {{7}, 100, 7},
      {{30, 10}, 50, 10},          // ceil(0.5 x 2) = 1st.
      {{30, 10, 20}, 50, 20},      // ceil(1.5) = 2nd.
      {{40, 10, 30, 20}, 50, 20},  // ceil(2) = 2nd: no mean of the two in the middle.
      {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 90, 9},
      {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 90, 10},  // ceil(9.9) = 10th.
      {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 100, 10},
      {{5, 5, 5}, 90, 5},
  };
  for (const Row& row : rows) {
    std::vector<Duration> values;
    for (const std::int64_t value : row.values) values.push_back({value});
    const auto found = nearest_rank(values, row.percent);
    EXPECT_EQ(found ? std::optional(found->ms) : std::nullopt, row.wanted)
        << row.percent << " % of " << row.values.size();
  }
}

TEST(NodeTally, counts_a_funnel_as_by_hand) {
  const playbook::Playbook playbook = marketplace();
  NodeTally tally(playbook);
  // Four leads; three sign after 2, 4 and 9 days; two of those get active after 10 and 1 days.
  const std::vector<std::vector<Move>> accounts = {
      {{lead, in, on_day(0)}, {signed_, in, on_day(2)}, {active, in, on_day(12)}},
      {{lead, in, on_day(1)}, {signed_, in, on_day(5)}, {active, in, on_day(6)}},
      {{lead, in, on_day(1)}, {signed_, in, on_day(10)}, {topped_up, in, on_day(11)}},
      {{lead, in, on_day(3)}, {signed_, late, on_day(17)}},
  };
  for (const auto& moves : accounts) tally.add(0, moves);
  EXPECT_EQ(tally.account_count(0), 4U);
  const std::vector<NodeLine> lines = tally.lines(0);
  ASSERT_EQ(lines.size(), 5U);

  EXPECT_EQ(lines[lead].entered, 4U);
  EXPECT_EQ(lines[lead].at, 1U);
  EXPECT_EQ(lines[lead].eligible, 0U);
  EXPECT_FALSE(lines[lead].median);

  EXPECT_EQ(lines[signed_].entered, 3U);
  EXPECT_EQ(lines[signed_].at, 1U);
  EXPECT_EQ(lines[signed_].overdue, 1U);
  EXPECT_EQ(lines[signed_].eligible, 4U);
  EXPECT_EQ(lines[signed_].converted, 3U);
  EXPECT_EQ(lines[signed_].median, 4 * day);  // 2nd of 2, 4, 9.
  EXPECT_EQ(lines[signed_].p90, 9 * day);     // 3rd.

  EXPECT_EQ(lines[active].entered, 2U);
  EXPECT_EQ(lines[active].at, 2U);
  EXPECT_EQ(lines[active].eligible, 3U);
  EXPECT_EQ(lines[active].converted, 2U);
  EXPECT_EQ(lines[active].median, 1 * day);  // 1st of 1, 10.
  EXPECT_EQ(lines[active].p90, 10 * day);

  EXPECT_EQ(lines[dormant].entered, 0U);
  EXPECT_EQ(lines[topped_up].entered, 1U);  // On two tracks at once.
  EXPECT_EQ(lines[topped_up].at, 1U);
}

TEST(NodeTally, a_held_branch_wins_and_a_return_is_no_second_account) {
  const playbook::Playbook playbook = marketplace();
  NodeTally tally(playbook);
  std::vector<Move> moves = {
      {lead, in, on_day(0)},    {signed_, in, on_day(1)}, {active, in, on_day(2)},
      {active, out, on_day(9)}, {dormant, in, on_day(9)},
  };
  tally.add(0, moves);
  EXPECT_EQ(tally.lines(0)[dormant].at, 1U);
  EXPECT_EQ(tally.lines(0)[signed_].at, 0U);

  moves.push_back({dormant, out, on_day(20)});
  moves.push_back({active, in, on_day(20)});
  tally.add(0, moves);
  const std::vector<NodeLine> lines = tally.lines(0);
  EXPECT_EQ(lines[active].entered, 2U);
  EXPECT_EQ(lines[active].at, 1U);
  EXPECT_EQ(lines[dormant].entered, 2U);
  EXPECT_EQ(lines[dormant].at, 1U);
  EXPECT_EQ(lines[active].median, 1 * day);  // The first entry counts, not the return.
}

TEST(NodeTally, overdue_ends_with_entry_release_or_a_step_begun_anew) {
  const playbook::Playbook playbook = marketplace();
  const std::pair<std::vector<Move>, std::uint64_t> rows[] = {
      {{{lead, in, on_day(0)}, {signed_, late, on_day(14)}}, 1},
      {{{lead, in, on_day(0)}, {signed_, late, on_day(14)}, {signed_, in, on_day(15)}}, 0},
      {{{lead, in, on_day(0)}, {signed_, late, on_day(14)}, {lead, out, on_day(15)}}, 0},
      {{{lead, in, on_day(0)},
        {signed_, late, on_day(14)},
        {lead, out, on_day(15)},
        {lead, in, on_day(16)}},
       0},
      {{{lead, in, on_day(0)},
        {signed_, late, on_day(14)},
        {lead, out, on_day(15)},
        {lead, in, on_day(16)},
        {signed_, late, on_day(30)}},
       1},
      {{{lead, in, on_day(0)},
        {signed_, in, on_day(1)},
        {signed_, out, on_day(2)},
        {signed_, late, on_day(16)}},
       1},
  };
  for (const auto& [moves, wanted] : rows) {
    NodeTally tally(playbook);
    tally.add(0, moves);
    EXPECT_EQ(tally.lines(0)[signed_].overdue, wanted) << moves.size() << " moves";
  }
}

TEST(NodeTally, groups_are_counted_apart_and_empty_accounts_count) {
  const playbook::Playbook playbook = marketplace();
  NodeTally tally(playbook, 3);
  const std::vector<Move> moves = {{lead, in, on_day(0)}};
  tally.add(0, moves);
  tally.add(2, moves);
  tally.add(2, {});
  EXPECT_EQ(tally.account_count(0), 1U);
  EXPECT_EQ(tally.account_count(1), 0U);
  EXPECT_EQ(tally.account_count(2), 2U);
  EXPECT_EQ(tally.lines(0)[lead].entered, 1U);
  EXPECT_EQ(tally.lines(1)[lead].entered, 0U);
  EXPECT_EQ(tally.lines(2)[lead].entered, 1U);
}

}  // namespace
}  // namespace pharos::insight
