// cel/decimal.cc: exact decimals of number literals.
#include "cel/decimal.h"

#include <limits>

#include "base/text.h"

namespace pharos::cel {
namespace {

constexpr int digits_max = 36;  // 10^36 fits into 128 bits with a sign.
constexpr int exponent_max = 1'000;
constexpr int ratio_digits_max = 18;
constexpr std::int64_t int_min = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t int_max = std::numeric_limits<std::int64_t>::max();

__int128 power_of_ten(int exponent) {
  __int128 power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

// Reads digits and a point; the exponent counts the places.
bool read_digits(std::string_view text, Decimal& decimal) {
  int significant = 0;
  bool after_point = false;
  for (const char c : text) {
    if (c == '.' && !after_point) {
      after_point = true;
      continue;
    }
    if (c < '0' || c > '9') return false;
    if (significant == digits_max) {
      decimal.more |= c != '0';
      if (!after_point) ++decimal.exponent;
      continue;
    }
    decimal.digits = decimal.digits * 10 + (c - '0');
    if (decimal.digits != 0) ++significant;
    if (after_point) --decimal.exponent;
  }
  return !text.empty();
}

}  // namespace

std::optional<Decimal> parse_decimal(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  Decimal decimal;
  const std::size_t e = text.find_first_of("eE");
  if (!read_digits(text.substr(0, e), decimal)) return std::nullopt;
  if (e != std::string_view::npos) {
    std::string_view exponent = text.substr(e + 1);
    if (exponent.starts_with('+')) exponent.remove_prefix(1);
    const auto value = parse_int64(exponent);
    if (!value || *value < -exponent_max || *value > exponent_max) return std::nullopt;
    decimal.exponent += static_cast<int>(*value);
  }
  while (decimal.digits != 0 && decimal.digits % 10 == 0 && !decimal.more) {
    decimal.digits /= 10;
    ++decimal.exponent;
  }
  if (decimal.digits == 0) decimal.exponent = 0;
  if (negative) decimal.digits = -decimal.digits;
  return decimal;
}

Scaled scale(const Decimal& decimal, int digits) {
  const int exponent = decimal.exponent + digits;
  const bool negative = decimal.digits < 0;
  if (decimal.digits == 0) return {};
  __int128 floor = 0;
  bool exact = !decimal.more;
  if (exponent < -digits_max) {
    exact = false;
  } else if (exponent < 0) {
    floor = decimal.digits / power_of_ten(-exponent);
    exact = exact && decimal.digits % power_of_ten(-exponent) == 0;
  } else {
    // A magnitude of 19 digits or more is outside in any case; less leaves room to multiply.
    const __int128 size = negative ? -decimal.digits : decimal.digits;
    const bool huge = exponent > 18 || size > power_of_ten(19);
    if (huge) return {negative ? int_min : int_max, false, negative ? -1 : 1};
    floor = decimal.digits * power_of_ten(exponent);
  }
  if (!exact && negative) --floor;  // Division cuts towards zero.
  if (floor < int_min) return {int_min, false, -1};
  if (floor > int_max) return {int_max, false, 1};
  return {static_cast<std::int64_t>(floor), exact, 0};
}

std::optional<Ratio> ratio_of(const Decimal& decimal) {
  const __int128 most = power_of_ten(ratio_digits_max);
  __int128 numerator = decimal.digits;
  int exponent = decimal.exponent;
  for (; exponent > 0 && numerator < most && numerator > -most; --exponent) numerator *= 10;
  if (decimal.more || exponent > 0 || exponent < -ratio_digits_max || numerator > most ||
      numerator < -most)
    return std::nullopt;
  return Ratio{static_cast<std::int64_t>(numerator),
               static_cast<std::int64_t>(power_of_ten(-exponent))};
}

}  // namespace pharos::cel
