// cel/time_text.cc: RFC 3339 and lengths of time, with nanoseconds.
#include "cel/time_text.h"

#include <fmt/format.h>

#include <limits>

#include "base/instant.h"

namespace pharos::cel {
namespace {

constexpr __int128 timestamp_nanos_min = static_cast<__int128>(instant_min.ms) * 1'000'000;
constexpr __int128 timestamp_nanos_max =
    static_cast<__int128>(instant_max.ms) * 1'000'000 + 999'999;

struct Unit {
  std::string_view name;
  std::int64_t nanos;
};
constexpr Unit units[] = {{"ns", 1},
                          {"us", 1'000},
                          {"\u00b5s", 1'000},
                          {"ms", 1'000'000},
                          {"s", nanos_per_second},
                          {"m", 60 * nanos_per_second},
                          {"h", 3'600 * nanos_per_second},
                          {"d", 86'400 * nanos_per_second},
                          {"w", 604'800 * nanos_per_second}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string fraction(std::uint32_t nanos) {
  if (nanos == 0) return "";
  std::string text = fmt::format(".{:09}", nanos);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

// One number and its unit off the front of `text`, in nanoseconds.
std::optional<__int128> take_part(std::string_view& text) {
  constexpr __int128 most = __int128{std::numeric_limits<std::int64_t>::max()} * 1'000;
  __int128 whole = 0, part = 0, part_unit = 1;
  std::size_t at = 0, digit_count = 0;
  for (; at < text.size() && is_digit(text[at]); ++at, ++digit_count)
    if ((whole = whole * 10 + (text[at] - '0')) > most) return std::nullopt;
  if (at < text.size() && text[at] == '.') {
    for (++at; at < text.size() && is_digit(text[at]); ++at, ++digit_count) {
      if (part_unit > most) continue;  // Far below a nanosecond.
      part = part * 10 + (text[at] - '0');
      part_unit *= 10;
    }
  }
  if (digit_count == 0) return std::nullopt;
  std::size_t end = at;
  while (end < text.size() && text[end] != '.' && !is_digit(text[end])) ++end;
  for (const Unit& unit : units) {
    if (text.substr(at, end - at) != unit.name) continue;
    text.remove_prefix(end);
    // part < 10^22 and unit < 10^15: within 128 bits.
    return whole * unit.nanos + part * unit.nanos / part_unit;
  }
  return std::nullopt;
}

}  // namespace

__int128 nanos_of(const Value& timestamp) {
  return static_cast<__int128>(timestamp.seconds()) * nanos_per_second + timestamp.nanos();
}

Value checked_timestamp(__int128 nanos) {
  if (nanos < timestamp_nanos_min || nanos > timestamp_nanos_max)
    return Value::error("the time is outside of the years 1 to 9999");
  const __int128 rest = (nanos % nanos_per_second + nanos_per_second) % nanos_per_second;
  return Value::timestamp(static_cast<std::int64_t>((nanos - rest) / nanos_per_second),
                          static_cast<std::uint32_t>(rest));
}

Value checked_duration(__int128 nanos) {
  if (nanos < std::numeric_limits<std::int64_t>::min() ||
      nanos > std::numeric_limits<std::int64_t>::max())
    return Value::error("the duration is longer than 292 years");
  return Value::duration_nanos(static_cast<std::int64_t>(nanos));
}

std::optional<Value> parse_timestamp(std::string_view text) {
  const auto instant = parse_instant(text);
  if (!instant || (text[10] != 'T' && text[10] != 't')) return std::nullopt;
  std::uint32_t nanos = 0;
  if (text[19] == '.') {
    std::uint32_t unit = 100'000'000;
    for (std::size_t at = 20; is_digit(text[at]); ++at, unit /= 10)
      nanos += static_cast<std::uint32_t>(text[at] - '0') * unit;
  }
  const Value whole = Value::timestamp(*instant);
  return Value::timestamp(whole.seconds(), nanos);
}

std::optional<Value> parse_cel_duration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return Value::duration_nanos(0);
  if (text.empty() || text.size() > 200) return std::nullopt;
  __int128 total = 0;
  while (!text.empty()) {
    const auto part = take_part(text);
    if (!part) return std::nullopt;
    total += *part;
  }
  const Value value = checked_duration(negative ? -total : total);
  if (value.is_error()) return std::nullopt;
  return value;
}

std::string format_timestamp(const Value& timestamp) {
  const std::string seconds = format_instant({timestamp.seconds() * 1'000});
  return seconds.substr(0, 19) + fraction(timestamp.nanos()) + "Z";
}

std::string format_cel_duration(const Value& duration) {
  const std::int64_t nanos = duration.as_duration_nanos();
  const std::uint64_t size =
      nanos < 0 ? 0 - static_cast<std::uint64_t>(nanos) : static_cast<std::uint64_t>(nanos);
  return fmt::format("{}{}{}s", nanos < 0 ? "-" : "", size / nanos_per_second,
                     fraction(static_cast<std::uint32_t>(size % nanos_per_second)));
}

}  // namespace pharos::cel
