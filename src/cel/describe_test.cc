// cel/describe_test.cc: source on one line, quotes left alone.
#include "cel/describe.h"

#include <gtest/gtest.h>

#include <utility>

namespace pharos::cel {
namespace {

TEST(FoldWhiteSpace, folds_outside_of_quotes_only) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"", ""},
      {"a  >\n\t 5", "a > 5"},
      {"x == 'two  blanks'  && y", "x == 'two  blanks' && y"},
      {R"(x == 'it\'s  so'  && y)", R"(x == 'it\'s  so' && y)"},  // The quote goes on.
      {R"(x == 'end\\'   && y)", R"(x == 'end\\' && y)"},         // A backslash, then its end.
      {R"(x == "a 'b'  c"   )", R"(x == "a 'b'  c" )"},
      {"a // don't\n > 5 // or so", "a > 5 "},  // A comment is white space; its quotes are not.
      {"x == 'a // b' // c", "x == 'a // b' "},
      {"a\f/ 2", "a / 2"},
  };
  for (const auto& [source, folded] : rows) EXPECT_EQ(fold_white_space(source), folded) << source;
}

}  // namespace
}  // namespace pharos::cel
