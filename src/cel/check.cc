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
  if (scope_.use == Use::metric && !result && !top.type.may_be(number_kinds))
    faults_.add(syntax_[root].begin,
                fmt::format("a metric is a number: expected {}, found {}: {}",
                            describe(number_kinds), describe(top.type), slice(syntax_[root])));
  if (strict_) check_constants();
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

std::string Checker::arguments_of(const Ast& call) const {
  if (call.children.empty()) return "nothing";
  if (call.children.size() > 1) return fmt::format("{} arguments", call.children.size());
  return slice(syntax_[call.children[0]]);
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
  // No further fault would be told, so none is looked for: their hints are what takes long.
  if (faults_.is_full()) return {constant(Value::error("faulty"), ast), Type::faulty()};
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
  const bool differ = yes.type.is_known() && no.type.is_known() && yes.type.kind != no.type.kind;
  if (strict_ && differ)
    return faulty(syntax_[ast.children[2]],
                  fmt::format("the two sides of ':' are of one type: expected {} like {}, found "
                              "{}: {}",
                              describe(yes.type), slice(syntax_[ast.children[1]]),
                              describe(no.type), slice(syntax_[ast.children[2]])));
  const Type type = common(yes.type, no.type);
  const Node node{.kind = NodeKind::conditional, .a = test.node, .b = yes.node, .c = no.node};
  return {push(node, ast), type};
}

// The type of what an item marked with ? adds where it is there.
Type Checker::optional_item(AstId id, const Type& type) {
  if (strict_ && !type.may_be(bit(Kind::optional))) {
    const Ast& ast = syntax_[id];
    faulty(ast,
           fmt::format("an item behind ? is optional, found {}: {}", describe(type), slice(ast)));
    return Type::faulty();
  }
  return type.is_faulty() ? type : type.element_type();
}

Checked Checker::list(const Ast& ast) {
  const std::size_t faults = faults_.count();
  std::vector<std::uint32_t> nodes;
  Type element;
  for (std::size_t i = 0; i < ast.children.size(); ++i) {
    const Checked item = expression(ast.children[i]);
    const bool optional = ast.optional_items[i];
    nodes.push_back(item.node | (optional ? optional_flag : 0));
    const Type type = optional ? optional_item(ast.children[i], item.type) : item.type;
    element = i == 0 ? type : common(element, type);
  }
  const Node node{
      .kind = NodeKind::list, .a = links(nodes), .b = static_cast<std::uint32_t>(nodes.size())};
  const Checked made{push(node, ast), Type::list_of(element)};
  return faults_.count() == faults ? made
                                   : Checked{constant(Value::error("faulty"), ast), made.type};
}

Checked Checker::map(const Ast& ast) {
  const std::size_t faults = faults_.count();
  std::vector<std::uint32_t> nodes;
  Type keys, values;
  for (std::size_t i = 0; i < ast.children.size(); ++i) {
    const Checked part = expression(ast.children[i]);
    const bool is_key = i % 2 == 0;
    const bool optional = ast.optional_items[i / 2];
    nodes.push_back(part.node | (is_key && optional ? optional_flag : 0));
    Type type = part.type;
    if (is_key)
      check_key(ast.children[i], type);
    else if (optional)
      type = optional_item(ast.children[i], type);
    Type& all = is_key ? keys : values;
    all = i < 2 ? type : common(all, type);
  }
  const Node node{
      .kind = NodeKind::map, .a = links(nodes), .b = static_cast<std::uint32_t>(nodes.size() / 2)};
  const Checked made{push(node, ast), Type::map_of(keys, values)};
  return faults_.count() == faults ? made
                                   : Checked{constant(Value::error("faulty"), ast), made.type};
}

void Checker::check_key(AstId id, const Type& type) {
  if (!strict_ || type.may_be(key_kinds)) return;
  faulty(syntax_[id], fmt::format("a map key is {}, found {}: {}", describe(key_kinds),
                                  describe(type), slice(syntax_[id])));
}

Checked Checker::select(AstId id) {
  if (const auto path = path_of(id)) return qualified(id, *path);
  return field(syntax_[id], expression(syntax_[id].children[0]));
}

// A field of a value: of a map with text as keys, or of an optional one.
Checked Checker::field(const Ast& ast, const Checked& operand) {
  if (operand.type.is_faulty()) return operand;
  const bool optional = operand.type.is(Kind::optional);
  const Type map = optional ? operand.type.element_type() : operand.type;
  if (strict_ && (!map.may_be(bit(Kind::map)) || !map.key_type().may_be(bit(Kind::string))))
    return faulty(ast, ast.name_begin,
                  fmt::format("{} has no field {}: expected map of string, found {}",
                              quoted(slice(syntax_[ast.children[0]])), quoted(ast.text),
                              describe(operand.type)));
  const Node node{.kind = NodeKind::select,
                  .part = static_cast<std::uint8_t>(ast.optional),
                  .a = operand.node,
                  .b = text_constant(ast.text)};
  const Type value = map.element_type();
  return {push(node, ast), ast.optional || optional ? Type::optional_of(value) : value};
}

Checked Checker::index(const Ast& ast) {
  const Checked operand = expression(ast.children[0]), key = expression(ast.children[1]);
  const bool optional = operand.type.is(Kind::optional);
  const Type container = optional ? operand.type.element_type() : operand.type;
  if (strict_ && !operand.type.is_faulty() &&
      !container.may_be(bit(Kind::list) | bit(Kind::map) | bit(Kind::optional)))
    return faulty(ast, fmt::format("[] takes a list or a map, found {}: {}", describe(operand.type),
                                   slice(syntax_[ast.children[0]])));
  if (strict_ && !index_fits(ast, container, key.type))
    return {constant(Value::error("faulty"), ast), Type::faulty()};
  const Node node{.kind = NodeKind::index,
                  .part = static_cast<std::uint8_t>(ast.optional),
                  .a = operand.node,
                  .b = key.node};
  const Type value = container.element_type();
  return {push(node, ast), ast.optional || optional ? Type::optional_of(value) : value};
}

bool Checker::index_fits(const Ast& ast, const Type& container, const Type& key) {
  const AstId id = ast.children[1];
  const auto refuse = [&](std::string expected) {
    faulty(syntax_[id],
           fmt::format("{}, found {}: {}", std::move(expected), describe(key), slice(syntax_[id])));
    return false;
  };
  if (container.is(Kind::list)) {
    if (!key.may_be(bit(Kind::integer) | bit(Kind::uinteger) | bit(Kind::real)))
      return refuse("a list is indexed with int");
    const auto literal = number_literal(id);
    if (literal && (literal->starts_with('-') || key.is(Kind::real)))
      return refuse("a list is indexed with int from 0 on");
  }
  if (container.is(Kind::map)) {
    if (!key.may_be(key_kinds | bit(Kind::real)))
      return refuse("a map key is " + describe(key_kinds));
    if (!comparable(container.key_type(), key))
      return refuse("the keys of the map are " + describe(container.key_type()));
  }
  return true;
}

}  // namespace pharos::cel
