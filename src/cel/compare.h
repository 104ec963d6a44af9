// cel/compare.h: equality and order of values, across number kinds and exact.
#pragma once

#include <optional>

#include "cel/arena.h"
#include "cel/value.h"

namespace pharos::cel {

enum class Op : std::uint8_t { eq, ne, lt, le, gt, ge, add, sub, mul, div, mod, in };
std::string_view name_of(Op op);  // "==", "<", "+"
inline bool is_comparison(Op op) {
  return op <= Op::ge;
}
// The operator that holds with the sides exchanged: a < b is b > a.
Op mirrored(Op op);
// Whether the operator accepts an order: -1, 0 or 1.
inline bool holds(Op op, int order) {
  switch (op) {
    case Op::eq: return order == 0;
    case Op::ne: return order != 0;
    case Op::lt: return order < 0;
    case Op::le: return order <= 0;
    case Op::gt: return order > 0;
    default: return order >= 0;
  }
}

// How money meets other numbers: a whole unit of the currency is ten to the power of `digits`.
struct MoneyScale {
  int digits = 2;
  bool with_real = false;  // Queries and metrics only: money as a double of major units.
  std::int64_t unit() const;
};
// The double nearest to the amount in major units.
double major_units(std::int64_t minor, MoneyScale scale);

// true or false, or an error (order of kinds that have none; too many steps).
Value compare(Op op, const Value& a, const Value& b, MoneyScale scale, Arena& arena);
// Null if the budget is spent or the values nest too deep.
std::optional<bool> equal(const Value& a, const Value& b, MoneyScale scale, Arena& arena);

// Keys of maps: bool < int and uint < string. Only for kinds that is_key() names.
bool is_key(Kind kind);
int compare_keys(const Value& a, const Value& b);

// A double without fraction as int or uint.
std::optional<Value> whole_number(double value);
bool is_number(Kind kind);
// -1, 0, 1, or 2 for NaN; both are int, uint or double.
int compare_numbers(const Value& a, const Value& b);
double to_real(const Value& number);

}  // namespace pharos::cel
