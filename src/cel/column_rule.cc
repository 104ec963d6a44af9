// cel/column_rule.cc: a walk over the tree that computes a column for each part.
#include "cel/column_rule.h"

#include <algorithm>

#include "base/error.h"
#include "cel/arithmetic.h"
#include "cel/evaluate.h"
#include "cel/lanes.h"

namespace pharos::cel {
namespace {

// Kinds whose 64 bits compare as integers.
bool is_whole(Kind kind) {
  return kind == Kind::integer || kind == Kind::money || kind == Kind::timestamp ||
         kind == Kind::duration;
}

bool gives_truth(NodeKind kind) {
  switch (kind) {
    case NodeKind::present:
    case NodeKind::all_of:
    case NodeKind::any_of:
    case NodeKind::not_:
    case NodeKind::compare:
    case NodeKind::compare_bits:
    case NodeKind::compare_time:
    case NodeKind::in:
    case NodeKind::among:
    case NodeKind::has:
    case NodeKind::matches: return true;
    default: return false;
  }
}

Truth truth_of(const Value& value) {
  if (value.kind() != Kind::boolean) return Truth::error;
  return value.as_boolean() ? Truth::yes : Truth::no;
}

}  // namespace

// One row as an activation, for parts that have no loop of their own.
class ColumnRule::RowFacts final : public Activation {
 public:
  RowFacts(ColumnRule& rule, const Rows& rows) : rule_(rule), rows_(rows) {}
  void set_row(std::size_t row) { row_ = row; }

  Value attribute(std::uint32_t index) override { return read({InputKind::attribute, index}); }
  Value aggregate(std::uint32_t index) override { return read({InputKind::aggregate, index}); }
  Value node(std::uint32_t index, NodeField field) override {
    return read({InputKind::node, index << 8 | static_cast<std::uint32_t>(field)});
  }
  Instant now() override { return rule_.columns_->now(); }

 private:
  Value read(InputKey key) { return rule_.input(key, rows_).at(row_); }

  ColumnRule& rule_;
  const Rows& rows_;
  std::size_t row_ = 0;
};

namespace {

// A text attribute that has one of its values; nothing else is asked for.
class TextFacts final : public Activation {
 public:
  explicit TextFacts(const Value& text) : text_(text) {}
  Value attribute(std::uint32_t) override { return text_; }

 private:
  Value text_;
};

}  // namespace

ColumnRule::ColumnRule(const Rule& rule)
    : rule_(rule),
      tree_(*rule.tree),
      scratch_(tree_.nodes.size()),
      inputs_(tree_.nodes.size(), reads_nothing),
      texts_(tree_.nodes.size()),
      constants_(tree_.nodes.size()) {
  find_inputs();
}

ColumnRule::~ColumnRule() = default;

// Children come before their parents, so one pass upwards is enough.
void ColumnRule::find_inputs() {
  for (std::size_t id = 0; id < tree_.nodes.size(); ++id) {
    const Node& node = tree_.nodes[id];
    std::int64_t& own = inputs_[id];
    const auto add = [&](std::uint32_t child) {
      const std::int64_t other = inputs_[child];
      if (other == reads_nothing || other == own) return;
      own = own == reads_nothing ? other : reads_more;
    };
    switch (node.kind) {
      case NodeKind::constant:
      case NodeKind::fault: break;
      case NodeKind::attribute: own = node.a; break;
      case NodeKind::present:
      case NodeKind::not_:
      case NodeKind::negate:
      case NodeKind::among:
      case NodeKind::matches:
      case NodeKind::select:
      case NodeKind::has:
      case NodeKind::money_ratio: add(node.a); break;
      case NodeKind::compare:
      case NodeKind::compare_bits:
      case NodeKind::arithmetic:
      case NodeKind::in:
      case NodeKind::index:
        add(node.a);
        add(node.b);
        break;
      case NodeKind::conditional:
        add(node.a);
        add(node.b);
        add(node.c);
        break;
      case NodeKind::all_of:
      case NodeKind::any_of:
      case NodeKind::call:
        for (std::uint32_t i = 0; i < node.b; ++i) add(tree_.links[node.a + i]);
        break;
      case NodeKind::list:
        for (std::uint32_t i = 0; i < node.b; ++i) add(tree_.links[node.a + i] & ~optional_flag);
        break;
      default: own = reads_more; break;
    }
  }
}

void ColumnRule::test(Columns& columns, const Rows& rows, Truth* truths) {
  ASSERT(rows.size <= column_rows_max);
  columns_ = &columns;
  for (auto& [key, read] : reads_) read->column.reset();
  const Truth* const found = condition(tree_.root, rows);
  std::copy(found, found + rows.size, truths);
}

void ColumnRule::each(Columns& columns, const Rows& rows, const Take& take) {
  ASSERT(rows.size <= column_rows_max);
  columns_ = &columns;
  for (auto& [key, read] : reads_) read->column.reset();
  if (const auto found = column(tree_.root, rows)) {
    for (std::size_t i = 0; i < rows.size; ++i)
      if (rows.needed == nullptr || rows.needed[i] != 0) take(i, found->at(i));
    return;
  }
  RowFacts facts(*this, rows);
  for (std::size_t i = 0; i < rows.size; ++i) {
    if (rows.needed != nullptr && rows.needed[i] == 0) continue;
    facts.set_row(i);
    take(i, evaluate(rule_, facts, arena_));
  }
}

ColumnRule::Scratch& ColumnRule::scratch(std::uint32_t node) {
  auto& own = scratch_[node];
  if (!own) own = std::make_unique_for_overwrite<Scratch>();
  return *own;
}

// Reads once what is asked for several times; asks again only for rows that were not needed before.
const Column& ColumnRule::input(InputKey key, const Rows& rows) {
  auto& slot = reads_[key];
  if (!slot) slot = std::make_unique_for_overwrite<Read>();
  Read& read = *slot;
  const bool whole = rows.needed == nullptr || key.first == InputKind::attribute;
  if (read.column) {
    if (read.all || (!whole && !has_more(rows.needed, read.rows.data(), rows.size)))
      return *read.column;
  } else {
    read.rows.fill(0);
  }
  read.all = whole;
  if (!whole) add_rows(rows.needed, rows.size, read.rows.data());
  const Rows wanted{rows.first, rows.size, whole ? nullptr : read.rows.data()};
  switch (key.first) {
    case InputKind::attribute: read.column = columns_->attribute(key.second, wanted); break;
    case InputKind::aggregate: read.column = columns_->aggregate(key.second, wanted); break;
    case InputKind::node:
      read.column =
          columns_->node(key.second >> 8, static_cast<NodeField>(key.second & 0xFF), wanted);
      break;
  }
  return *read.column;
}

std::optional<Column> ColumnRule::column(std::uint32_t id, const Rows& rows) {
  const Node& node = tree_.nodes[id];
  switch (node.kind) {
    case NodeKind::constant: return constant(id);
    case NodeKind::attribute: return input({InputKind::attribute, node.a}, rows);
    case NodeKind::aggregate: return input({InputKind::aggregate, node.a}, rows);
    case NodeKind::node_field: return input({InputKind::node, node.a << 8 | node.part}, rows);
    case NodeKind::now: {
      Scratch& own = scratch(id);
      std::fill_n(own.words.begin(), rows.size, columns_->now().ms);
      return Column{.kind = Kind::timestamp, .bits = own.words.data(), .texts = {}};
    }
    case NodeKind::arithmetic: return arithmetic(id, rows);
    case NodeKind::negate: return negation(id, rows);
    case NodeKind::conditional: return choice(id, rows);
    default: break;
  }
  if (!gives_truth(node.kind)) return std::nullopt;
  return Column{.kind = Kind::boolean,
                .truths = condition(id, rows),
                .texts = {},
                .error = "cannot be computed"};
}

// One value in every row; computed once for all evaluations.
std::optional<Column> ColumnRule::constant(std::uint32_t id) {
  if (constants_[id]) return constants_[id];
  const Value& value = tree_.constants[tree_.nodes[id].a];
  Scratch& own = scratch(id);
  Column column{.kind = value.kind(), .texts = {}};
  switch (value.kind()) {
    case Kind::boolean:
      own.truths.fill(truth_of(value));
      column.truths = own.truths.data();
      break;
    case Kind::timestamp:
      if (value.nanos() % 1'000'000 != 0) return std::nullopt;  // Columns hold whole milliseconds.
      own.words.fill(value.as_instant().ms);
      column.bits = own.words.data();
      break;
    case Kind::integer:
    case Kind::money:
    case Kind::duration:
      own.words.fill(value.as_integer());
      column.bits = own.words.data();
      break;
    case Kind::real:
      own.words.fill(value.as_integer());
      column.reals = reinterpret_cast<const double*>(own.words.data());
      break;
    default: return std::nullopt;
  }
  constants_[id] = column;
  return column;
}

std::optional<Column> ColumnRule::arithmetic(std::uint32_t id, const Rows& rows) {
  const Node& node = tree_.nodes[id];
  const auto a = column(node.a, rows);
  if (!a) return std::nullopt;
  const auto b = column(node.b, rows);
  if (!b || a->kind != b->kind) return std::nullopt;
  const bool sums = node.op == Op::add || node.op == Op::sub;
  const bool whole = (a->kind == Kind::integer && (sums || node.op == Op::mul)) ||
                     (a->kind == Kind::money && sums);
  if (!whole && (a->kind != Kind::real || node.op == Op::mod)) return std::nullopt;
  Scratch& own = scratch(id);
  Column result{.kind = a->kind, .texts = {}, .error = "cannot be computed"};
  join_missing(a->missing, b->missing, rows.size, own.missing.data());
  if (whole) {
    whole_lanes(node.op, a->bits, b->bits, rows.size, own.words.data(), own.missing.data());
    result.bits = own.words.data();
  } else {
    auto* const reals = reinterpret_cast<double*>(own.words.data());
    reals_lanes(node.op, a->reals, b->reals, rows.size, reals);
    result.reals = reals;
  }
  if (whole || a->missing != nullptr || b->missing != nullptr) result.missing = own.missing.data();
  return result;
}

std::optional<Column> ColumnRule::negation(std::uint32_t id, const Rows& rows) {
  const auto a = column(tree_.nodes[id].a, rows);
  if (!a || (a->kind != Kind::integer && a->kind != Kind::money && a->kind != Kind::real))
    return std::nullopt;
  Scratch& own = scratch(id);
  Column result = *a;
  if (a->kind == Kind::real) {
    auto* const reals = reinterpret_cast<double*>(own.words.data());
    for (std::size_t i = 0; i < rows.size; ++i) reals[i] = -a->reals[i];
    result.reals = reals;
    return result;
  }
  join_missing(a->missing, nullptr, rows.size, own.missing.data());
  static constexpr std::array<std::int64_t, column_rows_max> zeros{};
  whole_lanes(Op::sub, zeros.data(), a->bits, rows.size, own.words.data(), own.missing.data());
  result.bits = own.words.data();
  result.missing = own.missing.data();
  return result;
}

// Each branch is computed where it is taken.
std::optional<Column> ColumnRule::choice(std::uint32_t id, const Rows& rows) {
  const Node& node = tree_.nodes[id];
  const Truth* const test = condition(node.a, rows);
  Scratch& own = scratch(id);
  const auto branch = [&](std::uint32_t child, Truth taken) {
    for (std::size_t i = 0; i < rows.size; ++i)
      own.needed[i] = static_cast<std::uint8_t>(test[i] == taken &&
                                                (rows.needed == nullptr || rows.needed[i] != 0));
    return column(child, {rows.first, rows.size, own.needed.data()});
  };
  const auto yes = branch(node.b, Truth::yes);
  if (!yes) return std::nullopt;
  const auto no = branch(node.c, Truth::no);
  if (!no || yes->kind != no->kind || yes->kind == Kind::string) return std::nullopt;
  Column result{
      .kind = yes->kind, .texts = {}, .missing = own.missing.data(), .error = "cannot be computed"};
  auto* const reals = reinterpret_cast<double*>(own.words.data());
  for (std::size_t i = 0; i < rows.size; ++i) {
    if (rows.needed != nullptr && rows.needed[i] == 0) continue;
    const Column& from = test[i] == Truth::yes ? *yes : *no;
    own.missing[i] = static_cast<std::uint8_t>(test[i] == Truth::error ||
                                               (from.missing != nullptr && from.missing[i] != 0));
    if (own.missing[i] != 0) continue;
    if (from.kind == Kind::boolean)
      own.truths[i] = from.truths[i];
    else if (from.kind == Kind::real)
      reals[i] = from.reals[i];
    else
      own.words[i] = from.bits[i];
  }
  result.truths = own.truths.data();
  result.reals = reals;
  result.bits = own.words.data();
  return result;
}

const Truth* ColumnRule::condition(std::uint32_t id, const Rows& rows) {
  const Node& node = tree_.nodes[id];
  Truth* const truths = scratch(id).truths.data();
  if (node.kind != NodeKind::attribute && by_text(id, rows, truths)) return truths;
  switch (node.kind) {
    case NodeKind::all_of:
    case NodeKind::any_of: logic(id, rows, truths); return truths;
    case NodeKind::not_: not_lanes(condition(node.a, rows), rows.size, truths); return truths;
    case NodeKind::present:
      if (const auto a = column(node.a, rows)) {
        for (std::size_t i = 0; i < rows.size; ++i)
          if (rows.needed == nullptr || rows.needed[i] != 0)
            truths[i] = a->at(i).is_error() ? Truth::no : Truth::yes;
        return truths;
      }
      break;
    case NodeKind::compare:
    case NodeKind::compare_bits:
    case NodeKind::compare_time:
      if (comparison(id, rows, truths)) return truths;
      break;
    case NodeKind::constant:
    case NodeKind::attribute:
    case NodeKind::node_field:
    case NodeKind::conditional:
      if (const auto a = column(id, rows); a && a->kind == Kind::boolean) {
        std::copy(a->truths, a->truths + rows.size, truths);
        if (a->missing != nullptr) mark_errors(a->missing, rows.size, truths);
        return truths;
      }
      break;
    default: break;
  }
  by_row(id, rows, truths);
  return truths;
}

// Sides in source order; each only where those before it have not decided.
void ColumnRule::logic(std::uint32_t id, const Rows& rows, Truth* truths) {
  const Node& node = tree_.nodes[id];
  const bool all = node.kind == NodeKind::all_of;
  const Truth decided = all ? Truth::no : Truth::yes;
  Scratch& own = scratch(id);
  std::fill_n(truths, rows.size, all ? Truth::yes : Truth::no);
  Rows open = rows;
  for (std::uint32_t i = 0; i < node.b; ++i) {
    const Truth* const side = condition(tree_.links[node.a + i], open);
    (all ? and_lanes : or_lanes)(side, rows.size, truths);
    if (i + 1 == node.b || !undecided(truths, decided, open.needed, rows.size, own.needed.data()))
      return;
    open.needed = own.needed.data();
  }
}

bool ColumnRule::comparison(std::uint32_t id, const Rows& rows, Truth* truths) {
  const Node& node = tree_.nodes[id];
  const auto a = column(node.a, rows);
  if (!a) return false;
  const auto b = column(node.b, rows);
  if (!b || a->kind != b->kind) return false;
  const Sides sides{tree_.nodes[node.a].kind == NodeKind::constant,
                    tree_.nodes[node.b].kind == NodeKind::constant};
  if (is_whole(a->kind))
    compare_lanes(node.op, a->bits, b->bits, rows.size, sides, truths);
  else if (a->kind == Kind::real)
    compare_lanes(node.op, a->reals, b->reals, rows.size, sides, truths);
  else
    return false;
  for (const Column* side : {&*a, &*b})
    if (side->missing != nullptr) mark_errors(side->missing, rows.size, truths);
  return true;
}

bool ColumnRule::by_text(std::uint32_t id, const Rows& rows, Truth* truths) {
  if (inputs_[id] < 0) return false;
  const auto attribute = static_cast<std::uint32_t>(inputs_[id]);
  const Column& text = input({InputKind::attribute, attribute}, rows);
  if (text.kind != Kind::string) return false;
  constexpr auto unknown = static_cast<Truth>(0xFF);
  std::vector<Truth>& outcomes = texts_[id];
  if (outcomes.size() != text.texts.size() + 1) outcomes.assign(text.texts.size() + 1, unknown);
  if (!look_up(text.codes, rows.size, outcomes.data(), unknown, truths)) return true;
  for (std::size_t i = 0; i < rows.size; ++i) {
    if (truths[i] != unknown || (rows.needed != nullptr && rows.needed[i] == 0)) continue;
    Truth& outcome = outcomes[text.codes[i]];
    if (outcome == unknown) {
      TextFacts facts(text.at(i));
      arena_.reset();
      outcome = truth_of(Evaluator(tree_, facts, arena_)(id));
    }
    truths[i] = outcome;
  }
  return true;
}

void ColumnRule::by_row(std::uint32_t id, const Rows& rows, Truth* truths) {
  RowFacts facts(*this, rows);
  for (std::size_t i = 0; i < rows.size; ++i) {
    if (rows.needed != nullptr && rows.needed[i] == 0) continue;
    facts.set_row(i);
    arena_.reset();
    truths[i] = truth_of(Evaluator(tree_, facts, arena_)(id));
  }
}

}  // namespace pharos::cel
