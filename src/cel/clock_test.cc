// cel/clock_test.cc: the fields of times in named zones and at offsets.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "cel/testing.h"

namespace pharos::cel {
namespace {

// Computed by Python's zoneinfo from the system's tzdata. In the order of the language: year, month
// from 0, day of the month from 0 and from 1, day of the week from Sunday, day of the year from 0,
// hour, minute, second, millisecond.
TEST(Clock, fields_are_those_of_the_zone) {
  struct Row {
    std::string_view time, zone, fields;
  };
  const Row rows[] = {
      {"2025-03-09T06:59:59.999Z", "America/New_York", "[2025, 2, 8, 9, 0, 67, 1, 59, 59, 999]"},
      {"2025-03-09T07:00:00Z", "America/New_York", "[2025, 2, 8, 9, 0, 67, 3, 0, 0, 0]"},
      {"2025-11-02T05:30:00Z", "America/New_York", "[2025, 10, 1, 2, 0, 305, 1, 30, 0, 0]"},
      {"2025-11-02T06:30:00Z", "America/New_York", "[2025, 10, 1, 2, 0, 305, 1, 30, 0, 0]"},
      {"2024-12-31T16:00:00.001Z", "Asia/Shanghai", "[2025, 0, 0, 1, 3, 0, 0, 0, 0, 1]"},
      {"2024-02-29T18:15:00Z", "Asia/Kathmandu", "[2024, 2, 0, 1, 5, 60, 0, 0, 0, 0]"},
      {"2025-10-04T15:29:59.5Z", "Australia/Lord_Howe", "[2025, 9, 4, 5, 0, 277, 1, 59, 59, 500]"},
      {"2025-10-04T15:30:00Z", "Australia/Lord_Howe", "[2025, 9, 4, 5, 0, 277, 2, 30, 0, 0]"},
      {"2018-11-04T03:00:00Z", "America/Sao_Paulo", "[2018, 10, 3, 4, 0, 307, 1, 0, 0, 0]"},
      {"2018-02-18T02:30:00Z", "America/Sao_Paulo", "[2018, 1, 16, 17, 6, 47, 23, 30, 0, 0]"},
      {"2024-03-30T22:00:00Z", "Asia/Beirut", "[2024, 2, 30, 31, 0, 90, 1, 0, 0, 0]"},
      {"1969-12-31T23:59:59.25Z", "Europe/London", "[1970, 0, 0, 1, 4, 0, 0, 59, 59, 250]"},
      {"2011-12-30T10:00:00Z", "Pacific/Apia", "[2011, 11, 30, 31, 6, 364, 0, 0, 0, 0]"},
      {"2023-01-01T00:00:00Z", "-09:30", "[2022, 11, 30, 31, 6, 364, 14, 30, 0, 0]"},
      {"2023-12-31T20:00:00Z", "+05:45", "[2024, 0, 0, 1, 1, 0, 1, 45, 0, 0]"},
  };
  for (const Row& row : rows) {
    std::string text = "[";
    for (const char* const field :
         {"getFullYear", "getMonth", "getDayOfMonth", "getDate", "getDayOfWeek", "getDayOfYear",
          "getHours", "getMinutes", "getSeconds", "getMilliseconds"})
      text += fmt::format("{}timestamp('{}').{}('{}')", text.size() > 1 ? ", " : "", row.time,
                          field, row.zone);
    const Compiled compiled = compile(text + "]", {"f", 1, 1}, {}, std::nullopt);
    ASSERT_TRUE(compiled.rule) << testing::lines_of(compiled.diagnostics);
    testing::Facts facts;
    Arena arena;
    EXPECT_EQ(format_value(evaluate(*compiled.rule, facts, arena), {}), row.fields)
        << row.time << " " << row.zone;
  }
}

}  // namespace
}  // namespace pharos::cel
