// model/number.h: numbers as decimal text: exact comparison, exact money, shortest doubles.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/datum.h"

namespace pharos::model {

// The value of a finite double, or of a whole number, with every digit:
// "-0.1000000000000000055...".
std::string exact_text(double real);
std::string exact_text(Wide whole);
// -1, 0, 1 by the digits of two exact texts.
int compare_text(std::string_view a, std::string_view b);

// The fewest digits that read back as the same double; NaN, Infinity, -Infinity.
std::string shortest_text(double real);
// Nothing for what is not a decimal number or has no double near it.
std::optional<double> read_double(std::string_view text);
std::optional<Wide> read_whole(std::string_view text, bool sign);

// "1.5e3" as digits and the power of ten of the last; no bound on either.
struct DecimalText {
  bool negative = false;
  std::string digits;
  long exponent = 0;
};
std::optional<DecimalText> read_decimal(std::string_view text);
// Exactly minor / 10^digits against the decimal: -1, 0, 1.
int compare_money_text(Wide minor, int digits, const DecimalText& decimal);

// numerator / denominator to a whole number, ties to even, by long division of absolute values.
Wide half_even(Wide numerator, Wide denominator);
// money * decimal and money / decimal, rounded half-even once; error if it passes int64.
Datum money_times(Wide minor, const DecimalText& by, bool divide);

}  // namespace pharos::model
