// cel/decimal.cc: exact decimals of number literals.
#include "cel/decimal.h"

#include <limits>

#include "base/text.h"

namespace pharos::cel {
namespace {

constexpr int digits_max = 18;
constexpr int exponent_max = 1'000;

std::int64_t power_of_ten(int exponent) {
  std::int64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

}  // namespace

std::optional<Decimal> parse_decimal(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  Decimal decimal;
  int significant = 0;
  bool after_point = false;
  std::size_t at = 0;
  for (; at < text.size() && text[at] != 'e' && text[at] != 'E'; ++at) {
    if (text[at] == '.') {
      after_point = true;
      continue;
    }
    if (text[at] < '0' || text[at] > '9') return std::nullopt;
    if (after_point) --decimal.exponent;
    if (significant == digits_max) {  // Only zeros may follow.
      if (text[at] != '0') return std::nullopt;
      ++decimal.exponent;
      continue;
    }
    decimal.digits = decimal.digits * 10 + (text[at] - '0');
    if (decimal.digits != 0) ++significant;
  }
  if (at < text.size()) {
    std::string_view exponent = text.substr(at + 1);
    if (exponent.starts_with('+')) exponent.remove_prefix(1);
    const auto value = parse_int64(exponent);
    if (!value || *value < -exponent_max || *value > exponent_max) return std::nullopt;
    decimal.exponent += static_cast<int>(*value);
  }
  while (decimal.digits != 0 && decimal.digits % 10 == 0) {
    decimal.digits /= 10;
    ++decimal.exponent;
  }
  if (decimal.digits == 0) decimal.exponent = 0;
  if (negative) decimal.digits = -decimal.digits;
  return decimal;
}

Scaled scale(const Decimal& decimal, int digits) {
  const int exponent = decimal.exponent + digits;
  if (decimal.digits == 0) return {};
  if (exponent < 0) {
    if (exponent < -digits_max) return {decimal.digits < 0 ? -1 : 0, false, 0};
    const std::int64_t unit = power_of_ten(-exponent);
    const std::int64_t rest = decimal.digits % unit;
    return {decimal.digits / unit - (rest < 0 ? 1 : 0), rest == 0, 0};
  }
  const bool fits = exponent <= digits_max;
  const __int128 product =
      fits ? static_cast<__int128>(decimal.digits) * power_of_ten(exponent) : 0;
  if (!fits || product > std::numeric_limits<std::int64_t>::max() ||
      product < std::numeric_limits<std::int64_t>::min()) {
    const bool below = decimal.digits < 0;
    return {
        below ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max(),
        false, below ? -1 : 1};
  }
  return {static_cast<std::int64_t>(product), true, 0};
}

std::optional<Ratio> ratio_of(const Decimal& decimal) {
  if (decimal.exponent >= 0) {
    const Scaled whole = scale(decimal, 0);
    constexpr std::int64_t most = 1'000'000'000'000'000'000;
    if (whole.outside != 0 || whole.floor > most || whole.floor < -most) return std::nullopt;
    return Ratio{whole.floor, 1};
  }
  if (decimal.exponent < -digits_max) return std::nullopt;
  return Ratio{decimal.digits, power_of_ten(-decimal.exponent)};
}

}  // namespace pharos::cel
