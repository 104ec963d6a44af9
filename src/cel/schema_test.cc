// cel/schema_test.cc: windows as they are written and read back.
#include "cel/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pharos::cel {
namespace {

using ::testing::HasSubstr;

TEST(Window, is_a_length_a_calendar_period_or_all) {
  struct Row {
    std::string_view text;
    Window window;
    std::string_view shown;
  };
  const auto rolling = [](Duration length) {
    return Window{.kind = WindowKind::rolling, .length = length};
  };
  const auto calendar = [](Period period, int offset) {
    return Window{WindowKind::calendar, {}, period, offset};
  };
  const Row rows[] = {
      {"all", {}, "all"},
      {"90s", rolling(90 * second), "90s"},
      {"15m", rolling(15 * minute), "15m"},
      {"24h", rolling(day), "1d"},
      {"30d", rolling(30 * day), "30d"},
      {"4w", rolling(28 * day), "28d"},
      {"today", calendar(Period::day, 0), "today"},
      {"yesterday", calendar(Period::day, -1), "yesterday"},
      {"this week", calendar(Period::week, 0), "this week"},
      {"last month", calendar(Period::month, -1), "last month"},
      {"this quarter", calendar(Period::quarter, 0), "this quarter"},
      {"last year", calendar(Period::year, -1), "last year"},
  };
  for (const Row& row : rows) {
    const auto window = parse_window(row.text);
    ASSERT_TRUE(window) << row.text;
    EXPECT_EQ(*window, row.window) << row.text;
    EXPECT_EQ(format_window(*window), row.shown);
    EXPECT_EQ(*parse_window(row.shown), *window);
  }
}

TEST(Window, refuses_all_else) {
  for (const std::string_view text :
       {"",     " ",        "30",         "d",         "30x",
        "-30d", "1.5d",     "30 d",       "30D",       "d30",
        "this", "this day", "last  week", "next week", "this fortnight",
        "week", "Today",    "all ",       "\xff",      "99999999999999999999d"}) {
    const auto window = parse_window(text);
    ASSERT_FALSE(window) << text;
    EXPECT_EQ(window.error().code, ErrorCode::invalid);
    EXPECT_THAT(window.error().message, HasSubstr("is not a window; expected a length such as"));
  }
  EXPECT_THAT(parse_window("0d").error().message, HasSubstr("not above zero"));
  EXPECT_THAT(parse_window("36526d").error().message, HasSubstr("longer than 100 years"));
  EXPECT_TRUE(parse_window("36525d"));
}

}  // namespace
}  // namespace pharos::cel
