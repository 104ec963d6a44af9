// cel/check_constant.cc: parts of a rule that read nothing are worked out when it loads: one that
// is an error then will never be anything else.
#include <fmt/format.h>

#include "cel/check.h"
#include "cel/describe.h"
#include "cel/evaluate.h"

namespace pharos::cel {
namespace {

// Calls `take` with every child of a node.
template <class Take>
void each_child(const Tree& tree, const Node& node, Take take) {
  const auto linked = [&](std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) take(tree.links[node.a + i] & ~optional_flag);
  };
  switch (node.kind) {
    case NodeKind::present:
    case NodeKind::not_:
    case NodeKind::negate:
    case NodeKind::money_ratio:
    case NodeKind::among:
    case NodeKind::select:
    case NodeKind::has:
    case NodeKind::matches: return take(node.a);
    case NodeKind::all_of:
    case NodeKind::any_of:
    case NodeKind::list:
    case NodeKind::call: return linked(node.b);
    case NodeKind::map: return linked(2 * node.b);
    case NodeKind::conditional: take(node.c); [[fallthrough]];
    case NodeKind::compare:
    case NodeKind::compare_bits:
    case NodeKind::compare_time:
    case NodeKind::arithmetic:
    case NodeKind::in:
    case NodeKind::index:
    case NodeKind::bind:
    case NodeKind::if_present: return take(node.a), take(node.b);
    case NodeKind::comprehension:
      take(tree.links[node.a]);
      take(tree.links[node.a + 1]);
      if (tree.links[node.a + 2] != no_node) take(tree.links[node.a + 2]);
      return;
    default: return;
  }
}

// What holds or introduces variables depends on more than its children.
bool reads_more(NodeKind kind) {
  switch (kind) {
    case NodeKind::attribute:
    case NodeKind::aggregate:
    case NodeKind::node_field:
    case NodeKind::property:
    case NodeKind::member:
    case NodeKind::event_time:
    case NodeKind::now:
    case NodeKind::variable:
    case NodeKind::local:
    case NodeKind::comprehension:
    case NodeKind::bind:
    case NodeKind::if_present: return true;
    default: return false;
  }
}

}  // namespace

void Checker::check_constants() {
  std::vector<bool> constant(tree_.nodes.size());
  std::vector<std::uint32_t> greatest;  // Constant, and not part of something constant.
  for (std::uint32_t i = 0; i < tree_.nodes.size(); ++i) {
    const Node& node = tree_.nodes[i];
    bool is_constant = !reads_more(node.kind);
    if (node.kind == NodeKind::constant) is_constant = !tree_.constants[node.a].is_error();
    each_child(tree_, node,
               [&](std::uint32_t child) { is_constant = is_constant && constant[child]; });
    constant[i] = is_constant;
    if (is_constant) continue;
    each_child(tree_, node, [&](std::uint32_t child) {
      if (constant[child]) greatest.push_back(child);
    });
  }
  if (constant[tree_.root]) greatest.push_back(tree_.root);
  Activation nothing;
  Arena arena;  // One budget for all of them; what is left when it is spent stays unknown.
  for (const std::uint32_t i : greatest) {
    const Node& node = tree_.nodes[i];
    if (node.kind == NodeKind::constant) continue;
    const Value value = Evaluator(tree_, nothing, arena)(i);
    if (!value.is_error()) continue;
    const std::string_view error = value.as_string();
    if (error == too_many_steps().as_string() || error == too_much_memory().as_string()) return;
    faults_.add(
        base_ + node.begin,
        fmt::format("{} can only be an error: {}",
                    fold_white_space(text_.substr(base_ + node.begin, node.end - node.begin)),
                    error));
  }
}

}  // namespace pharos::cel
