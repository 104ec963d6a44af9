// base/text_test.cc: UTF-8 by the book, near names, widths and plain numbers.
#include "base/text.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace pharos {
namespace {

using namespace std::string_view_literals;

// Rows follow table 3-7 of the Unicode standard: the first and last of each line, and their
// neighbours outside.
TEST(Utf8, is_well_formed_by_table_3_7_of_unicode) {
  const std::pair<std::string_view, bool> rows[] = {
      {""sv, true},
      {"plain"sv, true},
      {"\0"sv, true},
      {"\x7F"sv, true},
      {"入驻 · ü"sv, true},
      {"\x80"sv, false},  // A continuation byte alone.
      {"\xBF"sv, false},
      {"\xC0\x80"sv, false},  // Overlong NUL.
      {"\xC1\xBF"sv, false},  // Overlong DEL.
      {"\xC2\x80"sv, true},   // U+0080
      {"\xDF\xBF"sv, true},   // U+07FF
      {"\xC2"sv, false},      // Cut short.
      {"\xC2\x41"sv, false},
      {"\xC2\xC2\x80"sv, false},
      {"\xE0\x80\x80"sv, false},  // Overlong, three bytes.
      {"\xE0\x9F\xBF"sv, false},
      {"\xE0\xA0\x80"sv, true},               // U+0800
      {"\xED\x9F\xBF"sv, true},               // U+D7FF
      {"\xED\xA0\x80"sv, false},              // U+D800, a surrogate.
      {"\xED\xBF\xBF"sv, false},              // U+DFFF
      {"\xED\xA0\xBD\xED\xB8\x80"sv, false},  // CESU-8.
      {"\xEE\x80\x80"sv, true},               // U+E000
      {"\xEF\xBF\xBF"sv, true},               // U+FFFF, a noncharacter, is well-formed.
      {"\xEF\xBB\xBFtext"sv, true},           // A byte order mark.
      {"\xE4\xBD"sv, false},
      {"\xF0\x80\x80\x80"sv, false},  // Overlong, four bytes.
      {"\xF0\x8F\xBF\xBF"sv, false},
      {"\xF0\x90\x80\x80"sv, true},   // U+10000
      {"\xF4\x8F\xBF\xBF"sv, true},   // U+10FFFF
      {"\xF4\x90\x80\x80"sv, false},  // Above it.
      {"\xF0\x9F\x98"sv, false},
      {"\xF5\x80\x80\x80"sv, false},
      {"\xF8\x88\x80\x80\x80"sv, false},
      {"\xFE"sv, false},
      {"\xFF"sv, false},
      {"good\xFF"sv, false},
  };
  for (const auto& [text, valid] : rows) EXPECT_EQ(is_utf8(text), valid) << quoted(text);
}

TEST(Utf8, code_points_and_columns_are_counted) {
  struct Row {
    std::string_view text;
    std::size_t points, columns;
  };
  const Row rows[] = {
      {"", 0, 0},     {"abc", 3, 3},     {"ü", 1, 1},
      {"入驻", 2, 4}, {"商家 A1", 5, 7}, {"ＡＢ", 2, 4},  // Full-width letters.
      {"한국", 2, 4}, {"カナ", 2, 4},    {"ｶﾅ", 2, 2},    // Half-width katakana.
      {"，。", 2, 4}, {"e\u0301", 2, 1},                  // A combining mark takes no column.
      {"😀", 1, 2},    {"𠀀", 1, 2},                       // CJK extension B.
      {"→·", 2, 2},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(count_code_points(row.text), row.points) << row.text;
    EXPECT_EQ(display_width(row.text), row.columns) << row.text;
  }
  EXPECT_EQ(display_width("a\xFF\xE4z"), 4U);  // A broken byte shows as one column.
}

TEST(Names, the_nearest_is_found_when_it_is_near_enough) {
  const std::vector<std::string> names{"signed", "activated", "grown", "lead", "gmv"};
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"signd", "signed"},
      {"singed", "signed"},  // A transposition is one slip.
      {"activatd", "activated"},
      {"Signed", "signed"},
      {"lead", "lead"},
      {"led", "lead"},
      {"gvm", "gmv"},
      {"order_paid", ""},
      {"xyz", ""},
  };
  for (const auto& [name, near] : rows)
    EXPECT_EQ(nearest_name(name, names).value_or(""), near) << name;
  EXPECT_EQ(nearest_name("signed", {}), std::nullopt);
  EXPECT_EQ(nearest_name(std::string(100'000, 's'), names), std::nullopt);
  EXPECT_EQ(nearest_name("signed", std::vector{std::string(100'000, 's')}), std::nullopt);
  EXPECT_EQ(did_you_mean("signd", names), "Did you mean \"signed\"?");
  EXPECT_EQ(did_you_mean("zebra_crossing", names), "");
}

TEST(Names, of_two_equally_near_the_first_is_offered) {
  EXPECT_EQ(nearest_name("cat", std::vector<std::string>{"bat", "hat"}), "bat");
}

TEST(Names, are_lower_snake_case) {
  for (const std::string_view name : {"a"sv, "order_paid"sv, "a1"sv, "a__b_"sv})
    EXPECT_TRUE(is_name(name)) << name;
  EXPECT_TRUE(is_name(std::string(64, 'a')));
  EXPECT_FALSE(is_name(std::string(65, 'a')));
  for (const std::string_view name :
       {""sv, "_a"sv, "1a"sv, "A"sv, "aB"sv, "a-b"sv, "a b"sv, "a.b"sv, "ä"sv, "a\0"sv})
    EXPECT_FALSE(is_name(name)) << quoted(name);
}

TEST(Text, quoted_shows_control_characters) {
  EXPECT_EQ(quoted("a\"b\\c\nd\t\x01"sv), R"("a\"b\\c\nd\x09\x01")");
  EXPECT_EQ(quoted("商家"), "\"商家\"");
}

TEST(Text, numbers_are_grouped_by_threes) {
  const std::pair<std::int64_t, std::string_view> rows[] = {
      {0, "0"},
      {999, "999"},
      {1'000, "1,000"},
      {-999, "-999"},
      {-1'000, "-1,000"},
      {1'234'567, "1,234,567"},
      {std::numeric_limits<std::int64_t>::min(), "-9,223,372,036,854,775,808"},
  };
  for (const auto& [number, text] : rows) EXPECT_EQ(grouped(number), text);
}

TEST(Text, split_keeps_empty_parts) {
  using Parts = std::vector<std::string_view>;
  EXPECT_EQ(split("", ','), Parts{""});
  EXPECT_EQ(split("a", ','), Parts{"a"});
  EXPECT_EQ(split("a,b", ','), (Parts{"a", "b"}));
  EXPECT_EQ(split(",a,,", ','), (Parts{"", "a", "", ""}));
}

TEST(Text, trimmed_drops_white_space_at_the_ends) {
  EXPECT_EQ(trimmed(" \t\r\n a b \n"), "a b");
  EXPECT_EQ(trimmed(" \n"), "");
  EXPECT_EQ(trimmed(""), "");
}

TEST(Text, integers_are_read_whole_or_not_at_all) {
  const std::pair<std::string_view, std::int64_t> rows[] = {{"0", 0},
                                                            {"-1", -1},
                                                            {"007", 7},
                                                            {"9223372036854775807", INT64_MAX},
                                                            {"-9223372036854775808", INT64_MIN}};
  for (const auto& [text, value] : rows) EXPECT_EQ(parse_int64(text), value) << text;
  for (const std::string_view text : {"", "-", "+1", " 1", "1 ", "1.0", "1e3", "0x1", "1'000",
                                      "9223372036854775808", "-9223372036854775809"})
    EXPECT_EQ(parse_int64(text), std::nullopt) << text;
}

TEST(Text, doubles_are_read_whole_and_finite_or_not_at_all) {
  const std::pair<std::string_view, double> rows[] = {
      {"0", 0}, {"-1.5", -1.5}, {"1e3", 1'000}, {"1E-3", 0.001}, {".5", 0.5}, {"5.", 5}};
  for (const auto& [text, value] : rows) EXPECT_EQ(parse_double(text), value) << text;
  for (const std::string_view text :
       {"", "nan", "NaN", "inf", "-Infinity", "1e999", "+1", " 1", "1 ", "1,5", "0x1p3"})
    EXPECT_EQ(parse_double(text), std::nullopt) << text;
}

}  // namespace
}  // namespace pharos
