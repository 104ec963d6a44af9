// cel/conformance_test.cc: the cases of cel-spec in ../shared, and our own beside them, suite by
// suite, through the code that `pharos cel --cases` runs.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "cel/case.h"

namespace pharos::cel {
namespace {

const std::filesystem::path project = PHAROS_SOURCE_DIR;
const std::filesystem::path shared = project.parent_path() / "shared/conformance/cel";
const std::filesystem::path own = project / "test/conformance/cel";

struct Suite {
  std::string name;
  std::size_t count;
};

void run(const std::filesystem::path& file, std::size_t count) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  const auto cases = read_cases(text.str(), file.string());
  ASSERT_TRUE(cases) << cases.error().message;
  EXPECT_EQ(cases->size(), count);
  for (const Case& test : *cases) {
    const CaseOutcome outcome = run_case(test);
    EXPECT_TRUE(outcome.passed) << file.filename().string() << ":" << test.line << ": "
                                << test.section << "/" << test.name << ": " << test.text
                                << "\n  expected " << outcome.expected << "\n  found    "
                                << outcome.found;
  }
}

std::string name_of_suite(const ::testing::TestParamInfo<Suite>& suite) {
  return suite.param.name;
}

class Conformance : public ::testing::TestWithParam<Suite> {};

TEST_P(Conformance, cases_pass) {
  const std::filesystem::path file = shared / (GetParam().name + ".json");
  // The cases lie beside the project, not in it.
  if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not there";
  run(file, GetParam().count);
}

// 955 in all.
INSTANTIATE_TEST_SUITE_P(
    suites, Conformance,
    ::testing::Values(Suite{"basic", 24}, Suite{"bindings_ext", 3}, Suite{"comparisons", 203},
                      Suite{"conversions", 69}, Suite{"fields", 39}, Suite{"fp_math", 21},
                      Suite{"integer_math", 34}, Suite{"lists", 19}, Suite{"logic", 19},
                      Suite{"macros", 17}, Suite{"macros2", 29}, Suite{"math_ext", 124},
                      Suite{"optionals", 34}, Suite{"parse", 119}, Suite{"plumbing", 4},
                      Suite{"string", 30}, Suite{"string_ext", 125}, Suite{"timestamps", 42}),
    name_of_suite);

class OwnCases : public ::testing::TestWithParam<Suite> {};

TEST_P(OwnCases, pass) {
  run(own / (GetParam().name + ".json"), GetParam().count);
}

INSTANTIATE_TEST_SUITE_P(suites, OwnCases,
                         ::testing::Values(Suite{"white_space", 75}, Suite{"room", 75}),
                         name_of_suite);

// Days and periods of the analytics cases, as the calendar windows see them.
class CalendarCases : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::filesystem::path file = folder.parent_path() / "analytics/calendar.json";
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
