// playbook/moment.cc: wall-clock times of a zone, read and written.
#include "playbook/moment.h"

#include <fmt/format.h>

#include <optional>

#include "base/text.h"

namespace pharos::playbook {
namespace {

// A number of exactly so many digits, taken off the front.
std::optional<int> take_digits(std::string_view& text, std::size_t digits) {
  int number = 0;
  if (text.size() < digits) return std::nullopt;
  for (const char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return number;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

bool take_date(std::string_view& text, LocalTime& local) {
  const auto year = take_digits(text, 4);
  const auto month = year && take(text, '-') ? take_digits(text, 2) : std::nullopt;
  const auto day_of_month = month && take(text, '-') ? take_digits(text, 2) : std::nullopt;
  if (!day_of_month || *year < 1 || *month < 1 || *month > 12) return false;
  if (*day_of_month < 1 || *day_of_month > days_in_month(*year, *month)) return false;
  local.year = *year;
  local.month = *month;
  local.day_of_month = *day_of_month;
  return true;
}

bool take_clock(std::string_view& text, LocalTime& local) {
  const auto hours = take_digits(text, 2);
  const auto minutes = hours && take(text, ':') ? take_digits(text, 2) : std::nullopt;
  if (!minutes || *hours > 23 || *minutes > 59) return false;
  local.hour = *hours;
  local.minute = *minutes;
  if (!take(text, ':')) return true;
  const auto seconds = take_digits(text, 2);
  if (!seconds || *seconds > 59) return false;
  local.second = *seconds;
  if (!take(text, '.')) return true;
  const auto milliseconds = take_digits(text, 3);
  if (!milliseconds) return false;
  local.millisecond = *milliseconds;
  return true;
}

}  // namespace

Result<Instant> parse_moment(std::string_view text, const Zone& zone) {
  if (text.find('T') != std::string_view::npos) return parse_instant(text);
  std::string_view rest = text;
  LocalTime local{};
  const bool is_read = take_date(rest, local) && (rest.empty() || take(rest, ' ')) &&
                       (rest.empty() || take_clock(rest, local)) && rest.empty();
  if (!is_read || text.ends_with(' '))
    return fail(ErrorCode::invalid,
                "{} is not a time; write it like 2025-01-31 09:30 or 2025-01-31T09:30:00Z",
                quoted(text.substr(0, 64)));
  const Instant instant = zone.instant(local);
  if (instant < instant_min || instant > instant_max)
    return fail(ErrorCode::invalid, "{} lies outside of the years 1 to 9999 in UTC", quoted(text));
  return instant;
}

std::string format_moment(Instant instant, const Zone& zone) {
  const LocalTime l = zone.local(instant);
  std::string text = fmt::format("{:04}-{:02}-{:02} {:02}:{:02}", l.year, l.month, l.day_of_month,
                                 l.hour, l.minute);
  if (l.second != 0 || l.millisecond != 0) text += fmt::format(":{:02}", l.second);
  if (l.millisecond != 0) text += fmt::format(".{:03}", l.millisecond);
  return text;
}

}  // namespace pharos::playbook
