// base/money_test.cc: amounts are read exactly or refused, and rounding is half-even.
#include "base/money.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <string_view>

namespace pharos {
namespace {

TEST(Currency, digits_are_those_of_iso_4217) {
  const std::pair<std::string_view, int> rows[] = {{"CNY", 2}, {"USD", 2}, {"EUR", 2}, {"JPY", 0},
                                                   {"KRW", 0}, {"KWD", 3}, {"BHD", 3}};
  for (const auto& [code, digits] : rows) {
    const Result<Currency> currency = find_currency(code);
    ASSERT_TRUE(currency) << code;
    EXPECT_EQ(currency->digits, digits) << code;
    EXPECT_EQ(currency->code, code);
  }
}

TEST(Currency, anything_else_is_an_error) {
  // "NY " and " CN" stand inside the list of codes, but are none.
  for (const std::string_view code :
       {"", "cny", "RMB", "CN", "CNYX", "NY ", " CN", "NYC", "\xe4"}) {
    const Result<Currency> currency = find_currency(code);
    ASSERT_FALSE(currency) << code;
    EXPECT_EQ(currency.error().code, ErrorCode::invalid);
  }
}

TEST(Money, is_read_exactly) {
  struct Row {
    std::string_view text;
    int digits;
    std::int64_t minor;
  };
  const Row rows[] = {
      {"12.3", 2, 1'230},
      {"12", 2, 1'200},
      {"0.05", 2, 5},
      {"-0.05", 2, -5},
      {"-0", 2, 0},
      {"0.00", 2, 0},
      {".5", 2, 50},
      {"5.", 2, 500},
      {".0", 2, 0},
      {"500.", 2, 50'000},
      {"007.10", 2, 710},
      {"0.1", 3, 100},
      {"100", 0, 100},
      {"100.0", 0, 100},
      {"8.20", 2, 820},  // 8.2 * 100 is 819.99... in binary.
      {"1.10", 1, 11},   // A zero past the last digit loses nothing.
      {"1.5e3", 2, 150'000},
      {"1.5E+3", 2, 150'000},
      {"150e-2", 2, 150},
      {"1e-2", 2, 1},
      {"100e-4", 2, 1},
      {"0e400", 2, 0},
      {"0.000000000000000000000000000000000000000", 2, 0},
      {"1.000000000000000000000000000000000000000", 2, 100},
      {"0.00000000000000000000000000000001e32", 2, 100},
      {"10000000000000.00", 2, 1'000'000'000'000'000},  // The most that one event carries,
      {"-1e15", 0, -1'000'000'000'000'000},             // either way.
  };
  for (const Row& row : rows) {
    const Result<Money> money = parse_money(row.text, row.digits);
    ASSERT_TRUE(money) << row.text << ": " << money.error().message;
    EXPECT_EQ(money->minor, row.minor) << row.text;
  }
}

TEST(Money, refuses_what_is_no_amount_and_says_why) {
  struct Row {
    std::string_view text;
    int digits;
    std::string_view why;
  };
  const Row rows[] = {
      {"", 2, "no digits"},
      {"-", 2, "no digits"},
      {".", 2, "no digits"},
      {"e5", 2, "no digits"},
      {"1e", 2, "no such exponent"},
      {"1e+", 2, "no such exponent"},
      {"1e1.5", 2, "no such exponent"},
      {"1e401", 2, "no such exponent"},
      {"1e99999999999999999999", 2, "no such exponent"},
      {"NaN", 2, "write digits"},
      {"Infinity", 2, "write digits"},
      {"ten", 2, "write digits"},
      {"1,234.00", 2, "write digits"},
      {"1.2.3", 2, "write digits"},
      {"+5", 2, "write digits"},
      {"--5", 2, "write digits"},
      {" 5", 2, "write digits"},
      {"5 CNY", 2, "write digits"},
      {"0x10", 2, "write digits"},
      {"\xef\xbc\x91", 2, "write digits"},  // Full-width one.
      {"1.234", 2, "more than 2 digit"},
      {"0.5", 0, "more than 0 digit"},
      {"1e-3", 2, "more than 2 digit"},
      {"1.0000000000000000000000000000000001", 2, "digit"},
      {"10000000000000.01", 2, "too large"},
      {"1e16", 0, "too large"},
      {"1e400", 2, "too large"},
      {"99999999999999999999999999999999999999999999", 2, "too large"},
  };
  for (const Row& row : rows) {
    const Result<Money> money = parse_money(row.text, row.digits);
    ASSERT_FALSE(money) << row.text;
    EXPECT_EQ(money.error().code, ErrorCode::invalid);
    EXPECT_NE(money.error().message.find(row.why), std::string::npos) << money.error().message;
  }
}

TEST(Money, is_written_with_all_digits) {
  struct Row {
    std::int64_t minor;
    int digits;
    std::string_view plain, grouped;
  };
  const Row rows[] = {
      {0, 2, "0.00", "0.00"},
      {5, 2, "0.05", "0.05"},
      {-5, 2, "-0.05", "-0.05"},
      {642'000, 2, "6420.00", "6,420.00"},
      {-100'000'000, 2, "-1000000.00", "-1,000,000.00"},
      {99'900, 2, "999.00", "999.00"},
      {1'234'567, 0, "1234567", "1,234,567"},
      {1'234'567, 3, "1234.567", "1,234.567"},
      {std::numeric_limits<std::int64_t>::min(), 2, "-92233720368547758.08",
       "-92,233,720,368,547,758.08"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(format_money({row.minor}, row.digits), row.plain);
    EXPECT_EQ(format_money_grouped({row.minor}, row.digits), row.grouped);
  }
}

TEST(Money, round_half_even_sends_ties_to_the_even_neighbour) {
  struct Row {
    std::int64_t numerator, denominator, rounded;
  };
  const Row rows[] = {
      {0, 2, 0},     {1, 2, 0},     {3, 2, 2},     {5, 2, 2},       {7, 2, 4},  // 0.5 1.5 2.5 3.5
      {-1, 2, 0},    {-3, 2, -2},   {-5, 2, -2},   {-7, 2, -4},                 // The mirror image.
      {1, -2, 0},    {3, -2, -2},   {-3, -2, 2},  // The sign may stand below.
      {1, 3, 0},     {2, 3, 1},     {-1, 3, 0},    {-2, 3, -1},     {10, 5, 2},      {249, 100, 2},
      {250, 100, 2}, {251, 100, 3}, {350, 100, 4}, {-250, 100, -2}, {-251, 100, -3},
  };
  for (const Row& row : rows)
    EXPECT_EQ(round_half_even(row.numerator, row.denominator), row.rounded)
        << row.numerator << " / " << row.denominator;
  const __int128 wide = static_cast<__int128>(money_minor_max) * 1'000'000'000;
  EXPECT_EQ(round_half_even(wide + 500'000'000, 1'000'000'000), money_minor_max);
  EXPECT_EQ(round_half_even(wide + 500'000'001, 1'000'000'000), money_minor_max + 1);
}

}  // namespace
}  // namespace pharos
