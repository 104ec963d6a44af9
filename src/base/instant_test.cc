// base/instant_test.cc: times and durations as text, and the calendar.
#include "base/instant.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace pharos {
namespace {

// Milliseconds by `date -u -d ... +%s`.
TEST(Instant, reads_rfc_3339) {
  const std::pair<std::string_view, std::int64_t> rows[] = {
      {"1970-01-01T00:00:00Z", 0},
      {"1969-12-31T23:59:59.999Z", -1},
      {"1970-01-01T00:00:00.001Z", 1},
      {"2025-01-01T00:16:18.658Z", 1'735'690'578'658},
      {"2025-01-01T08:16:18.658+08:00", 1'735'690'578'658},
      {"2024-12-31T19:16:18.658-05:00", 1'735'690'578'658},
      {"2025-01-01t00:16:18z", 1'735'690'578'000},       // RFC 3339, 5.6: lower case is allowed,
      {"2025-01-01 00:16:18Z", 1'735'690'578'000},       // and so is a blank for the T.
      {"2025-01-01T00:16:18-00:00", 1'735'690'578'000},  // "Offset unknown" is UTC.
      {"2025-01-01T05:46:18+05:30", 1'735'690'578'000},  // Half-hour zones.
      {"2025-01-01T00:16:18.6Z", 1'735'690'578'600},     // A tenth is 100 ms.
      {"2025-01-01T00:16:18.65Z", 1'735'690'578'650},
      {"2025-01-01T00:16:18.658999999Z", 1'735'690'578'658},  // Cut, not rounded.
      {"2000-02-29T00:00:00Z", 951'782'400'000},              // 2000 is a leap year (by 400),
      {"2024-02-29T12:00:00Z", 1'709'208'000'000},            // 2024 too (by 4).
      {"0001-01-01T00:00:00Z", instant_min.ms},
      {"9999-12-31T23:59:59.999Z", instant_max.ms},
  };
  for (const auto& [text, ms] : rows) {
    const Result<Instant> instant = parse_instant(text);
    ASSERT_TRUE(instant) << text << ": " << instant.error().message;
    EXPECT_EQ(instant->ms, ms) << text;
  }
}

TEST(Instant, refuses_what_is_no_time_and_says_why) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"", "no date"},
      {"yesterday", "no date"},
      {"2025-1-01T00:00:00Z", "no date"},
      {"2025/01/01T00:00:00Z", "no date"},
      {"20250101T000000Z", "no date"},
      {"+2025-01-01T00:00:00Z", "no date"},
      {"-001-01-01T00:00:00Z", "no date"},
      {"12025-01-01T00:00:00Z", "no date"},
      {"0000-01-01T00:00:00Z", "no such day"},
      {"2025-00-01T00:00:00Z", "no such day"},
      {"2025-13-01T00:00:00Z", "no such day"},
      {"2025-01-00T00:00:00Z", "no such day"},
      {"2025-01-32T00:00:00Z", "no such day"},
      {"2025-04-31T00:00:00Z", "no such day"},
      {"2025-02-29T00:00:00Z", "no such day"},
      {"1900-02-29T00:00:00Z", "no such day"},  // By 100 and not by 400.
      {"2025-01-01", "no time of day"},
      {"2025-01-01T", "no time of day"},
      {"2025-01-01T00:00Z", "no time of day"},
      {"2025-01-01_00:00:00Z", "no time of day"},
      {"2025-01-01T24:00:00Z", "no such time of day"},
      {"2025-01-01T00:60:00Z", "no such time of day"},
      {"2016-12-31T23:59:60Z", "no such time of day"},  // Leap seconds are not counted.
      {"2025-01-01T00:00:00", "no zone"},
      {"2025-01-01T00:00:00.5", "no zone"},
      {"2025-01-01T00:00:00.Z", "no digits after the point"},
      {"2025-01-01T00:00:00Zulu", "text after the zone"},
      {"2025-01-01T00:00:00 UTC", "no zone such as"},
      {"2025-01-01T00:00:00+8", "no zone such as"},
      {"2025-01-01T00:00:00+0800", "no zone such as"},
      {"2025-01-01T00:00:00+08:00Z", "no zone such as"},
      {"2025-01-01T00:00:00+24:00", "no zone such as"},
      {"2025-01-01T00:00:00+08:60", "no zone such as"},
      {"0001-01-01T00:00:00+00:01", "outside the years"},
      {"9999-12-31T23:59:59-00:01", "outside the years"},
  };
  for (const auto& [text, why] : rows) {
    const Result<Instant> instant = parse_instant(text);
    ASSERT_FALSE(instant) << text;
    EXPECT_EQ(instant.error().code, ErrorCode::invalid) << text;
    EXPECT_NE(instant.error().message.find(why), std::string::npos)
        << text << ": " << instant.error().message;
  }
}

TEST(Instant, an_error_quotes_at_most_64_bytes_of_the_input) {
  const Result<Instant> instant = parse_instant(std::string(100'000, 'x'));
  ASSERT_FALSE(instant);
  EXPECT_LT(instant.error().message.size(), 200U);
}

TEST(Instant, text_round_trips) {
  for (const std::int64_t ms :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{999}, std::int64_t{1'709'164'800'000},
        std::int64_t{-86'400'000}, std::int64_t{-86'400'001}, instant_min.ms, instant_max.ms}) {
    const std::string text = format_instant({ms});
    EXPECT_EQ(text.size(), 24U) << text;
    const Result<Instant> back = parse_instant(text);
    ASSERT_TRUE(back) << text;
    EXPECT_EQ(back->ms, ms) << text;
  }
  EXPECT_EQ(format_instant({-1}), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(format_instant({1'709'164'800'000}), "2024-02-29T00:00:00.000Z");
}

TEST(Calendar, days_and_dates_are_inverse) {
  EXPECT_EQ(days_from_civil(1970, 1, 1), 0);
  EXPECT_EQ(days_from_civil(1969, 12, 31), -1);
  EXPECT_EQ(days_from_civil(2000, 3, 1), 11'017);
  std::int64_t days = days_from_civil(1, 1, 1);
  EXPECT_EQ(days, -719'162);  // 719,162 days from year 1 to 1970.
  for (int year = 1; year <= 9'999; ++year) {
    for (int month = 1; month <= 12; ++month) {
      const CivilDate first = civil_from_days(days);
      ASSERT_EQ(first.year, year);
      ASSERT_EQ(first.month, month);
      ASSERT_EQ(first.day_of_month, 1);
      ASSERT_EQ(days_from_civil(year, month, 1), days);
      days += days_in_month(year, month);
    }
  }
}

TEST(Calendar, february_follows_the_gregorian_rule) {
  const std::pair<int, int> rows[] = {{1900, 28}, {2000, 29}, {2023, 28}, {2024, 29}, {2100, 28}};
  for (const auto& [year, days] : rows) EXPECT_EQ(days_in_month(year, 2), days) << year;
}

TEST(Duration, reads_a_whole_number_and_a_unit) {
  const std::pair<std::string_view, Duration> rows[] = {
      {"250ms", {250}},         {"90s", 90 * second}, {"15m", 15 * minute}, {"24h", 24 * hour},
      {"30d", 30 * day},        {"4w", 28 * day},     {"007d", 7 * day},    {"1ms", {1}},
      {"36525d", 36'525 * day},  // 100 Julian years, the limit.
  };
  for (const auto& [text, duration] : rows) {
    const Result<Duration> read = parse_duration(text);
    ASSERT_TRUE(read) << text << ": " << read.error().message;
    EXPECT_EQ(*read, duration) << text;
  }
}

TEST(Duration, refuses_everything_else_and_says_why) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"", "not a duration"},
      {"30", "not a duration"},
      {"d", "not a duration"},
      {"30 d", "not a duration"},
      {" 30d", "not a duration"},
      {"30D", "not a duration"},
      {"1.5d", "not a duration"},
      {"-1d", "not a duration"},
      {"+1d", "not a duration"},
      {"1h30m", "not a duration"},
      {"1y", "not a duration"},
      {"0d", "not above zero"},
      {"000ms", "not above zero"},
      {"36526d", "longer than 100 years"},
      {"5218w", "longer than 100 years"},
      {"9223372036854775807ms", "longer than 100 years"},
      {"9223372036854775808ms", "not a duration"},
  };
  for (const auto& [text, why] : rows) {
    const Result<Duration> read = parse_duration(text);
    ASSERT_FALSE(read) << text;
    EXPECT_NE(read.error().message.find(why), std::string::npos) << read.error().message;
  }
}

TEST(Duration, is_written_in_the_largest_unit_that_divides_it) {
  const std::pair<Duration, std::string_view> rows[] = {
      {30 * day, "30d"},    {36 * hour, "36h"},   {48 * hour, "2d"}, {{1'500}, "1500ms"},
      {90 * minute, "90m"}, {61 * second, "61s"}, {{-1}, "-1ms"},
  };
  for (const auto& [duration, text] : rows) EXPECT_EQ(format_duration(duration), text);
}

TEST(Duration, short_form_has_at_most_two_neighbouring_units) {
  const std::pair<Duration, std::string_view> rows[] = {
      {{0}, "0s"},
      {{250}, "250ms"},
      {725 * second, "12m 5s"},
      {76 * hour, "3d 4h"},
      {4'379 * minute, "3d"},  // Rounded down; minutes do not neighbour days.
      {{day.ms - 1}, "23h 59m"},
      {{1'001}, "1s 1ms"},
      {{-90'000}, "-1m 30s"},
  };
  for (const auto& [duration, text] : rows) EXPECT_EQ(format_duration_short(duration), text);
}

}  // namespace
}  // namespace pharos
