// base/zone_test.cc: local time around daylight saving, odd offsets and the borders of 1970.
#include "base/zone.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/seeded.h"
#include "base/zone_names.h"

namespace pharos {
namespace {

Zone zone(std::string_view name) {
  const Result<Zone> found = Zone::find(name);
  EXPECT_TRUE(found) << name;
  return found ? *found : Zone::utc();
}

Instant at(std::string_view text) {
  const Result<Instant> instant = parse_instant(text);
  EXPECT_TRUE(instant) << text;
  return instant ? *instant : Instant{};
}

TEST(Zone, unknown_names_are_errors) {
  for (const std::string_view name :
       {"", "Asia/Shanghia", "asia", "+08:00", "../../etc/passwd", "Asia/Shanghai ", "\xff"}) {
    const Result<Zone> found = Zone::find(name);
    ASSERT_FALSE(found) << name;
    EXPECT_EQ(found.error().code, ErrorCode::invalid);
  }
  EXPECT_TRUE(Zone::find("UTC"));
}

// A spring gap is read as its end, an autumn fold as its first reading.
TEST(Zone, local_times_become_instants) {
  struct Row {
    std::string_view zone;
    LocalTime local;
    std::string_view instant;
  };
  const Row rows[] = {
      {"UTC", {2025, 3, 9, 2, 30, 0, 0}, "2025-03-09T02:30:00Z"},
      {"Asia/Shanghai", {2025, 1, 1, 0, 0, 0, 1}, "2024-12-31T16:00:00.001Z"},
      {"America/New_York", {2025, 3, 9, 1, 59, 59, 999}, "2025-03-09T06:59:59.999Z"},
      {"America/New_York", {2025, 3, 9, 2, 0, 0, 0}, "2025-03-09T07:00:00Z"},    // In the gap:
      {"America/New_York", {2025, 3, 9, 2, 59, 59, 0}, "2025-03-09T07:00:00Z"},  // its end.
      {"America/New_York", {2025, 3, 9, 3, 0, 0, 0}, "2025-03-09T07:00:00Z"},
      {"America/New_York", {2025, 11, 2, 1, 30, 0, 0}, "2025-11-02T05:30:00Z"},  // First of two.
      {"America/New_York", {2025, 11, 2, 2, 0, 0, 0}, "2025-11-02T07:00:00Z"},
      {"Australia/Lord_Howe", {2025, 10, 5, 2, 15, 0, 0}, "2025-10-04T15:30:00Z"},  // 30 min gap.
      {"Australia/Lord_Howe", {2025, 4, 6, 1, 45, 0, 0}, "2025-04-05T14:45:00Z"},   // 30 min fold.
      {"Asia/Kathmandu", {2025, 1, 1, 0, 0, 0, 0}, "2024-12-31T18:15:00Z"},         // +05:45
      {"Pacific/Apia", {2011, 12, 30, 12, 0, 0, 0}, "2011-12-30T10:00:00Z"},  // A day left out.
      {"America/Los_Angeles", {1969, 12, 31, 16, 0, 0, 0}, "1970-01-01T00:00:00Z"},
      {"America/Los_Angeles", {1969, 12, 31, 15, 59, 59, 999}, "1969-12-31T23:59:59.999Z"},
  };
  for (const Row& row : rows)
    EXPECT_EQ(format_instant(zone(row.zone).instant(row.local)), format_instant(at(row.instant)))
        << row.zone << " -> " << row.instant;
}

TEST(Zone, instants_become_local_times) {
  struct Row {
    std::string_view zone, instant, local;
  };
  const Row rows[] = {
      {"Asia/Shanghai", "2024-12-31T16:00:00.001Z", "2025-01-01 00:00:00.001"},
      {"America/New_York", "2025-03-09T07:00:00Z", "2025-03-09 03:00:00.000"},
      {"America/New_York", "2025-11-02T05:30:00Z", "2025-11-02 01:30:00.000"},
      {"America/New_York", "2025-11-02T06:30:00Z", "2025-11-02 01:30:00.000"},
      {"America/Los_Angeles", "1970-01-01T00:00:00Z", "1969-12-31 16:00:00.000"},
      {"America/Los_Angeles", "1969-12-31T23:59:59.999Z", "1969-12-31 15:59:59.999"},
      {"UTC", "1969-12-31T23:59:59.999Z", "1969-12-31 23:59:59.999"},
      {"UTC", "0001-01-01T00:00:00Z", "1-01-01 00:00:00.000"},
      {"Pacific/Kiritimati", "2024-12-31T10:00:00Z", "2025-01-01 00:00:00.000"},  // +14
  };
  for (const Row& row : rows) {
    const LocalTime l = zone(row.zone).local(at(row.instant));
    EXPECT_EQ(fmt::format("{}-{:02}-{:02} {:02}:{:02}:{:02}.{:03}", l.year, l.month, l.day_of_month,
                          l.hour, l.minute, l.second, l.millisecond),
              row.local)
        << row.zone << " " << row.instant;
  }
}

TEST(Zone, periods_start_at_local_midnight) {
  struct Row {
    std::string_view zone;
    Period period;
    int offset;
    std::string_view instant, start;
  };
  using enum Period;
  const Row rows[] = {
      {"Asia/Shanghai", day, 0, "2025-01-15T15:59:59.999Z", "2025-01-14T16:00:00Z"},
      {"Asia/Shanghai", day, 0, "2025-01-15T16:00:00Z", "2025-01-15T16:00:00Z"},
      {"Asia/Shanghai", day, 1, "2025-01-15T16:00:00Z", "2025-01-16T16:00:00Z"},
      {"Asia/Shanghai", day, -1, "2025-01-15T16:00:00Z", "2025-01-14T16:00:00Z"},
      {"Asia/Shanghai", week, 0, "2025-01-15T00:00:00Z", "2025-01-12T16:00:00Z"},  // Monday 13th.
      {"Asia/Shanghai", week, 0, "2025-01-12T15:59:59.999Z", "2025-01-05T16:00:00Z"},
      {"Asia/Shanghai", week, -1, "2025-01-15T00:00:00Z", "2025-01-05T16:00:00Z"},
      {"Asia/Shanghai", month, 0, "2025-01-31T15:59:59Z", "2024-12-31T16:00:00Z"},
      {"Asia/Shanghai", month, -1, "2025-01-31T15:59:59Z", "2024-11-30T16:00:00Z"},
      {"Asia/Shanghai", month, 1, "2025-01-31T16:00:00Z", "2025-02-28T16:00:00Z"},
      {"UTC", month, -13, "2025-01-31T12:00:00Z", "2023-12-01T00:00:00Z"},
      {"UTC", month, 25, "2025-01-31T12:00:00Z", "2027-02-01T00:00:00Z"},
      {"UTC", quarter, 0, "2025-06-30T23:59:59.999Z", "2025-04-01T00:00:00Z"},
      {"UTC", quarter, 1, "2025-06-30T23:59:59.999Z", "2025-07-01T00:00:00Z"},
      {"UTC", quarter, -2, "2025-06-30T23:59:59.999Z", "2024-10-01T00:00:00Z"},
      {"UTC", year, 0, "2024-12-31T23:59:59.999Z", "2024-01-01T00:00:00Z"},
      {"UTC", year, 1, "2024-12-31T23:59:59.999Z", "2025-01-01T00:00:00Z"},
      {"UTC", year, -1, "2024-12-31T23:59:59.999Z", "2023-01-01T00:00:00Z"},
      // New York: 23 hours on the day of the gap, 25 on that of the fold.
      {"America/New_York", day, 0, "2025-03-09T12:00:00Z", "2025-03-09T05:00:00Z"},
      {"America/New_York", day, 1, "2025-03-09T12:00:00Z", "2025-03-10T04:00:00Z"},
      {"America/New_York", day, 0, "2025-11-02T06:30:00Z", "2025-11-02T04:00:00Z"},
      {"America/New_York", day, 1, "2025-11-02T05:30:00Z", "2025-11-03T05:00:00Z"},
      {"America/New_York", week, 0, "2025-03-09T12:00:00Z", "2025-03-03T05:00:00Z"},
      {"America/New_York", week, 1, "2025-03-09T12:00:00Z", "2025-03-10T04:00:00Z"},
      {"America/New_York", month, 0, "2025-03-31T12:00:00Z", "2025-03-01T05:00:00Z"},
      {"America/New_York", month, 1, "2025-03-31T12:00:00Z", "2025-04-01T04:00:00Z"},
      {"America/New_York", quarter, -1, "2025-05-01T00:00:00Z", "2025-01-01T05:00:00Z"},
      {"America/New_York", year, 0, "2025-07-01T00:00:00Z", "2025-01-01T05:00:00Z"},
      {"America/New_York", year, 0, "1970-01-01T04:59:59.999Z", "1969-01-01T05:00:00Z"},
      {"America/New_York", week, 0, "1970-01-01T04:59:59.999Z", "1969-12-29T05:00:00Z"},
      {"UTC", week, 0, "1969-12-28T23:59:59.999Z", "1969-12-22T00:00:00Z"},
      {"UTC", week, 0, "1970-01-05T00:00:00Z", "1970-01-05T00:00:00Z"},
      // Lord Howe moves by half an hour, at 02:00.
      {"Australia/Lord_Howe", day, 0, "2025-10-05T00:00:00Z", "2025-10-04T13:30:00Z"},
      {"Australia/Lord_Howe", day, 1, "2025-10-05T00:00:00Z", "2025-10-05T13:00:00Z"},
      // Beirut's gap swallows midnight itself: the day begins where the gap ends.
      {"Asia/Beirut", day, 0, "2024-03-31T12:00:00Z", "2024-03-30T22:00:00Z"},
      // Havana's fold repeats midnight: the day begins with the first reading.
      {"America/Havana", day, 0, "2024-11-03T12:00:00Z", "2024-11-03T04:00:00Z"},
      // Sao Paulo's clocks went from 24:00 to 01:00, and in February from 24:00 back to 23:00.
      {"America/Sao_Paulo", day, 0, "2018-11-04T12:00:00Z", "2018-11-04T03:00:00Z"},
      {"America/Sao_Paulo", day, 1, "2018-11-03T12:00:00Z", "2018-11-04T03:00:00Z"},
      {"America/Sao_Paulo", day, 0, "2018-02-18T02:30:00Z",
       "2018-02-17T02:00:00Z"},  // 23:30 again.
      {"America/Sao_Paulo", day, 1, "2018-02-18T02:30:00Z", "2018-02-18T03:00:00Z"},
      {"America/Sao_Paulo", week, 0, "2018-11-04T03:00:00Z", "2018-10-29T03:00:00Z"},  // A Sunday.
      // St. John's clocks went from 00:01 back to 23:01 of the day before: the new day had begun.
      {"America/St_Johns", day, 0, "2006-10-29T02:29:59Z", "2006-10-28T02:30:00Z"},
      {"America/St_Johns", day, 0, "2006-10-29T02:30:00Z", "2006-10-29T02:30:00Z"},
      {"America/St_Johns", day, 0, "2006-10-29T02:45:00Z", "2006-10-29T02:30:00Z"},
      {"America/St_Johns", day, 1, "2006-10-29T02:45:00Z", "2006-10-30T03:30:00Z"},
      {"America/St_Johns", day, -1, "2006-10-29T02:45:00Z", "2006-10-28T02:30:00Z"},
      {"America/St_Johns", day, 0, "2006-10-29T03:31:00Z", "2006-10-29T02:30:00Z"},
      // Apia left out 2011-12-30: that day is empty, and begins where the next one does.
      {"Pacific/Apia", day, 1, "2011-12-29T20:00:00Z", "2011-12-30T10:00:00Z"},
      {"Pacific/Apia", day, 2, "2011-12-29T20:00:00Z", "2011-12-30T10:00:00Z"},
  };
  for (const Row& row : rows)
    EXPECT_EQ(format_instant(zone(row.zone).start_of(row.period, at(row.instant), row.offset)),
              format_instant(at(row.start)))
        << row.zone << " " << row.instant << " period " << static_cast<int>(row.period)
        << " offset " << row.offset;
}

// What calendar windows rest on: an instant lies in its own period, and a period's start is its
// own.
TEST(Zone, an_instant_lies_between_the_starts_of_its_period_and_of_the_next) {
  Seeded seeded(7);
  for (const std::string_view name :
       {"UTC", "Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe",
        "America/Havana", "Pacific/Apia", "America/Sao_Paulo", "America/St_Johns", "Asia/Beirut",
        "Africa/Cairo", "Pacific/Kwajalein"}) {
    const Zone here = zone(name);
    for (int i = 0; i < 2'000; ++i) {
      const Instant t{seeded.between(at("1960-01-01T00:00:00Z").ms, at("2037-12-31T00:00:00Z").ms)};
      for (const Period period :
           {Period::day, Period::week, Period::month, Period::quarter, Period::year}) {
        const Instant start = here.start_of(period, t);
        ASSERT_LE(start, t) << name << " " << format_instant(t);
        ASSERT_GT(here.start_of(period, t, 1), t) << name << " " << format_instant(t);
        ASSERT_EQ(here.start_of(period, start), start) << name << " " << format_instant(t);
      }
    }
  }
}

TEST(ZoneNames, are_sorted_and_each_is_found) {
  const std::vector<std::string> names = zone_names();
  EXPECT_GT(names.size(), 300U);
  EXPECT_TRUE(std::ranges::is_sorted(names));
  for (const char* const name : {"UTC", "Asia/Shanghai", "Europe/Berlin"})
    EXPECT_TRUE(std::ranges::binary_search(names, name)) << name;
  for (std::size_t i = 0; i < names.size(); i += 50) EXPECT_TRUE(Zone::find(names[i])) << names[i];
}

// Every minute of days on which clocks are set, at and over midnight.
TEST(Zone, periods_follow_each_other_over_any_change_of_clocks) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"America/St_Johns", "2006-10-29T00:00:00Z"},  {"America/St_Johns", "2006-04-02T00:00:00Z"},
      {"America/Sao_Paulo", "2018-11-03T22:00:00Z"}, {"America/Sao_Paulo", "2018-02-17T22:00:00Z"},
      {"Asia/Beirut", "2024-03-30T20:00:00Z"},       {"Asia/Beirut", "2024-10-26T18:00:00Z"},
      {"America/Havana", "2024-11-03T02:00:00Z"},    {"Pacific/Kwajalein", "1969-09-30T10:00:00Z"},
      {"Pacific/Apia", "2011-12-30T08:00:00Z"},      {"Antarctica/Troll", "2024-03-30T22:00:00Z"}};
  for (const auto& [name, from] : rows) {
    const Zone here = zone(name);
    Instant start = here.start_of(Period::day, at(from));
    Instant next = here.start_of(Period::day, at(from), 1);
    for (Instant t = at(from); t < at(from) + 50 * hour; t = t + minute) {
      if (t >= next) {
        start = next;
        next = here.start_of(Period::day, t, 1);
      }
      ASSERT_EQ(here.start_of(Period::day, t), start) << name << " " << format_instant(t);
      ASSERT_EQ(here.start_of(Period::day, t, 1), next) << name << " " << format_instant(t);
      ASSERT_GT(next, t) << name << " " << format_instant(t);
    }
  }
}

}  // namespace
}  // namespace pharos
