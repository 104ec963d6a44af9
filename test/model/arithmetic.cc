// model/arithmetic.cc: + - * / % and the sign in 128 bits, brought back into range.
#include <cstdlib>

#include "model/clock.h"
#include "model/function.h"
#include "model/number.h"
#include "model/text.h"

namespace pharos::model {
namespace {

Datum no_overload() {
  return Datum::error("no such overload");
}

double as_real(const Datum& number) {
  return number.is(Kind::real) ? number.real
                               : std::strtod(exact_text(number.whole).c_str(), nullptr);
}

// Two whole numbers of one kind; the product of two of 64 bits fits into 128.
Datum wholes(Operator op, const Datum& a, const Datum& b, bool division_is_real) {
  if ((op == Operator::div || op == Operator::mod) && b.whole == 0)
    return Datum::error("division by zero");
  switch (op) {
    case Operator::add: return Datum::whole_of(a.kind, a.whole + b.whole);
    case Operator::sub: return Datum::whole_of(a.kind, a.whole - b.whole);
    case Operator::mul: {
      // Past 2^127 only for two uints, where 64 more bits are too many anyway.
      const bool huge = a.whole > Wide{1} << 62 && b.whole > Wide{1} << 62;
      return huge ? Datum::error("overflow") : Datum::whole_of(a.kind, a.whole * b.whole);
    }
    case Operator::div:
      if (division_is_real && a.is(Kind::integer)) return Datum::real_of(as_real(a) / as_real(b));
      return Datum::whole_of(a.kind, a.whole / b.whole);
    case Operator::mod: {
      const Datum quotient = Datum::whole_of(a.kind, a.whole / b.whole);
      return quotient.is_error() ? quotient : Datum::whole_of(a.kind, a.whole % b.whole);
    }
  }
  return no_overload();
}

Datum reals(Operator op, double a, double b) {
  switch (op) {
    case Operator::add: return Datum::real_of(a + b);
    case Operator::sub: return Datum::real_of(a - b);
    case Operator::mul: return Datum::real_of(a * b);
    case Operator::div: return Datum::real_of(a / b);
    default: return no_overload();
  }
}

Datum amounts(Operator op, const Datum& a, const Datum& b, const MoneyRule& rule) {
  if (a.is(Kind::money) && b.is(Kind::money)) {
    if (op == Operator::add) return Datum::whole_of(Kind::money, a.whole + b.whole);
    if (op == Operator::sub) return Datum::whole_of(Kind::money, a.whole - b.whole);
    if (op != Operator::div) return no_overload();
    if (b.whole == 0) return Datum::error("division by zero");
    return Datum::real_of(as_real(a) / as_real(b));
  }
  const Datum &amount = a.is(Kind::money) ? a : b, &number = a.is(Kind::money) ? b : a;
  if (number.is(Kind::real) && rule.with_real) {
    const double major = std::strtod(money_text(amount.whole, rule.digits).c_str(), nullptr);
    return a.is(Kind::money) ? reals(op, major, number.real) : reals(op, number.real, major);
  }
  if (!number.is(Kind::integer)) return no_overload();
  if (op != Operator::mul && (op != Operator::div || !a.is(Kind::money))) return no_overload();
  const auto decimal = read_decimal(exact_text(number.whole));
  return money_times(amount.whole, *decimal, op == Operator::div);
}

Datum times(Operator op, const Datum& a, const Datum& b) {
  const bool x = a.is(Kind::timestamp), y = b.is(Kind::timestamp);
  if (op == Operator::add && !(x && y))
    return x || y ? timestamp_of(a.whole + b.whole) : duration_of(a.whole + b.whole);
  if (op == Operator::sub && x == y) return duration_of(a.whole - b.whole);
  if (op == Operator::sub && x) return timestamp_of(a.whole - b.whole);
  return no_overload();
}

bool is_time(const Datum& datum) {
  return datum.is(Kind::timestamp) || datum.is(Kind::duration);
}

}  // namespace

Datum compute(Operator op, const Datum& a, const Datum& b, const ArithmeticRule& rule) {
  const bool numbers = is_numeric(a.kind) && is_numeric(b.kind);
  if (a.is(Kind::money) || b.is(Kind::money)) {
    const bool fit =
        (a.is(Kind::money) || is_numeric(a.kind)) && (b.is(Kind::money) || is_numeric(b.kind));
    return fit ? amounts(op, a, b, rule.money) : no_overload();
  }
  if (is_time(a) && is_time(b)) return times(op, a, b);
  if (a.kind != b.kind)
    return numbers && rule.whole_division_is_real ? reals(op, as_real(a), as_real(b))
                                                  : no_overload();
  if (a.is(Kind::integer) || a.is(Kind::uinteger))
    return wholes(op, a, b, rule.whole_division_is_real);
  if (a.is(Kind::real)) return reals(op, a.real, b.real);
  if (op != Operator::add) return no_overload();
  if (a.is(Kind::string) || a.is(Kind::bytes)) return Datum::of_text(a.kind, a.text + b.text);
  if (!a.is(Kind::list)) return no_overload();
  std::vector<Datum> items = a.items;
  items.insert(items.end(), b.items.begin(), b.items.end());
  return Datum::list(std::move(items));
}

Datum negate(const Datum& value) {
  if (value.is(Kind::integer) || value.is(Kind::money))
    return Datum::whole_of(value.kind, -value.whole);
  return value.is(Kind::real) ? Datum::real_of(-value.real) : no_overload();
}

}  // namespace pharos::model
