// cel/time_text.h: CEL's times and durations, to the nanosecond, from and to text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cel/value.h"

namespace pharos::cel {

inline constexpr std::int64_t nanos_per_second = 1'000'000'000;

// RFC 3339 with a zone; digits past the nanosecond are cut. Nothing for anything else.
std::optional<Value> parse_timestamp(std::string_view text);
// "1h30m", "-1.5s", "250ms"; units ns us ms s m h, and d (24 h) and w as in windows. Nothing for
// anything else, or past what 64 bits of nanoseconds hold.
std::optional<Value> parse_cel_duration(std::string_view text);

// "2009-02-13T23:31:30.5Z": as many digits as there are.
std::string format_timestamp(const Value& timestamp);
// "5400s", "1.5s".
std::string format_cel_duration(const Value& duration);

// A timestamp of the years 1 to 9999, or an error.
Value checked_timestamp(__int128 nanos);
__int128 nanos_of(const Value& timestamp);
Value checked_duration(__int128 nanos);

}  // namespace pharos::cel
