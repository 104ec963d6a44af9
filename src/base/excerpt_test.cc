// base/excerpt_test.cc: a caret stands below its place, whatever stands before it.
#include "base/excerpt.h"

#include <gtest/gtest.h>

#include <utility>

namespace pharos {
namespace {

Excerpt excerpt_of(std::string_view text, int line, int column) {
  return excerpt_at(text, {"a", line, column});
}

std::string pointed(std::string_view text, int line, int column) {
  const std::string shown = format_excerpt(excerpt_of(text, line, column));
  return shown.empty() ? "" : shown.substr(1);  // Behind the first line end.
}

TEST(Excerpt, points_at_its_place_in_columns_of_a_terminal) {
  const struct {
    std::string_view text;
    int line, column;
    std::string_view want;
  } rows[] = {
      {"a && b", 1, 6, "    a && b\n         ^"},
      // Two wide characters before it: six columns of code points, eight of the terminal.
      {"x == '杭州' + y", 1, 12, "    x == '杭州' + y\n                 ^"},
      {"a\nb + c\r\nd", 2, 5, "    b + c\n        ^"},
      {"a\tb", 1, 3, "    a\tb\n     \t^"},             // As wide above as below.
      {"e\u0301x", 1, 3, "    e\u0301x\n     ^"},       // An accent on the e.
      {"abc", 1, 4, "    abc\n       ^"},               // Behind the end.
      {"\x1b[1mb", 1, 5, "    \uFFFD[1mb\n        ^"},  // No control reaches a terminal.
      {"a\xFFz", 1, 3, "    a\uFFFDz\n      ^"},        // Nor what is not UTF-8.
      {"a\u202Ez", 1, 3, "    a\uFFFDz\n      ^"},
  };
  for (const auto& [text, line, column, want] : rows)
    EXPECT_EQ(pointed(text, line, column), want) << text;
}

TEST(Excerpt, has_no_excerpt_where_there_is_no_line) {
  for (const auto& [line, column] : {std::pair(0, 0), {7, 1}, {2, 1}, {1, 0}})
    EXPECT_EQ(pointed("a\n   ", line, column), "") << line;
}

// 200 letters: 60 columns left of the place and 60 from it on, or more where the line ends.
TEST(Excerpt, a_long_line_is_cut_around_the_place) {
  std::string line;
  for (int i = 0; i < 200; ++i) line += static_cast<char>('a' + i % 26);
  const auto letters = [&](int from, int to) {  // Columns, both included.
    return line.substr(static_cast<std::size_t>(from - 1), static_cast<std::size_t>(to - from + 1));
  };
  EXPECT_EQ(excerpt_of(line, 1, 100), (Excerpt{"..." + letters(40, 159) + "...", 64}));
  EXPECT_EQ(excerpt_of(line, 1, 1), (Excerpt{letters(1, 120) + "...", 1}));
  EXPECT_EQ(excerpt_of(line, 1, 61), (Excerpt{letters(1, 120) + "...", 61}));
  EXPECT_EQ(excerpt_of(line, 1, 200), (Excerpt{"..." + letters(81, 200), 123}));
  EXPECT_EQ(excerpt_of(line.substr(0, 120), 1, 70), (Excerpt{letters(1, 120), 70}));
  std::string wide;
  for (int i = 0; i < 100; ++i) wide += "客";
  const Excerpt middle = excerpt_of(wide, 1, 50);
  EXPECT_EQ(middle.column, 34);                   // 30 characters of two columns, behind "...".
  EXPECT_EQ(middle.line.size(), 60 * 3 + 2 * 3);  // 60 characters of three bytes, cut twice.
  const std::string huge(4 << 20, 'x');
  EXPECT_EQ(excerpt_of(huge, 1, 2 << 20).line.size(), 126u);
}

}  // namespace
}  // namespace pharos
