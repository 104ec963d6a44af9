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

}  // namespace
}  // namespace pharos::cel
