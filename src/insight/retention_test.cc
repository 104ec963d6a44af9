// insight/retention_test.cc: periods of a zone, cohorts against sets, flags and lifecycle by hand.
#include "insight/retention.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/seeded.h"

namespace pharos::insight {
namespace {

using testing::ElementsAre;

std::vector<std::string> starts_of(const PeriodPlan& plan) {
  const Periods periods(plan);
  std::vector<std::string> starts;
  for (int i = -1; i <= periods.count(); ++i)
    starts.push_back(format_instant(periods.start(i)).substr(5, 11));
  return starts;
}

TEST(Periods, follow_the_calendar_of_the_zone) {
  const Zone berlin = *Zone::find("Europe/Berlin");
  PeriodPlan plan{.zone = berlin, .start = {2026, 3, 29, 0, 0, 0, 0}, .count = 2};
  // The clock went forward on 2026-03-29: that day has 23 hours.
  EXPECT_THAT(starts_of(plan),
              ElementsAre("03-27T23:00", "03-28T23:00", "03-29T22:00", "03-30T22:00"));
  plan.unit = PeriodUnit::hour;  // From 01:00 on: 01, 03, 04 by the clock, one elapsed hour each.
  plan.start.hour = 1;
  plan.start.minute = 59;
  EXPECT_THAT(starts_of(plan),
              ElementsAre("03-28T23:00", "03-29T00:00", "03-29T01:00", "03-29T02:00"));
  plan.unit = PeriodUnit::month;
  EXPECT_THAT(starts_of(plan),
              ElementsAre("01-31T23:00", "02-28T23:00", "03-31T22:00", "04-30T22:00"));
}

TEST(Periods, weeks_begin_where_they_are_told) {
  // 2026-11-25 is a Wednesday.
  PeriodPlan plan{.unit = PeriodUnit::week, .start = {2026, 11, 25, 8, 0, 0, 0}, .count = 1};
  EXPECT_EQ(starts_of(plan)[1], "11-25T00:00");
  plan.week_start = 0;  // Monday
  EXPECT_EQ(starts_of(plan)[1], "11-23T00:00");
  plan.week_start = 6;  // Sunday
  EXPECT_EQ(starts_of(plan)[1], "11-22T00:00");
  plan.week_start = 2;
  EXPECT_EQ(starts_of(plan)[1], "11-25T00:00");
}

TEST(Periods, a_bound_belongs_to_the_period_it_begins) {
  const Periods periods({.start = {2026, 1, 2, 0, 0, 0, 0}, .count = 2});
  const std::pair<std::string_view, std::optional<int>> rows[] = {
      {"2025-12-31T23:59:59.999Z", std::nullopt},
      {"2026-01-01T00:00:00Z", -1},
      {"2026-01-02T00:00:00Z", 0},
      {"2026-01-03T23:59:59.999Z", 1},
      {"2026-01-04T00:00:00Z", std::nullopt},
  };
  for (const auto& [at, index] : rows) EXPECT_EQ(periods.index_of(*parse_instant(at)), index) << at;
}

// The definition, with sets: who joined when, who came back when.
TEST(Retention, equals_the_definition) {
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
    Seeded seeded(seed);
    const auto count = static_cast<int>(seeded.between(1, 6));
    const Periods periods({.start = {2026, 1, 1, 0, 0, 0, 0}, .count = count});
    const RetentionPlan plan{.first_time = seeded.chance(0.5),
                             .cumulative = seeded.chance(0.5),
                             .minimum_occurrences = static_cast<int>(seeded.between(1, 3))};
    RetentionTally tally(plan, periods), rest(plan, periods);
    std::map<std::pair<int, int>, std::uint64_t> wanted;
    for (int account = 0; account < 4; ++account) {
      std::vector<RetentionEvent> events(seeded.below(12));
      for (RetentionEvent& event : events)
        event = {.at = periods.start(0) + seeded.between(-48, 24 * count + 24) * hour,
                 .target = seeded.chance(0.5),
                 .returning = seeded.chance(0.5)};
      std::ranges::stable_sort(events, {}, &RetentionEvent::at);
      (account < 2 ? tally : rest).add(events);
      std::set<int> joined;
      std::map<int, int> returns;
      bool is_first = true;
      for (const RetentionEvent& event : events) {
        const auto period = static_cast<int>((event.at - periods.start(0)).ms + 2 * day.ms) /
                                static_cast<int>(day.ms) -
                            2;
        if (event.target && (is_first || !plan.first_time)) joined.insert(period);
        if (event.target) is_first = false;
        if (event.returning) ++returns[period];
      }
      for (const int row : joined) {
        if (row < 0 || row >= count) continue;
        ++wanted[{row, 0}];
        for (int column = 1; row + column < count; ++column) {
          bool back = false;
          for (int p = row + column; p < (plan.cumulative ? count : row + column + 1); ++p)
            back |= returns[p] >= plan.minimum_occurrences;
          wanted[{row, column}] += back;
        }
      }
    }
    tally.merge(rest);
    for (int row = 0; row < count; ++row)
      for (int column = 0; row + column < count; ++column)
        ASSERT_EQ(tally.count(row, column), (wanted[{row, column}])) << seed << row << column;
  }
}

TEST(Retention, flags_need_the_first_condition) {
  RetentionFlags flags(3), rest(3);
  flags.add(0b111);
  flags.add(0b110);  // Without condition 0 there is no flag.
  rest.add(0b101);
  flags.merge(rest);
  EXPECT_EQ(flags.sum(0), 2U);
  EXPECT_EQ(flags.sum(1), 1U);
  EXPECT_EQ(flags.sum(2), 2U);
}

TEST(Lifecycle, an_active_account_is_one_of_three) {
  const Periods periods({.start = {2026, 1, 10, 0, 0, 0, 0}, .count = 4});
  LifecycleTally tally(periods), rest(periods);
  const auto on = [&](std::vector<int> days) {
    std::vector<Instant> times;
    for (const int each : days) times.push_back({periods.start(0).ms + (each - 10) * day.ms + 1});
    return times;
  };
  tally.add(on({9, 10, 12}));  // Returning, dormant, resurrecting, dormant.
  tally.add(on({5, 10}));      // Resurrecting, dormant: its history is older than the range.
  rest.add(on({11, 11, 12}));  // New once, returning.
  rest.add(on({14}));          // After the range.
  rest.add({});
  tally.merge(rest);
  const auto counts = [&](int index) {
    const LifecycleCounts& c = tally.period(index);
    return std::array{c.fresh, c.returning, c.resurrecting, c.dormant};
  };
  EXPECT_THAT(counts(0), ElementsAre(0, 1, 1, 0));
  EXPECT_THAT(counts(1), ElementsAre(1, 0, 0, 2));
  EXPECT_THAT(counts(2), ElementsAre(0, 1, 1, 0));
  EXPECT_THAT(counts(3), ElementsAre(0, 0, 0, 2));
}

}  // namespace
}  // namespace pharos::insight
