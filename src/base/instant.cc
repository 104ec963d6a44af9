// base/instant.cc: RFC 3339 and the calendar.
#include "base/instant.h"

#include <array>
#include <optional>

#include "base/text.h"

namespace pharos {
namespace {

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

struct Unit {
  std::string_view name;
  Duration size;
};
constexpr std::array<Unit, 6> units{
    {{"w", {604'800'000}}, {"d", day}, {"h", hour}, {"m", minute}, {"s", second}, {"ms", {1}}}};
constexpr Duration duration_max = 36'525 * day;

}  // namespace

// Algorithm: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
std::int64_t days_from_civil(int year, int month, int day_of_month) {
  year -= month <= 2;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto yoe = year - era * 400;
  const auto doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day_of_month - 1;
  const auto doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146'097 + doe - 719'468;
}

CivilDate civil_from_days(std::int64_t days) {
  days += 719'468;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const std::int64_t doe = days - era * 146'097;
  const std::int64_t yoe = (doe - doe / 1'460 + doe / 36'524 - doe / 146'096) / 365;
  const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const std::int64_t mp = (5 * doy + 2) / 153;
  const int month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
  return {static_cast<int>(yoe + era * 400) + (month <= 2), month,
          static_cast<int>(doy - (153 * mp + 2) / 5 + 1)};
}

int days_in_month(int year, int month) {
  constexpr std::array<int, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : days[static_cast<std::size_t>(month - 1)];
}

Result<Instant> parse_instant(std::string_view text) {
  const auto bad = [&](std::string_view what) {
    return fail(ErrorCode::invalid, "{} is not a time: {}; write it like 2025-01-31T09:30:00Z",
                quoted(text.substr(0, 64)), what);
  };
  const auto year = digits(text, 0, 4), month = digits(text, 5, 2), dom = digits(text, 8, 2);
  if (!year || !month || !dom || text[4] != '-' || text[7] != '-') return bad("no date");
  if (*year < 1 || *month < 1 || *month > 12 || *dom < 1 || *dom > days_in_month(*year, *month))
    return bad("no such day");
  const auto h = digits(text, 11, 2), m = digits(text, 14, 2), s = digits(text, 17, 2);
  if (!h || !m || !s || text[13] != ':' || text[16] != ':' ||
      (text[10] != 'T' && text[10] != 't' && text[10] != ' '))
    return bad("no time of day");
  if (*h > 23 || *m > 59 || *s > 59) return bad("no such time of day");
  std::size_t at = 19;
  std::int64_t ms = 0;
  if (at < text.size() && text[at] == '.') {
    std::int64_t scale = 100;
    const std::size_t first = ++at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10)
      ms += (text[at] - '0') * scale;
    if (at == first) return bad("no digits after the point");
  }
  std::int64_t offset_minutes = 0;
  if (at == text.size()) return bad("no zone");
  if (text[at] == 'Z' || text[at] == 'z') {
    if (at + 1 != text.size()) return bad("text after the zone");
  } else {
    const auto oh = digits(text, at + 1, 2), om = digits(text, at + 4, 2);
    if ((text[at] != '+' && text[at] != '-') || !oh || !om || text[at + 3] != ':' ||
        at + 6 != text.size() || *oh > 23 || *om > 59)
      return bad("no zone such as Z or +08:00");
    offset_minutes = (*oh * 60 + *om) * (text[at] == '-' ? -1 : 1);
  }
  const std::int64_t seconds = *h * 3'600 + *m * 60 + *s;
  const Instant instant{days_from_civil(*year, *month, *dom) * day.ms + seconds * 1'000 + ms -
                        offset_minutes * minute.ms};
  if (instant < instant_min || instant > instant_max) return bad("outside the years 1 to 9999");
  return instant;
}

std::string format_instant(Instant instant) {
  const std::int64_t days = (instant.ms >= 0 ? instant.ms : instant.ms - (day.ms - 1)) / day.ms;
  const std::int64_t rest = instant.ms - days * day.ms;
  const CivilDate date = civil_from_days(days);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", date.year, date.month,
                     date.day_of_month, rest / hour.ms, rest / minute.ms % 60,
                     rest / second.ms % 60, rest % 1'000);
}

Result<Duration> parse_duration(std::string_view text) {
  const std::size_t end = text.find_first_not_of("0123456789");
  const auto count = parse_int64(text.substr(0, end));
  if (count && end != std::string_view::npos) {
    for (const Unit& unit : units) {
      if (text.substr(end) != unit.name) continue;
      if (*count <= 0) return fail(ErrorCode::invalid, "{} is not above zero", quoted(text));
      if (*count > duration_max.ms / unit.size.ms)
        return fail(ErrorCode::invalid, "{} is longer than 100 years", quoted(text));
      return *count * unit.size;
    }
  }
  return fail(
      ErrorCode::invalid,
      "{} is not a duration; write a whole number and a unit, such as 90s, 15m, 24h, 30d, 4w",
      quoted(text.substr(0, 64)));
}

std::string format_duration(Duration duration) {
  for (const Unit& unit : units)
    if (unit.name != "w" && duration.ms % unit.size.ms == 0)
      return fmt::format("{}{}", duration.ms / unit.size.ms, unit.name);
  return fmt::format("{}ms", duration.ms);
}

std::string format_duration_short(Duration duration) {
  if (duration.ms < 0) return "-" + format_duration_short({-duration.ms});
  for (std::size_t i = 1; i < units.size(); ++i) {
    const std::int64_t count = duration.ms / units[i].size.ms;
    if (count == 0) continue;
    std::string text = fmt::format("{}{}", count, units[i].name);
    if (i + 1 < units.size()) {
      const std::int64_t rest = duration.ms % units[i].size.ms / units[i + 1].size.ms;
      if (rest > 0) text += fmt::format(" {}{}", rest, units[i + 1].name);
    }
    return text;
  }
  return "0s";
}

}  // namespace pharos
