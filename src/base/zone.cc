// base/zone.cc: the one file that asks Howard Hinnant's date library for zones; it catches there.
#include "base/zone.h"

#include <date/tz.h>

#include <algorithm>
#include <stdexcept>

#include "base/text.h"
#include "base/zone_names.h"

namespace pharos {
namespace {

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

std::int64_t local_ms(const date::time_zone* zone, Instant instant) {
  const date::sys_time<std::chrono::milliseconds> sys{std::chrono::milliseconds{instant.ms}};
  return zone->to_local(sys).time_since_epoch().count();
}

Instant from_local_ms(const date::time_zone* zone, std::int64_t ms) {
  const date::local_time<std::chrono::milliseconds> local{std::chrono::milliseconds{ms}};
  const date::local_info info = zone->get_info(local);
  if (info.result == date::local_info::nonexistent)
    return {std::chrono::milliseconds{info.second.begin.time_since_epoch()}.count()};
  return {ms - std::chrono::milliseconds{info.first.offset}.count()};
}

// The first day of the period that holds the day, `offset` periods later. 1970-01-01 was a
// Thursday.
std::int64_t day_of_start(Period period, std::int64_t days, int offset) {
  if (period == Period::day) return days + offset;
  if (period == Period::week) return floor_div(days + 3, 7) * 7 - 3 + 7 * offset;
  const CivilDate date = civil_from_days(days);
  std::int64_t months = date.year * 12 + date.month - 1;
  const int step = period == Period::month ? 1 : period == Period::quarter ? 3 : 12;
  months += static_cast<std::int64_t>(offset) * step - months % step;
  const auto year = static_cast<int>(floor_div(months, 12));
  return days_from_civil(year, static_cast<int>(months - year * 12 + 1), 1);
}

}  // namespace

Zone Zone::utc() {
  static const date::time_zone* const zone = date::locate_zone("Etc/UTC");
  return Zone(zone);
}

Result<Zone> Zone::find(std::string_view name) {
  if (name == "UTC") return utc();
  try {
    return Zone(date::locate_zone(std::string(name)));
  } catch (const std::runtime_error&) {
    return fail(ErrorCode::invalid, "{} is not a time zone; use an IANA name such as Asia/Shanghai",
                quoted(name.substr(0, 64)));
  }
}

std::vector<std::string> zone_names() {
  std::vector<std::string> names{"UTC"};
  const date::tzdb& database = date::get_tzdb();
  for (const date::time_zone& zone : database.zones) names.push_back(zone.name());
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

// UTC is what people write; tzdata calls it Etc/UTC.
const std::string& Zone::name() const {
  static const std::string utc_name = "UTC";
  return *this == utc() ? utc_name : zone_->name();
}

LocalTime Zone::local(Instant instant) const {
  const std::int64_t ms = local_ms(zone_, instant);
  const std::int64_t days = floor_div(ms, day.ms);
  const int rest = static_cast<int>(ms - days * day.ms);
  const CivilDate date = civil_from_days(days);
  return {date.year,          date.month,        date.day_of_month, rest / 3'600'000,
          rest / 60'000 % 60, rest / 1'000 % 60, rest % 1'000};
}

Instant Zone::instant(const LocalTime& l) const {
  const std::int64_t seconds = l.hour * 3'600 + l.minute * 60 + l.second;
  return from_local_ms(zone_, days_from_civil(l.year, l.month, l.day_of_month) * day.ms +
                                  seconds * 1'000 + l.millisecond);
}

Instant Zone::start_of(Period period, Instant instant, int offset) const {
  const std::int64_t days = floor_div(local_ms(zone_, instant), day.ms);
  const auto start = [&](int later) {
    return from_local_ms(zone_, day_of_start(period, days, later) * day.ms);
  };
  // Clocks set back over midnight show the day before once more; the next period has begun all the
  // same, since it began with the first midnight. So that periods follow each other without gaps.
  const int begun = start(1) <= instant ? 1 : 0;
  return start(offset + begun);
}

}  // namespace pharos
