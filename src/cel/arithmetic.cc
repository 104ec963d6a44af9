// cel/arithmetic.cc: + - * / % and the sign, checked for overflow.
#include "cel/arithmetic.h"

#include <cstring>
#include <limits>

#include "cel/box.h"
#include "cel/time_text.h"

namespace pharos::cel {
namespace {

constexpr std::int64_t int_min = std::numeric_limits<std::int64_t>::min();

Value no_overload() {
  return Value::error("values of these types do not compute with each other");
}
Value division_by_zero() {
  return Value::error("division by zero");
}
Value overflow() {
  return Value::error("the result is outside the range of its type");
}

template <class Number>
bool overflows(Op op, Number a, Number b, Number& result) {
  switch (op) {
    case Op::add: return __builtin_add_overflow(a, b, &result);
    case Op::sub: return __builtin_sub_overflow(a, b, &result);
    default: return __builtin_mul_overflow(a, b, &result);
  }
}

Value integers(Op op, std::int64_t a, std::int64_t b, bool whole_division_is_real) {
  if (op == Op::div || op == Op::mod) {
    if (b == 0) return division_by_zero();
    if (op == Op::div && whole_division_is_real)
      return Value::real(static_cast<double>(a) / static_cast<double>(b));
    if (a == int_min && b == -1) return overflow();
    return Value::integer(op == Op::div ? a / b : a % b);
  }
  std::int64_t result = 0;
  return overflows(op, a, b, result) ? overflow() : Value::integer(result);
}

Value unsigned_integers(Op op, std::uint64_t a, std::uint64_t b) {
  if (op == Op::div || op == Op::mod) {
    if (b == 0) return division_by_zero();
    return Value::uinteger(op == Op::div ? a / b : a % b);
  }
  std::uint64_t result = 0;
  return overflows(op, a, b, result) ? overflow() : Value::uinteger(result);
}

Value reals(Op op, double a, double b) {
  switch (op) {
    case Op::add: return Value::real(a + b);
    case Op::sub: return Value::real(a - b);
    case Op::mul: return Value::real(a * b);
    case Op::div: return Value::real(a / b);
    default: return no_overload();
  }
}

Value joined(const Value& a, const Value& b, Arena& arena) {
  const std::string_view x = a.as_string(), y = b.as_string();
  if (!arena.charge((x.size() + y.size()) / 64)) return too_many_steps();
  char* const memory = static_cast<char*>(arena.allocate(x.size() + y.size()));
  if (!memory) return too_much_memory();
  if (!x.empty()) std::memcpy(memory, x.data(), x.size());
  if (!y.empty()) std::memcpy(memory + x.size(), y.data(), y.size());
  const std::string_view both{memory, x.size() + y.size()};
  return a.kind() == Kind::string ? Value::string(both) : Value::bytes(both);
}

double major(const Value& v, MoneyScale scale) {
  return v.kind() == Kind::money ? major_units(v.as_integer(), scale) : to_real(v);
}

Value with_money(Op op, const Value& a, const Value& b, MoneyScale scale) {
  const Kind x = a.kind(), y = b.kind();
  if (x == Kind::money && y == Kind::money) {
    if (op == Op::div) {
      if (b.as_integer() == 0) return division_by_zero();
      return Value::real(static_cast<double>(a.as_integer()) / static_cast<double>(b.as_integer()));
    }
    std::int64_t result = 0;
    if (op != Op::add && op != Op::sub) return no_overload();
    return overflows(op, a.as_integer(), b.as_integer(), result) ? overflow()
                                                                 : Value::money({result});
  }
  if (scale.with_real && (x == Kind::real || y == Kind::real))
    return reals(op, major(a, scale), major(b, scale));
  if (x == Kind::integer && op == Op::mul) return with_money(op, b, a, scale);
  if (x != Kind::money || y != Kind::integer) return no_overload();
  if (op == Op::mul) return times(a, {b.as_integer(), 1});
  if (op != Op::div) return no_overload();
  return b.as_integer() == 0 ? division_by_zero() : times(a, {1, b.as_integer()});
}

Value with_time(Op op, const Value& a, const Value& b) {
  const bool a_time = a.kind() == Kind::timestamp, b_time = b.kind() == Kind::timestamp;
  const __int128 x = a_time ? nanos_of(a) : a.as_duration_nanos();
  const __int128 y = b_time ? nanos_of(b) : b.as_duration_nanos();
  if (op == Op::add && !(a_time && b_time))
    return a_time || b_time ? checked_timestamp(x + y) : checked_duration(x + y);
  if (op == Op::sub && a_time == b_time) return checked_duration(x - y);
  if (op == Op::sub && a_time) return checked_timestamp(x - y);
  return no_overload();
}

bool is_time(Kind kind) {
  return kind == Kind::timestamp || kind == Kind::duration;
}

}  // namespace

Value arithmetic(Op op, const Value& a, const Value& b, MoneyScale money,
                 bool whole_division_is_real, Arena& arena) {
  const Kind x = a.kind(), y = b.kind();
  if (x == Kind::money || y == Kind::money) {
    const bool numbers = (x == Kind::money || is_number(x)) && (y == Kind::money || is_number(y));
    return numbers ? with_money(op, a, b, money) : no_overload();
  }
  if (is_time(x) && is_time(y)) return with_time(op, a, b);
  if (x != y) {
    // Metrics meet counts and rates freely; elsewhere numbers of two kinds do not compute.
    if (whole_division_is_real && is_number(x) && is_number(y))
      return reals(op, to_real(a), to_real(b));
    return no_overload();
  }
  switch (x) {
    case Kind::integer: return integers(op, a.as_integer(), b.as_integer(), whole_division_is_real);
    case Kind::uinteger: return unsigned_integers(op, a.as_uinteger(), b.as_uinteger());
    case Kind::real: return reals(op, a.as_real(), b.as_real());
    case Kind::string:
    case Kind::bytes: return op == Op::add ? joined(a, b, arena) : no_overload();
    case Kind::list:
      return op == Op::add ? concatenate(list_of(a), list_of(b), arena) : no_overload();
    default: return no_overload();
  }
}

Value negated(const Value& value) {
  switch (value.kind()) {
    case Kind::integer:
    case Kind::money:
      if (value.as_integer() == int_min) return overflow();
      return value.kind() == Kind::money ? Value::money({-value.as_integer()})
                                         : Value::integer(-value.as_integer());
    case Kind::real: return Value::real(-value.as_real());
    default: return no_overload();
  }
}

Value times(const Value& money, Ratio ratio) {
  // Below 2^63 × 2^63; the quotient may pass int64 and is checked on the wide value.
  const __int128 product = static_cast<__int128>(money.as_integer()) * ratio.numerator;
  const __int128 whole = product / ratio.denominator;
  const __int128 rounded = round_half_even(product, ratio.denominator);
  if (rounded - whole > 1 || whole - rounded > 1) return overflow();  // Did not fit.
  return Value::money({static_cast<std::int64_t>(rounded)});
}

}  // namespace pharos::cel
