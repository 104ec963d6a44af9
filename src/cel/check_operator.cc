// cel/check_operator.cc: comparisons, arithmetic and membership.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cel/check.h"
#include "cel/time_text.h"

namespace pharos::cel {
namespace {

bool compares_as_bits(Kind kind) {
  return kind == Kind::integer || kind == Kind::money || kind == Kind::duration ||
         kind == Kind::boolean;
}

bool is_number(const Type& type) {
  return type.is_known() && cel::is_number(type.kind);
}

}  // namespace

Checked Checker::binary(AstId id) {
  const Ast& ast = syntax_[id];
  if (ast.op == Op::in) return membership(ast);
  if (!is_comparison(ast.op)) {
    Checked left = expression(ast.children[0]), right = expression(ast.children[1]);
    if (left.type.is_faulty() || right.type.is_faulty())
      return {constant(Value::error("faulty"), ast), Type::faulty()};
    const auto is_time = [](const Type& type) {
      return type.is(Kind::timestamp) || type.is(Kind::duration);
    };
    const Type length = Type::of(Kind::duration);  // account.signed_at + '30d'
    if (strict_ && ((is_time(left.type) && !read_as_time(ast.children[1], length, right)) ||
                    (is_time(right.type) && !read_as_time(ast.children[0], length, left))))
      return {constant(Value::error("faulty"), ast), Type::faulty()};
    if (strict_ && zero_divides(ast)) return faulty(syntax_[ast.children[1]], "division by zero");
    if (auto money = strict_ ? money_arithmetic(ast, left, right) : std::nullopt) return *money;
    return arithmetic_node(ast, left, right);
  }
  if (checks_time() && (time_reaches(ast.children[0]) || time_reaches(ast.children[1]))) {
    const bool outer_time = in_time_side_;
    int factor = 0;
    const Checked left = time_side(ast.children[0], 1, factor);
    const Checked right = time_side(ast.children[1], -1, factor);
    in_time_side_ = outer_time;
    return compare_checked(ast, left, right, factor);
  }
  const bool outer_time = in_time_side_;
  in_time_side_ = false;
  const Checked checked = comparison(ast);
  in_time_side_ = outer_time;
  return checked;
}

Checked Checker::comparison(const Ast& ast) {
  const AstId left_id = ast.children[0], right_id = ast.children[1];
  const Checked left = expression(left_id), right = expression(right_id);
  if (strict_) {
    if (left.type.is(Kind::money) && number_literal(right_id))
      return compare_money_literal(ast, left, false);
    if (right.type.is(Kind::money) && number_literal(left_id))
      return compare_money_literal(ast, right, true);
    check_choice(left.type, right_id);
    check_choice(right.type, left_id);
  }
  return compare_checked(ast, left, right, 0);
}

// `factor`: how much left minus right grows when `now` does.
Checked Checker::compare_checked(const Ast& ast, Checked left, Checked right, int factor) {
  const Type result = Type::of(Kind::boolean);
  if (left.type.is_faulty() || right.type.is_faulty())
    return {constant(Value::error("faulty"), ast), result};
  if (strict_) {
    if (!read_as_time(ast.children[1], left.type, right) ||
        !read_as_time(ast.children[0], right.type, left) ||
        !order_known(ast, left.type, right.type))
      return {constant(Value::error("faulty"), ast), result};
  }
  Node node{
      .kind = NodeKind::compare, .op = ast.op, .written = ast.op, .a = left.node, .b = right.node};
  if (factor != 0) {
    node.kind = NodeKind::compare_time;
    node.factor = static_cast<std::int16_t>(factor);
  } else if (left.type.is_known() && right.type.is_known() && left.type.kind == right.type.kind &&
             compares_as_bits(left.type.kind)) {
    node.kind = NodeKind::compare_bits;
  }
  return {push(node, ast), result};
}

bool Checker::order_known(const Ast& ast, const Type& left, const Type& right) {
  const Ast& other = syntax_[ast.children[1]];
  const auto found = [&] { return fmt::format("{}: {}", describe(right), slice(other)); };
  if (left.is(Kind::money) || right.is(Kind::money)) {
    const Type& beside = left.is(Kind::money) ? right : left;
    if (beside.is(Kind::real) && !tree_.money.with_real) {
      faulty(ast, ast.name_begin,
             fmt::format("{} expects money, int or a number as written beside money, found a "
                         "computed double, which is not exact",
                         name_of(ast.op)),
             "Compare with a number as written, such as 0.1, or use double(...) on the money.");
      return false;
    }
    if (beside.may_be(number_kinds)) return true;
  }
  if (!comparable(left, right)) {
    const bool null = left.is(Kind::null) || right.is(Kind::null);
    const bool length = left.is(Kind::duration) || right.is(Kind::duration);
    const bool time = left.is(Kind::timestamp) || right.is(Kind::timestamp);
    faulty(ast, ast.name_begin,
           fmt::format("{} expects {} on its right, found {}", name_of(ast.op), describe(left),
                       found()),
           null     ? "Whether a value is there is asked with has(account.NAME)."
           : length ? "A length of time is text in quotes, such as '30d'."
           : time   ? "A time is text in quotes, such as '2025-01-31T09:30:00Z'."
                    : "");
    return false;
  }
  constexpr Kinds unordered =
      bit(Kind::null) | bit(Kind::list) | bit(Kind::map) | bit(Kind::type) | bit(Kind::optional);
  const bool equality = ast.op == Op::eq || ast.op == Op::ne;
  const Type& known = left.is_known() ? left : right;
  if (!equality && known.is_known() && (bit(known.kind) & unordered) != 0) {
    faulty(ast, ast.name_begin,
           fmt::format("{} expects values with an order, such as numbers, text or times, found {}",
                       name_of(ast.op), describe(known)));
    return false;
  }
  return true;
}

bool Checker::read_as_time(AstId id, const Type& other, Checked& side) {
  const Ast& ast = syntax_[id];
  if (ast.kind != AstKind::literal || ast.literal.kind() != Kind::string) return true;
  if (!other.is(Kind::duration) && !other.is(Kind::timestamp)) return true;
  const bool duration = other.is(Kind::duration);
  const auto value = duration ? parse_cel_duration(ast.text) : parse_timestamp(ast.text);
  if (!value) {
    faulty(ast, fmt::format("expected {}, found {}",
                            duration ? "a duration such as '30d' or '12h30m'"
                                     : "a time such as '2025-01-31T09:30:00Z'",
                            quoted(ast.text.substr(0, 64))));
    return false;
  }
  side = {constant(*value, ast), Type::of(value->kind())};
  return true;
}

// A text in quotes beside an enum must be one of its values.
void Checker::check_choice(const Type& type, AstId other) {
  const Ast& ast = syntax_[other];
  if (!type.choices || ast.kind != AstKind::literal || ast.literal.kind() != Kind::string) return;
  const auto& values = type.choices->values;
  if (std::ranges::find(values, ast.text) != values.end()) return;
  std::string hint = did_you_mean(ast.text, values);
  if (hint.empty()) {
    constexpr std::size_t shown_max = 8;
    for (std::size_t i = 0; i < values.size() && i < shown_max; ++i)
      hint += (i == 0 ? "Values are " : ", ") + values[i];
    if (!hint.empty()) hint += values.size() > shown_max ? " and others." : ".";
  }
  faulty(ast,
         fmt::format("{} is not a value of {}", quoted(ast.text.substr(0, 64)),
                     quoted(type.choices->name)),
         std::move(hint));
}

Checked Checker::membership(const Ast& ast) {
  const AstId item_id = ast.children[0], container_id = ast.children[1];
  const Checked item = expression(item_id), container = expression(container_id);
  const Type result = Type::of(Kind::boolean);
  if (item.type.is_faulty() || container.type.is_faulty())
    return {constant(Value::error("faulty"), ast), result};
  if (strict_ && !container.type.may_be(bit(Kind::list) | bit(Kind::map)))
    return faulty(ast, ast.name_begin,
                  fmt::format("in takes a list or a map, found {}: {}", describe(container.type),
                              slice(syntax_[container_id])),
                  container.type.is(Kind::string) ? "Text within text: x.contains('abc')." : "");
  const Ast& list = syntax_[container_id];
  if (strict_ && list.kind == AstKind::list)
    for (const AstId member : list.children) check_choice(item.type, member);
  const Type held =
      container.type.is(Kind::map) ? container.type.key_type() : container.type.element_type();
  if (strict_ && !comparable(item.type, held))
    return faulty(
        ast, ast.name_begin,
        fmt::format("in expects {} of {} on its right, found {}: {}", name_of(container.type.kind),
                    describe(item.type), describe(container.type), slice(list)));
  const bool constants =
      list.kind == AstKind::list &&
      std::ranges::all_of(list.children,
                          [&](AstId member) { return syntax_[member].kind == AstKind::literal; }) &&
      std::ranges::none_of(list.optional_items, [](bool o) { return o; });
  if (!constants)
    return {push({.kind = NodeKind::in, .op = Op::in, .a = item.node, .b = container.node}, ast),
            result};
  const Node& items = tree_.nodes[container.node];
  std::vector<std::uint32_t> values;
  for (std::uint32_t i = 0; i < items.b; ++i)
    values.push_back(tree_.nodes[tree_.links[items.a + i]].a);
  return {push({.kind = NodeKind::among,
                .op = Op::in,
                .a = item.node,
                .b = links(values),
                .c = static_cast<std::uint32_t>(values.size())},
               ast),
          result};
}

Type Checker::arithmetic_type(Op op, const Type& left, const Type& right) const {
  if (!left.is_known() || !right.is_known()) {
    const bool number = left.known == Type::Known::number || right.known == Type::Known::number;
    if (!number) return Type::dyn();
    return left.may_be(number_kinds) && right.may_be(number_kinds) ? Type::number()
                                                                   : Type::faulty();
  }
  const Kind x = left.kind, y = right.kind;
  const auto is_time = [](Kind k) { return k == Kind::timestamp || k == Kind::duration; };
  if (is_time(x) && is_time(y)) {
    if (op == Op::add && !(x == Kind::timestamp && y == Kind::timestamp))
      return Type::of(x == y ? Kind::duration : Kind::timestamp);
    if (op == Op::sub && x == y) return Type::of(Kind::duration);
    if (op == Op::sub && x == Kind::timestamp) return Type::of(Kind::timestamp);
    return Type::faulty();
  }
  if (tree_.whole_division_is_real && is_number(left) && is_number(right) &&
      (x != y || (x == Kind::integer && op == Op::div)))
    return op == Op::mod ? Type::faulty() : Type::of(Kind::real);
  if (x != y) return Type::faulty();
  switch (x) {
    case Kind::integer:
    case Kind::uinteger: return left;
    case Kind::real: return op == Op::mod ? Type::faulty() : left;
    case Kind::string:
    case Kind::bytes: return op == Op::add ? Type::of(x) : Type::faulty();
    case Kind::list: {
      if (op != Op::add) return Type::faulty();
      return common(left, right);
    }
    default: return Type::faulty();
  }
}

Checked Checker::arithmetic_node(const Ast& ast, const Checked& left, const Checked& right) {
  Type type = arithmetic_type(ast.op, left.type, right.type);
  if (type.is_faulty()) {
    if (strict_) return arithmetic_fault(ast, left.type, right.type);
    type = Type::dyn();
  }
  return {push({.kind = NodeKind::arithmetic,
                .op = ast.op,
                .written = ast.op,
                .a = left.node,
                .b = right.node},
               ast),
          type};
}

// What the operator takes: on its left, or on its right beside what stands left.
Checked Checker::arithmetic_fault(const Ast& ast, const Type& left, const Type& right) {
  constexpr Kinds whole = bit(Kind::integer) | bit(Kind::uinteger);
  constexpr Kinds times = bit(Kind::timestamp) | bit(Kind::duration);
  Kinds lefts = ast.op == Op::mod ? whole : number_kinds;
  if (ast.op == Op::add || ast.op == Op::sub) lefts |= times;
  if (ast.op == Op::add) lefts |= bit(Kind::string) | bit(Kind::bytes) | bit(Kind::list);
  const auto side = [&](int i) {
    return slice(syntax_[ast.children[static_cast<std::size_t>(i)]]);
  };
  if (!left.may_be(lefts))
    return faulty(ast, ast.name_begin,
                  fmt::format("{} expects {} on its left, found {}: {}", name_of(ast.op),
                              describe(lefts), describe(left), side(0)));
  std::string expected = describe(left);
  std::string hint;
  const bool numbers = is_number(left) && is_number(right);
  const bool real = left.is(Kind::real) || right.is(Kind::real);
  if (numbers && real) hint = "Make both double: 2.0 for a number, double(x) for an expression.";
  if (numbers && !real) hint = "Make both int: 2 for a number, int(x) for an expression.";
  if (left.is(Kind::timestamp)) {
    expected = describe(ast.op == Op::add ? bit(Kind::duration) : times);
  } else if (left.is(Kind::duration)) {
    expected = describe(ast.op == Op::add ? times : bit(Kind::duration));
  } else if (left.is(Kind::money)) {
    const bool sum = ast.op == Op::add || ast.op == Op::sub;
    expected = sum                 ? "money or a number as written"
               : ast.op == Op::mul ? "int or a number as written"
                                   : "money, int or a number as written";
    hint = right.is(Kind::real) ? "A computed double is not exact: use a number as written, such "
                                  "as 0.1, or double(...) on the money."
                                : "Money is added to money, and multiplied or divided by numbers.";
  } else if (right.is(Kind::money)) {
    hint = "Money is added to money, and multiplied or divided by numbers.";
  }
  if ((bit(left.kind) & times) != 0 && left.is_known() && is_number(right))
    hint = "A length of time is text in quotes, such as '30d'.";
  return faulty(ast, ast.name_begin,
                fmt::format("{} expects {} on its right, found {}: {}", name_of(ast.op), expected,
                            describe(right), side(1)),
                std::move(hint));
}

// A whole number as written that nothing can be divided by.
bool Checker::zero_divides(const Ast& ast) {
  if (ast.op != Op::div && ast.op != Op::mod) return false;
  const Ast& right = syntax_[ast.children[1]];
  const Value& value = right.literal;
  return right.kind == AstKind::literal &&
         ((value.kind() == Kind::integer && value.as_integer() == 0) ||
          (value.kind() == Kind::uinteger && value.as_uinteger() == 0));
}

Checked Checker::negation(const Ast& ast) {
  const Checked operand = expression(ast.children[0]);
  constexpr Kinds signed_kinds = bit(Kind::integer) | bit(Kind::real) | bit(Kind::money);
  if (operand.type.is_faulty()) return operand;
  if (strict_ && !operand.type.may_be(signed_kinds))
    return faulty(ast, fmt::format("- takes int, double or money, found {}: {}",
                                   describe(operand.type), slice(syntax_[ast.children[0]])));
  return {push({.kind = NodeKind::negate, .a = operand.node}, ast), operand.type};
}

}  // namespace pharos::cel
