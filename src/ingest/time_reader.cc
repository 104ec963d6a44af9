// ingest/time_reader.cc: RFC 3339 by the shortest way, and the other formats by the plain one.
#include "ingest/time_reader.h"

#include <array>
#include <cstring>
#include <optional>

#include "base/text.h"
#include "ingest/row.h"

namespace pharos::ingest {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Two digits, or a number above 99.
unsigned two(const char* at) {
  const unsigned high = static_cast<unsigned char>(at[0]) - unsigned{'0'};
  const unsigned low = static_cast<unsigned char>(at[1]) - unsigned{'0'};
  return high > 9 || low > 9 ? 1'000 : high * 10 + low;
}

bool is_date(int year, int month, int day_of_month) {
  return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day_of_month >= 1 &&
         day_of_month <= days_in_month(year, month);
}

constexpr std::array<std::string_view, 12> months = {"jan", "feb", "mar", "apr", "may", "jun",
                                                     "jul", "aug", "sep", "oct", "nov", "dec"};

// A cursor over the text of a time; every step says whether it fitted.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}
  bool at_end() const { return at_ == text_.size(); }
  bool literal(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void space() {
    while (!at_end() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  bool number(std::size_t digits_min, std::size_t digits_max, int& value) {
    const std::size_t first = at_;
    value = 0;
    while (!at_end() && is_digit(text_[at_]) && at_ - first < digits_max)
      value = value * 10 + (text_[at_++] - '0');
    return at_ - first >= digits_min;
  }
  bool fraction(int& ms) {  // Digits past the millisecond are cut.
    const std::size_t first = at_;
    ms = 0;
    for (int scale = 100; !at_end() && is_digit(text_[at_]); scale /= 10)
      ms += (text_[at_++] - '0') * scale;
    return at_ > first;
  }
  bool month_name(int& month) {
    for (std::size_t i = 0; i < months.size(); ++i) {
      if (text_.size() - at_ < 3) return false;
      bool same = true;
      for (std::size_t c = 0; c < 3; ++c) same = same && (text_[at_ + c] | 0x20) == months[i][c];
      if (!same) continue;
      at_ += 3;
      month = static_cast<int>(i) + 1;
      return true;
    }
    return false;
  }
  bool half_day(bool& afternoon) {
    if (text_.size() - at_ < 2 || (text_[at_ + 1] | 0x20) != 'm') return false;
    const char half = static_cast<char>(text_[at_] | 0x20);
    if (half != 'a' && half != 'p') return false;
    afternoon = half == 'p';
    at_ += 2;
    return true;
  }
  bool offset(std::int64_t& minutes) {  // Z, +08:00, +0800
    if (literal('Z') || literal('z')) {
      minutes = 0;
      return true;
    }
    const bool west = !at_end() && text_[at_] == '-';
    int hours = 0, rest = 0;
    if (!literal('+') && !literal('-')) return false;
    if (!number(2, 2, hours)) return false;
    literal(':');
    if (!number(2, 2, rest) || hours > 23 || rest > 59) return false;
    minutes = (hours * 60 + rest) * (west ? -1 : 1);
    return true;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

std::unexpected<Error> bad(std::string_view text, std::string_view what) {
  return fail(ErrorCode::invalid, "{} is not a time: {}", shown(text), what);
}

Result<Instant> checked(Instant instant, std::string_view text) {
  if (instant < instant_min || instant > instant_max)
    return bad(text, "outside the years 1 to 9999");
  return instant;
}

}  // namespace

Result<> check_pattern(std::string_view pattern) {
  bool year = false, month = false, dom = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') continue;
    const char letter = ++i < pattern.size() ? pattern[i] : ' ';
    if (std::string_view("YymdbHIpMSfz%").find(letter) == std::string_view::npos)
      return fail(ErrorCode::invalid,
                  "%{} is not known in a time format; use %Y %y %m %d %b %H %I %p %M %S %f %z %%",
                  letter);
    year = year || letter == 'Y' || letter == 'y';
    month = month || letter == 'm' || letter == 'b';
    dom = dom || letter == 'd';
  }
  if (year && month && dom) return {};
  return fail(ErrorCode::invalid,
              "the time format {} does not give a whole date; write one such as %Y-%m-%d %H:%M:%S, "
              "or iso, unix or unix_ms",
              quoted(pattern));
}

// "2025-01-31T09:30:00.123Z" and "2025-01-31T09:30:00Z", checked to the last character.
bool TimeReader::read_fast(std::string_view text, Instant& instant) {
  const std::size_t size = text.size();
  if ((size != 24 && size != 20) || text[size - 1] != 'Z') return false;
  const char* const t = text.data();
  if (std::memcmp(t, date_, 10) != 0) {
    const unsigned century = two(t), year = two(t + 2), month = two(t + 5), dom = two(t + 8);
    if (century > 99 || year > 99 || t[4] != '-' || t[7] != '-') return false;
    const int full = static_cast<int>(century * 100 + year);
    if (!is_date(full, static_cast<int>(month), static_cast<int>(dom))) return false;
    date_days_ = days_from_civil(full, static_cast<int>(month), static_cast<int>(dom));
    std::memcpy(date_, t, 10);
  }
  const unsigned h = two(t + 11), m = two(t + 14), s = two(t + 17);
  if (h > 23 || m > 59 || s > 59 || t[10] != 'T' || t[13] != ':' || t[16] != ':') return false;
  std::int64_t ms = date_days_ * day.ms + (h * 3'600 + m * 60 + s) * std::int64_t{1'000};
  if (size == 24) {
    const unsigned high = two(t + 20), low = static_cast<unsigned char>(t[22]) - unsigned{'0'};
    if (t[19] != '.' || high > 99 || low > 9) return false;
    ms += high * 10 + low;
  }
  instant = {ms};
  return true;
}

Result<Instant> TimeReader::in_zone(const LocalTime& local, std::string_view text) const {
  if (!format_.zone)
    return bad(text, "no zone; end it with Z or +08:00, or give `zone:` in the map");
  return checked(format_.zone->instant(local), text);
}

// RFC 3339; where the map gives a zone, also without offset, without seconds, or a date alone.
Result<Instant> TimeReader::read_iso(std::string_view text) {
  Cursor cursor(text);
  LocalTime local{};
  if (!cursor.number(4, 4, local.year) || !cursor.literal('-') ||
      !cursor.number(2, 2, local.month) || !cursor.literal('-') ||
      !cursor.number(2, 2, local.day_of_month))
    return bad(text, "expected one like 2025-01-31T09:30:00Z");
  if (!is_date(local.year, local.month, local.day_of_month)) return bad(text, "no such day");
  if (cursor.at_end()) return in_zone(local, text);
  if (!cursor.literal('T') && !cursor.literal(' ') && !cursor.literal('t'))
    return bad(text, "expected T or a blank behind the date");
  if (!cursor.number(2, 2, local.hour) || !cursor.literal(':') ||
      !cursor.number(2, 2, local.minute))
    return bad(text, "expected a time of day like 09:30:00");
  if (cursor.literal(':')) {
    if (!cursor.number(2, 2, local.second)) return bad(text, "expected two digits of seconds");
    if (cursor.literal('.') && !cursor.fraction(local.millisecond))
      return bad(text, "no digits after the point");
  }
  if (local.hour > 23 || local.minute > 59 || local.second > 59)
    return bad(text, "no such time of day");
  if (cursor.at_end()) return in_zone(local, text);
  std::int64_t offset_minutes = 0;
  if (!cursor.offset(offset_minutes) || !cursor.at_end())
    return bad(text, "expected a zone such as Z or +08:00 at its end");
  const Instant utc = Zone::utc().instant(local);
  return checked({utc.ms - offset_minutes * minute.ms}, text);
}

Result<Instant> TimeReader::read_pattern(std::string_view text) const {
  Cursor cursor(text);
  LocalTime local{};
  local.month = local.day_of_month = 1;
  std::optional<std::int64_t> offset_minutes;
  std::optional<bool> afternoon;
  bool fits = true;
  const std::string& pattern = format_.pattern;
  for (std::size_t i = 0; i < pattern.size() && fits; ++i) {
    if (pattern[i] == ' ') {
      cursor.space();
      continue;
    }
    if (pattern[i] != '%') {
      fits = cursor.literal(pattern[i]);
      continue;
    }
    std::int64_t offset = 0;
    bool half = false;
    switch (pattern[++i]) {
      case 'Y': fits = cursor.number(4, 4, local.year); break;
      case 'y':
        fits = cursor.number(2, 2, local.year);
        local.year += local.year < 69 ? 2000 : 1900;  // As POSIX has it.
        break;
      case 'm': fits = cursor.number(1, 2, local.month); break;
      case 'b': fits = cursor.month_name(local.month); break;
      case 'd': fits = cursor.number(1, 2, local.day_of_month); break;
      case 'H':
      case 'I': fits = cursor.number(1, 2, local.hour); break;
      case 'M': fits = cursor.number(1, 2, local.minute); break;
      case 'S': fits = cursor.number(1, 2, local.second); break;
      case 'f': fits = cursor.fraction(local.millisecond); break;
      case 'p':
        fits = cursor.half_day(half);
        afternoon = half;
        break;
      case 'z':
        fits = cursor.offset(offset);
        offset_minutes = offset;
        break;
      default: fits = cursor.literal('%'); break;
    }
  }
  if (!fits || !cursor.at_end())
    return bad(text, fmt::format("it does not fit the format {}", quoted(pattern)));
  if (!is_date(local.year, local.month, local.day_of_month)) return bad(text, "no such day");
  if (afternoon && (local.hour < 1 || local.hour > 12)) return bad(text, "no such time of day");
  if (afternoon) local.hour = local.hour % 12 + (*afternoon ? 12 : 0);
  if (local.hour > 23 || local.minute > 59 || local.second > 59)
    return bad(text, "no such time of day");
  if (!offset_minutes) return in_zone(local, text);
  const Instant utc = Zone::utc().instant(local);
  return checked({utc.ms - *offset_minutes * minute.ms}, text);
}

Result<Instant> TimeReader::read_unix(std::string_view text) const {
  const bool seconds = format_.kind == TimeKind::unix_seconds;
  const std::size_t point = std::min(text.find('.'), text.size());
  const auto whole = parse_int64(text.substr(0, point));
  int ms = 0;
  Cursor rest(text.substr(std::min(point + 1, text.size())));
  const bool fraction = point == text.size() || (seconds && rest.fraction(ms) && rest.at_end());
  constexpr std::int64_t seconds_max = instant_max.ms / 1'000;
  if (!whole || !fraction || (seconds && (*whole > seconds_max || *whole < -seconds_max)))
    return bad(text, seconds ? "expected seconds since 1970" : "expected milliseconds since 1970");
  return checked({seconds ? *whole * 1'000 + (text[0] == '-' ? -ms : ms) : *whole}, text);
}

Result<Instant> TimeReader::read(std::string_view text) {
  if (format_.kind == TimeKind::iso) {
    Instant instant;
    if (read_fast(text, instant)) [[likely]]
      return instant;
    return read_iso(trimmed(text));
  }
  if (format_.kind == TimeKind::pattern) return read_pattern(trimmed(text));
  return read_unix(trimmed(text));
}

}  // namespace pharos::ingest
