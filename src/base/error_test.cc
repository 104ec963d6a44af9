// base/error_test.cc: results carry values or errors, and TRY hands errors up.
#include "base/error.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

namespace pharos {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return fail(ErrorCode::invalid, "{} is odd", number);
  return number / 2;
}

Result<std::string> quarter_text(int number) {
  const int rest = TRY(half(number));
  return std::to_string(TRY(half(rest)));  // A result of another type.
}

Result<> check(int number, int& steps) {
  ++steps;
  TRY(half(number));
  ++steps;
  return {};
}

Result<std::unique_ptr<int>> boxed(int number) {
  std::unique_ptr<int> box = TRY(Result<std::unique_ptr<int>>(std::make_unique<int>(number)));
  return box;
}

TEST(Try, takes_the_value) {
  EXPECT_EQ(quarter_text(8).value_or("?"), "2");
  int steps = 0;
  EXPECT_TRUE(check(2, steps));
  EXPECT_EQ(steps, 2);
  EXPECT_EQ(**boxed(7), 7);  // Values that can only be moved.
}

TEST(Try, returns_the_error_at_once) {
  const Result<std::string> text = quarter_text(6);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, ErrorCode::invalid);
  EXPECT_EQ(text.error().message, "3 is odd");
  int steps = 0;
  EXPECT_FALSE(check(1, steps));
  EXPECT_EQ(steps, 1);
}

TEST(Error, codes_have_names_of_their_own) {
  std::set<std::string_view> names;
  for (const ErrorCode code :
       {ErrorCode::invalid, ErrorCode::not_found, ErrorCode::conflict, ErrorCode::forbidden,
        ErrorCode::limit, ErrorCode::corrupt, ErrorCode::io, ErrorCode::unavailable})
    names.insert(name_of(code));
  EXPECT_EQ(names.size(), 8U);
  EXPECT_EQ(name_of(ErrorCode::not_found), "not_found");
}

TEST(AssertDeathTest, a_bug_stops_the_process_and_names_its_place) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(ASSERT(1 + 1 == 3), "bug at .*error_test.cc:[0-9]+: 1 \\+ 1 == 3 does not hold");
  ASSERT(1 + 1 == 2);
}

}  // namespace
}  // namespace pharos
