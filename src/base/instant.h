// base/instant.h: points in time and spans of it, in whole milliseconds, UTC.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "base/error.h"

namespace pharos {

// A span of time in milliseconds; may be negative.
struct Duration {
  std::int64_t ms = 0;
  auto operator<=>(const Duration&) const = default;
};
inline constexpr Duration second{1'000};
inline constexpr Duration minute{60'000};
inline constexpr Duration hour{3'600'000};
inline constexpr Duration day{86'400'000};

constexpr Duration operator*(std::int64_t count, Duration unit) {
  return {count * unit.ms};
}

// Milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
struct Instant {
  std::int64_t ms = 0;
  auto operator<=>(const Instant&) const = default;
};
// Business time lies in the years 1 to 9999, as in CEL and RFC 3339; far outside of any data, so
// sums of an instant and a window never overflow.
inline constexpr Instant instant_min{-62'135'596'800'000};
inline constexpr Instant instant_max{253'402'300'799'999};
inline constexpr Instant never{std::numeric_limits<std::int64_t>::max()};

constexpr Instant operator+(Instant t, Duration d) {
  return {t.ms + d.ms};
}
constexpr Instant operator-(Instant t, Duration d) {
  return {t.ms - d.ms};
}
constexpr Duration operator-(Instant a, Instant b) {
  return {a.ms - b.ms};
}

// RFC 3339 with a zone: "2025-01-01T00:16:18.658Z", "2025-01-01T08:16:18+08:00". Digits past the
// millisecond are cut. Errors: invalid (form, a day that does not exist, no zone, year outside
// 1..9999).
Result<Instant> parse_instant(std::string_view text);
// Always "2025-01-01T00:16:18.658Z".
std::string format_instant(Instant instant);

// "90s" "15m" "24h" "30d" "4w" "250ms": one whole number above zero and a unit; at most 100 years.
Result<Duration> parse_duration(std::string_view text);
// The largest unit that divides it: "30d", "36h", "1500ms".
std::string format_duration(Duration duration);
// For people: "3d 4h", "12m 5s", "250ms". At most two units, rounded down.
std::string format_duration_short(Duration duration);

// Days since 1970-01-01 of a date of the proleptic Gregorian calendar, and back.
std::int64_t days_from_civil(int year, int month, int day_of_month);
struct CivilDate {
  int year;
  int month;         // 1..12
  int day_of_month;  // 1..31
};
CivilDate civil_from_days(std::int64_t days);
int days_in_month(int year, int month);

}  // namespace pharos
