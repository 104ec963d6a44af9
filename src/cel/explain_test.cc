// cel/explain_test.cc: what people read about a condition.
#include <gtest/gtest.h>

#include "cel/box.h"
#include "cel/testing.h"

namespace pharos::cel {
namespace {

using testing::Facts;
using testing::lines_of;
using testing::shop;

std::string explained(std::string_view text, Facts& facts) {
  const Schema schema = shop();
  const Compiled compiled = compile(
      text, {"f", 1, 1}, {.use = Use::rule, .schema = &schema, .metrics = {}}, Kind::boolean);
  if (!compiled.rule) return lines_of(compiled.diagnostics);
  Arena arena;
  std::string out;
  for (const Finding& finding : explain(*compiled.rule, facts, arena, schema)) {
    if (!out.empty()) out += " | ";
    out += (finding.holds ? "+ " : "- ") + finding.is;
    if (!finding.needs.empty()) out += ", " + finding.needs;
  }
  return out;
}

TEST(Explain, names_each_part_with_what_it_is_and_needs) {
  Facts facts;
  facts.attributes = {{0, Value::string("toys")},        {1, Value::string("smb")},
                      {2, Value::integer(1'200'000)},    {4, Value::money({642'000})},
                      {5, Value::timestamp(Instant{0})}, {6, Value::boolean(false)}};
  facts.aggregates = {{0, Value::money({642'000})}};
  facts.nodes = {{{1, NodeField::held}, Value::boolean(false)}};
  facts.time = {3 * day.ms + 4 * hour.ms};
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"sum(order_paid.amount, '30d') >= 10000",
       "- sum(order_paid.amount, '30d') is 6,420.00, needs 10,000"},
      {"sum(order_paid.amount,\n  '30d') >= 6420", "+ sum(order_paid.amount, '30d') is 6,420.00"},
      {"10000.505 <= sum(order_paid.amount)",
       "- sum(order_paid.amount) is 6,420.00, needs 10,000.505"},
      {"seats > 2000000 && vip",
       "- seats is 1,200,000, needs more than 2,000,000 | "
       "- vip is false, needs true"},
      {"seats < 5 || seats <= 4 || seats == 3 || seats != 1200000",
       "- seats is 1,200,000, needs less than 5 | - seats is 1,200,000, needs at most 4 | "
       "- seats is 1,200,000, needs 3 | - seats is 1,200,000, needs anything but 1,200,000"},
      {"5 > seats", "- seats is 1,200,000, needs less than 5"},
      {"industry == 'beauty'", "- industry is \"toys\", needs \"beauty\""},
      {"size in ['mid', 'key']", "- size is \"smb\", needs one of \"mid\", \"key\""},
      {"held('main.activated')", "- held('main.activated') is false, needs true"},
      {"!main.activated.held", "+ main.activated.held is false"},
      {"!(seats > 5)", "- seats > 5 is true, needs false"},
      {"now - signed_at > '30d'", "- now - signed_at is 3d 4h, needs more than 30d"},
      {"seats / (seats - 1200000) > 1",
       "- seats / (seats - 1200000) cannot be computed: division by zero, needs a value"},
      {"score > 1.0", "- score cannot be computed: missing, needs a value"},
      {"credit > sum(order_paid.amount)",
       "- credit is 6,420.00, sum(order_paid.amount) is 6,420.00, needs more than 6,420.00"},
      {"(vip || seats > 5) && industry.startsWith('x')",
       "- vip is false, needs true | + seats is 1,200,000 | "
       "- industry.startsWith('x') is false, needs true"},
      {"credit >= 1000 * 2", "+ credit is 6,420.00"},
      {"credit >= -0.5", "+ credit is 6,420.00"},
  };
  for (const auto& [text, want] : rows) EXPECT_EQ(explained(text, facts), want) << text;
}

TEST(FormatValue, writes_each_kind) {
  const Schema schema = shop();
  const Value items[] = {Value::integer(1), Value::string("a\"b"), Value::null()};
  Arena arena;
  const std::pair<Value, std::string_view> rows[] = {
      {Value::null(), "null"},
      {Value::boolean(true), "true"},
      {Value::integer(-1'234'567), "-1234567"},
      {Value::uinteger(18'446'744'073'709'551'615u), "18446744073709551615"},
      {Value::real(0.1), "0.1"},
      {Value::money({-5}), "-0.05"},
      {Value::money({642'000}), "6420.00"},
      {Value::string("客户"), "客户"},
      {Value::bytes(std::string_view("\x00\xff", 2)), "00ff"},
      {Value::timestamp(Instant{1'500}), "1970-01-01T00:00:01.500Z"},
      {Value::timestamp(1, 1), "1970-01-01T00:00:01.000000001Z"},
      {Value::duration(3 * day), "3d"},
      {Value::error("division by zero"), "division by zero"},
      {make_list(items, arena), "[1, \"a\\\"b\", null]"},
      {no_optional(), "none"},
  };
  for (const auto& [value, want] : rows) EXPECT_EQ(format_value(value, schema), want);
}

}  // namespace
}  // namespace pharos::cel
