// cel/tree.h: a checked expression as a flat tree: what the evaluator walks.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "cel/compare.h"
#include "cel/decimal.h"
#include "cel/regex.h"
#include "cel/value.h"

namespace pharos::cel {

struct Function;  // function.h

// What a node does, and what its fields a, b and c are. "links" are runs in Tree::links.
enum class NodeKind : std::uint8_t {
  constant,    // a: constant
  fault,       // a: constant, an error: a name or function that plain CEL learns of too late
  attribute,   // a: attribute
  aggregate,   // a: aggregate
  node_field,  // a: schema node; part: NodeField
  property,    // a: property
  member,
  event_time,
  now,
  variable,  // a: links to b names, longest first, then b - 1 field names; part: 1 if the whole
             // is also the name of a type, c: that constant
  local,     // a: slot
  present,   // a: node; whether it is not an error
  all_of,
  any_of,  // a: links to b nodes
  not_,
  negate,         // a: node
  conditional,    // a, b, c: nodes
  compare,        // a, b: nodes; op
  compare_bits,   // a, b: nodes of one type whose 64 bits compare as integers; op
  compare_time,   // a, b: nodes, times or durations; op; factor: of `now` in a minus b
  arithmetic,     // a, b: nodes; op
  money_ratio,    // a: node; b: ratio
  in,             // a: item, b: container
  among,          // a: node; b: links to c constants
  index,          // a: operand, b: key; part: 1 if optional
  select,         // a: operand, b: constant field; part: 1 if optional
  has,            // a: operand, b: constant field
  list,           // a: links to b nodes, flagged if optional
  map,            // a: links to 2 b nodes, keys flagged if optional
  call,           // a: links to b arguments; c: function
  matches,        // a: node; b: pattern
  comprehension,  // a: links to range, body, condition; b: steps an item; c: first slot; part:
                  // Macro
  bind,           // a: value, b: body; c: slot
  if_present,     // a: optional, b: body; c: slot; part: 1 if the body is optional itself
};

enum class Macro : std::uint8_t {
  all,
  exists,
  exists_one,
  map,
  filter,
  transform_list,
  transform_map,
  transform_map_entry,
};
inline constexpr std::uint32_t optional_flag = 0x8000'0000;
inline constexpr std::uint32_t no_node = 0xFFFF'FFFF;

struct Node {
  NodeKind kind = NodeKind::constant;
  Op op = Op::eq;       // What is evaluated; folding a literal may have changed it.
  Op written = Op::eq;  // As in the text.
  std::uint8_t part = 0;
  bool two_variables = false;  // comprehension: two slots, index or key and value
  std::int16_t factor = 0;
  std::uint32_t a = 0, b = 0, c = 0;
  std::uint32_t begin = 0, end = 0;  // Bytes of the text.
};

struct Tree {
  std::vector<Node> nodes;  // Children come before their parents.
  std::vector<std::uint32_t> links;
  std::vector<Value> constants;
  std::deque<std::string> texts;  // What string constants point into.
  std::vector<Ratio> ratios;
  std::vector<std::unique_ptr<Regex>> patterns;
  std::vector<const Function*> functions;
  std::uint32_t root = 0;
  std::uint32_t local_count = 0;
  MoneyScale money;
  bool whole_division_is_real = false;  // Metrics: orders / merchants is 3.4, not 3.
};

}  // namespace pharos::cel
