// playbook/moment_test.cc: wall-clock times, there and back.
#include "playbook/moment.h"

#include <gtest/gtest.h>

namespace pharos::playbook {
namespace {

TEST(Moment, is_read_in_the_zone) {
  const Zone shanghai = *Zone::find("Asia/Shanghai");  // UTC+8 all year.
  const std::pair<const char*, const char*> rows[] = {
      {"2025-01-02", "2025-01-01T16:00:00.000Z"},
      {"2025-01-02 09:00", "2025-01-02T01:00:00.000Z"},
      {"2025-01-02 09:00:30", "2025-01-02T01:00:30.000Z"},
      {"2025-01-02 09:00:30.250", "2025-01-02T01:00:30.250Z"},
      {"2025-01-02T09:00:00Z", "2025-01-02T09:00:00.000Z"},
      {"2025-01-02T09:00:00+01:00", "2025-01-02T08:00:00.000Z"},
      {"2024-02-29 00:00", "2024-02-28T16:00:00.000Z"},
  };
  for (const auto& [text, instant] : rows) {
    const auto moment = parse_moment(text, shanghai);
    ASSERT_TRUE(moment) << text;
    EXPECT_EQ(format_instant(*moment), instant) << text;
  }
}

TEST(Moment, is_refused_when_it_is_none) {
  for (const char* text : {"",
                           " ",
                           "2025",
                           "2025-1-2",
                           "2025-02-29",
                           "2025-13-01",
                           "2025-00-01",
                           "2025-01-32",
                           "2025-01-02 ",
                           "2025-01-02 9:00",
                           "2025-01-02 24:00",
                           "2025-01-02 09:60",
                           "2025-01-02 09:00:60",
                           "2025-01-02 09:00:30.2",
                           "2025-01-02 09:00 ",
                           "2025-01-02  09:00",
                           "0000-01-01",
                           "2025-01-02T09:00:00",
                           "tomorrow",
                           "9999999999-01-01",
                           "2025-01-02 09:00Z",
                           "\xFF"})
    EXPECT_FALSE(parse_moment(text, Zone::utc())) << text;
  EXPECT_EQ(parse_moment("soon", Zone::utc()).error().message,
            "\"soon\" is not a time; write it like 2025-01-31 09:30 or 2025-01-31T09:30:00Z");
}

TEST(Moment, lies_in_the_years_that_time_has) {
  const auto before = parse_moment("0001-01-01", *Zone::find("Asia/Shanghai"));
  ASSERT_FALSE(before);
  EXPECT_EQ(before.error().message, "\"0001-01-01\" lies outside of the years 1 to 9999 in UTC");
  EXPECT_FALSE(parse_moment("9999-12-31 23:00", *Zone::find("America/New_York")));
}

// Berlin springs from 02:00 to 03:00 on 2025-03-30 and falls back at 03:00 on 2025-10-26.
TEST(Moment, follows_the_rules_of_summer_time) {
  const Zone berlin = *Zone::find("Europe/Berlin");
  EXPECT_EQ(format_instant(*parse_moment("2025-03-30 02:30", berlin)), "2025-03-30T01:00:00.000Z");
  EXPECT_EQ(format_instant(*parse_moment("2025-10-26 02:30", berlin)), "2025-10-26T00:30:00.000Z");
  EXPECT_EQ(format_moment(*parse_instant("2025-07-01T10:00:00Z"), berlin), "2025-07-01 12:00");
}

TEST(Moment, is_written_as_short_as_it_is_exact) {
  for (const char* text : {"2025-01-02 09:00", "2025-01-02 09:00:30", "2025-01-02 09:00:00.001",
                           "0001-01-01 00:00", "9999-12-31 23:59"})
    EXPECT_EQ(format_moment(*parse_moment(text, Zone::utc()), Zone::utc()), text);
}

}  // namespace
}  // namespace pharos::playbook
