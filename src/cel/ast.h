// cel/ast.h: the syntax of an expression, with byte offsets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cel/compare.h"
#include "cel/fault.h"
#include "cel/value.h"

namespace pharos::cel {

enum class AstKind : std::uint8_t {
  literal,  // literal, text
  name,     // text; rooted: written with a leading dot
  select,   // children: operand; text: field
  index,    // children: operand, key
  call,     // children: [receiver,] arguments; text: function
  list,     // children: items
  map,      // children: key, value, key, value ...
  not_,
  negate,  // children: operand
  binary,  // children: left, right; op
  all_of,
  any_of,       // children: the sides of && or ||, two or more
  conditional,  // children: condition, then, else
};

using AstId = std::uint32_t;

struct Ast {
  AstKind kind = AstKind::literal;
  Op op = Op::eq;
  bool member = false;    // call: children[0] is the receiver
  bool optional = false;  // select, index: .? and [?]
  bool rooted = false;
  std::uint16_t height = 1;
  std::uint32_t begin = 0;  // Byte offsets of the whole.
  std::uint32_t end = 0;
  std::uint32_t name_begin = 0;  // Of the name, field, function or operator.
  Value literal{};               // Strings and bytes: see text.
  std::string
      text{};  // Name; or a string literal decoded; or the digits of a number, with its sign.
  std::vector<AstId> children{};
  std::vector<bool> optional_items{};  // list, map: [?a], {?k: v}; one for each item or entry.
};

struct Syntax {
  std::vector<Ast> nodes;
  AstId root = 0;
  bool complete = false;  // Faults in single tokens do not keep the rest from being understood.
  const Ast& operator[](AstId id) const { return nodes[id]; }
};

Syntax parse(std::string_view text, Faults& faults);

}  // namespace pharos::cel
