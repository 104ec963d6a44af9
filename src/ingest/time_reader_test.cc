// ingest/time_reader_test.cc: times in every format, and what is no time.
#include "ingest/time_reader.h"

#include <gtest/gtest.h>

#include "base/seeded.h"

namespace pharos::ingest {
namespace {

struct Case {
  std::string_view text;
  std::string_view wanted;  // Empty: refused.
};

void expect_all(const TimeFormat& format, std::initializer_list<Case> cases) {
  TimeReader reader(format);
  for (const Case& one : cases) {
    const auto time = reader.read(one.text);
    EXPECT_EQ(time ? format_instant(*time) : "", one.wanted)
        << one.text << ": " << (time ? "" : time.error().message);
  }
}

TEST(TimeReader, iso_times_need_a_zone) {
  expect_all({}, {
                     {"2025-01-31T09:30:00Z", "2025-01-31T09:30:00.000Z"},
                     {"2025-01-31T09:30:00.123Z", "2025-01-31T09:30:00.123Z"},
                     {"2025-01-31T09:30:00.1239Z", "2025-01-31T09:30:00.123Z"},
                     {"2025-01-31 09:30:00+08:00", "2025-01-31T01:30:00.000Z"},
                     {"2025-01-31T09:30:00-0330", "2025-01-31T13:00:00.000Z"},
                     {" 2025-01-31T09:30:00Z ", "2025-01-31T09:30:00.000Z"},
                     {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"},
                     {"2025-02-29T00:00:00Z", ""},
                     {"2025-01-31T24:00:00Z", ""},
                     {"2025-01-31T09:60:00Z", ""},
                     {"2025-13-01T00:00:00Z", ""},
                     {"0000-01-01T00:00:00Z", ""},
                     {"2025-01-31T09:30:00", ""},
                     {"2025-01-31", ""},
                     {"2025-01-31T09:30:00.Z", ""},
                     {"2025-01-31X09:30:00Z", ""},
                     {"2025-01-31T09:30:00.12aZ", ""},
                     {"2O25-01-31T09:30:00Z", ""},
                     {"1738315800", ""},
                     {"", ""},
                     {"NaN", ""},
                 });
}

TEST(TimeReader, a_zone_in_the_map_stands_in_for_a_missing_one) {
  expect_all({.kind = TimeKind::iso, .pattern = {}, .zone = *Zone::find("Asia/Shanghai")},
             {
                 {"2025-01-31 09:30:00", "2025-01-31T01:30:00.000Z"},
                 {"2025-01-31T09:30", "2025-01-31T01:30:00.000Z"},
                 {"2025-01-31", "2025-01-30T16:00:00.000Z"},
                 {"2025-01-31T09:30:00Z", "2025-01-31T09:30:00.000Z"},
             });
  // Clocks go forward over 02:30 on 30 March 2025 in Berlin.
  expect_all({.kind = TimeKind::iso, .pattern = {}, .zone = *Zone::find("Europe/Berlin")},
             {{"2025-03-30 02:30:00", "2025-03-30T01:00:00.000Z"},
              {"2025-07-01 12:00:00", "2025-07-01T10:00:00.000Z"}});
}

TEST(TimeReader, patterns_fit_to_the_last_character) {
  const auto in_utc = [](std::string pattern) {
    return TimeFormat{TimeKind::pattern, std::move(pattern), Zone::utc()};
  };
  expect_all(in_utc("%d/%m/%Y %H:%M"), {{"31/01/2025 09:30", "2025-01-31T09:30:00.000Z"},
                                        {"1/2/2025 9:05", "2025-02-01T09:05:00.000Z"},
                                        {"31/02/2025 09:30", ""},
                                        {"31/01/2025", ""},
                                        {"31/01/2025 09:30:00", ""}});
  expect_all(in_utc("%b %d, %Y %I:%M %p"), {{"Jan 31, 2025 12:05 AM", "2025-01-31T00:05:00.000Z"},
                                            {"JAN 31, 2025 12:05 pm", "2025-01-31T12:05:00.000Z"},
                                            {"Jan 31, 2025 13:05 pm", ""},
                                            {"Jxn 31, 2025 12:05 pm", ""}});
  expect_all(in_utc("%y%m%d%H%M%S.%f"), {{"250131093000.5", "2025-01-31T09:30:00.500Z"},
                                         {"700131093000.5", "1970-01-31T09:30:00.500Z"}});
  expect_all({TimeKind::pattern, "%Y-%m-%d %H:%M:%S", {}}, {{"2025-01-31 09:30:00", ""}});
  expect_all({TimeKind::pattern, "%Y-%m-%d %H:%M:%S %z", {}},
             {{"2025-01-31 09:30:00 +0100", "2025-01-31T08:30:00.000Z"}});
}

TEST(TimeReader, unix_times_are_exact) {
  expect_all({TimeKind::unix_seconds, {}, {}}, {{"0", "1970-01-01T00:00:00.000Z"},
                                                {"1738315800", "2025-01-31T09:30:00.000Z"},
                                                {"1738315800.25", "2025-01-31T09:30:00.250Z"},
                                                {"-1", "1969-12-31T23:59:59.000Z"},
                                                {"-0.5", "1969-12-31T23:59:59.500Z"},
                                                {"1738315800.", ""},
                                                {"1e9", ""},
                                                {"99999999999999999999", ""},
                                                {"999999999999", ""}});
  expect_all({TimeKind::unix_ms, {}, {}},
             {{"1738315800250", "2025-01-31T09:30:00.250Z"}, {"1738315800250.5", ""}, {"x", ""}});
}

TEST(TimeReader, patterns_are_checked) {
  EXPECT_TRUE(check_pattern("%Y-%m-%d"));
  EXPECT_FALSE(check_pattern("%Y-%m"));
  EXPECT_FALSE(check_pattern("%Q"));
  EXPECT_FALSE(check_pattern("%Y-%m-%d %"));
  EXPECT_FALSE(check_pattern(""));
}

// The short way and the plain one agree with base, whatever the day.
TEST(TimeReader, agrees_with_parse_instant) {
  Seeded random(3);
  TimeReader reader({});
  for (int i = 0; i < 20'000; ++i) {
    const Instant instant{random.between(instant_min.ms, instant_max.ms)};
    const std::string text = format_instant(instant);
    const auto time = reader.read(text);
    ASSERT_TRUE(time) << text;
    ASSERT_EQ(*time, instant) << text;
    std::string damaged = text;
    damaged[random.below(damaged.size())] = static_cast<char>('!' + random.below(90));
    const auto ours = reader.read(damaged);
    const auto theirs = parse_instant(damaged);
    if (theirs) {
      ASSERT_TRUE(ours) << damaged;
      ASSERT_EQ(*ours, *theirs) << damaged;
    }
  }
}

}  // namespace
}  // namespace pharos::ingest
