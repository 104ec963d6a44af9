// cel/threshold.cc: comparisons with constants among the parts that must all hold.
#include "cel/threshold.h"

#include <limits>
#include <optional>

#include "cel/tree.h"

namespace pharos::cel {
namespace {

// Whether the window can only be too empty. Sums of doubles do not compare as integers do.
bool is_exact(AggregateKind kind) {
  return kind == AggregateKind::count || kind == AggregateKind::distinct ||
         kind == AggregateKind::sum;
}

std::optional<std::int64_t> exact_constant(const Node& node, const Tree& tree) {
  if (node.kind != NodeKind::constant) return std::nullopt;
  const Value& value = tree.constants[node.a];
  if (value.kind() == Kind::integer) return value.as_integer();
  if (value.kind() == Kind::money) return value.as_money().minor;
  return std::nullopt;
}

class Gatherer {
 public:
  explicit Gatherer(const Rule& rule) : rule_(rule), tree_(*rule.tree) {}

  void add(std::uint32_t id) {
    const Node& node = tree_.nodes[id];
    if (node.kind == NodeKind::all_of)
      for (std::uint32_t i = 0; i < node.b; ++i) add(tree_.links[node.a + i]);
    // Both sides are of one type: a number beside money was made minor units, or is not here.
    if (node.kind == NodeKind::compare_bits) {
      add(tree_.nodes[node.a], node.op, tree_.nodes[node.b]);
      add(tree_.nodes[node.b], mirrored(node.op), tree_.nodes[node.a]);
    }
  }
  std::vector<Threshold> take() { return std::move(found_); }

 private:
  void add(const Node& read, Op op, const Node& other) {
    if (read.kind != NodeKind::aggregate || !is_exact(rule_.aggregates[read.a].kind)) return;
    const auto bound = exact_constant(other, tree_);
    if (!bound || *bound == std::numeric_limits<std::int64_t>::max()) return;
    if (op == Op::ge || op == Op::eq) found_.push_back({read.a, *bound});
    if (op == Op::gt) found_.push_back({read.a, *bound + 1});
  }

  const Rule& rule_;
  const Tree& tree_;
  std::vector<Threshold> found_;
};

}  // namespace

std::vector<Threshold> thresholds_of(const Rule& rule) {
  Gatherer gatherer(rule);
  gatherer.add(rule.tree->root);
  return gatherer.take();
}

}  // namespace pharos::cel
