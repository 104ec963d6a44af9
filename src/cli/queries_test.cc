// cli/queries_test.cc: expressions as typed are split, ordered and pointed into.
#include "cli/queries.h"

#include <gtest/gtest.h>

namespace pharos::cli {
namespace {

TEST(SplitExpressions, at_commas_outside_of_brackets_and_quotes) {
  using Parts = std::vector<std::string>;
  const std::pair<std::string_view, Parts> rows[] = {
      {"industry, size", {"industry", "size"}},
      {"sum(order_paid.amount, '30d'), size", {"sum(order_paid.amount, '30d')", "size"}},
      {"count(order_paid, '7d', category in ['a', 'b'])",
       {"count(order_paid, '7d', category in ['a', 'b'])"}},
      {"{'a': 1, 'b': 2}, x", {"{'a': 1, 'b': 2}", "x"}},
      {"name == 'a,b', \"c,(d\"", {"name == 'a,b'", "\"c,(d\""}},
      {R"(name == 'it\'s, ok', x)", {R"(name == 'it\'s, ok')", "x"}},
      {"", {""}},
      {"a,,b", {"a", "", "b"}},
      {"a), b", {"a)", "b"}},
      {"open(a, b", {"open(a, b"}},
  };
  for (const auto& [text, wanted] : rows) EXPECT_EQ(split_expressions(text), wanted) << text;
}

TEST(ParseOrdering, takes_a_direction_at_the_end) {
  const struct {
    std::string_view text, expression;
    bool descending;
  } rows[] = {
      {"size", "size", false}, {" size  desc ", "size", true}, {"size asc", "size", false},
      {"desc", "desc", false}, {"descent", "descent", false},
  };
  for (const auto& [text, expression, descending] : rows) {
    EXPECT_EQ(parse_ordering(text).text, expression) << text;
    EXPECT_EQ(parse_ordering(text).descending, descending) << text;
  }
}

}  // namespace
}  // namespace pharos::cli
