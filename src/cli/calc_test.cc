// cli/calc_test.cc: case files: those of ../shared/conformance, and what counts as the same.
#include "cli/calc.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "cli/answer.h"

namespace pharos::cli {
namespace {

// Every case of the shared files passes; about 40 % of each family are kept back there.
TEST(Calc, shared_cases_pass) {
  const auto folder =
      std::filesystem::path(PHAROS_SOURCE_DIR).parent_path() / "shared/conformance/analytics";
  // The cases lie beside the project, not in it.
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not there";
  const std::pair<std::string, std::string> rows[] = {
      {"funnels", "71 passed, 0 failed\n"},
      {"retention", "22 passed, 0 failed\n"},
  };
  for (const auto& [kind, wanted] : rows) {
    const Answer answer = ask({"calc", kind, (folder / (kind + ".json")).string()});
    EXPECT_EQ(answer.text, wanted);
    EXPECT_EQ(answer.exit, Exit::done);
  }
}

// "path: expected, got", or "same".
std::string difference_of(std::string_view expected, std::string_view got,
                          std::string_view tolerance = "null") {
  const Json bounds = *parse_json(tolerance);
  const auto difference = first_difference(*parse_json(expected), *parse_json(got), &bounds);
  if (!difference) return "same";
  return fmt::format("{}: {}, {}", difference->path, difference->expected, difference->got);
}

TEST(Calc, numbers_pass_within_their_tolerance) {
  struct Row {
    std::string_view expected, got, tolerance, wanted;
  };
  const Row rows[] = {
      {R"({"x":1})", R"({"x":1.0})", "null", "same"},
      {R"({"x":1})", R"({"x":1.0000001})", "null", "x: 1, 1.0000001"},
      {R"({"x":100})", R"({"x":101})", R"({"abs":1})", "same"},
      {R"({"x":100})", R"({"x":101.5})", R"({"abs":1})", "x: 100, 101.5"},
      {R"({"x":-100})", R"({"x":-101})", R"({"rel":0.01})", "same"},
      {R"({"x":100})", R"({"x":102})", R"({"abs":1,"rel":0.02})", "same"},  // The greater of both.
      {R"({"p":1,"q":1})", R"({"p":1.5,"q":1.5})", R"({"abs":{"p":1}})", "q: 1, 1.5"},
      {R"({"p_value":1})", R"({"p_value":2})", R"({"abs":0.1,"p_abs":1})", "same"},
      {R"({"q":1})", R"({"q":2})", R"({"abs":0.1,"p_abs":1})", "q: 1, 2"},
      {R"({"forecast":[1,2]})", R"({"forecast":[1,2.1]})", R"({"forecast_rel":0.1})", "same"},
      {R"({"x":null})", R"({"x":0})", R"({"abs":1})", "x: null, 0"},
  };
  for (const Row& row : rows)
    EXPECT_EQ(difference_of(row.expected, row.got, row.tolerance), row.wanted)
        << row.expected << " " << row.tolerance;
}

TEST(Calc, difference_names_the_first_place) {
  const std::array<std::string_view, 3> rows[] = {
      {R"({"a":{"b":[1,[2,3]]}})", R"({"a":{"b":[1,[2,4]]}})", "a.b[1][1]: 3, 4"},
      {R"({"a":[1,2]})", R"({"a":[1]})", "a: 2 items, 1 items"},
      {R"({"a":1})", R"({"b":1})", "a: 1, nothing"},
      {R"({"a":1})", R"({"a":1,"b":2})", "same"},  // A result may have more.
      {R"({"a":"x"})", R"({"a":1})", R"(a: "x", 1)"},
      {R"({"g":[[1]]})", R"({"g":{"matrix":[[1]]}})", "same"},  // The one result of a group.
  };
  for (const auto& [expected, got, wanted] : rows) EXPECT_EQ(difference_of(expected, got), wanted);
}

TEST(Calc, keys_that_are_data_must_be_the_same) {
  Json got = *parse_json(R"({"u":1,"v":2})");
  got.is_set = true;
  const auto difference = first_difference(*parse_json(R"({"u":1})"), got, nullptr);
  ASSERT_TRUE(difference);
  EXPECT_EQ(difference->expected + difference->got, "nothing2");
  Json list = *parse_json(R"(["b","a"])");
  EXPECT_TRUE(first_difference(*parse_json(R"(["a","b"])"), list, nullptr));
  list.is_set = true;
  EXPECT_FALSE(first_difference(*parse_json(R"(["a","b"])"), list, nullptr));
}

TEST(Json, refuses_what_it_cannot_keep) {
  const std::pair<std::string, std::string_view> rows[] = {
      {R"({"a":1,"a":2})", R"("a" comes twice)"},
      {std::string(70, '['), "more than 64 levels"},
      {"[1,", "1:4: "},
      {"1 2", "1:3: "},
      {"", "1:1: "},
      {"\"\xFF\"", "UTF-8"},
      {"[1e999]", "number overflow"},
  };
  for (const auto& [text, wanted] : rows) {
    const Result<Json> json = parse_json(text);
    ASSERT_FALSE(json) << text;
    EXPECT_NE(json.error().message.find(wanted), std::string::npos) << json.error().message;
  }
}

TEST(Json, is_written_as_it_was_read) {
  const std::string_view text = R"({"b":[1,-2.5,true,null,"é\n"],"a":{},"c":18446744073709551615})";
  EXPECT_EQ(json_text(*parse_json(text)),
            R"({"b":[1,-2.5,true,null,"é\n"],"a":{},"c":1.8446744073709552e+19})");
}

}  // namespace
}  // namespace pharos::cli
