// ingest/decimal.cc: whole numbers of 128 bits with a place for the point.
#include "ingest/decimal.h"

#include <algorithm>

namespace pharos::ingest {
namespace {

constexpr __int128 power_of_ten(int exponent) {
  __int128 power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}
constexpr __int128 mantissa_max = power_of_ten(decimal_digits_max) - 1;

bool scale_to(Decimal& decimal, int scale) {
  for (; decimal.scale < scale; ++decimal.scale) {
    if (decimal.mantissa > mantissa_max / 10 || decimal.mantissa < -mantissa_max / 10) return false;
    decimal.mantissa *= 10;
  }
  return true;
}

bool align(Decimal& a, Decimal& b) {
  const int scale = std::max(a.scale, b.scale);
  return scale_to(a, scale) && scale_to(b, scale);
}

}  // namespace

std::optional<Decimal> parse_decimal(std::string_view text) {
  Decimal decimal;
  const bool negative = text.starts_with('-');
  bool point = false, any = false;
  for (const char c : text.substr(negative ? 1 : 0)) {
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9' || decimal.mantissa > mantissa_max / 10) return std::nullopt;
    any = true;
    decimal.mantissa = decimal.mantissa * 10 + (c - '0');
    if (point && ++decimal.scale > decimal_digits_max) return std::nullopt;
  }
  if (!any) return std::nullopt;
  if (negative) decimal.mantissa = -decimal.mantissa;
  return decimal;
}

std::optional<Decimal> add(Decimal a, Decimal b) {
  if (!align(a, b)) return std::nullopt;
  const Decimal sum{a.mantissa + b.mantissa, a.scale};
  if (sum.mantissa > mantissa_max || sum.mantissa < -mantissa_max) return std::nullopt;
  return sum;
}

std::optional<std::strong_ordering> compare(Decimal a, Decimal b) {
  if (!align(a, b)) return std::nullopt;
  if (a.mantissa == b.mantissa) return std::strong_ordering::equal;
  return a.mantissa < b.mantissa ? std::strong_ordering::less : std::strong_ordering::greater;
}

std::string format_decimal(Decimal decimal) {
  const bool negative = decimal.mantissa < 0;
  if (negative) decimal.mantissa = -decimal.mantissa;
  std::string reversed;
  for (int place = 0; decimal.mantissa > 0 || place <= decimal.scale; ++place) {
    if (place == decimal.scale && place > 0) reversed += '.';
    reversed += static_cast<char>('0' + static_cast<int>(decimal.mantissa % 10));
    decimal.mantissa /= 10;
  }
  if (negative) reversed += '-';
  std::ranges::reverse(reversed);
  return reversed;
}

}  // namespace pharos::ingest
