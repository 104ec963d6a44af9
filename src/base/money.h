// base/money.h: amounts as whole minor units of a currency; rounding happens once, by name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace pharos {

// ISO 4217: the code and the number of digits after the point ("CNY" 2, "JPY" 0, "KWD" 3).
struct Currency {
  std::string code;
  int digits = 2;
  bool operator==(const Currency&) const = default;
};
// Errors: invalid (not a code of ISO 4217).
Result<Currency> find_currency(std::string_view code);

// The currency stands once, in the playbook; amounts of one workspace share it.
struct Money {
  std::int64_t minor = 0;
  auto operator<=>(const Money&) const = default;
};
// A single event carries at most this much either way, so that sums of many stay far below int64.
inline constexpr std::int64_t money_minor_max = 1'000'000'000'000'000;

// "12.3" with 2 digits is 1230 minor units, exactly. An exponent ("1.5e3") is allowed.
// Errors: invalid (form, NaN, more digits after the point than the currency has, absurd size).
Result<Money> parse_money(std::string_view text, int digits);

std::string format_money(Money money, int digits);          // "6420.00", "-0.05"
std::string format_money_grouped(Money money, int digits);  // "6,420.00"

// numerator / denominator, ties to even (IEEE 754 roundTiesToEven on integers). Denominator != 0.
std::int64_t round_half_even(__int128 numerator, __int128 denominator);

}  // namespace pharos
