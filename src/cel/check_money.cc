// cel/check_money.cc: money meets numbers: exact, by the decimal text of literals.
#include <fmt/format.h>

#include <limits>

#include "base/text.h"
#include "cel/check.h"

namespace pharos::cel {

// The decimal text of a number as written, its signs folded in.
std::optional<std::string> Checker::number_literal(AstId id) const {
  bool negative = false;
  const Ast* ast = &syntax_[id];
  for (; ast->kind == AstKind::negate; ast = &syntax_[ast->children[0]]) negative = !negative;
  const Kind kind = ast->literal.kind();
  if (ast->kind != AstKind::literal || (kind != Kind::integer && kind != Kind::real))
    return std::nullopt;
  if (!negative) return ast->text;
  return ast->text.starts_with('-') ? ast->text.substr(1) : "-" + ast->text;
}

// The threshold becomes minor units here, so that the comparison is one of integers later. With
// more digits than the currency has it lies between two amounts, and the operator is moved to the
// one below: x >= 10.005 is x > 10.00.
Checked Checker::compare_money_literal(const Ast& ast, const Checked& money, bool literal_left) {
  const AstId literal_id = ast.children[literal_left ? 0 : 1];
  const Ast& literal_ast = syntax_[literal_id];
  const auto decimal = parse_decimal(*number_literal(literal_id));
  if (!decimal) return faulty(literal_ast, "the exponent of the number is absurd");
  Scaled bound = scale(*decimal, tree_.money.digits);
  Op op = literal_left ? mirrored(ast.op) : ast.op;
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  if (bound.outside < 0 || (!bound.exact && (op == Op::eq || op == Op::ne))) {
    // Every amount lies above it; or none equals it.
    const bool never = op == Op::lt || op == Op::le || op == Op::eq;
    bound.floor = least;
    op = never ? Op::lt : Op::ge;
  } else if (!bound.exact) {
    op = op == Op::lt || op == Op::le ? Op::le : Op::gt;
  }
  const std::uint32_t threshold = constant(Value::money({bound.floor}), literal_ast);
  tree_.nodes[threshold].part = 1;  // Shown as written.
  Node node{
      .kind = NodeKind::compare_bits, .op = op, .written = ast.op, .a = money.node, .b = threshold};
  if (literal_left) {
    std::swap(node.a, node.b);
    node.op = mirrored(op);
  }
  return {push(node, ast), Type::of(Kind::boolean)};
}

std::optional<Checked> Checker::money_arithmetic(const Ast& ast, Checked& left, Checked& right) {
  const bool left_money = left.type.is(Kind::money), right_money = right.type.is(Kind::money);
  if (!left_money && !right_money) return std::nullopt;
  const auto node = [&](Kind kind) {
    const Node made{.kind = NodeKind::arithmetic,
                    .op = ast.op,
                    .written = ast.op,
                    .a = left.node,
                    .b = right.node};
    return Checked{push(made, ast), Type::of(kind)};
  };
  if (left_money && right_money) {
    if (ast.op == Op::add || ast.op == Op::sub) return node(Kind::money);
    if (ast.op == Op::div) return node(Kind::real);
    return arithmetic_fault(ast, left.type, right.type);
  }
  const AstId other_id = ast.children[left_money ? 1 : 0];
  const Checked& other = left_money ? right : left;
  if (!other.type.is_known())
    return Checked{node(Kind::null).node,
                   other.type.may_be(~number_kinds) ? Type::dyn() : other.type};
  if (number_literal(other_id))
    return money_and_literal(ast, left_money ? left : right, other_id, !left_money);
  if (other.type.is(Kind::integer) && (ast.op == Op::mul || (ast.op == Op::div && left_money)))
    return node(Kind::money);
  if (other.type.is(Kind::real) && ast.op != Op::mod && tree_.money.with_real)
    return node(Kind::real);
  return arithmetic_fault(ast, left.type, right.type);
}

// Literals are exact decimals: money * 0.1 is a tenth, rounded once.
Checked Checker::money_and_literal(const Ast& ast, const Checked& money, AstId literal,
                                   bool literal_left) {
  const Ast& at = syntax_[literal];
  const auto decimal = parse_decimal(*number_literal(literal));
  const auto ratio = decimal ? ratio_of(*decimal) : std::nullopt;
  if (!ratio)
    return faulty(at,
                  fmt::format("a number beside money has at most 18 digits, found {}", slice(at)));
  const auto scaled_by = [&](Ratio by) {
    tree_.ratios.push_back(by);
    const Node node{.kind = NodeKind::money_ratio,
                    .a = money.node,
                    .b = static_cast<std::uint32_t>(tree_.ratios.size() - 1)};
    return Checked{push(node, ast), Type::of(Kind::money)};
  };
  if (ast.op == Op::mul) return scaled_by(*ratio);
  if (ast.op == Op::div && !literal_left) {
    if (ratio->numerator == 0) return faulty(at, "division by zero");
    return scaled_by({ratio->denominator, ratio->numerator});
  }
  if (ast.op != Op::add && ast.op != Op::sub) {
    const Ast* number = &at;
    while (number->kind == AstKind::negate) number = &syntax_[number->children[0]];
    const Type type = Type::of(number->literal.kind());
    return literal_left ? arithmetic_fault(ast, type, money.type)
                        : arithmetic_fault(ast, money.type, type);
  }
  const Scaled amount = scale(*decimal, tree_.money.digits);
  if (!amount.exact)
    return faulty(at,
                  fmt::format("expected an amount of {} with at most {} digits behind the point, "
                              "found {}",
                              schema_.currency.code, tree_.money.digits, slice(at)));
  const std::uint32_t other = constant(Value::money({amount.floor}), at);
  Node node{
      .kind = NodeKind::arithmetic, .op = ast.op, .written = ast.op, .a = money.node, .b = other};
  if (literal_left) std::swap(node.a, node.b);
  return {push(node, ast), Type::of(Kind::money)};
}

}  // namespace pharos::cel
