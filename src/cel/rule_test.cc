// cel/rule_test.cc: rules of a playbook: windows, attributes, nodes, events, money; and their
// faults.
#include "cel/rule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "cel/testing.h"

namespace pharos::cel {
namespace {

using ::testing::ElementsAre;
using testing::Facts;
using ::testing::HasSubstr;
using testing::lines_of;
using testing::shop;

const Place place{"rules.yaml", 10, 5};

Compiled compile_rule(const Schema& schema, std::string_view text,
                      std::optional<Kind> result = Kind::boolean) {
  return compile(text, place, {.use = Use::rule, .schema = &schema, .metrics = {}}, result);
}

Rule rule_of(const Schema& schema, std::string_view text,
             std::optional<Kind> result = Kind::boolean) {
  Compiled compiled = compile_rule(schema, text, result);
  EXPECT_TRUE(compiled.rule) << text << "\n" << lines_of(compiled.diagnostics);
  return compiled.rule ? *compiled.rule
                       : Rule{.text = {},
                              .place = {},
                              .aggregates = {},
                              .filters = {},
                              .attributes = {},
                              .nodes = {},
                              .tree = {}};
}

std::string shown(const Rule& rule, Facts& facts, const Schema& schema) {
  Arena arena;
  const Value value = evaluate(rule, facts, arena);
  return value.is_error() ? "error: " + std::string(value.as_string())
                          : format_value(value, schema);
}

std::string shown(std::string_view text, Facts& facts, Use use = Use::rule) {
  const Schema schema = shop();
  const Compiled compiled =
      compile(text, place, {.use = use, .schema = &schema, .metrics = {}}, std::nullopt);
  return compiled.rule ? shown(*compiled.rule, facts, schema) : lines_of(compiled.diagnostics);
}

TEST(Rule, window_functions_become_aggregates) {
  const Schema schema = shop();
  struct Row {
    std::string_view text;
    AggregateKind kind;
    std::uint32_t event;
    std::int32_t property;
    std::string_view window;
    bool filter;
    Kind type;
  };
  const Row rows[] = {
      {"count(order_paid)", AggregateKind::count, 0, property_none, "all", false, Kind::integer},
      {"count(login, '30d')", AggregateKind::count, 1, property_none, "30d", false, Kind::integer},
      {"count(order_paid, '4w', items > 2)", AggregateKind::count, 0, property_none, "28d", true,
       Kind::integer},
      {"count(order_paid, items > 2)", AggregateKind::count, 0, property_none, "all", true,
       Kind::integer},
      {"sum(order_paid.amount, 'this month')", AggregateKind::sum, 0, 0, "this month", false,
       Kind::money},
      {"sum(order_paid.items, '24h')", AggregateKind::sum, 0, 2, "1d", false, Kind::integer},
      {"sum(order_paid.weight)", AggregateKind::sum, 0, 3, "all", false, Kind::real},
      {"avg(order_paid.amount)", AggregateKind::avg, 0, 0, "all", false, Kind::money},
      {"avg(order_paid.items)", AggregateKind::avg, 0, 2, "all", false, Kind::real},
      {"min(order_paid.shipped_at)", AggregateKind::min, 0, 4, "all", false, Kind::timestamp},
      {"max(order_paid.amount, 'last week')", AggregateKind::max, 0, 0, "last week", false,
       Kind::money},
      {"first(order_paid.note)", AggregateKind::first, 0, 5, "all", false, Kind::string},
      {"last(login.member)", AggregateKind::last, 1, property_member, "all", false, Kind::string},
      {"distinct(login.member, '90s')", AggregateKind::distinct, 1, property_member, "90s", false,
       Kind::integer},
      {"growth(order_paid.amount, '30d')", AggregateKind::growth, 0, 0, "30d", false, Kind::real},
      {"growth(login, '7d')", AggregateKind::growth, 1, property_none, "7d", false, Kind::real},
  };
  for (const Row& row : rows) {
    const Rule rule = rule_of(schema, row.text, row.type);
    ASSERT_EQ(rule.aggregates.size(), 1u) << row.text;
    const Aggregate& aggregate = rule.aggregates[0];
    EXPECT_EQ(aggregate.kind, row.kind) << row.text;
    EXPECT_EQ(aggregate.event, row.event) << row.text;
    EXPECT_EQ(aggregate.property, row.property) << row.text;
    EXPECT_EQ(format_window(aggregate.window), row.window) << row.text;
    EXPECT_EQ(aggregate.filter >= 0, row.filter) << row.text;
    EXPECT_EQ(aggregate.text, row.text);
  }
}

TEST(Rule, equal_aggregates_are_one) {
  const Schema schema = shop();
  const Rule rule = rule_of(schema,
                            "count(order_paid, '30d') > 1 || count(order_paid,  '720h') > 2 ||\n"
                            "count(order_paid, '30d', items > 2) > 1 ||\n"
                            "count(order_paid, '30d', items  >  2) > 3 || count(login, '30d') > 4");
  ASSERT_EQ(rule.aggregates.size(), 3u);
  ASSERT_EQ(rule.filters.size(), 1u);
  EXPECT_EQ(rule.filters[0].text, "items > 2");
  EXPECT_EQ(rule.filters[0].place, (Place{"rules.yaml", 11, 30}));
}

TEST(Rule, says_what_it_reads) {
  const Schema schema = shop();
  const Rule rule = rule_of(schema,
                            "industry == 'beauty' && account.vip && has(account.credit) && "
                            "main.activated.held && entered('topped_up') && vip");
  EXPECT_THAT(rule.attributes, ElementsAre(0, 4, 6));
  EXPECT_THAT(rule.nodes, ElementsAre(1, 3));
  EXPECT_FALSE(rule.reads_time);
  EXPECT_TRUE(rule_of(schema, "since(login) > '30d'").reads_time);
  EXPECT_TRUE(rule_of(schema, "now > signed_at").reads_time);
}

TEST(Rule, evaluates_facts) {
  Facts facts;
  facts.attributes = {{0, Value::string("beauty")}, {1, Value::string("mid")},
                      {2, Value::integer(12)},      {3, Value::real(0.5)},
                      {4, Value::money({12'345})},  {6, Value::boolean(true)}};
  facts.aggregates = {{0, Value::integer(5)}};
  facts.nodes = {{{1, NodeField::held}, Value::boolean(true)},
                 {{1, NodeField::entry}, Value::integer(2)},
                 {{3, NodeField::overdue}, Value::boolean(false)}};
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"count(login, '7d') >= 5", "true"},
      {"count(login, '7d') > 4.5", "true"},  // Cross-type, exact.
      {"count(login, '7d') == 5.5", "false"},
      {"industry == 'beauty' && size == 'mid' && vip", "true"},
      {"size in ['smb', 'mid']", "true"},
      {"seats * 2 - 4", "20"},
      {"score * 2.0", "1"},
      {"account.credit", "123.45"},
      {"has(account.credit) && !has(account.signed_at)", "true"},
      {"held('main.activated') && main.activated.entry == 2 && !overdue('topped_up')", "true"},
      {"industry.startsWith('be') && industry.matches('^b.*y$')", "true"},
      {"signed_at > timestamp('2025-01-01T00:00:00Z') || vip", "true"},  // An absent attribute.
      {"seats / (seats - 12) > 1 && vip", "error: division by zero"},
      {"seats / (seats - 12) > 1 || vip", "true"},
      {"seats > 10 ? 'large' : 'small'", "large"},
      {"seats > 10 ? credit : credit * 2", "123.45"},
  };
  for (const auto& [text, want] : rows) EXPECT_EQ(shown(text, facts), want) << text;
}

TEST(Rule, knows_the_event_at_hand_only_where_there_is_one) {
  const Schema schema = shop();
  Facts facts;
  facts.properties = {{0, Value::money({500})}, {1, Value::string("shoes")}};
  facts.member_value = Value::string("ann");
  facts.time = {1'000};
  const Scope scope{.use = Use::rule, .schema = &schema, .event = 0, .metrics = {}};
  const std::string_view text =
      "event.amount >= 5 && event.category == 'shoes' && event.member == 'ann' && "
      "event.time == timestamp('1970-01-01T00:00:01Z') && !has(event.note)";
  const Compiled compiled = compile(text, place, scope, Kind::boolean);
  ASSERT_TRUE(compiled.rule) << lines_of(compiled.diagnostics);
  EXPECT_EQ(shown(*compiled.rule, facts, schema), "true");
  EXPECT_THAT(lines_of(compile_rule(schema, "event.amount > 5").diagnostics),
              HasSubstr("there is no event at hand here"));
  EXPECT_THAT(lines_of(compile("event.amout > 5", place, scope, Kind::boolean).diagnostics),
              HasSubstr("Did you mean \"amount\"?"));
}

// A tenth is a tenth; 10000 is ten thousand major units; more digits than the currency's compare
// exactly. The amount is 100.01.
TEST(Money, compares_with_literals_exactly) {
  Facts facts;
  facts.attributes = {{4, Value::money({10'001})}, {2, Value::integer(100)}};
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"credit == 100.01", "true"},
      {"credit == 100.010", "true"},
      {"credit == 1.0001e2", "true"},
      {"credit == 100.0100000000000001", "false"},
      {"credit != 100.0100000000000001", "true"},
      {"credit > 100", "true"},
      {"100 < credit", "true"},
      {"100.01 <= credit", "true"},
      {"100.01 < credit", "false"},
      {"credit >= 100.011", "false"},
      {"credit < 100.011", "true"},
      {"credit <= 100.009", "false"},
      {"credit > 100.009", "true"},
      {"100.009 < credit", "true"},
      {"100.011 > credit", "true"},
      {"credit > -0.005", "true"},
      {"-credit < -100.005", "true"},
      {"-credit <= -(100.01)", "true"},
      {"credit < 1e300", "true"},
      {"credit > -1e300", "true"},
      {"credit >= 100000000000000000000000.0", "false"},
      {"credit == 1e30", "false"},
      {"credit != 1e30", "true"},
      {"credit > seats", "true"},  // 100 major units.
      {"credit == seats", "false"},
  };
  for (const auto& [text, want] : rows) EXPECT_EQ(shown(text, facts), want) << text;
}

// Results are rounded half-even to the minor unit: 0.125 is 0.12, 0.375 is 0.38.
TEST(Money, computes_and_rounds_once) {
  Facts facts;
  facts.attributes = {{4, Value::money({25})}, {2, Value::integer(2)}};
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"credit * 0.5", "0.12"},
      {"credit * 1.5", "0.38"},
      {"0.5 * credit", "0.12"},
      {"credit * seats", "0.50"},
      {"seats * credit", "0.50"},
      {"credit / seats", "0.12"},
      {"credit / 0.5", "0.50"},
      {"credit / -2", "-0.12"},
      {"credit + credit - 0.01", "0.49"},
      {"credit / credit", "1"},
      {"-credit", "-0.25"},
      {"math.abs(-credit)", "0.25"},
      {"credit / (seats - 2)", "error: division by zero"},
      {"credit * 1000000000000000000", "error: the result is outside the range of its type"},
      {"string(credit) + '!'", "0.25!"},
  };
  for (const auto& [text, want] : rows) EXPECT_EQ(shown(text, facts), want) << text;
}

TEST(Money, reaches_the_ends_of_its_range_and_no_further) {
  Facts facts;
  facts.attributes = {{4, Value::money({std::numeric_limits<std::int64_t>::max()})}};
  EXPECT_EQ(shown("credit * 1", facts), "92233720368547758.07");
  EXPECT_EQ(shown("credit * -1 - 0.01", facts), "-92233720368547758.08");
  EXPECT_EQ(shown("(credit * -1 - 0.01) * 1", facts), "-92233720368547758.08");
  for (const std::string_view text :
       {"credit + 0.01", "credit * 1.0000000000000001", "(credit * -1 - 0.01) * -1", "credit * 2"})
    EXPECT_EQ(shown(text, facts), "error: the result is outside the range of its type") << text;
}

// By the doubles nearby, which are 0.5 and 16 apart at these sizes.
TEST(Money, becomes_the_nearest_double_of_major_units) {
  Facts facts;
  const std::pair<std::int64_t, std::string_view> rows[] = {
      {12'345, "123.45"},
      {333'333'333'333'333'333, "3333333333333333.5"},  // .33 is nearer to .5 than to .0.
      {-333'333'333'333'333'333, "-3333333333333333.5"},
      {9'007'199'254'740'993, "90071992547409.94"},  // The double is ...409.9375.
      {std::numeric_limits<std::int64_t>::min(), "-9.223372036854776e+16"},
  };
  for (const auto& [minor, want] : rows) {
    facts.attributes = {{4, Value::money({minor})}};
    EXPECT_EQ(shown("string(double(credit))", facts, Use::query), want) << minor;
  }
}

TEST(Money, refuses_what_is_not_exact_in_rules_and_converts_it_in_queries) {
  Facts facts;
  facts.attributes = {{4, Value::money({12'345})}, {3, Value::real(0.5)}};
  for (const std::string_view text :
       {"credit > score", "credit * score > 1", "credit + 0.001 > 1", "credit + score > 1",
        "credit * credit > 1", "credit + seats > 1", "100 / credit > 1", "credit % 2 > 1",
        "credit > 'x'", "credit / 0 > 1"})
    EXPECT_THAT(shown(text, facts), HasSubstr("rules.yaml:10:")) << text;
  EXPECT_EQ(shown("credit > score", facts, Use::query), "true");
  EXPECT_EQ(shown("credit * score", facts, Use::query), "61.725");
}

TEST(Money, follows_the_digits_of_the_currency) {
  Schema yen = shop();
  yen.currency = {"JPY", 0};
  Facts facts;
  facts.attributes = {{4, Value::money({100})}};
  EXPECT_EQ(shown(rule_of(yen, "credit == 100 && credit > 99.5"), facts, yen), "true");
  EXPECT_EQ(shown(rule_of(yen, "credit / 3", Kind::money), facts, yen), "33");
}

TEST(Filter, reads_the_event_alone) {
  const Schema schema = shop();
  const Rule rule = rule_of(
      schema,
      "count(order_paid, '30d', category == 'shoes' && amount >= 9.99 && member != 'x') > 0");
  ASSERT_EQ(rule.filters.size(), 1u);
  Facts event;
  event.properties = {{0, Value::money({999})}, {1, Value::string("shoes")}};
  event.member_value = Value::string("ann");
  EXPECT_EQ(shown(rule.filters[0], event, schema), "true");
  event.properties[0] = Value::money({998});
  EXPECT_EQ(shown(rule.filters[0], event, schema), "false");
  EXPECT_TRUE(rule_of(schema, "count(order_paid, has(event.note)) > 0").tree);
}

TEST(Metric, is_a_number_over_all_accounts) {
  const Schema schema = shop();
  const std::vector<std::string> names{"gmv", "orders", "merchants"};
  const Scope scope{.use = Use::metric, .schema = &schema, .metrics = names};
  const auto metric = [&](std::string_view text) {
    return compile(text, place, scope, std::nullopt);
  };
  const Compiled accounts = metric("accounts(order_paid, '30d', items > 1)");
  ASSERT_TRUE(accounts.rule) << lines_of(accounts.diagnostics);
  EXPECT_EQ(accounts.rule->aggregates[0].kind, AggregateKind::distinct);
  EXPECT_EQ(accounts.rule->aggregates[0].property, property_account);

  Facts facts;
  facts.variables = {{"gmv", Value::money({100'00})},
                     {"orders", Value::integer(7)},
                     {"merchants", Value::integer(2)}};
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"gmv / orders", "14.29"},      // 14.2857...
      {"orders / merchants", "3.5"},  // Not cut to 3, as CEL's integers would be.
      {"merchants * (orders / merchants) * (gmv / orders)", "100.03"},
  };
  for (const auto& [text, want] : rows) {
    const Compiled compiled = metric(text);
    ASSERT_TRUE(compiled.rule) << lines_of(compiled.diagnostics);
    EXPECT_EQ(shown(*compiled.rule, facts, schema), want) << text;
  }
  EXPECT_THAT(lines_of(metric("gmw / orders").diagnostics), HasSubstr("Did you mean \"gmv\"?"));
  EXPECT_THAT(lines_of(metric("industry == 'x'").diagnostics), HasSubstr("is not a metric"));
  EXPECT_THAT(lines_of(metric("since(login)").diagnostics), HasSubstr("since()"));
  EXPECT_THAT(lines_of(metric("held('main.signed')").diagnostics), HasSubstr("about one account"));
}

// Line and column count from where the text stands in its file; later lines are indented alike.
TEST(Fault, says_where_what_and_the_nearest_name) {
  const Schema schema = shop();
  struct Row {
    std::string_view text;
    int line, column;
    std::string_view message;
    std::string_view hint;
  };
  const Row rows[] = {
      {"count(order_payd) > 1", 10, 11, "\"order_payd\" is not an event",
       "Did you mean \"order_paid\"?"},
      {"sum(order_paid.amout) > 1", 10, 20, "\"amout\" is not a property of order_paid",
       "Did you mean \"amount\"?"},
      {"count(login, '0d') > 1", 10, 18, "not above zero", ""},
      {"count(login, '30x') > 1", 10, 18, "\"30x\" is not a window", ""},
      {"count(login, 'this fortnight') > 1", 10, 18, "\"this fortnight\" is not a window", ""},
      {"count(login, 'this moth') > 1", 10, 18, "is not a window", "Did you mean \"this month\"?"},
      {"count(login, '200000d') > 1", 10, 18, "longer than 100 years", ""},
      {"count(login, '') > 1", 10, 18, "is not a window", ""},
      {"sum(order_paid.note) > 1", 10, 20, "takes int, double or money", ""},
      {"sum(login.member) > 1", 10, 15, "which is a member", ""},
      {"min(order_paid.category) > 1", 10, 20, "takes int, double, money or time", ""},
      {"sum(order_paid, '30d') > 1", 10, 9, "takes a property", "Write sum(order_paid.amount)."},
      {"count(order_paid.amount) > 1", 10, 11, "without property", "Write count(order_paid)."},
      {"count(5) > 1", 10, 11, "takes an event, found 5", ""},
      {"count() > 1", 10, 5, "needs an event", ""},
      {"growth(login) > 1.0", 10, 5, "needs a window", ""},
      {"growth(login, 'today') > 1.0", 10, 19, "expected a length", ""},
      {"since(login, '30d') > '1d'", 10, 18, "has no window", ""},
      {"count(login, '30d', true, 5) > 1", 10, 31, "found 4 arguments", ""},
      {"count(login, '30d', 'x') > 1", 10, 25, "a filter is expected", ""},
      {"count(login, '30d', 5) > 1", 10, 25, "expected bool, found int", ""},
      {"count(order_paid, category == 'shoe') > 1", 10, 35,
       "\"shoe\" is not a value of \"category\"", "Did you mean \"shoes\"?"},
      {"count(order_paid, industry == 'x') > 1", 10, 23, "a filter reads only the event's own", ""},
      {"count(order_paid, now > shipped_at) > 1", 10, 23, "a filter reads only", ""},
      {"count(order_paid, count(login) > 1) > 1", 10, 23, "a filter reads only", ""},
      {"count(order_paid, held('main.signed')) > 1", 10, 23, "a filter reads only", ""},
      {"count(order_paid, itms > 1) > 1", 10, 23, "\"itms\" is not a property of order_paid",
       "Did you mean \"items\"?"},
      {"industri == 'x'", 10, 5, "\"industri\" is not a known name", "Did you mean \"industry\"?"},
      {"account.industri == 'x'", 10, 13, "\"industri\" is not an attribute",
       "Did you mean \"industry\"?"},
      {"order_paid > 1", 10, 5, "is an event, not a value", "Count it: count(order_paid, '30d')."},
      {"order_paid.amount > 1", 10, 5, "is a property of events", ""},
      {"size == 'smbb'", 10, 13, "\"smbb\" is not a value of \"size\"", "Did you mean \"smb\"?"},
      {"size in ['smb', 'large']", 10, 21, "is not a value", "Values are smb, mid, key."},
      {"main.activted.held", 10, 10, "\"activted\" is not a node of track \"main\"",
       "Did you mean \"activated\"?"},
      {"main.activated.hold", 10, 20, "is not a field of a node", "Did you mean \"held\"?"},
      {"main.activated", 10, 5, "is a node: expected one of its fields", ""},
      {"main", 10, 5, "is a track, not a value", ""},
      {"held('signed')", 10, 10, "is a node of track \"main\" and of track \"ads\"", ""},
      {"held('main.sined')", 10, 10, "is not a node of track", "Did you mean \"signed\"?"},
      {"held('mian.signed')", 10, 10, "\"mian\" is not a track", "Did you mean \"main\"?"},
      {"held('sined2')", 10, 10, "is not a node", "Did you mean \"signed\"?"},
      {"held(5)", 10, 5, "takes the name of a node in quotes", ""},
      {"cuont(login) > 1", 10, 5, "there is no function cuont()", "Did you mean \"count\"?"},
      {"industry.startWith('x')", 10, 14, "there is no function startWith()",
       "Did you mean \"startsWith\"?"},
      {"industry.startsWith(5)", 10, 25, "takes string here, found int", ""},
      {"industry.contains('a', 'b')", 10, 14, "takes 1 argument, found 2", ""},
      {"industry.matches('(')", 10, 22, "not a regular expression", ""},
      {"industry == 5", 10, 14, "== expects string on its right, found int: 5", ""},
      {"industry == null", 10, 14, "expects string on its right, found null", "has(account.NAME)"},
      {"seats + 0.5 > 1.0", 10, 11, "+ expects int on its right, found double", "2.0"},
      {"seats", 10, 5, "expected bool, found int", ""},
      {"seats && vip", 10, 5, "&& takes bool, found int", ""},
      {"!seats", 10, 6, "! takes bool, found int", ""},
      {"vip ? 1 : 'x'", 10, 15, "the two sides of ':' are of one type", ""},
      {"has(industry)", 10, 5, "has() takes a field", "Write has(account.industry)."},
      {"'a' in 'abc'", 10, 9, "in takes a list or a map", "contains"},
      {"5 in ['a']", 10, 7, "in expects list of int on its right, found list of string", ""},
      {"industry.name == 'x'", 10, 14, "has no field \"name\"", ""},
      {"vip &&\n  seatz > 1", 11, 7, "\"seatz\" is not a known name", "Did you mean \"seats\"?"},
      {"'客户' == industri", 10, 13, "\"industri\" is not a known name", ""},
      {"seats >", 10, 12, "expected an expression, found the end", ""},
      {"seats = 5", 10, 11, "has no meaning here", "Equality is written ==."},
      {"(seats > 1", 10, 15, "expected ')', found the end", ""},
      {"seats > 30d", 10, 13, "\"30d\" is not a number", "in quotes"},
      {"seats > 1 vip", 10, 15, "expected the end of the expression or an operator, found 'vip'",
       ""},
      {"industry == 'x", 10, 17, "is not closed", ""},
      {"'\\q' == industry", 10, 6, "is not an escape", ""},
      {"seats > 9223372036854775808", 10, 13, "outside the range of int", ""},
      {"", 10, 5, "an expression is expected", ""},
      {"// nothing", 10, 15, "an expression is expected", ""},
      {"seats > 1 && for", 10, 18, "not a reserved word", ""},
      {"\xff", 10, 5, "not valid UTF-8", ""},
  };
  for (const Row& row : rows) {
    const Compiled compiled = compile_rule(schema, row.text);
    EXPECT_FALSE(compiled.rule) << row.text;
    ASSERT_FALSE(compiled.diagnostics.empty()) << row.text;
    const Diagnostic& first = compiled.diagnostics[0];
    EXPECT_THAT(first.message, HasSubstr(row.message)) << row.text;
    EXPECT_THAT(first.hint, HasSubstr(row.hint)) << row.text << "\n" << first.message;
    EXPECT_EQ(first.place, (Place{"rules.yaml", row.line, row.column})) << row.text << "\n"
                                                                        << first.message;
    EXPECT_EQ(compiled.diagnostics.size(), 1u) << row.text << "\n"
                                               << lines_of(compiled.diagnostics);
  }
}

TEST(Fault, a_slip_in_one_token_does_not_hide_the_rest) {
  const Schema schema = shop();
  const Compiled compiled = compile_rule(schema, "seats = 5 && industri == 'x' & size == 'smbb'");
  EXPECT_EQ(compiled.diagnostics.size(), 4u) << lines_of(compiled.diagnostics);
}

TEST(Fault, ten_faults_are_ten_diagnostics) {
  const Schema schema = shop();
  const Compiled compiled = compile_rule(
      schema,
      "industri == 'a' || size == 'x' || count(logn) > 1 || count(login, '3x') > 1 ||\n"
      "sum(order_paid.note) > 1 || held('main.x') || main.signed.x || now == 5 || seats || "
      "cuont(login) > 1");
  EXPECT_EQ(compiled.diagnostics.size(), 10u) << lines_of(compiled.diagnostics);
}

TEST(Rule, locals_hide_nothing_outside_of_their_macro) {
  Facts facts;
  facts.attributes = {{2, Value::integer(3)}};
  EXPECT_EQ(shown("[1, 2].exists(seats, seats == 2) && seats == 3", facts), "true");
  EXPECT_EQ(shown("cel.bind(now, 5, now + 1)", facts), "6");
  EXPECT_EQ(shown("[1, 2].map(x, x * seats)", facts), "[3, 6]");
}

}  // namespace
}  // namespace pharos::cel
