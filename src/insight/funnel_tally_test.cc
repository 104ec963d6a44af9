// insight/funnel_tally_test.cc: averages, medians, bins and groups.
#include "insight/funnel_tally.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pharos::insight {
namespace {

using testing::ElementsAre;
using testing::Pair;

FunnelOutcome reached(std::vector<std::int64_t> at_s) {
  FunnelOutcome outcome;
  for (const std::int64_t at : at_s)
    outcome.at[static_cast<std::size_t>(outcome.level++)] = {at * 1'000};
  return outcome;
}

TEST(FunnelTally, times_are_those_of_the_accounts_that_reached_the_step) {
  FunnelTally first(3), second_half(3);
  first.add(reached({0, 10}));
  first.add(reached({0, 20, 25}));
  second_half.add(reached({5, 45}));
  second_half.add(reached({7}));
  second_half.add(reached({}));
  second_half.add(reached({0, 50, 50}));
  first.merge(second_half);
  EXPECT_EQ(first.count(0), 5U);
  EXPECT_EQ(first.count(1), 4U);
  EXPECT_EQ(first.count(2), 2U);
  EXPECT_EQ(first.average_s(0), std::nullopt);
  EXPECT_EQ(first.average_s(1), 30.0);  // (10 + 20 + 40 + 50) / 4
  EXPECT_EQ(first.median_s(1), 30.0);   // (20 + 40) / 2
  EXPECT_EQ(first.average_s(2), 2.5);   // (5 + 0) / 2
  EXPECT_EQ(first.median_s(2), 2.5);
  EXPECT_EQ(FunnelTally(2).median_s(1), std::nullopt);
}

TEST(FunnelTally, median_of_an_odd_count_is_the_middle) {
  FunnelTally tally(2);
  for (const int gap : {90, 1, 7}) tally.add(reached({0, gap}));
  EXPECT_EQ(tally.median_s(1), 7.0);
}

std::vector<std::pair<double, std::uint64_t>> bins_of(std::vector<std::int64_t> gaps_s, int count) {
  std::vector<Duration> gaps;
  for (const std::int64_t gap : gaps_s) gaps.push_back({gap * 1'000});
  std::vector<std::pair<double, std::uint64_t>> bins;
  for (const HistogramBin& bin : histogram(gaps, count)) bins.emplace_back(bin.from_s, bin.count);
  return bins;
}

TEST(Histogram, bins_are_at_least_a_minute_and_hold_the_greatest_gap) {
  EXPECT_THAT(bins_of({}, 0), ElementsAre());
  // One gap: the cube root of 1 is one bin, and one more; a minute each.
  EXPECT_THAT(bins_of({30}, 0), ElementsAre(Pair(30, 1), Pair(90, 0)));
  // 300 s over 2 bins are 150 s each; the greatest opens the third.
  EXPECT_THAT(bins_of({0, 149, 150, 300}, 2), ElementsAre(Pair(0, 2), Pair(150, 1), Pair(300, 1)));
  // 301 s over 2 bins are rounded up to 151 s.
  EXPECT_THAT(bins_of({0, 150, 301}, 2), ElementsAre(Pair(0, 2), Pair(151, 1), Pair(302, 0)));
  // 8 gaps: cube root 2; 9 gaps: 3.
  EXPECT_EQ(bins_of(std::vector<std::int64_t>(8, 5), 0).size(), 3U);
  EXPECT_EQ(bins_of(std::vector<std::int64_t>(9, 5), 0).size(), 4U);
  EXPECT_EQ(bins_of(std::vector<std::int64_t>(300'000, 5), 0).size(), 61U);  // At most 60.
}

// Step 0 in group 7, then step 1 in group 8, then step 1 in group 9; the last is of no step.
const FunnelEvent events[] = {{.at = {0}, .steps = 1, .group = 7},
                              {.at = {1'000}, .steps = 2, .group = 8},
                              {.at = {2'000}, .steps = 2, .group = 9},
                              {.at = {3'000}, .steps = 0, .group = 10}};

std::vector<std::pair<std::uint32_t, int>> groups_of(Attribution attribution, int step = 0) {
  GroupedFunnel funnel({.step_count = 2, .window = minute, .exclusions = {}}, attribution, step);
  std::vector<std::pair<std::uint32_t, int>> levels;
  for (const auto& [group, outcome] : funnel.run(events)) levels.emplace_back(group, outcome.level);
  return levels;
}

TEST(GroupedFunnel, attribution_decides_the_groups) {
  EXPECT_THAT(groups_of(Attribution::first_touch), ElementsAre(Pair(7, 2)));
  EXPECT_THAT(groups_of(Attribution::last_touch), ElementsAre(Pair(9, 2)));  // 10 is of no step.
  EXPECT_THAT(groups_of(Attribution::all_events),
              ElementsAre(Pair(7, 1), Pair(8, 0), Pair(9, 0), Pair(10, 0)));
  EXPECT_THAT(groups_of(Attribution::step, 0), ElementsAre(Pair(7, 2)));
  EXPECT_THAT(groups_of(Attribution::step, 1), ElementsAre(Pair(8, 2), Pair(9, 2)));
}

}  // namespace
}  // namespace pharos::insight
