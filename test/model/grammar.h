// model/grammar.h: random expressions that make sense often enough to be worth evaluating.
#pragma once

#include <string>
#include <vector>

#include "cel/rule.h"
#include "model/choices.h"

namespace pharos::model {

// Names that plain expressions use, with the kind that each is meant to have. Most are bound.
struct PlainName {
  std::string_view name;
  cel::Kind kind;
};
const std::vector<PlainName>& plain_names();
// A literal, or an expression of few of them, of that kind: the extremes more often than the rest.
std::string plain_value(cel::Kind kind, Choices& choices);
// Free CEL of every kind.
std::string plain_expression(Choices& choices);

// An expression for a use that has a schema, over the names of cel/testing.h's shop.
std::string rule_expression(cel::Use use, Choices& choices);

}  // namespace pharos::model
