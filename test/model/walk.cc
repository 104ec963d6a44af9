// model/walk.cc: values, names, fields, operators and calls.
#include "model/walk.h"

#include <algorithm>

#include "model/clock.h"
#include "model/number.h"

namespace pharos::model {
namespace {

using cel::Ast;
using cel::AstId;
using cel::AstKind;
using cel::Op;
using cel::Use;

constexpr int steps_max = 20'000;

bool accepts(Op op, Order order) {
  const bool less = order == Order::less, same = order == Order::same,
             greater = order == Order::greater;
  switch (op) {
    case Op::lt: return less;
    case Op::le: return less || same;
    case Op::gt: return greater;
    default: return greater || same;
  }
}

std::optional<Datum> type_named(const std::string& name) {
  for (int kind = static_cast<int>(Kind::null); kind <= static_cast<int>(Kind::optional); ++kind)
    if (name == type_name(static_cast<Kind>(kind))) return Datum::of_text(Kind::type, name);
  return std::nullopt;
}

Datum literal_of(const Ast& ast) {
  const cel::Value& v = ast.literal;
  switch (v.kind()) {
    case Kind::boolean: return Datum::boolean(v.as_boolean());
    case Kind::integer: return Datum::integer(v.as_integer());
    case Kind::uinteger: return Datum::uinteger(v.as_uinteger());
    case Kind::real: return Datum::real_of(*read_double(ast.text));
    case Kind::string:
    case Kind::bytes: return Datum::of_text(v.kind(), ast.text);
    default: return Datum::null();
  }
}

}  // namespace

Walk::Walk(const cel::Syntax& syntax, std::string_view text, const World& world)
    : syntax_(syntax), text_(text), world_(world) {}

MoneyRule Walk::money() const {
  return {world_.schema ? world_.schema->currency.digits : 2,
          world_.use == Use::query || world_.use == Use::metric};
}

Datum Walk::value(AstId id) {
  if (gave_up_ || ++steps_ > steps_max) {
    gave_up_ = true;
    return Datum::error("gave up");
  }
  const Ast& ast = syntax_[id];
  switch (ast.kind) {
    case AstKind::literal: return literal_of(ast);
    case AstKind::name: return name(id);
    case AstKind::select: return select(id);
    case AstKind::index: {
      const Datum operand = value(ast.children[0]);
      if (operand.is_error()) return operand;
      const Datum key = value(ast.children[1]);
      return key.is_error() ? key : index(operand, key, ast.optional);
    }
    case AstKind::call: return call(id);
    case AstKind::list: return list(ast);
    case AstKind::map: return map(ast);
    case AstKind::not_: {
      const Datum v = value(ast.children[0]);
      return v.is(Kind::boolean) ? Datum::boolean(!v.yes) : Datum::error("! of no bool");
    }
    case AstKind::negate: {
      const Datum v = value(ast.children[0]);
      return v.is_error() ? v : negate(v);
    }
    case AstKind::binary: return binary(ast);
    case AstKind::all_of: return junction(ast, false);
    case AstKind::any_of: return junction(ast, true);
    case AstKind::conditional: {
      const Datum test = value(ast.children[0]);
      if (!test.is(Kind::boolean)) return Datum::error("? of no bool");
      return value(ast.children[test.yes ? 1 : 2]);
    }
  }
  return Datum::error("no such syntax");
}

const Walk::Local* Walk::local(const std::string& name) const {
  for (auto at = locals_.rbegin(); at != locals_.rend(); ++at)
    if (at->name == name) return &*at;
  return nullptr;
}

// The names of a chain such as a.b.c, unless it begins with a variable of a macro.
std::optional<Walk::Path> Walk::path_of(AstId id) const {
  const Ast& ast = syntax_[id];
  if (ast.kind == AstKind::name) {
    if (!ast.rooted && local(ast.text)) return std::nullopt;
    return Path{ast.text};
  }
  if (ast.kind != AstKind::select || ast.optional) return std::nullopt;
  auto path = path_of(ast.children[0]);
  if (path) path->push_back(ast.text);
  return path;
}

// Plain CEL: the longest part of a dotted name that is known, and then fields.
Datum Walk::name(AstId id) {
  const auto path = path_of(id);
  if (!path) return local(syntax_[id].text)->value;
  if (is_strict()) {
    if (const auto known = strict_name(*path)) return *known;
    if (path->size() == 1) return Datum::error("no such name");
    return field(value(syntax_[id].children[0]), path->back(), false);
  }
  for (std::size_t size = path->size(); size > 0; --size) {
    std::string full = path->front();
    for (std::size_t i = 1; i < size; ++i) full += "." + (*path)[i];
    auto found = world_.variable(full);
    if (!found && size == path->size()) found = type_named(full);
    if (!found) continue;
    Datum result = *found;
    for (std::size_t i = size; i < path->size(); ++i) result = field(result, (*path)[i], false);
    return result;
  }
  return Datum::error("no such variable");
}

Datum Walk::select(AstId id) {
  if (path_of(id)) return name(id);
  const Ast& ast = syntax_[id];
  return field(value(ast.children[0]), ast.text, ast.optional);
}

Datum Walk::field(const Datum& operand, const std::string& name, bool optional) {
  if (operand.is_error()) return operand;
  if (operand.is(Kind::optional))
    return operand.items.empty() ? operand : field(operand.items[0], name, true);
  if (!operand.is(Kind::map)) return Datum::error("no fields");
  return index(operand, Datum::string(name), optional);
}

Datum Walk::index(const Datum& operand, const Datum& key, bool optional) {
  const Datum* found = nullptr;
  if (operand.is(Kind::optional)) {
    return operand.items.empty() ? operand : index(operand.items[0], key, true);
  } else if (operand.is(Kind::map)) {
    if (!is_numeric(key.kind) && !key.is(Kind::string) && !key.is(Kind::boolean))
      return Datum::error("no key of a map");
    found = find(operand, key);
  } else if (operand.is(Kind::list)) {
    if (!is_numeric(key.kind)) return Datum::error("no index of a list");
    bool is_whole = !key.is(Kind::real);
    for (std::size_t i = 0; i < operand.items.size(); ++i)
      if (equal(Datum::integer(static_cast<Wide>(i)), key, {})) found = &operand.items[i];
    // A fraction is no index at all; a whole number outside only finds nothing.
    if (key.is(Kind::real)) {
      const std::string digits = key.real - key.real == 0 ? exact_text(key.real) : ".5";
      is_whole = digits.find_first_not_of('0', digits.find('.') + 1) == std::string::npos;
      is_whole = is_whole && key.real >= -0x1p63 && key.real < 0x1p64;
    }
    if (!is_whole) return Datum::error("no index of a list");
  } else {
    return Datum::error("nothing inside");
  }
  if (optional) return found ? Datum::some(*found) : Datum::none();
  return found ? *found : Datum::error("not found");
}

Datum Walk::has(const Ast& ast) {
  const Ast& selected = syntax_[ast.children[0]];
  if (is_strict())
    if (const auto path = path_of(ast.children[0]))
      if (const auto known = strict_name(*path)) return Datum::boolean(!known->is_error());
  Datum operand = value(selected.children[0]);
  while (operand.is(Kind::optional)) {
    if (operand.items.empty()) return Datum::boolean(false);
    operand = Datum(operand.items[0]);
  }
  if (operand.is_error() || !operand.is(Kind::map)) return Datum::error("no fields");
  return Datum::boolean(find(operand, Datum::string(selected.text)) != nullptr);
}

// && and ||: whichever side decides, decides, though others are errors.
Datum Walk::junction(const Ast& ast, bool deciding) {
  bool any_error = false;
  for (const AstId side : ast.children) {
    const Datum v = value(side);
    if (!v.is(Kind::boolean))
      any_error = true;
    else if (v.yes == deciding)
      return v;
  }
  return any_error ? Datum::error("a side is no bool") : Datum::boolean(!deciding);
}

Datum Walk::list(const Ast& ast) {
  std::vector<Datum> items;
  for (std::size_t i = 0; i < ast.children.size(); ++i) {
    const Datum item = value(ast.children[i]);
    if (item.is_error()) return item;
    if (!ast.optional_items[i]) {
      items.push_back(item);
    } else if (!item.is(Kind::optional)) {
      return Datum::error("no optional");
    } else if (!item.items.empty()) {
      items.push_back(item.items[0]);
    }
  }
  return Datum::list(std::move(items));
}

Datum Walk::map(const Ast& ast) {
  std::vector<DatumEntry> entries;
  for (std::size_t i = 0; i < ast.children.size(); i += 2) {
    const Datum key = value(ast.children[i]), item = value(ast.children[i + 1]);
    if (key.is_error() || item.is_error()) return Datum::error("inside a map");
    if (!ast.optional_items[i / 2]) {
      entries.push_back({key, item});
    } else if (!item.is(Kind::optional)) {
      return Datum::error("no optional");
    } else if (!item.items.empty()) {
      entries.push_back({key, item.items[0]});
    }
  }
  return map_of(std::move(entries));
}

Datum Walk::binary(const Ast& ast) {
  if (ast.op == Op::in) return membership(ast);
  return cel::is_comparison(ast.op) ? compare(ast) : arithmetic(ast);
}

Datum Walk::compare(const Ast& ast) {
  Datum left = value(ast.children[0]), right = value(ast.children[1]);
  if (left.is_error() || right.is_error()) return Datum::error("a side of a comparison");
  if (is_strict()) {
    if (const auto answer = money_compared(ast, left, right)) return *answer;
    const Datum before = left;
    read_time(ast.children[0], right, ast.children[1], false, left);
    read_time(ast.children[1], before, ast.children[0], false, right);
    if (left.is_error() || right.is_error()) return Datum::error("text that is no time");
  }
  if (ast.op == Op::eq) return Datum::boolean(equal(left, right, money()));
  if (ast.op == Op::ne) return Datum::boolean(!equal(left, right, money()));
  const Order found = order(left, right, money());
  if (found == Order::unknown) return Datum::error("no order");
  return Datum::boolean(found != Order::unordered && accepts(ast.op, found));
}

Datum Walk::arithmetic(const Ast& ast) {
  Datum left = value(ast.children[0]), right = value(ast.children[1]);
  if (left.is_error() || right.is_error()) return Datum::error("a side of an operator");
  if (is_strict()) {
    const Datum before = left;
    read_time(ast.children[0], right, ast.children[1], true, left);
    read_time(ast.children[1], before, ast.children[0], true, right);
    if (left.is_error() || right.is_error()) return Datum::error("text that is no duration");
    if (const auto answer = money_computed(ast, left, right)) return *answer;
  }
  const Operator op = ast.op == Op::add   ? Operator::add
                      : ast.op == Op::sub ? Operator::sub
                      : ast.op == Op::mul ? Operator::mul
                      : ast.op == Op::div ? Operator::div
                                          : Operator::mod;
  return compute(op, left, right, {money(), world_.use == Use::metric});
}

Datum Walk::membership(const Ast& ast) {
  const Datum item = value(ast.children[0]), container = value(ast.children[1]);
  if (item.is_error() || container.is_error()) return Datum::error("a side of in");
  if (container.is(Kind::map)) return Datum::boolean(find(container, item) != nullptr);
  if (!container.is(Kind::list)) return Datum::error("in takes a list or a map");
  for (const Datum& member : container.items)
    if (equal(item, member, money())) return Datum::boolean(true);
  return Datum::boolean(false);
}

Datum Walk::call(AstId id) {
  const Ast& ast = syntax_[id];
  std::string name = ast.text;
  bool member = ast.member;
  std::size_t first = 0;
  if (member) {
    if (const auto path = path_of(ast.children[0])) {
      std::string full;
      for (const std::string& part : *path) full += part + ".";
      full += name;
      if (full == "cel.bind") return bind(ast);
      if (is_function(full, false, ast.children.size() - 1)) {
        name = full;
        member = false;
        first = 1;
      }
    }
    if (member)
      if (const auto answer = macro(ast)) return *answer;
  } else {
    if (name == "has") return has(ast);
    if (name == "dyn" && ast.children.size() == 1) return value(ast.children[0]);
    if (is_strict())
      if (const auto answer = strict_call(ast)) return *answer;
  }
  std::vector<Datum> arguments;
  for (std::size_t i = first; i < ast.children.size(); ++i) {
    const Datum argument = value(ast.children[i]);
    if (argument.is_error()) return argument;
    arguments.push_back(argument);
    // The alternative to a value that is there is not asked for.
    if (i == 0 && member && (name == "or" || name == "orValue") && ast.children.size() == 2 &&
        argument.is(Kind::optional) && !argument.items.empty())
      return name == "or" ? argument : argument.items[0];
  }
  return call_function(name, member, arguments, money());
}

}  // namespace pharos::model
