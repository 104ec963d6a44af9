// cel/function_time.cc: the fields of times, in UTC or a named zone, and of durations.
#include <optional>

#include "base/instant.h"
#include "base/zone.h"
#include "cel/function.h"
#include "cel/time_text.h"

namespace pharos::cel {
namespace {

constexpr Kinds time = bit(Kind::timestamp);
constexpr Kinds time_or_duration = bit(Kind::timestamp) | bit(Kind::duration);
constexpr Kinds zone = bit(Kind::string);
constexpr std::uint64_t zone_steps = 100;  // Finding a zone by its name.

struct Reading {
  LocalTime local;
  std::int64_t days;  // Since 1970-01-01, in the zone.
  Value error;        // Null if there is none.
};

// "+08:00", "-09:30", "02:00"; nothing if it is not an offset.
std::optional<Duration> parse_offset(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
  if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4))
    return std::nullopt;
  const int hours = (text[0] - '0') * 10 + text[1] - '0';
  const int minutes = (text[3] - '0') * 10 + text[4] - '0';
  if (hours > 23 || minutes > 59) return std::nullopt;
  return Duration{(hours * hour.ms + minutes * minute.ms) * (negative ? -1 : 1)};
}

Reading read(const Call& call) {
  Instant instant = call[0].as_instant();
  Zone where = Zone::utc();
  if (call.size() == 2) {
    if (!call.arena.charge(zone_steps)) return {{}, 0, too_many_steps()};
    if (const auto offset = parse_offset(call.text(1))) {
      instant = instant + *offset;
    } else {
      const auto found = Zone::find(call.text(1));
      if (!found) return {{}, 0, Value::error("there is no time zone of that name")};
      where = *found;
    }
  }
  const LocalTime local = where.local(instant);
  return {local, days_from_civil(local.year, local.month, local.day_of_month), Value::null()};
}

template <class Field>
Value field(const Call& call, Field field) {
  const Reading reading = read(call);
  if (reading.error.is_error()) return reading.error;
  return Value::integer(field(reading));
}

// A whole number of units in a duration, or the field of a time.
template <class Field>
Value field_or_count(const Call& call, std::int64_t unit, Field read_field) {
  if (call[0].kind() == Kind::duration) return Value::integer(call[0].as_duration_nanos() / unit);
  return field(call, read_field);
}

Value full_year(const Call& c) {
  return field(c, [](const Reading& r) { return r.local.year; });
}
Value month(const Call& c) {
  return field(c, [](const Reading& r) { return r.local.month - 1; });
}
Value day_of_month(const Call& c) {
  return field(c, [](const Reading& r) { return r.local.day_of_month - 1; });
}
Value date(const Call& c) {
  return field(c, [](const Reading& r) { return r.local.day_of_month; });
}
Value day_of_week(const Call& c) {  // Sunday is 0; 1970-01-01 was a Thursday.
  return field(c, [](const Reading& r) { return ((r.days + 4) % 7 + 7) % 7; });
}
Value day_of_year(const Call& c) {
  return field(c, [](const Reading& r) { return r.days - days_from_civil(r.local.year, 1, 1); });
}
Value hours(const Call& c) {
  return field_or_count(c, 3'600 * nanos_per_second, [](const Reading& r) { return r.local.hour; });
}
Value minutes(const Call& c) {
  return field_or_count(c, 60 * nanos_per_second, [](const Reading& r) { return r.local.minute; });
}
Value seconds(const Call& c) {
  return field_or_count(c, nanos_per_second, [](const Reading& r) { return r.local.second; });
}
Value milliseconds(const Call& c) {
  if (c[0].kind() == Kind::duration)  // The part below a second.
    return Value::integer(c[0].as_duration_nanos() % nanos_per_second / 1'000'000);
  return field(c, [](const Reading& r) { return r.local.millisecond; });
}

constexpr Kinds integer = bit(Kind::integer);
constexpr Function functions[] = {
    {"getFullYear", Style::member, 1, 2, {time, zone}, integer, full_year},
    {"getMonth", Style::member, 1, 2, {time, zone}, integer, month},
    {"getDayOfMonth", Style::member, 1, 2, {time, zone}, integer, day_of_month},
    {"getDate", Style::member, 1, 2, {time, zone}, integer, date},
    {"getDayOfWeek", Style::member, 1, 2, {time, zone}, integer, day_of_week},
    {"getDayOfYear", Style::member, 1, 2, {time, zone}, integer, day_of_year},
    {"getHours", Style::member, 1, 1, {time_or_duration}, integer, hours},
    {"getHours", Style::member, 2, 2, {time, zone}, integer, hours},
    {"getMinutes", Style::member, 1, 1, {time_or_duration}, integer, minutes},
    {"getMinutes", Style::member, 2, 2, {time, zone}, integer, minutes},
    {"getSeconds", Style::member, 1, 1, {time_or_duration}, integer, seconds},
    {"getSeconds", Style::member, 2, 2, {time, zone}, integer, seconds},
    {"getMilliseconds", Style::member, 1, 1, {time_or_duration}, integer, milliseconds},
    {"getMilliseconds", Style::member, 2, 2, {time, zone}, integer, milliseconds},
};

}  // namespace

std::span<const Function> time_functions() {
  return functions;
}

}  // namespace pharos::cel
