// cel/column_rule_test.cc: over columns or account by account, a rule means the same.
#include "cel/column_rule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "cel/testing.h"

namespace pharos::cel {
namespace {

using Random = std::mt19937_64;

std::size_t pick(Random& random, std::size_t count) {
  return static_cast<std::size_t>(random() % count);
}

// One input of a rule in all rows: values as an activation gives them, and the same as a column.
class Cells {
 public:
  void add(Kind kind, const Value& value, std::vector<std::string_view>& texts) {
    kind_ = kind;
    values_.push_back(value);
    const bool missing = value.is_error();
    missing_.push_back(missing ? 1 : 0);
    any_missing_ = any_missing_ || missing;
    bits_.push_back(missing                   ? 0
                    : kind == Kind::timestamp ? value.as_instant().ms
                                              : value.as_integer());
    reals_.push_back(missing ? 0 : value.as_real());
    truths_.push_back(!missing && value.as_boolean() ? Truth::yes : Truth::no);
    if (kind != Kind::string) return;
    const auto at = missing ? texts.end() : std::ranges::find(texts, value.as_string());
    codes_.push_back(static_cast<std::uint32_t>(at - texts.begin()));
    texts_ = texts;
  }
  const Value& value(std::size_t row) const { return values_[row]; }
  Column column(std::size_t first) const {
    Column column{.kind = kind_, .texts = texts_, .error = "missing"};
    column.truths = truths_.data() + first;
    column.bits = bits_.data() + first;
    column.reals = reals_.data() + first;
    if (kind_ == Kind::string) column.codes = codes_.data() + first;
    if (any_missing_ && kind_ != Kind::string) column.missing = missing_.data() + first;
    return column;
  }

 private:
  Kind kind_ = Kind::null;
  bool any_missing_ = false;
  std::vector<Value> values_;
  std::vector<std::uint8_t> missing_;
  std::vector<std::int64_t> bits_;
  std::vector<double> reals_;
  std::vector<Truth> truths_;
  std::vector<std::uint32_t> codes_;
  std::vector<std::string_view> texts_;
};

std::vector<std::string_view> texts_of(const Property& property) {
  if (property.type == PropertyType::enum_) return {property.values.begin(), property.values.end()};
  return {"beauty", "food", "", "客户", "beauty "};
}

Value value_of(Random& random, Kind kind, const std::vector<std::string_view>& texts) {
  if (pick(random, 6) == 0) return Value::error("missing");
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const std::int64_t wholes[] = {0, 1, 2, 3, 5, -1, 500'000, 642'000, most, -most - 1};
  const double reals[] = {0.0, -0.0, 1.5, 5.0, 5000.0, std::nan(""), HUGE_VAL, -HUGE_VAL, 1e-9};
  switch (kind) {
    case Kind::boolean: return Value::boolean(pick(random, 2) == 0);
    case Kind::integer: return Value::integer(wholes[pick(random, std::size(wholes))]);
    case Kind::money: return Value::money({wholes[pick(random, std::size(wholes))]});
    case Kind::real: return Value::real(reals[pick(random, std::size(reals))]);
    case Kind::timestamp:
      return Value::timestamp(Instant{1'750'000'000'000 + wholes[pick(random, 8)]});
    case Kind::duration: return Value::duration(Duration{wholes[pick(random, 8)] * 3'600'000});
    default: return Value::string(texts[pick(random, texts.size())]);
  }
}

Kind kind_of(PropertyType type) {
  switch (type) {
    case PropertyType::bool_: return Kind::boolean;
    case PropertyType::int_: return Kind::integer;
    case PropertyType::double_: return Kind::real;
    case PropertyType::money: return Kind::money;
    case PropertyType::time: return Kind::timestamp;
    default: return Kind::string;
  }
}

Kind kind_of(const Aggregate& aggregate, const Schema& schema) {
  const auto property = [&] {
    return aggregate.property < 0
               ? Kind::string
               : kind_of(schema.events[aggregate.event]
                             .properties[static_cast<std::size_t>(aggregate.property)]
                             .type);
  };
  switch (aggregate.kind) {
    case AggregateKind::count:
    case AggregateKind::distinct: return Kind::integer;
    case AggregateKind::since: return Kind::duration;
    case AggregateKind::growth: return Kind::real;
    case AggregateKind::avg: return property() == Kind::money ? Kind::money : Kind::real;
    default: return property();
  }
}

Kind kind_of(NodeField field) {
  if (field == NodeField::entry) return Kind::integer;
  return field == NodeField::entered_at ? Kind::timestamp : Kind::boolean;
}

// What a rule can read, made up for a number of rows; the columns give garbage where no value was
// asked for, as real ones may.
class World final : public Columns {
 public:
  World(Random& random, const Schema& schema, const Rule& rule, std::size_t rows) : rows_(rows) {
    const std::vector<std::string_view> notes{"a", "bb", "客户"};
    for (std::size_t i = 0; i < schema.attributes.size(); ++i) {
      auto texts = texts_of(schema.attributes[i]);
      fill(random, attributes_[static_cast<std::uint32_t>(i)], kind_of(schema.attributes[i].type),
           texts);
    }
    for (std::size_t i = 0; i < rule.aggregates.size(); ++i) {
      auto texts = notes;
      fill(random, aggregates_[static_cast<std::uint32_t>(i)], kind_of(rule.aggregates[i], schema),
           texts);
    }
    std::vector<std::string_view> none;
    for (std::uint32_t n = 0; n < schema.nodes.size(); ++n)
      for (const NodeField field : {NodeField::entered, NodeField::held, NodeField::at,
                                    NodeField::overdue, NodeField::entry, NodeField::entered_at})
        fill(random, nodes_[{n, field}], kind_of(field), none);
  }

  testing::Facts facts(std::size_t row) const {
    testing::Facts facts;
    for (const auto& [index, cells] : attributes_) facts.attributes[index] = cells.value(row);
    for (const auto& [index, cells] : aggregates_) facts.aggregates[index] = cells.value(row);
    for (const auto& [key, cells] : nodes_) facts.nodes[key] = cells.value(row);
    facts.time = at;
    return facts;
  }

  Column attribute(std::uint32_t index, const Rows& rows) override {
    return attributes_.at(index).column(rows.first);
  }
  Column aggregate(std::uint32_t index, const Rows& rows) override {
    return asked(aggregates_.at(index).column(rows.first), rows);
  }
  Column node(std::uint32_t index, NodeField field, const Rows& rows) override {
    return nodes_.at({index, field}).column(rows.first);
  }
  Instant now() override { return at; }

 private:
  static constexpr Instant at{1'750'000'000'000};

  void fill(Random& random, Cells& cells, Kind kind, std::vector<std::string_view>& texts) {
    for (std::size_t i = 0; i < rows_; ++i) cells.add(kind, value_of(random, kind, texts), texts);
  }
  Column asked(Column column, const Rows& rows) {
    if (column.bits == nullptr || rows.needed == nullptr || column.kind == Kind::real ||
        column.kind == Kind::string || column.kind == Kind::boolean)
      return column;
    auto& copy = copies_[column.bits];
    copy.assign(rows.size, 0x5A5A'5A5A);
    for (std::size_t i = 0; i < rows.size; ++i)
      if (rows.needed[i] != 0) copy[i] = column.bits[i];
    column.bits = copy.data();
    return column;
  }

  std::size_t rows_;
  std::map<std::uint32_t, Cells> attributes_, aggregates_;
  std::map<std::pair<std::uint32_t, NodeField>, Cells> nodes_;
  std::map<const std::int64_t*, std::vector<std::int64_t>> copies_;
};

// Random text of an expression of a kind; most of it checks.
class Writer {
 public:
  explicit Writer(Random& random) : random_(random) {}

  std::string text(Kind kind, int depth) {
    if (depth == 0 || pick(random_, 5) == 0) return leaf(kind);
    switch (kind) {
      case Kind::boolean: return condition(depth - 1);
      case Kind::integer:
        if (pick(random_, 4) == 0) return "size(" + text(Kind::string, depth - 1) + ")";
        return number(kind, depth - 1, {"+", "-", "*", "/", "%"});
      case Kind::real: return number(kind, depth - 1, {"+", "-", "*", "/"});
      case Kind::money: return number(kind, depth - 1, {"+", "-"});
      case Kind::string: return "(" + text(kind, depth - 1) + " + " + text(kind, depth - 1) + ")";
      case Kind::duration:
        if (pick(random_, 2) == 0) return "(now - " + text(Kind::timestamp, 0) + ")";
        return leaf(kind);
      default: return leaf(kind);
    }
  }

 private:
  std::string one_of(std::initializer_list<const char*> list) {
    return *(list.begin() + pick(random_, list.size()));
  }
  std::string leaf(Kind kind) {
    switch (kind) {
      case Kind::boolean:
        return one_of({"vip", "true", "false", "held('main.activated')", "main.signed.overdue",
                       "at('ads.topped_up')", "has(account.industry)", "has(account.credit)"});
      case Kind::integer:
        return one_of({"seats", "0", "1", "3", "-5", "count(login, '7d')", "main.activated.entry",
                       "sum(order_paid.items, '30d')", "distinct(login.member, '30d')"});
      case Kind::real:
        return one_of({"score", "0.0", "5000.0", "1.5", "avg(order_paid.weight, '30d')",
                       "growth(order_paid.amount, '30d')", "double(seats)"});
      case Kind::money:
        return one_of({"credit", "sum(order_paid.amount, '30d')", "max(order_paid.amount)"});
      case Kind::string:
        return one_of({"industry", "size", "'beauty'", "''", "last(order_paid.note)", "'客户'"});
      case Kind::timestamp:
        return one_of({"signed_at", "now", "main.signed.entered_at",
                       "timestamp('2025-06-15T15:06:40Z')",
                       "timestamp('2025-06-15T15:06:40.000000001Z')"});
      default: return one_of({"since(login)", "duration('1h')", "duration('36h')"});
    }
  }
  std::string number(Kind kind, int depth, std::initializer_list<const char*> operators) {
    switch (pick(random_, 4)) {
      case 0: return "-" + text(kind, 0);
      case 1:
        return "(" + text(Kind::boolean, depth) + " ? " + text(kind, depth) + " : " +
               text(kind, depth) + ")";
      default:
        return "(" + text(kind, depth) + " " + one_of(operators) + " " + text(kind, depth) + ")";
    }
  }
  std::string condition(int depth) {
    const Kind kinds[] = {Kind::integer, Kind::real,      Kind::money,   Kind::string,
                          Kind::string,  Kind::timestamp, Kind::duration};
    const std::string compare = one_of({"==", "!=", "<", "<=", ">", ">="});
    switch (pick(random_, 10)) {
      case 0: return "!(" + text(Kind::boolean, depth) + ")";
      case 1:
      case 2:
        return "(" + text(Kind::boolean, depth) + " && " + text(Kind::boolean, depth) + " && " +
               text(Kind::boolean, depth) + ")";
      case 3: return "(" + text(Kind::boolean, depth) + " || " + text(Kind::boolean, depth) + ")";
      case 4:
        return "(" + text(Kind::boolean, depth) + " ? " + text(Kind::boolean, depth) + " : " +
               text(Kind::boolean, depth) + ")";
      case 5:
        return text(Kind::string, depth) + one_of({".startsWith('be')", " in ['beauty', 'food']",
                                                   ".matches('^b.*y$')", ".contains('o')"});
      case 6: return "[1, 2, " + text(Kind::integer, depth) + "].exists(x, x > seats)";
      case 7: return text(Kind::integer, depth) + " " + compare + " " + text(Kind::real, depth);
      default: {
        const Kind kind = kinds[pick(random_, std::size(kinds))];
        return text(kind, depth) + " " + compare + " " + text(kind, depth);
      }
    }
  }

  Random& random_;
};

Truth truth_of(const Value& value) {
  if (value.kind() != Kind::boolean) return Truth::error;
  return value.as_boolean() ? Truth::yes : Truth::no;
}

std::string shown(const Value& value, const Schema& schema) {
  return value.is_error() ? "error" : format_value(value, schema);
}

// Returns false if the text does not check.
bool agrees(Random& random, const Schema& schema, const std::string& text, std::size_t rows) {
  const Compiled compiled =
      compile(text, {"random", 1, 1}, {.use = Use::query, .schema = &schema, .metrics = {}}, {});
  if (!compiled.rule) return false;
  World world(random, schema, *compiled.rule, rows);
  ColumnRule over_columns(*compiled.rule);
  Arena arena;
  std::array<std::uint8_t, column_rows_max> needed;
  std::array<Truth, column_rows_max> truths;
  for (std::size_t first = 0; first < rows; first += column_rows_max) {
    Rows part{first, std::min(column_rows_max, rows - first)};
    if (pick(random, 2) == 0) {
      for (auto& row : needed) row = pick(random, 3) == 0 ? 1 : 0;
      part.needed = needed.data();
    }
    const auto is_needed = [&](std::size_t i) { return part.needed == nullptr || needed[i] != 0; };
    over_columns.test(world, part, truths.data());
    for (std::size_t i = 0; i < part.size; ++i) {
      if (!is_needed(i)) continue;
      testing::Facts facts = world.facts(first + i);
      const Value one = evaluate(*compiled.rule, facts, arena);
      EXPECT_EQ(truths[i], truth_of(one)) << text << "\nrow " << first + i;
      if (::testing::Test::HasFailure()) return true;
    }
    std::size_t taken = 0;
    over_columns.each(world, part, [&](std::size_t i, const Value& value) {
      testing::Facts facts = world.facts(first + i);
      ++taken;
      EXPECT_TRUE(is_needed(i));
      EXPECT_EQ(shown(value, schema), shown(evaluate(*compiled.rule, facts, arena), schema))
          << text << "\nrow " << first + i;
    });
    std::size_t asked = 0;
    for (std::size_t i = 0; i < part.size; ++i) asked += is_needed(i) ? 1 : 0;
    EXPECT_EQ(taken, asked) << text;
    if (::testing::Test::HasFailure()) return true;
  }
  return true;
}

TEST(ColumnRule, means_what_evaluate_means) {
  const Schema schema = testing::shop();
  Random random(20'261'124);
  Writer writer(random);
  const Kind kinds[] = {Kind::boolean, Kind::boolean, Kind::boolean, Kind::integer,
                        Kind::real,    Kind::money,   Kind::string,  Kind::duration};
  int checked = 0;
  for (int i = 0; i < 2'000 && !HasFailure(); ++i) {
    const std::string text = writer.text(kinds[pick(random, std::size(kinds))], 4);
    const std::size_t rows = pick(random, 50) == 0 ? 2'500 : 1 + pick(random, 40);
    if (agrees(random, schema, text, rows)) ++checked;
  }
  EXPECT_GT(checked, 1'000);  // Else the writer writes what does not check.
}

TEST(ColumnRule, error_is_absorbed_row_by_row) {
  const Schema schema = testing::shop();
  Random random(7);
  for (const char* text :
       {"vip || 1 / seats > 0", "1 / seats > 0 && vip", "!(seats / (seats - seats) > 1)",
        "has(account.credit) && credit > 5", "credit * 2 > 10 ? vip : seats > 3",
        "size in ['smb', 'mid'] && sum(order_paid.amount, '30d') >= 5000",
        "-seats < seats - 1 || seats * seats > 4", "score / score == 1.0 || score != score"})
    EXPECT_TRUE(agrees(random, schema, text, 3'000)) << text;
}

TEST(ColumnRule, no_rows_are_no_trouble) {
  const Schema schema = testing::shop();
  Random random(1);
  EXPECT_TRUE(agrees(random, schema, "vip && seats > 1", 0));
}

}  // namespace
}  // namespace pharos::cel
