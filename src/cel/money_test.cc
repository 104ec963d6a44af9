// cel/money_test.cc: amounts beside numbers as written, in currencies of 0, 2 and 3 digits.
#include <gtest/gtest.h>

#include <limits>

#include "cel/testing.h"

namespace pharos::cel {
namespace {

constexpr std::int64_t int_min = std::numeric_limits<std::int64_t>::min();

const Currency& currency_of(int digits) {
  static const Currency currencies[] = {{"JPY", 0}, {"CNY", 2}, {"KWD", 3}};
  return currencies[digits == 0 ? 0 : digits - 1];
}

// Computed by Python's decimal with 60 digits, ROUND_HALF_EVEN.
TEST(Money, is_exact_to_the_last_digit) {
  struct Row {
    int digits;
    std::int64_t minor;
    std::string_view text, is;
  };
  const Row rows[] = {
      {2, 30, "credit == 0.3", "true"},
      {2, 30, "credit < 0.3", "false"},
      {2, 30, "credit >= 0.3", "true"},
      {2, 30, "0.3 <= credit", "true"},
      {2, 30, "credit == 0.30000000000000004", "false"},
      {2, 30, "credit < 0.30000000000000004", "true"},
      {2, 30, "credit >= 0.30000000000000004", "false"},
      {2, 30, "0.30000000000000004 <= credit", "false"},
      {2, 1'000, "credit == 10.005", "false"},
      {2, 1'000, "credit < 10.005", "true"},
      {2, 1'000, "credit >= 10.005", "false"},
      {2, 1'000, "10.005 <= credit", "false"},
      {2, 1'001, "credit == 10.005", "false"},
      {2, 1'001, "credit < 10.005", "false"},
      {2, 1'001, "credit >= 10.005", "true"},
      {2, 1'001, "10.005 <= credit", "true"},
      {2, -1'001, "credit == -10.005", "false"},
      {2, -1'001, "credit < -10.005", "true"},
      {2, -1'001, "credit >= -10.005", "false"},
      {2, -1'001, "-10.005 <= credit", "false"},
      {2, -1'000, "credit == -10.005", "false"},
      {2, -1'000, "credit < -10.005", "false"},
      {2, -1'000, "credit >= -10.005", "true"},
      {2, -1'000, "-10.005 <= credit", "true"},
      {2, 1'000'000'000'000'000, "credit == 10000000000000", "true"},
      {2, 1'000'000'000'000'000, "credit < 10000000000000", "false"},
      {2, 1'000'000'000'000'000, "credit >= 10000000000000", "true"},
      {2, 1'000'000'000'000'000, "10000000000000 <= credit", "true"},
      {2, 999'999'999'999'999, "credit == 1e13", "false"},
      {2, 999'999'999'999'999, "credit < 1e13", "true"},
      {2, 999'999'999'999'999, "credit >= 1e13", "false"},
      {2, 999'999'999'999'999, "1e13 <= credit", "false"},
      {0, 1'000'000'000'000'000, "credit == 1e15", "true"},
      {0, 1'000'000'000'000'000, "credit < 1e15", "false"},
      {0, 1'000'000'000'000'000, "credit >= 1e15", "true"},
      {0, 1'000'000'000'000'000, "1e15 <= credit", "true"},
      {0, 1'000'000'000'000'001, "credit == 1e15", "false"},
      {0, 1'000'000'000'000'001, "credit < 1e15", "false"},
      {0, 1'000'000'000'000'001, "credit >= 1e15", "true"},
      {0, 1'000'000'000'000'001, "1e15 <= credit", "true"},
      {0, 100, "credit == 99.5", "false"},
      {0, 100, "credit < 99.5", "false"},
      {0, 100, "credit >= 99.5", "true"},
      {0, 100, "99.5 <= credit", "true"},
      {0, 100, "credit == 100.0", "true"},
      {0, 100, "credit < 100.0", "false"},
      {0, 100, "credit >= 100.0", "true"},
      {0, 100, "100.0 <= credit", "true"},
      {3, 10'005, "credit == 10.005", "true"},
      {3, 10'005, "credit < 10.005", "false"},
      {3, 10'005, "credit >= 10.005", "true"},
      {3, 10'005, "10.005 <= credit", "true"},
      {3, 10'005, "credit == 10.0051", "false"},
      {3, 10'005, "credit < 10.0051", "true"},
      {3, 10'005, "credit >= 10.0051", "false"},
      {3, 10'005, "10.0051 <= credit", "false"},
      {3, -1, "credit == -0.0005", "false"},
      {3, -1, "credit < -0.0005", "true"},
      {3, -1, "credit >= -0.0005", "false"},
      {3, -1, "-0.0005 <= credit", "false"},
      {3, 0, "credit == -0.0", "true"},
      {3, 0, "credit < -0.0", "false"},
      {3, 0, "credit >= -0.0", "true"},
      {3, 0, "-0.0 <= credit", "true"},
      {2, 9'007'199'254'740'993, "credit == 90071992547409.93", "true"},
      {2, 9'007'199'254'740'993, "credit < 90071992547409.93", "false"},
      {2, 9'007'199'254'740'993, "credit >= 90071992547409.93", "true"},
      {2, 9'007'199'254'740'993, "90071992547409.93 <= credit", "true"},
      {2, 9'223'372'036'854'775'807, "credit == 92233720368547758.07", "true"},
      {2, 9'223'372'036'854'775'807, "credit < 92233720368547758.07", "false"},
      {2, 9'223'372'036'854'775'807, "credit >= 92233720368547758.07", "true"},
      {2, 9'223'372'036'854'775'807, "92233720368547758.07 <= credit", "true"},
      {2, 9'223'372'036'854'775'807, "credit == 92233720368547758.08", "false"},
      {2, 9'223'372'036'854'775'807, "credit < 92233720368547758.08", "true"},
      {2, 9'223'372'036'854'775'807, "credit >= 92233720368547758.08", "false"},
      {2, 9'223'372'036'854'775'807, "92233720368547758.08 <= credit", "false"},
      {2, int_min, "credit == -92233720368547758.08", "true"},
      {2, int_min, "credit < -92233720368547758.08", "false"},
      {2, int_min, "credit >= -92233720368547758.08", "true"},
      {2, int_min, "-92233720368547758.08 <= credit", "true"},
      {2, int_min, "credit == -92233720368547758.09", "false"},
      {2, int_min, "credit < -92233720368547758.09", "false"},
      {2, int_min, "credit >= -92233720368547758.09", "true"},
      {2, int_min, "-92233720368547758.09 <= credit", "true"},
      {2, 25, "credit * 0.5", "0.12"},
      {2, 75, "credit * 0.5", "0.38"},
      {2, -25, "credit * 0.5", "-0.12"},
      {2, -75, "credit * 0.5", "-0.38"},
      {2, 5, "credit * 0.1", "0.00"},
      {2, 15, "credit * 0.1", "0.02"},
      {2, 25, "credit * 0.1", "0.02"},
      {2, 35, "credit * 0.10", "0.04"},
      {2, 25, "credit / 2", "0.12"},
      {2, 75, "credit / 2", "0.38"},
      {2, -25, "credit / 2", "-0.12"},
      {2, -75, "credit / 2", "-0.38"},
      {2, 25, "credit / -2", "-0.12"},
      {2, 10, "credit / 3", "0.03"},
      {2, 20, "credit / 3", "0.07"},
      {2, -20, "credit / 3", "-0.07"},
      {2, 1'005, "credit * 0.3", "3.02"},
      {2, 100, "credit * 0.075", "0.08"},
      {0, 5, "credit * 0.5", "2"},
      {0, 15, "credit * 0.1", "2"},
      {0, 7, "credit / 2", "4"},
      {0, 9, "credit / 2", "4"},
      {0, -7, "credit / 2", "-4"},
      {0, -9, "credit / 2", "-4"},
      {0, 1'000, "credit * 1.0005", "1000"},
      {3, 1'001, "credit * 0.5", "0.500"},
      {3, 1'003, "credit * 0.5", "0.502"},
      {3, 1, "credit / 2", "0.000"},
      {3, 3, "credit / 2", "0.002"},
      {3, 12'345, "credit * 1e-1", "1.234"},
      {2, 100'000'000'000'000'001, "credit * 0.5", "500000000000000.00"},
      {2, 100'000'000'000'000'003, "credit * 0.5", "500000000000000.02"},
      {2, 9'007'199'254'740'993, "credit * 1.0", "90071992547409.93"},
      {2, 999'999'999'999'999, "credit * 0.999999999999999999", "9999999999999.99"},
      {2, 10, "credit + 0.2", "0.30"},
      {2, 10, "credit - 0.30", "-0.20"},
      {3, 1, "credit + 0.001", "0.002"},
      {0, 7, "credit - 10", "-3"},
      {2, 30, "0.1 - credit", "-0.20"},
      {2, -15, "0.5 * credit", "-0.08"},
  };
  for (const Row& row : rows) {
    Schema schema = testing::shop();
    schema.currency = currency_of(row.digits);
    const Scope scope{.use = Use::rule, .schema = &schema, .metrics = {}};
    const Compiled compiled = compile(row.text, {"f", 1, 1}, scope, std::nullopt);
    ASSERT_TRUE(compiled.rule) << row.text << testing::lines_of(compiled.diagnostics);
    testing::Facts facts;
    facts.attributes = {{4, Value::money({row.minor})}};
    Arena arena;
    EXPECT_EQ(format_value(evaluate(*compiled.rule, facts, arena), schema), row.is)
        << row.text << " with " << row.minor << " minor units of " << schema.currency.code;
  }
}

}  // namespace
}  // namespace pharos::cel
