// ingest/row_test.cc: texts of rows stay readable when they are cut or damaged.
#include "ingest/row.h"

#include <gtest/gtest.h>

namespace pharos::ingest {
namespace {

TEST(Row, a_cut_falls_between_characters) {
  EXPECT_EQ(cut_text("abc", 3), "abc");
  EXPECT_EQ(cut_text("abcd", 3), "abc");
  EXPECT_EQ(cut_text("a\xC3\xA9z", 2), "a");
  EXPECT_EQ(cut_text("a\xC3\xA9z", 3), "a\xC3\xA9");
  EXPECT_EQ(cut_text("", 0), "");
}

TEST(Row, bytes_that_are_no_utf8_are_marked_one_by_one) {
  EXPECT_EQ(readable("h\xC3\xA9llo"), "h\xC3\xA9llo");
  EXPECT_EQ(readable("a\xFF\xC3"), "a\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(readable("\xC3\xA9\xA9z"), "\xC3\xA9\xEF\xBF\xBDz");
  EXPECT_EQ(readable("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // A surrogate.
  EXPECT_EQ(readable(""), "");
}

TEST(Row, long_texts_are_shown_with_dots) {
  EXPECT_EQ(shown("x"), "\"x\"");
  EXPECT_EQ(shown(std::string(65, 'x')), "\"" + std::string(64, 'x') + "\"...");
}

}  // namespace
}  // namespace pharos::ingest
