// cel/evaluate.h: walks a tree; one evaluation of one rule.
#pragma once

#include <span>

#include "cel/arena.h"
#include "cel/rule.h"
#include "cel/tree.h"

namespace pharos::cel {

class Evaluator {
 public:
  Evaluator(const Tree& tree, Activation& activation, Arena& arena)
      : tree_(tree), activation_(activation), arena_(arena) {
    if (tree.local_count > 0) locals_ = arena.locals(tree.local_count);
  }

  Value operator()(std::uint32_t node);

 private:
  Value all_of(const Node& node);
  Value any_of(const Node& node);
  Value variable(const Node& node);
  Value compare_time(const Node& node);
  Value among(const Node& node);
  Value contains(const Value& item, const Value& container);
  Value index(const Value& operand, const Value& key, bool optional);
  Value has_field(const Value& operand, const Value& field);
  Value list(const Node& node);
  Value map(const Node& node);
  Value call(const Node& node);
  Value matches(const Node& node);
  Value if_present(const Node& node);

  // evaluate_macro.cc
  Value comprehension(const Node& node);
  Value quantify(const Node& node, std::span<const Value> range);
  Value transform(const Node& node, std::span<const Value> range);
  Value transform_map(const Node& node, std::span<const Value> range);
  Value item(const Node& node, std::span<const Value> range, std::size_t i, std::uint32_t body);

  const Tree& tree_;
  Activation& activation_;
  Arena& arena_;
  std::span<Value> locals_;
};

}  // namespace pharos::cel
