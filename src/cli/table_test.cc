// cli/table_test.cc: tables line up in columns of a terminal.
#include "cli/table.h"

#include <gtest/gtest.h>

namespace pharos::cli {
namespace {

TEST(Table, lines_up_wide_characters_and_numbers) {
  Table table({{"node"}, {"进入过", Align::right}});
  table.add({"lead", "10,000"});
  table.add({"签约", "7"});
  EXPECT_EQ(table.text(),
            "node  进入过\n"
            "────  ──────\n"
            "lead  10,000\n"
            "签约       7\n");
}

TEST(Table, indents_cuts_wide_cells_and_keeps_each_row_on_one_line) {
  Table table({{"id"}, {"name"}});
  table.add({"a", "one\ntwo"});
  table.add({"b", "杭州云锦服饰"});
  EXPECT_EQ(table.text(2, 8),
            "  id  name\n"
            "  ──  ────────\n"
            "  a   one two\n"
            "  b   杭州云…\n");
}

TEST(Table, has_headings_that_widen_no_column) {
  Table table({{"id"}, {"n"}});
  table.add_heading("Nurture and growth");
  table.add({"a", "1"});
  EXPECT_EQ(table.text(1),
            " id  n\n"
            " ──  ─\n"
            " Nurture and growth\n"
            " a   1\n");
}

TEST(Table, may_be_empty) {
  EXPECT_EQ(Table({{"id"}}).text(), "id\n──\n");
}

TEST(Clipped, never_passes_its_width) {
  const struct {
    std::string_view text;
    std::size_t width;
    std::string_view wanted;
  } rows[] = {
      {"abc", 3, "abc"},      {"abcd", 3, "ab…"}, {"杭州", 4, "杭州"}, {"杭州市", 4, "杭…"},
      {"杭州市", 5, "杭州…"}, {"", 1, ""},        {"ab", 1, "…"},
  };
  for (const auto& [text, width, wanted] : rows) EXPECT_EQ(clipped(text, width), wanted) << text;
}

TEST(Bar, is_in_proportion_and_never_empty_for_something) {
  EXPECT_EQ(bar(0, 100, 4), "");
  EXPECT_EQ(bar(1, 0, 4), "");
  EXPECT_EQ(bar(100, 100, 4), "████");
  EXPECT_EQ(bar(50, 100, 4), "██");
  EXPECT_EQ(bar(1, 1'000'000, 4), "▏");
  EXPECT_EQ(bar(7, 5, 2), "██");
}

}  // namespace
}  // namespace pharos::cli
