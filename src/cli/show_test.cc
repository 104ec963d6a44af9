// cli/show_test.cc: numbers, times and amounts as people read them.
#include "cli/show.h"

#include <gtest/gtest.h>

#include <bit>

namespace pharos::cli {
namespace {

TEST(ShareText, is_rounded_half_up_to_a_tenth) {
  const struct {
    std::uint64_t part, whole;
    std::string_view wanted;
  } rows[] = {
      {0, 0, "-"},
      {0, 7, "0.0 %"},
      {7, 7, "100.0 %"},
      {1, 3, "33.3 %"},
      {2, 3, "66.7 %"},
      {1, 2'000, "0.1 %"},  // 0.05 rounds up.
      {842, 8'000, "10.5 %"},
  };
  for (const auto& [part, whole, wanted] : rows) EXPECT_EQ(share_text(part, whole), wanted);
}

TEST(LocalTime, is_in_the_zone_of_the_playbook) {
  const Zone shanghai = *Zone::find("Asia/Shanghai");
  const Instant instant = *parse_instant("2025-11-10T16:30:05.678Z");
  EXPECT_EQ(local_time(instant, shanghai), "2025-11-11 00:30:05");
  EXPECT_EQ(local_minute(instant, shanghai), "2025-11-11 00:30");
  EXPECT_EQ(local_time(never, shanghai), "-");
  EXPECT_EQ(local_minute(instant_min, shanghai), "-");
}

TEST(CellText, follows_the_declared_type) {
  cel::Schema schema;
  schema.currency = {"JPY", 0};
  using enum cel::PropertyType;
  const std::tuple<cel::Property, engine::Cell, std::string_view> rows[] = {
      {{"x", money, {}}, 1'234'567, "1,234,567"},
      {{"x", int_, {}}, -1'234, "-1,234"},
      {{"x", bool_, {}}, 1, "true"},
      {{"x", double_, {}}, std::bit_cast<engine::Cell>(12'345.5), "12,345.5"},
      {{"x", double_, {}}, std::bit_cast<engine::Cell>(-0.5), "-0.5"},
      {{"x", enum_, {"smb", "mid"}}, 1, "mid"},
      {{"x", time, {}}, 0, "1970-01-01 00:00:00"},
      {{"x", string, {}}, engine::text_cell({1, 2}), "bc"},
      {{"x", string, {}}, engine::cell_absent, ""},
      {{"x", int_, {}}, engine::cell_null, ""},
  };
  for (const auto& [property, cell, wanted] : rows)
    EXPECT_EQ(cell_text(property, cell, "abcd", schema), wanted);
}

TEST(ValueText, shows_what_cannot_be_computed_as_a_dash) {
  const cel::Schema schema;
  EXPECT_EQ(value_text(cel::Value::error("division by zero"), schema), "-");
  EXPECT_EQ(value_text(cel::Value::null(), schema), "-");
  EXPECT_EQ(value_text(cel::Value::money({642'000}), schema), "6,420.00");
  EXPECT_EQ(value_text(cel::Value::integer(12'345), schema), "12,345");
  EXPECT_EQ(value_text(cel::Value::real(0.125), schema), "0.125");
  EXPECT_EQ(value_text(cel::Value::duration(26 * hour), schema), "1d 2h");
}

}  // namespace
}  // namespace pharos::cli
