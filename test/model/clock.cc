// model/clock.cc: the calendar by counting; named zones by the C library's localtime.
#include "model/clock.h"

#include <array>
#include <cstdlib>
#include <ctime>
#include <filesystem>

namespace pharos::model {
namespace {

constexpr Wide nanos_a_day = 86'400 * nanos_a_second;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_leap(int year) {
  return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
}

int days_of_month(int year, int month) {
  constexpr std::array<int, 13> days{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : days[static_cast<std::size_t>(month)];
}

// Days from 0001-01-01, which was a Monday.
long days_before_year(int year) {
  long days = 0;
  for (int y = 1; y < year; ++y) days += is_leap(y) ? 366 : 365;
  return days;
}

const long days_to_1970 = days_before_year(1970);

struct Fields {
  int year = 1, month = 1, day = 1, weekday = 0, day_of_year = 0, hour = 0, minute = 0, second = 0;
  int nanos = 0;
};

Wide floor_div(Wide a, Wide b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

Fields fields_of(Wide nanos) {
  const Wide day = floor_div(nanos, nanos_a_day);
  Wide rest = nanos - day * nanos_a_day;
  Fields fields;
  long left = static_cast<long>(day) + days_to_1970;
  fields.weekday = static_cast<int>(((left + 1) % 7 + 7) % 7);               // Sunday is 0.
  for (; left < 0; left += is_leap(fields.year) ? 366 : 365) --fields.year;  // East of UTC.
  for (; left >= (is_leap(fields.year) ? 366 : 365); ++fields.year)
    left -= is_leap(fields.year) ? 366 : 365;
  fields.day_of_year = static_cast<int>(left);
  for (; left >= days_of_month(fields.year, fields.month); ++fields.month)
    left -= days_of_month(fields.year, fields.month);
  fields.day = static_cast<int>(left) + 1;
  fields.nanos = static_cast<int>(rest % nanos_a_second);
  rest /= nanos_a_second;
  fields.second = static_cast<int>(rest % 60);
  fields.minute = static_cast<int>(rest / 60 % 60);
  fields.hour = static_cast<int>(rest / 3'600);
  return fields;
}

std::string fraction(Wide nanos) {
  if (nanos == 0) return "";
  std::string digits = std::to_string(1'000'000'000 + static_cast<long>(nanos)).substr(1);
  while (digits.ends_with('0')) digits.pop_back();
  return "." + digits;
}

std::string padded(int number, std::size_t width) {
  std::string text = std::to_string(number);
  if (text.size() < width) text.insert(0, width - text.size(), '0');
  return text;
}

// "+08:00" in minutes.
std::optional<int> offset_of(std::string_view text) {
  int sign = 1;
  if (text.starts_with('+') || text.starts_with('-')) {
    if (text[0] == '-') sign = -1;
    text.remove_prefix(1);
  }
  if (text.size() != 5 || !is_digit(text[0]) || !is_digit(text[1]) || text[2] != ':' ||
      !is_digit(text[3]) || !is_digit(text[4]))
    return std::nullopt;
  const int hours = std::stoi(std::string(text.substr(0, 2)));
  const int minutes = std::stoi(std::string(text.substr(3)));
  if (hours > 23 || minutes > 59) return std::nullopt;
  return sign * (60 * hours + minutes);
}

bool is_zone(const std::string& name) {
  if (name.empty() || name[0] == '/' || name.find("..") != std::string::npos) return false;
  for (const char c : name)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '/' && c != '_' && c != '-' &&
        c != '+')
      return false;
  std::error_code error;
  return std::filesystem::is_regular_file("/usr/share/zoneinfo/" + name, error);
}

// Seconds that the zone is ahead of UTC then.
long zone_offset(const std::string& name, Wide nanos) {
  static std::string current;
  if (current != name) {
    setenv("TZ", (":" + name).c_str(), 1);
    tzset();
    current = name;
  }
  const auto seconds = static_cast<std::time_t>(floor_div(nanos, nanos_a_second));
  std::tm local{};
  localtime_r(&seconds, &local);
  return local.tm_gmtoff;
}

}  // namespace

Datum timestamp_of(Wide nanos) {
  const Wide first = -Wide{days_to_1970} * nanos_a_day;
  const Wide last = Wide{days_before_year(10'000) - days_to_1970} * nanos_a_day;
  if (nanos < first || nanos >= last) return Datum::error("outside of the years 1 to 9999");
  return Datum::whole_of(Kind::timestamp, nanos);
}

Datum duration_of(Wide nanos) {
  return Datum::whole_of(Kind::duration, nanos);
}

Datum read_timestamp(std::string_view text) {
  const Datum bad = Datum::error("not a time");
  constexpr std::string_view form = "dddd-dd-ddTdd:dd:dd";
  if (text.size() < form.size() + 1) return bad;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const bool fits = form[i] == 'd'   ? is_digit(text[i])
                      : form[i] == 'T' ? text[i] == 'T' || text[i] == 't'
                                       : text[i] == form[i];
    if (!fits) return bad;
  }
  const auto number = [&](std::size_t at, std::size_t size) {
    return std::stoi(std::string(text.substr(at, size)));
  };
  const int year = number(0, 4), month = number(5, 2), day = number(8, 2);
  const int hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_of_month(year, month) ||
      hour > 23 || minute > 59 || second > 59)
    return bad;
  std::string_view rest = text.substr(form.size());
  Wide nanos = 0;
  if (rest.starts_with('.')) {
    std::size_t end = 1;
    while (end < rest.size() && is_digit(rest[end])) ++end;
    if (end == 1) return bad;
    std::string digits(rest.substr(1, end - 1));
    digits.resize(9, '0');
    nanos = std::stoi(digits);
    rest.remove_prefix(end);
  }
  int offset = 0;
  if (rest != "Z" && rest != "z") {
    const auto minutes = offset_of(rest);
    if (!minutes || is_digit(rest[0])) return bad;
    offset = *minutes;
  }
  Wide days = days_before_year(year) - days_to_1970 + day - 1;
  for (int m = 1; m < month; ++m) days += days_of_month(year, m);
  const Wide seconds = 3'600 * hour + 60 * (minute - offset) + second;
  return timestamp_of(days * nanos_a_day + seconds * nanos_a_second + nanos);
}

Datum read_duration(std::string_view text) {
  const Datum bad = Datum::error("not a duration");
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return duration_of(0);
  if (text.empty()) return bad;
  Wide total = 0;
  while (!text.empty()) {
    std::string before, behind, unit;
    std::size_t at = 0;
    while (at < text.size() && is_digit(text[at])) before += text[at++];
    if (at < text.size() && text[at] == '.')
      for (++at; at < text.size() && is_digit(text[at]);) behind += text[at++];
    while (at < text.size() && text[at] != '.' && !is_digit(text[at])) unit += text[at++];
    text.remove_prefix(at);
    if (before.size() + behind.size() == 0 || before.size() > 19) return bad;
    const Wide size = unit == "ns"                   ? 1
                      : unit == "us" || unit == "µs" ? 1'000
                      : unit == "ms"                 ? 1'000'000
                      : unit == "s"                  ? nanos_a_second
                      : unit == "m"                  ? 60 * nanos_a_second
                      : unit == "h"                  ? 3'600 * nanos_a_second
                      : unit == "d"                  ? nanos_a_day
                      : unit == "w"                  ? 7 * nanos_a_day
                                                     : 0;
    if (size == 0) return bad;
    Wide whole = 0;
    for (const char c : before) whole = whole * 10 + (c - '0');
    total += whole * size;
    // Digit by digit; what is below a nanosecond is cut, once for the whole fraction.
    Wide part = 0, scale = 1;
    for (const char c : behind.substr(0, 18)) {
      part = part * 10 + (c - '0');
      scale *= 10;
    }
    total += part * size / scale;
    if (total > Wide{1} << 70) return bad;
  }
  return duration_of(negative ? -total : total);
}

std::string write_timestamp(Wide nanos) {
  const Fields f = fields_of(nanos);
  return padded(f.year, 4) + "-" + padded(f.month, 2) + "-" + padded(f.day, 2) + "T" +
         padded(f.hour, 2) + ":" + padded(f.minute, 2) + ":" + padded(f.second, 2) +
         fraction(f.nanos) + "Z";
}

std::string write_duration(Wide nanos) {
  const Wide size = nanos < 0 ? -nanos : nanos;
  return (nanos < 0 ? "-" : "") + std::to_string(static_cast<long>(size / nanos_a_second)) +
         fraction(size % nanos_a_second) + "s";
}

std::optional<TimeField> time_field(std::string_view function) {
  constexpr std::array<std::string_view, 10> names{
      "getFullYear",  "getMonth", "getDayOfMonth", "getDate",    "getDayOfWeek",
      "getDayOfYear", "getHours", "getMinutes",    "getSeconds", "getMilliseconds"};
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == function) return static_cast<TimeField>(i);
  return std::nullopt;
}

Datum read_field(Wide nanos, TimeField field, std::string_view zone) {
  Wide ahead = 0;
  if (const auto minutes = offset_of(zone))
    ahead = 60 * *minutes;
  else if (!zone.empty() && is_zone(std::string(zone)))
    ahead = zone_offset(std::string(zone), nanos);
  else if (!zone.empty())
    return Datum::error("no such zone");
  const Fields f = fields_of(nanos + ahead * nanos_a_second);
  switch (field) {
    case TimeField::year: return Datum::integer(f.year);
    case TimeField::month: return Datum::integer(f.month - 1);
    case TimeField::day_of_month: return Datum::integer(f.day - 1);
    case TimeField::date: return Datum::integer(f.day);
    case TimeField::day_of_week: return Datum::integer(f.weekday);
    case TimeField::day_of_year: return Datum::integer(f.day_of_year);
    case TimeField::hours: return Datum::integer(f.hour);
    case TimeField::minutes: return Datum::integer(f.minute);
    case TimeField::seconds: return Datum::integer(f.second);
    case TimeField::milliseconds: return Datum::integer(f.nanos / 1'000'000);
  }
  return Datum::error("no such field");
}

Datum count_in_duration(Wide nanos, TimeField field) {
  switch (field) {
    case TimeField::hours: return Datum::integer(nanos / (3'600 * nanos_a_second));
    case TimeField::minutes: return Datum::integer(nanos / (60 * nanos_a_second));
    case TimeField::seconds: return Datum::integer(nanos / nanos_a_second);
    case TimeField::milliseconds: return Datum::integer(nanos % nanos_a_second / 1'000'000);
    default: return Datum::error("a duration has no such field");
  }
}

}  // namespace pharos::model
