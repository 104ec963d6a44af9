// cel/function_math.cc: the math extension.
#include <cmath>

#include "cel/box.h"
#include "cel/function.h"

namespace pharos::cel {
namespace {

constexpr Kinds integers = bit(Kind::integer) | bit(Kind::uinteger);
constexpr Kinds real = bit(Kind::real);
constexpr Kinds numbers = integers | real;

// The first of the greatest (or least) numbers, of the arguments or of one list.
Value extreme(const Call& call, int wanted) {
  std::span<const Value> items = call.arguments;
  if (call[0].kind() == Kind::list) {
    if (call.size() != 1) return Value::error("either one list or numbers are expected");
    items = list_of(call[0]).items();
    if (items.empty()) return Value::error("the list is empty");
  }
  if (!call.arena.charge(items.size())) return too_many_steps();
  const Value* best = nullptr;
  for (const Value& item : items) {
    if (!is_number(item.kind())) return Value::error("a number is expected");
    if (!best || compare_numbers(item, *best) == wanted) best = &item;
  }
  return *best;
}
Value greatest(const Call& call) {
  return extreme(call, 1);
}
Value least(const Call& call) {
  return extreme(call, -1);
}

Value ceil(const Call& call) {
  return Value::real(std::ceil(call[0].as_real()));
}
Value floor(const Call& call) {
  return Value::real(std::floor(call[0].as_real()));
}
Value round(const Call& call) {
  return Value::real(std::round(call[0].as_real()));
}
Value trunc(const Call& call) {
  return Value::real(std::trunc(call[0].as_real()));
}
Value sqrt(const Call& call) {
  return Value::real(std::sqrt(to_real(call[0])));
}
Value is_nan(const Call& call) {
  return Value::boolean(std::isnan(call[0].as_real()));
}
Value is_inf(const Call& call) {
  return Value::boolean(std::isinf(call[0].as_real()));
}
Value is_finite(const Call& call) {
  return Value::boolean(std::isfinite(call[0].as_real()));
}

Value abs(const Call& call) {
  const Value& v = call[0];
  if (v.kind() == Kind::real) return Value::real(std::fabs(v.as_real()));
  if (v.kind() == Kind::uinteger || v.as_integer() >= 0) return v;
  if (v.as_integer() == INT64_MIN) return Value::error("the result is outside the range of int");
  return v.kind() == Kind::money ? Value::money({-v.as_integer()})
                                 : Value::integer(-v.as_integer());
}

Value sign(const Call& call) {
  const Value& v = call[0];
  if (v.kind() == Kind::uinteger) return Value::uinteger(v.as_uinteger() > 0 ? 1 : 0);
  if (v.kind() == Kind::integer)
    return Value::integer(v.as_integer() > 0 ? 1 : v.as_integer() < 0 ? -1 : 0);
  const double d = v.as_real();
  return Value::real(std::isnan(d) ? d : d > 0 ? 1 : d < 0 ? -1 : 0);
}

// Both of one kind: the bits, read back as that kind.
Value with_bits(const Value& like, std::uint64_t bits) {
  return like.kind() == Kind::uinteger ? Value::uinteger(bits)
                                       : Value::integer(static_cast<std::int64_t>(bits));
}
template <class Operation>
Value bitwise(const Call& call, Operation operation) {
  if (call[0].kind() != call[1].kind()) return Value::error("both sides must be int, or both uint");
  return with_bits(call[0], operation(call[0].as_uinteger(), call[1].as_uinteger()));
}
Value bit_and(const Call& c) {
  return bitwise(c, [](std::uint64_t a, std::uint64_t b) { return a & b; });
}
Value bit_or(const Call& c) {
  return bitwise(c, [](std::uint64_t a, std::uint64_t b) { return a | b; });
}
Value bit_xor(const Call& c) {
  return bitwise(c, [](std::uint64_t a, std::uint64_t b) { return a ^ b; });
}
Value bit_not(const Call& call) {
  return with_bits(call[0], ~call[0].as_uinteger());
}

// Shifts fill with zeros, of int as well; past 63 nothing is left.
template <class Operation>
Value shift(const Call& call, Operation operation) {
  const std::int64_t distance = call[1].as_integer();
  if (distance < 0) return Value::error("the distance of a shift is negative");
  return with_bits(call[0], distance > 63 ? 0 : operation(call[0].as_uinteger(), distance));
}
Value shift_left(const Call& c) {
  return shift(c, [](std::uint64_t bits, std::int64_t distance) { return bits << distance; });
}
Value shift_right(const Call& c) {
  return shift(c, [](std::uint64_t bits, std::int64_t distance) { return bits >> distance; });
}

constexpr Kinds boolean = bit(Kind::boolean);
constexpr Kinds list_or_number = numbers | bit(Kind::list);
constexpr Function functions[] = {
    {"math.greatest",
     Style::global,
     1,
     arguments_max,
     {list_or_number, numbers, numbers, numbers},
     any_kind,
     greatest},
    {"math.least",
     Style::global,
     1,
     arguments_max,
     {list_or_number, numbers, numbers, numbers},
     any_kind,
     least},
    {"math.ceil", Style::global, 1, 1, {real}, real, ceil},
    {"math.floor", Style::global, 1, 1, {real}, real, floor},
    {"math.round", Style::global, 1, 1, {real}, real, round},
    {"math.trunc", Style::global, 1, 1, {real}, real, trunc},
    {"math.sqrt", Style::global, 1, 1, {numbers}, real, sqrt},
    {"math.isNaN", Style::global, 1, 1, {real}, boolean, is_nan},
    {"math.isInf", Style::global, 1, 1, {real}, boolean, is_inf},
    {"math.isFinite", Style::global, 1, 1, {real}, boolean, is_finite},
    {"math.abs", Style::global, 1, 1, {numbers | bit(Kind::money)}, any_kind, abs},
    {"math.sign", Style::global, 1, 1, {numbers}, any_kind, sign},
    {"math.bitAnd", Style::global, 2, 2, {integers, integers}, any_kind, bit_and},
    {"math.bitOr", Style::global, 2, 2, {integers, integers}, any_kind, bit_or},
    {"math.bitXor", Style::global, 2, 2, {integers, integers}, any_kind, bit_xor},
    {"math.bitNot", Style::global, 1, 1, {integers}, any_kind, bit_not},
    {"math.bitShiftLeft",
     Style::global,
     2,
     2,
     {integers, bit(Kind::integer)},
     any_kind,
     shift_left},
    {"math.bitShiftRight",
     Style::global,
     2,
     2,
     {integers, bit(Kind::integer)},
     any_kind,
     shift_right},
};

}  // namespace

std::span<const Function> math_functions() {
  return functions;
}

}  // namespace pharos::cel
