// ingest/decimal_test.cc: sums of decimal texts, to the last digit.
#include "ingest/decimal.h"

#include <gtest/gtest.h>

namespace pharos::ingest {
namespace {

TEST(Decimal, text_survives) {
  for (const std::string_view text :
       {"0", "1", "-1", "0.1", "-0.05", "58.90", "123456789012345678", "0.000000000000000001"})
    EXPECT_EQ(format_decimal(*parse_decimal(text)), text);
}

TEST(Decimal, what_is_no_decimal_is_refused) {
  for (const std::string_view text :
       {"", "-", ".", "1.2.3", "1e3", "NaN", "+1", "1,5", " 1", "0x1"})
    EXPECT_FALSE(parse_decimal(text)) << text;
  EXPECT_FALSE(parse_decimal(std::string(decimal_digits_max + 1, '9')));
}

TEST(Decimal, a_sum_that_binary_fractions_miss_is_exact) {
  Decimal sum;
  for (int i = 0; i < 1'000; ++i) sum = *add(sum, *parse_decimal("0.1"));
  EXPECT_EQ(format_decimal(sum), "100.0");
  EXPECT_EQ(format_decimal(*add(*parse_decimal("1.5"), *parse_decimal("-0.25"))), "1.25");
}

TEST(Decimal, too_many_digits_are_no_sum) {
  const auto most = parse_decimal(std::string(decimal_digits_max, '9'));
  ASSERT_TRUE(most);
  EXPECT_FALSE(add(*most, *most));
  EXPECT_FALSE(add(*most, *parse_decimal("0.1")));
}

TEST(Decimal, order_is_by_value_not_by_text) {
  EXPECT_TRUE(*compare(*parse_decimal("9"), *parse_decimal("10")) < 0);
  EXPECT_TRUE(*compare(*parse_decimal("1.50"), *parse_decimal("1.5")) == 0);
  EXPECT_TRUE(*compare(*parse_decimal("-2"), *parse_decimal("-10")) > 0);
}

}  // namespace
}  // namespace pharos::ingest
