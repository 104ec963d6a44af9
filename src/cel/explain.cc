// cel/explain.cc: the parts that decide a condition, in words.
#include <fmt/format.h>

#include <vector>

#include "base/text.h"
#include "cel/box.h"
#include "cel/describe.h"
#include "cel/evaluate.h"
#include "cel/rule.h"

namespace pharos::cel {
namespace {

class Explainer {
 public:
  Explainer(const Rule& rule, Activation& activation, Arena& arena, const Schema& schema)
      : rule_(rule), tree_(*rule.tree), evaluate_(tree_, activation, arena), schema_(schema) {}

  void part(std::uint32_t id, std::vector<Finding>& findings) {
    const Node& node = tree_.nodes[id];
    if (node.kind == NodeKind::all_of || node.kind == NodeKind::any_of) {
      for (std::uint32_t i = 0; i < node.b; ++i) part(tree_.links[node.a + i], findings);
      return;
    }
    const Value value = evaluate_(id);
    Finding finding{.text = text(node), .holds = value.is_true(), .is = {}, .needs = {}};
    if (value.is_error()) {
      finding.is = failure(id, value);
      finding.needs = "needs a value";
    } else if (!compared(node, finding)) {
      yes_or_no(node, value, finding);
    }
    if (finding.holds) finding.needs.clear();
    findings.push_back(std::move(finding));
  }

 private:
  // The text of a node, white space folded.
  std::string text(const Node& node) const {
    const std::string_view all = rule_.text;
    if (node.begin >= all.size() || node.end < node.begin) return {};
    return fold_white_space(all.substr(node.begin, node.end - node.begin));
  }

  bool is_constant(std::uint32_t id) const {
    const Node& node = tree_.nodes[id];
    if (node.kind == NodeKind::constant) return true;
    if (node.kind == NodeKind::negate || node.kind == NodeKind::money_ratio)
      return is_constant(node.a);
    if (node.kind == NodeKind::arithmetic) return is_constant(node.a) && is_constant(node.b);
    return false;
  }

  std::string describe(std::uint32_t id) {
    const Node& node = tree_.nodes[id];
    if (node.kind == NodeKind::constant && node.part == 1) return as_written(node);
    return describe_value(evaluate_(id), schema_.currency.digits);
  }

  // An amount as the rule has it: 10000 is "10,000", 10.005 stays "10.005".
  std::string as_written(const Node& node) const {
    const std::string written = text(node);
    const std::size_t end = std::min(written.find_first_of(".eE"), written.size());
    const auto whole = parse_int64(std::string_view(written).substr(0, end));
    if (!whole || (end < written.size() && written[end] != '.')) return written;
    return (written.starts_with('-') && *whole == 0 ? "-0" : grouped(*whole)) + written.substr(end);
  }

  std::string is(std::uint32_t id) {
    return fmt::format("{} is {}", text(tree_.nodes[id]), describe(id));
  }

  // The first thing inside that cannot be computed, so that a sum says which of its parts it was.
  std::string failure(std::uint32_t id, const Value& error) {
    const Node& node = tree_.nodes[id];
    const bool two_sides = node.kind == NodeKind::compare || node.kind == NodeKind::compare_bits ||
                           node.kind == NodeKind::compare_time || node.kind == NodeKind::in ||
                           (node.kind == NodeKind::arithmetic);
    if (two_sides) {
      for (const std::uint32_t side : {node.a, node.b}) {
        const Value value = evaluate_(side);
        if (value.is_error()) return failure(side, value);
      }
    } else if (node.kind == NodeKind::not_ || node.kind == NodeKind::negate ||
               node.kind == NodeKind::money_ratio || node.kind == NodeKind::among) {
      if (const Value value = evaluate_(node.a); value.is_error()) return failure(node.a, value);
    }
    return fmt::format("{} cannot be computed: {}", text(node), error.as_string());
  }

  static std::string need(Op op, const std::string& bound) {
    switch (op) {
      case Op::ne: return "needs anything but " + bound;
      case Op::lt: return "needs less than " + bound;
      case Op::le: return "needs at most " + bound;
      case Op::gt: return "needs more than " + bound;
      default: return "needs " + bound;
    }
  }

  bool compared(const Node& node, Finding& finding) {
    if (node.kind == NodeKind::among || node.kind == NodeKind::in) {
      finding.is = is(node.a);
      finding.needs = "needs one of " + describe_choices(node);
      return true;
    }
    if (node.kind != NodeKind::compare && node.kind != NodeKind::compare_bits &&
        node.kind != NodeKind::compare_time)
      return false;
    const bool left = is_constant(node.a), right = is_constant(node.b);
    if (left && !right) {
      finding.is = is(node.b);
      finding.needs = need(mirrored(node.written), describe(node.a));
    } else {
      finding.is =
          left ? fmt::format("{} is {}", text(tree_.nodes[node.a]), describe(node.a)) : is(node.a);
      if (!left && !right) finding.is += ", " + is(node.b);
      finding.needs = need(node.written, describe(node.b));
    }
    return true;
  }

  std::string describe_choices(const Node& node) {
    if (node.kind == NodeKind::in) return describe(node.b);
    std::string choices;
    for (std::uint32_t i = 0; i < node.c; ++i) {
      if (i > 0) choices += ", ";
      choices += describe_value(tree_.constants[tree_.links[node.b + i]], schema_.currency.digits);
    }
    return choices;
  }

  void yes_or_no(const Node& node, const Value& value, Finding& finding) {
    if (node.kind == NodeKind::not_) {
      finding.is = is(node.a);
      finding.needs = "needs false";
    } else {
      finding.is =
          fmt::format("{} is {}", finding.text, describe_value(value, schema_.currency.digits));
      finding.needs = "needs true";
    }
  }

  const Rule& rule_;
  const Tree& tree_;
  Evaluator evaluate_;
  const Schema& schema_;
};

}  // namespace

std::vector<Finding> explain(const Rule& rule, Activation& activation, Arena& arena,
                             const Schema& schema) {
  arena.reset();
  std::vector<Finding> findings;
  Explainer(rule, activation, arena, schema).part(rule.tree->root, findings);
  return findings;
}

}  // namespace pharos::cel
