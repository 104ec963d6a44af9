// cel/check.cc: literals, logic, lists, maps and fields.
#include "cel/check.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cel/describe.h"

namespace pharos::cel {
namespace {

const Schema& no_schema() {
  static const Schema schema;
  return schema;
}

void sort_unique(std::vector<std::uint32_t>& values) {
  std::ranges::sort(values);
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace

Checker::Checker(std::string_view text, std::uint32_t base, const Syntax& syntax,
                 const Scope& scope, Faults& faults)
    : text_(text),
      base_(base),
      syntax_(syntax),
      scope_(scope),
      faults_(faults),
      schema_(scope.schema ? *scope.schema : no_schema()),
      strict_(scope.use != Use::plain) {
  tree_.money = {schema_.currency.digits, scope.use == Use::query || scope.use == Use::metric};
  tree_.whole_division_is_real = scope.use == Use::metric;
}

Rule Checker::run(AstId root, std::optional<Kind> result) {
  const Checked top = expression(root);
  tree_.root = top.node;
  if (result && !top.type.may_be(bit(*result)))
    faults_.add(syntax_[root].begin,
                fmt::format("expected {}, found {}: {}", name_of(*result), describe(top.type),
                            slice(syntax_[root])),
                *result == Kind::boolean
                    ? "A condition is a comparison, such as count(login, '7d') > 0."
                    : "");
  sort_unique(rule_.attributes);
  sort_unique(rule_.nodes);
  rule_.tree = std::make_shared<const Tree>(std::move(tree_));
  return std::move(rule_);
}

std::string Checker::slice(const Ast& ast) const {
  const std::size_t end = std::min<std::size_t>(ast.end, text_.size());
  if (ast.begin >= end) return {};
  return fold_white_space(std::string_view(text_).substr(ast.begin, end - ast.begin));
}

std::uint32_t Checker::push(Node node, const Ast& ast) {
  node.begin = ast.begin - base_;
  node.end = ast.end - base_;
  tree_.nodes.push_back(node);
  return static_cast<std::uint32_t>(tree_.nodes.size() - 1);
}

std::uint32_t Checker::constant(const Value& value, const Ast& ast) {
  tree_.constants.push_back(value);
  return push({.a = static_cast<std::uint32_t>(tree_.constants.size() - 1)}, ast);
}

std::uint32_t Checker::text_constant(std::string_view text) {
  tree_.constants.push_back(Value::string(tree_.texts.emplace_back(text)));
  return static_cast<std::uint32_t>(tree_.constants.size() - 1);
}

std::uint32_t Checker::links(const std::vector<std::uint32_t>& nodes) {
  const auto first = static_cast<std::uint32_t>(tree_.links.size());
  tree_.links.insert(tree_.links.end(), nodes.begin(), nodes.end());
  return first;
}

Checked Checker::faulty(const Ast& ast, std::uint32_t begin, std::string message,
                        std::string hint) {
  faults_.add(begin, std::move(message), std::move(hint));
  return {constant(Value::error("faulty"), ast), Type::faulty()};
}

Checked Checker::expression(AstId id) {
  const Ast& ast = syntax_[id];
  switch (ast.kind) {
    case AstKind::literal: return literal(ast);
    case AstKind::name: return name(ast);
    case AstKind::select: return select(id);
    case AstKind::index: return index(ast);
    case AstKind::call: return call(id);
    case AstKind::list: return list(ast);
    case AstKind::map: return map(ast);
    case AstKind::not_: {
      const Checked operand = condition(ast.children[0], "!");
      return {push({.kind = NodeKind::not_, .a = operand.node}, ast), Type::of(Kind::boolean)};
    }
    case AstKind::negate: return negation(ast);
    case AstKind::binary: return binary(id);
    case AstKind::all_of:
    case AstKind::any_of: return logical(ast);
    case AstKind::conditional: return conditional(ast);
  }
  return {};
}

Checked Checker::literal(const Ast& ast) {
  Value value = ast.literal;
  if (value.kind() == Kind::string) value = Value::string(tree_.texts.emplace_back(ast.text));
  if (value.kind() == Kind::bytes) value = Value::bytes(tree_.texts.emplace_back(ast.text));
  return {constant(value, ast), Type::of(value.kind())};
}

// What stands where yes or no is expected.
Checked Checker::condition(AstId id, std::string_view what) {
  const Checked checked = expression(id);
  if (strict_ && !checked.type.may_be(bit(Kind::boolean))) {
    const Ast& ast = syntax_[id];
    return faulty(
        ast, fmt::format("{} takes bool, found {}: {}", what, describe(checked.type), slice(ast)),
        "Make it a comparison, with == or >.");
  }
  return checked;
}

Checked Checker::logical(const Ast& ast) {
  const bool all = ast.kind == AstKind::all_of;
  std::vector<std::uint32_t> nodes;
  for (const AstId side : ast.children) nodes.push_back(condition(side, all ? "&&" : "||").node);
  const Node node{.kind = all ? NodeKind::all_of : NodeKind::any_of,
                  .a = links(nodes),
                  .b = static_cast<std::uint32_t>(nodes.size())};
  return {push(node, ast), Type::of(Kind::boolean)};
}

Checked Checker::conditional(const Ast& ast) {
  const Checked test = condition(ast.children[0], "?");
  const Checked yes = expression(ast.children[1]), no = expression(ast.children[2]);
  Type type = yes.type;
  if (!yes.type.is_known() || !no.type.is_known()) {
    type = yes.type.is_faulty() || no.type.is_faulty() ? Type::faulty() : Type::dyn();
  } else if (yes.type.kind != no.type.kind) {
    if (strict_)
      return faulty(ast, fmt::format("the two sides of ':' differ: {} is {}, {} is {}",
                                     slice(syntax_[ast.children[1]]), describe(yes.type),
                                     slice(syntax_[ast.children[2]]), describe(no.type)));
    type = Type::dyn();
  } else if (yes.type.choices != no.type.choices || yes.type.element != no.type.element) {
    type = Type::of(yes.type.kind);
  }
  const Node node{.kind = NodeKind::conditional, .a = test.node, .b = yes.node, .c = no.node};
  return {push(node, ast), type};
}

Checked Checker::list(const Ast& ast) {
  std::vector<std::uint32_t> nodes;
  Type type = Type::of(Kind::list);
  for (std::size_t i = 0; i < ast.children.size(); ++i) {
    const Checked item = expression(ast.children[i]);
    const bool optional = ast.optional_items[i];
    nodes.push_back(item.node | (optional ? optional_flag : 0));
    const bool known = item.type.is_known() && !optional;
    if (i == 0) {
      type.has_element = known;
      type.element = item.type.kind;
      type.choices = item.type.choices;
    } else {
      if (!known || item.type.kind != type.element) type.has_element = false;
      if (item.type.choices != type.choices) type.choices = nullptr;
    }
  }
  const Node node{
      .kind = NodeKind::list, .a = links(nodes), .b = static_cast<std::uint32_t>(nodes.size())};
  return {push(node, ast), type};
}

Checked Checker::map(const Ast& ast) {
  std::vector<std::uint32_t> nodes;
  for (std::size_t i = 0; i < ast.children.size(); ++i) {
    const Checked part = expression(ast.children[i]);
    const bool key = i % 2 == 0;
    constexpr Kinds keys =
        bit(Kind::boolean) | bit(Kind::integer) | bit(Kind::uinteger) | bit(Kind::string);
    if (key && strict_ && !part.type.may_be(keys))
      faulty(syntax_[ast.children[i]],
             fmt::format("a map key is {}, found {}", describe(keys), describe(part.type)));
    nodes.push_back(part.node | (key && ast.optional_items[i / 2] ? optional_flag : 0));
  }
  const Node node{
      .kind = NodeKind::map, .a = links(nodes), .b = static_cast<std::uint32_t>(nodes.size() / 2)};
  return {push(node, ast), Type::of(Kind::map)};
}

Checked Checker::select(AstId id) {
  const Ast& ast = syntax_[id];
  if (const auto path = path_of(id)) return qualified(id, *path);
  const Checked operand = expression(ast.children[0]);
  if (operand.type.is_faulty()) return operand;
  if (strict_ && !operand.type.may_be(bit(Kind::map) | bit(Kind::optional)))
    return faulty(ast, ast.name_begin,
                  fmt::format("{} has no fields: {} is {}", quoted(slice(syntax_[ast.children[0]])),
                              "it", describe(operand.type)));
  const Node node{.kind = NodeKind::select,
                  .part = static_cast<std::uint8_t>(ast.optional),
                  .a = operand.node,
                  .b = text_constant(ast.text)};
  return {push(node, ast), ast.optional ? Type::of(Kind::optional) : Type::dyn()};
}

Checked Checker::index(const Ast& ast) {
  const Checked operand = expression(ast.children[0]), key = expression(ast.children[1]);
  constexpr Kinds indexed = bit(Kind::list) | bit(Kind::map) | bit(Kind::optional);
  if (strict_ && !operand.type.is_faulty() && !operand.type.may_be(indexed))
    return faulty(ast, fmt::format("[] takes a list or a map, found {}", describe(operand.type)));
  if (strict_ && operand.type.is(Kind::list) &&
      !key.type.may_be(bit(Kind::integer) | bit(Kind::uinteger) | bit(Kind::real)))
    return faulty(ast, ast.name_begin,
                  fmt::format("a list is indexed with int, found {}", describe(key.type)));
  const Node node{.kind = NodeKind::index,
                  .part = static_cast<std::uint8_t>(ast.optional),
                  .a = operand.node,
                  .b = key.node};
  Type type = operand.type.is(Kind::list) ? operand.type.element_type() : Type::dyn();
  if (ast.optional || operand.type.is(Kind::optional)) type = Type::of(Kind::optional);
  return {push(node, ast), type};
}

}  // namespace pharos::cel
