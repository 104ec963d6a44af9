// ingest/decimal.h: exact sums of decimal numbers as they stand in files.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace pharos::ingest {

// mantissa * 10^-scale; at most 36 digits in all, no exponent.
struct Decimal {
  __int128 mantissa = 0;
  int scale = 0;
};
inline constexpr int decimal_digits_max = 36;

std::optional<Decimal> parse_decimal(std::string_view text);
// None if the sum has too many digits.
std::optional<Decimal> add(Decimal a, Decimal b);
std::optional<std::strong_ordering> compare(Decimal a, Decimal b);
std::string format_decimal(Decimal decimal);

}  // namespace pharos::ingest
