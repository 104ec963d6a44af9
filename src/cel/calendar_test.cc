// cel/calendar_test.cc: calendar windows against the analytics cases of ../shared.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cel/schema.h"

namespace pharos::cel {
namespace {

using Json = nlohmann::json;

const std::filesystem::path shared =
    std::filesystem::path(PHAROS_SOURCE_DIR).parent_path() / "shared/conformance";

// Days and periods of the analytics cases, as the calendar windows see them.
class CalendarCases : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::filesystem::path file = shared / "analytics/calendar.json";
    // The cases lie beside the project, not in it.
    if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not there";
    cases = Json::parse(std::ifstream(file))["cases"];
  }

  static Instant at(const Json& text) {
    const auto instant = parse_instant(text.get<std::string>());
    EXPECT_TRUE(instant) << text;
    return instant ? *instant : Instant{};
  }
  static Instant start_of(const Json& test, std::string_view window, Instant now, int later = 0) {
    const Zone zone = *Zone::find(test["zone"].get<std::string>());
    const Window calendar = *parse_window(window);
    return zone.start_of(calendar.period, now, calendar.offset + later);
  }

  Json cases;
};

TEST_F(CalendarCases, days_begin_and_end_where_they_should) {
  int seen = 0;
  for (const Json& test : cases) {
    if (test["family"] != "day_window") continue;
    ++seen;
    const Json& expect = test["expect"];
    const Instant start = at(expect["start"]), end = at(expect["end"]);
    for (const Instant now : {start, start + hour, end - Duration{1}}) {
      EXPECT_EQ(start_of(test, "today", now), start) << test["name"];
      EXPECT_EQ(start_of(test, "today", now, 1), end) << test["name"];
    }
    EXPECT_EQ(start_of(test, "yesterday", end), start) << test["name"];
  }
  EXPECT_GE(seen, 9);
}

TEST_F(CalendarCases, periods_and_runs_of_days_begin_and_end_where_they_should) {
  int seen = 0;
  for (const Json& test : cases) {
    const Json& expect = test["expect"];
    if (test["family"] == "period_window" && test.value("week_start", "monday") == "monday") {
      ++seen;
      const std::string window = "this " + test["unit"].get<std::string>();
      EXPECT_EQ(start_of(test, window, at(test["at"])), at(expect["start"])) << test["name"];
      EXPECT_EQ(start_of(test, window, at(test["at"]), 1), at(expect["end"])) << test["name"];
    }
    if (test["family"] == "trailing_days") {
      ++seen;
      const int days = test["days"];
      const Json &full = expect["full_days_before_today"], &with_today = expect["including_today"];
      const auto midnight = [&](int later) {
        return start_of(test, "today", at(test["at"]), later);
      };
      EXPECT_EQ(midnight(-days), at(full["start"])) << test["name"];
      EXPECT_EQ(midnight(0), at(full["end"])) << test["name"];
      EXPECT_EQ(midnight(1 - days), at(with_today["start"])) << test["name"];
      EXPECT_EQ(midnight(1), at(with_today["end"])) << test["name"];
    }
  }
  EXPECT_GE(seen, 4);
}

}  // namespace
}  // namespace pharos::cel
