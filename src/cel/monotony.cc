// cel/monotony.cc: the table of window functions, and the walk from one of them up to the outcome.
#include "cel/monotony.h"

#include <limits>

#include "cel/tree.h"

namespace pharos::cel {
namespace {

constexpr Drift anything{true, true, true, true};

// An event more.
Drift by_arrival(AggregateKind kind) {
  switch (kind) {
    case AggregateKind::count:
    case AggregateKind::distinct: return {.rises = true};
    case AggregateKind::sum: return {.rises = true, .falls = true};
    case AggregateKind::avg:
    case AggregateKind::first:
    case AggregateKind::last: return {.rises = true, .falls = true, .appears = true};
    case AggregateKind::min:
    case AggregateKind::since: return {.falls = true, .appears = true};
    case AggregateKind::max: return {.rises = true, .appears = true};
    case AggregateKind::growth: return anything;
  }
  return anything;
}

// Events leave one by one, the oldest first.
Drift by_rolling(AggregateKind kind) {
  switch (kind) {
    case AggregateKind::count:
    case AggregateKind::distinct: return {.falls = true};
    case AggregateKind::sum: return {.rises = true, .falls = true};
    case AggregateKind::avg:
    case AggregateKind::first: return {.rises = true, .falls = true, .vanishes = true};
    case AggregateKind::min: return {.rises = true, .vanishes = true};
    case AggregateKind::max: return {.falls = true, .vanishes = true};
    case AggregateKind::last: return {.vanishes = true};  // All older ones are gone before it.
    case AggregateKind::since:
    case AggregateKind::growth: return anything;
  }
  return anything;
}

// A period starts: the present one is empty, the last one is another.
Drift by_calendar(AggregateKind kind, bool present) {
  switch (kind) {
    case AggregateKind::count:
    case AggregateKind::distinct: return {.rises = !present, .falls = true};
    case AggregateKind::sum: return {.rises = true, .falls = true};
    default: return present ? Drift{.vanishes = true} : anything;
  }
}

// What happens to a condition, by what it was and what it is.
struct Change {
  bool to_true = false, from_true = false, to_false = false, from_false = false;
  Change& operator|=(const Change& other) {
    to_true |= other.to_true;
    from_true |= other.from_true;
    to_false |= other.to_false;
    from_false |= other.from_false;
    return *this;
  }
  bool any() const { return to_true || from_true || to_false || from_false; }
};
constexpr Change any_change{true, true, true, true};

Drift both(Drift a, const Drift& b) {
  a.rises |= b.rises;
  a.falls |= b.falls;
  a.appears |= b.appears;
  a.vanishes |= b.vanishes;
  return a;
}
bool moves(const Drift& drift) {
  return drift != Drift{};
}
Drift opposite(Drift drift) {
  std::swap(drift.rises, drift.falls);
  return drift;
}

bool is_whole(const Node& node, const Tree& tree) {
  return node.kind == NodeKind::constant && tree.constants[node.a].kind() == Kind::integer;
}
bool is_number_of_events(AggregateKind kind) {
  return kind == AggregateKind::count || kind == AggregateKind::distinct;
}

// Goes up from one leaf that moves; everything else stays.
class Walk {
 public:
  struct Leaf {
    std::uint32_t aggregate = no_node;  // no_node: the clock.
    Drift drift;
  };
  Walk(const Rule& rule, Leaf leaf) : rule_(rule), tree_(*rule.tree), leaf_(leaf) {}

  Change condition(std::uint32_t id) const;

 private:
  Drift value(std::uint32_t id, bool of_times) const;
  Change comparison(const Node& node) const;
  bool reaches(std::uint32_t id) const;
  // An error and the other values lie apart, so every step between them may be taken.
  Change whatever(std::uint32_t id) const { return reaches(id) ? any_change : Change{}; }
  std::int64_t whole(const Node& node) const { return tree_.constants[node.a].as_integer(); }

  const Rule& rule_;
  const Tree& tree_;
  Leaf leaf_;
};

// && and || are least and greatest of false < error < true, so a part's step is the whole's or
// none.
Change Walk::condition(std::uint32_t id) const {
  const Node& node = tree_.nodes[id];
  switch (node.kind) {
    case NodeKind::all_of:
    case NodeKind::any_of: {
      Change change;
      for (std::uint32_t i = 0; i < node.b; ++i) change |= condition(tree_.links[node.a + i]);
      return change;
    }
    case NodeKind::not_: {
      Change change = condition(node.a);
      std::swap(change.to_true, change.to_false);
      std::swap(change.from_true, change.from_false);
      return change;
    }
    case NodeKind::conditional: {
      if (reaches(node.a)) return any_change;
      Change change = condition(node.b);
      change |= condition(node.c);
      return change;
    }
    case NodeKind::compare:
    case NodeKind::compare_bits:
    case NodeKind::compare_time: return comparison(node);
    default: return whatever(id);
  }
}

Change Walk::comparison(const Node& node) const {
  const bool of_times = node.kind == NodeKind::compare_time;
  // Of left minus right.
  Drift drift = both(value(node.a, of_times), opposite(value(node.b, of_times)));
  if (of_times && leaf_.aggregate == no_node)
    drift = both(drift, {.rises = node.factor > 0, .falls = node.factor < 0});
  Op op = node.op;
  // A number of events is never below zero, so it is equal to zero if it is not above.
  const Node &left = tree_.nodes[node.a], &right = tree_.nodes[node.b];
  const auto counts = [&](const Node& side) {
    return side.kind == NodeKind::aggregate && is_number_of_events(rule_.aggregates[side.a].kind);
  };
  if (op == Op::eq || op == Op::ne) {
    const bool is_eq = op == Op::eq;
    if (counts(left) && is_whole(right, tree_) && whole(right) == 0)
      op = is_eq ? Op::le : Op::gt;
    else if (counts(right) && is_whole(left, tree_) && whole(left) == 0)
      op = is_eq ? Op::ge : Op::lt;
  }
  Change change;
  if (drift.appears) change |= {.to_true = true, .to_false = true};
  if (drift.vanishes) change |= {.from_true = true, .from_false = true};
  constexpr Change up{.to_true = true, .from_false = true};
  constexpr Change down{.from_true = true, .to_false = true};
  switch (op) {
    case Op::gt:
    case Op::ge:
      if (drift.rises) change |= up;
      if (drift.falls) change |= down;
      return change;
    case Op::lt:
    case Op::le:
      if (drift.rises) change |= down;
      if (drift.falls) change |= up;
      return change;
    default:
      if (drift.rises || drift.falls) {
        change |= up;
        change |= down;
      }
      return change;
  }
}

// Whole numbers may pass their range in arithmetic, so only times are followed through it.
Drift Walk::value(std::uint32_t id, bool of_times) const {
  const Node& node = tree_.nodes[id];
  if (node.kind == NodeKind::aggregate) return node.a == leaf_.aggregate ? leaf_.drift : Drift{};
  if (node.kind == NodeKind::arithmetic && of_times) {
    if (node.op == Op::add) return both(value(node.a, true), value(node.b, true));
    if (node.op == Op::sub) return both(value(node.a, true), opposite(value(node.b, true)));
  }
  if (node.kind == NodeKind::conditional && !reaches(node.a))
    return both(value(node.b, of_times), value(node.c, of_times));
  return reaches(id) ? anything : Drift{};
}

bool Walk::reaches(std::uint32_t id) const {
  const Node& node = tree_.nodes[id];
  const auto any_link = [&](std::uint32_t first, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint32_t link = tree_.links[first + i];
      if (link != no_node && reaches(link & ~optional_flag)) return true;
    }
    return false;
  };
  switch (node.kind) {
    case NodeKind::constant:
    case NodeKind::fault:
    case NodeKind::attribute:
    case NodeKind::node_field:
    case NodeKind::property:
    case NodeKind::member:
    case NodeKind::event_time:
    case NodeKind::now:  // Inside a comparison that knows its part.
    case NodeKind::variable:
    case NodeKind::local: return false;
    case NodeKind::aggregate: return node.a == leaf_.aggregate && moves(leaf_.drift);
    case NodeKind::compare_time:
      if (leaf_.aggregate == no_node) return true;
      return reaches(node.a) || reaches(node.b);
    case NodeKind::present:
    case NodeKind::not_:
    case NodeKind::negate:
    case NodeKind::money_ratio:
    case NodeKind::among:
    case NodeKind::select:
    case NodeKind::has:
    case NodeKind::matches: return reaches(node.a);
    case NodeKind::compare:
    case NodeKind::compare_bits:
    case NodeKind::arithmetic:
    case NodeKind::in:
    case NodeKind::index:
    case NodeKind::bind:
    case NodeKind::if_present: return reaches(node.a) || reaches(node.b);
    case NodeKind::conditional: return reaches(node.a) || reaches(node.b) || reaches(node.c);
    case NodeKind::all_of:
    case NodeKind::any_of:
    case NodeKind::list:
    case NodeKind::call: return any_link(node.a, node.b);
    case NodeKind::map: return any_link(node.a, 2 * node.b);
    case NodeKind::comprehension: return any_link(node.a, 3);
  }
  return true;
}

Turn turn(const Rule& rule, const Walk::Leaf& leaf) {
  const Change change = Walk(rule, leaf).condition(rule.tree->root);
  return {change.to_true, change.from_true};
}

}  // namespace

Drift drift_of(const Aggregate& aggregate, Cause cause) {
  if (cause == Cause::arrival) return by_arrival(aggregate.kind);
  if (aggregate.kind == AggregateKind::since) return {.rises = true};
  switch (aggregate.window.kind) {
    case WindowKind::all: return {};
    case WindowKind::rolling: return by_rolling(aggregate.kind);
    case WindowKind::calendar: return by_calendar(aggregate.kind, aggregate.window.offset == 0);
  }
  return anything;
}

Turn turn_by(const Rule& rule, std::uint32_t index, Cause cause) {
  const Aggregate& aggregate = rule.aggregates[index];
  if (cause == Cause::time && aggregate.kind == AggregateKind::since) return {};
  return turn(rule, {index, drift_of(aggregate, cause)});
}

Turn turn_by_clock(const Rule& rule) {
  return turn(rule, {});
}

Bounds bounds_of(const Rule& rule, std::uint32_t index) {
  const Tree& tree = *rule.tree;
  if (!is_number_of_events(rule.aggregates[index].kind)) return {};
  constexpr std::int64_t greatest = std::numeric_limits<std::int64_t>::max();
  Bounds bounds;
  std::size_t reads = 0, compared = 0;
  const auto is_read = [&](const Node& node) {
    return node.kind == NodeKind::aggregate && node.a == index;
  };
  for (const Node& node : tree.nodes) {
    if (is_read(node)) ++reads;
    if (node.kind != NodeKind::compare && node.kind != NodeKind::compare_bits) continue;
    const bool right = is_read(tree.nodes[node.b]);
    if (!right && !is_read(tree.nodes[node.a])) continue;
    const Node& other = tree.nodes[right ? node.a : node.b];
    if (!is_whole(other, tree) || tree.constants[other.a].as_integer() == greatest) continue;
    ++compared;
    const std::int64_t bound = tree.constants[other.a].as_integer();
    const Op op = right ? mirrored(node.op) : node.op;
    const bool equality = op == Op::eq || op == Op::ne;
    if (equality || op == Op::lt || op == Op::ge) bounds.push_back(bound);
    if (equality || op == Op::le || op == Op::gt) bounds.push_back(bound + 1);
  }
  return reads == compared ? bounds : Bounds{};
}

}  // namespace pharos::cel
