// cel/decimal.h: a number literal by its decimal text, so that 0.1 is one tenth.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pharos::cel {

// digits × 10^exponent, away from zero by a little more if `more`: significant digits past the
// 36th are not kept.
struct Decimal {
  __int128 digits = 0;
  int exponent = 0;
  bool more = false;
};

// "-12.50e3", also with a leading minus. Nothing for an exponent past ±1,000.
std::optional<Decimal> parse_decimal(std::string_view text);

// The amount in minor units: its floor, and whether that is all of it. Outside of int64 the floor
// is the nearest bound and `outside` says on which side the amount lies.
struct Scaled {
  std::int64_t floor = 0;
  bool exact = true;
  int outside = 0;
};
Scaled scale(const Decimal& decimal, int digits);

// As a fraction of whole numbers up to 10^18; nothing if it takes larger ones.
struct Ratio {
  std::int64_t numerator = 1;
  std::int64_t denominator = 1;
};
std::optional<Ratio> ratio_of(const Decimal& decimal);

}  // namespace pharos::cel
