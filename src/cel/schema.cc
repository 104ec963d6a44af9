// cel/schema.cc: windows and names as a playbook spells them.
#include "cel/schema.h"

#include <array>

#include "base/text.h"

namespace pharos::cel {
namespace {

struct PeriodName {
  std::string_view name;
  Period period;
};
constexpr std::array<PeriodName, 4> periods{{{"week", Period::week},
                                             {"month", Period::month},
                                             {"quarter", Period::quarter},
                                             {"year", Period::year}}};

Window calendar(Period period, int offset) {
  return {WindowKind::calendar, {}, period, offset};
}

}  // namespace

std::string_view name_of(PropertyType type) {
  constexpr std::array<std::string_view, 7> names{"bool", "int",   "double", "string",
                                                  "enum", "money", "time"};
  return names[static_cast<std::size_t>(type)];
}

std::string_view name_of(AggregateKind kind) {
  constexpr std::array<std::string_view, 10> names{"count", "sum",  "avg",      "min",   "max",
                                                   "first", "last", "distinct", "since", "growth"};
  return names[static_cast<std::size_t>(kind)];
}

Result<Window> parse_window(std::string_view text) {
  if (text == "all") return Window{};
  if (text == "today") return calendar(Period::day, 0);
  if (text == "yesterday") return calendar(Period::day, -1);
  for (const auto& [name, period] : periods) {
    if (text.size() != name.size() + 5 || !text.ends_with(name)) continue;
    if (text.starts_with("this ")) return calendar(period, 0);
    if (text.starts_with("last ")) return calendar(period, -1);
  }
  if (!text.empty() && text[0] >= '0' && text[0] <= '9') {
    const auto length = parse_duration(text);
    if (length) return Window{.kind = WindowKind::rolling, .length = *length};
    if (text.find_first_not_of("0123456789") != std::string_view::npos &&
        (length.error().message.ends_with("zero") || length.error().message.ends_with("years")))
      return std::unexpected(length.error());
  }
  return fail(ErrorCode::invalid,
              "{} is not a window; expected a length such as '30d', '24h' or '4w', a calendar "
              "period such as 'today', 'this month' or 'last week', or 'all'",
              quoted(text.substr(0, 64)));
}

std::string format_window(const Window& window) {
  if (window.kind == WindowKind::all) return "all";
  if (window.kind == WindowKind::rolling) return format_duration(window.length);
  if (window.period == Period::day) return window.offset == 0 ? "today" : "yesterday";
  for (const auto& [name, period] : periods)
    if (period == window.period)
      return fmt::format("{} {}", window.offset == 0 ? "this" : "last", name);
  return "";
}

}  // namespace pharos::cel
