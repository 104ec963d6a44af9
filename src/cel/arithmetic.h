// cel/arithmetic.h: + - * / % and the sign, checked for overflow.
#pragma once

#include "cel/arena.h"
#include "cel/compare.h"
#include "cel/decimal.h"
#include "cel/value.h"

namespace pharos::cel {

// Neither side is an error. `whole_division_is_real`: see Tree.
Value arithmetic(Op op, const Value& a, const Value& b, MoneyScale money,
                 bool whole_division_is_real, Arena& arena);
Value negated(const Value& value);
// money × numerator / denominator, half-even to the minor unit.
Value times(const Value& money, Ratio ratio);

}  // namespace pharos::cel
