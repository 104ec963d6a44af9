// model/walk_rule.cc: what playbooks add: attributes, nodes, windows, money and text read as time.
#include <algorithm>
#include <array>

#include "model/clock.h"
#include "model/number.h"
#include "model/walk.h"

namespace pharos::model {
namespace {

using cel::Ast;
using cel::AstId;
using cel::AstKind;
using cel::Op;
using cel::Use;

bool is_any_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

bool is_text(const Ast& ast) {
  return ast.kind == AstKind::literal && ast.literal.kind() == Kind::string;
}

template <class Items>
bool has_name(const Items& items, const std::string& name) {
  return std::ranges::any_of(items, [&](const auto& item) { return item.name == name; });
}

// "30d" and "720h" are one window: a length is written in milliseconds.
std::string window_name(const std::string& text) {
  const Datum length = read_duration(text);
  if (length.is_error()) return text;
  return exact_text(length.whole / 1'000'000) + "ms";
}

}  // namespace

std::optional<Datum> Walk::strict_name(const Path& path) {
  const std::string& name = path.front();
  const bool account = world_.use == Use::rule || world_.use == Use::query;
  const auto of_event = [&](const std::string& part) {
    for (const cel::EventType& type : world_.schema->events)
      if (type.name == world_.event && has_name(type.properties, part))
        return world_.fact("event " + world_.event + " " + part);
    return world_.fact(part);  // member, time
  };
  if (path.size() == 1) {
    if (world_.use == Use::filter) return of_event(name);
    if (name == "now") return world_.fact("now");
    if (account && has_name(world_.schema->attributes, name))
      return world_.fact("attribute " + name);
    if (world_.use == Use::metric)
      if (auto metric = world_.variable(name)) return metric;
  }
  if (path.size() == 2 && name == "account" && account) return world_.fact("attribute " + path[1]);
  if (path.size() == 2 && name == "event" && !world_.event.empty()) return of_event(path[1]);
  if (path.size() == 3 && account)
    for (const cel::NodeName& node : world_.schema->nodes)
      if (node.track == name && node.node == path[1])
        return world_.fact("node " + name + " " + path[1] + " " + path[2]);
  if (path.size() == 1)
    for (int kind = 1; kind <= static_cast<int>(Kind::optional); ++kind)
      if (name == type_name(static_cast<Kind>(kind))) return Datum::of_text(Kind::type, name);
  return std::nullopt;
}

// held('main.signed'), held('topped_up')
Datum Walk::node_fact(const std::string& node, const std::string& field) {
  for (const cel::NodeName& known : world_.schema->nodes)
    if (node == known.track + "." + known.node || node == known.node)
      return world_.fact("node " + known.track + " " + known.node + " " + field);
  return Datum::error("no such node");
}

std::optional<Datum> Walk::strict_call(const Ast& ast) {
  if (is_any_of(ast.text, {"entered", "held", "at", "overdue"}))
    return node_fact(syntax_[ast.children[0]].text, ast.text);
  if (is_any_of(ast.text, {"count", "sum", "avg", "min", "max", "first", "last", "distinct",
                           "since", "growth", "accounts"}))
    return aggregate(ast);
  return std::nullopt;
}

// The name of the fact says all that makes the aggregate what it is.
Datum Walk::aggregate(const Ast& ast) {
  const Ast& subject = syntax_[ast.children[0]];
  const bool with_property = subject.kind == AstKind::select;
  const std::string event = with_property ? syntax_[subject.children[0]].text : subject.text;
  std::string what = event + (with_property ? "." + subject.text : "");
  std::string function = ast.text;
  if (function == "accounts") {
    function = "distinct";
    what = event + ".account";
  }
  std::string window = "all", filtered;
  for (std::size_t i = 1; i < ast.children.size(); ++i) {
    const Ast& argument = syntax_[ast.children[i]];
    if (i == 1 && is_text(argument))
      window = window_name(argument.text);
    else
      filtered = filter(argument, event);
  }
  return world_.fact("aggregate " + function + " " + what + " " + window + " " + filtered);
}

// Evaluates the filter on the event at hand, and returns its text.
std::string Walk::filter(const Ast& ast, const std::string& event) {
  World world = world_;
  world.use = Use::filter;
  world.event = event;
  Walk walk(syntax_, text_, world);
  const auto id = static_cast<AstId>(&ast - syntax_.nodes.data());
  std::string text(text_.substr(ast.begin, ast.end - ast.begin));
  filters_.push_back({text, event, walk.value(id)});
  gave_up_ = gave_up_ || walk.gave_up();
  return text;
}

std::optional<std::string> Walk::number_as_written(AstId id) const {
  bool negative = false;
  const Ast* ast = &syntax_[id];
  for (; ast->kind == AstKind::negate; ast = &syntax_[ast->children[0]]) negative = !negative;
  if (ast->kind != AstKind::literal) return std::nullopt;
  if (ast->literal.kind() != Kind::integer && ast->literal.kind() != Kind::real)
    return std::nullopt;
  std::string text = ast->text;
  if (text.starts_with('-')) {
    negative = !negative;
    text.erase(0, 1);
  }
  return negative ? "-" + text : text;
}

std::optional<Datum> Walk::money_compared(const Ast& ast, const Datum& left, const Datum& right) {
  for (const bool mirrored : {false, true}) {
    const Datum& amount = mirrored ? right : left;
    const AstId amount_id = ast.children[mirrored ? 1 : 0],
                number_id = ast.children[mirrored ? 0 : 1];
    const auto number = number_as_written(number_id);
    if (!amount.is(Kind::money) || !number || is_dyn(amount_id)) continue;
    const auto decimal = read_decimal(*number);
    const int order = compare_money_text(amount.whole, money().digits, *decimal);
    const int sign = mirrored ? -order : order;  // Of left against right.
    switch (ast.op) {
      case Op::eq: return Datum::boolean(sign == 0);
      case Op::ne: return Datum::boolean(sign != 0);
      case Op::lt: return Datum::boolean(sign < 0);
      case Op::le: return Datum::boolean(sign <= 0);
      case Op::gt: return Datum::boolean(sign > 0);
      default: return Datum::boolean(sign >= 0);
    }
  }
  return std::nullopt;
}

std::optional<Datum> Walk::money_computed(const Ast& ast, const Datum& left, const Datum& right) {
  for (const bool mirrored : {false, true}) {
    const Datum& amount = mirrored ? right : left;
    const AstId amount_id = ast.children[mirrored ? 1 : 0],
                number_id = ast.children[mirrored ? 0 : 1];
    const auto number = number_as_written(number_id);
    if (!amount.is(Kind::money) || !number || is_dyn(amount_id)) continue;
    DecimalText decimal = *read_decimal(*number);
    if (ast.op == Op::mul || ast.op == Op::div)
      return money_times(amount.whole, decimal, ast.op == Op::div);
    // As many minor units as the number says; the checker holds that it is a whole number of them.
    long zeros = decimal.exponent + money().digits;
    for (; zeros < 0 && decimal.digits.ends_with('0'); ++zeros) decimal.digits.pop_back();
    if (decimal.digits.empty()) zeros = 0;
    decimal.digits.append(static_cast<std::size_t>(std::max(zeros, 0L)), '0');
    const Wide size = read_whole(decimal.digits.empty() ? "0" : decimal.digits, false).value_or(0);
    const Datum other = Datum::whole_of(Kind::money, decimal.negative ? -size : size);
    const Operator op = ast.op == Op::add ? Operator::add : Operator::sub;
    return mirrored ? compute(op, other, amount, {}) : compute(op, amount, other, {});
  }
  return std::nullopt;
}

void Walk::read_time(AstId id, const Datum& other, AstId other_id, bool as_length,
                     Datum& side) const {
  const bool time = other.is(Kind::timestamp), length = other.is(Kind::duration);
  if (!is_text(syntax_[id]) || (!time && !length) || is_dyn(other_id)) return;
  side = length || as_length ? read_duration(syntax_[id].text) : read_timestamp(syntax_[id].text);
}

bool Walk::is_dyn(AstId id) const {
  const Ast& ast = syntax_[id];
  const auto any = [&](std::size_t first) {
    for (std::size_t i = first; i < ast.children.size(); ++i)
      if (is_dyn(ast.children[i])) return true;
    return false;
  };
  switch (ast.kind) {
    case AstKind::name:
      if (const Local* const known = ast.rooted ? nullptr : local(ast.text)) return known->is_dyn;
      return world_.use == Use::metric;
    case AstKind::select: return !path_of(id);
    case AstKind::index: return true;
    case AstKind::negate: return any(0);
    case AstKind::binary: return ast.op > Op::ge && ast.op != Op::in && any(0);
    case AstKind::conditional: return any(1);
    case AstKind::call:
      return is_any_of(ast.text, {"dyn", "value", "orValue", "greatest", "least", "bind"});
    default: return false;
  }
}

}  // namespace pharos::model
