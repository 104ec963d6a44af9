// model/function.h: the functions of the language by name, over owned values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/datum.h"

namespace pharos::model {

// Whether a name space function of that name exists for so many arguments: math.abs, optional.of.
bool is_function(std::string_view name, bool member, std::size_t count);
// The receiver is arguments[0]; none of them is an error.
Datum call_function(std::string_view name, bool member, const std::vector<Datum>& arguments,
                    const MoneyRule& money);

enum class Operator : std::uint8_t { add, sub, mul, div, mod };
// In metrics the quotient of two ints is a double, and numbers of all kinds compute as doubles.
struct ArithmeticRule {
  MoneyRule money;
  bool whole_division_is_real = false;
};
Datum compute(Operator op, const Datum& a, const Datum& b, const ArithmeticRule& rule);
Datum negate(const Datum& value);

}  // namespace pharos::model
