// cel/threshold_test.cc: what conditions ask of their windows, read off the text.
#include "cel/threshold.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "cel/testing.h"

namespace pharos::cel {
namespace {

// By aggregate and bound, in order.
std::string thresholds_in(std::string_view text) {
  const Schema schema = testing::shop();
  const Compiled compiled =
      compile(text, {}, {.use = Use::rule, .schema = &schema, .metrics = {}}, Kind::boolean);
  if (!compiled.rule) return testing::lines_of(compiled.diagnostics);
  std::string found;
  for (const Threshold& threshold : thresholds_of(*compiled.rule)) {
    const Aggregate& aggregate = compiled.rule->aggregates[threshold.aggregate];
    found +=
        fmt::format("{}{} {}", found.empty() ? "" : ", ", name_of(aggregate.kind), threshold.least);
  }
  return found;
}

TEST(Thresholds, are_comparisons_that_must_hold) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"count(login, '7d') >= 5", "count 5"},
      {"count(login, '7d') > 5", "count 6"},
      {"5 <= count(login, '7d')", "count 5"},
      {"5 < count(login, '7d')", "count 6"},
      {"count(login, '7d') == 5", "count 5"},  // Above it is false as well, which is no matter.
      {"distinct(login.member, '7d') >= 3", "distinct 3"},
      // Money in minor units; between two amounts the next one has to be reached.
      {"sum(order_paid.amount, '30d') >= 10000.00", "sum 1000000"},
      {"sum(order_paid.amount, '30d') >= 0.005", "sum 1"},
      {"sum(order_paid.items, '30d') > 2 && vip", "sum 3"},
      {"count(login) >= 2 && (vip && sum(order_paid.items) >= 9)", "count 2, sum 9"},
      // From above, in a choice or turned around, nothing has to be full.
      {"count(login, '7d') < 5", ""},
      {"count(login, '7d') != 5", ""},
      {"count(login, '7d') >= 5 || vip", ""},
      {"!(count(login, '7d') >= 5)", ""},
      {"vip ? count(login, '7d') >= 5 : false", ""},
      // What does not only grow with its events, or is not compared as whole numbers.
      {"avg(order_paid.items, '7d') >= 5.0", ""},
      {"max(order_paid.items, '7d') >= 5", ""},
      {"sum(order_paid.weight, '7d') >= 5.0", ""},
      {"count(login, '7d') + 1 >= 5", ""},
      {"count(login, '7d') >= seats", ""},
      {"count(login, '7d') > 9223372036854775807", ""},
  };
  for (const auto& [text, wanted] : rows) EXPECT_EQ(thresholds_in(text), wanted) << text;
}

}  // namespace
}  // namespace pharos::cel
