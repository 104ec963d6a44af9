// insight/periods.cc: calendar arithmetic on local dates; the zone says when each begins.
#include "insight/periods.h"

#include <algorithm>

namespace pharos::insight {
namespace {

Instant start_of_day(const Zone& zone, std::int64_t days) {
  const CivilDate date = civil_from_days(days);
  return zone.instant({date.year, date.month, date.day_of_month, 0, 0, 0, 0});
}

std::int64_t floor_mod(std::int64_t a, std::int64_t b) {
  return ((a % b) + b) % b;
}

// The first instant of the period `index` periods after the one that holds `start`.
Instant nth_start(const PeriodPlan& plan, int index) {
  const LocalTime& start = plan.start;
  const std::int64_t days = days_from_civil(start.year, start.month, start.day_of_month);
  switch (plan.unit) {
    case PeriodUnit::hour: {
      // Hours are elapsed, so an hour that the clock repeats is two periods.
      LocalTime local = start;
      local.minute = local.second = local.millisecond = 0;
      return plan.zone.instant(local) + index * hour;
    }
    case PeriodUnit::day: return start_of_day(plan.zone, days + index);
    case PeriodUnit::week: {
      const std::int64_t weekday = floor_mod(days + 3, 7);  // 1970-01-01 was a Thursday.
      const std::int64_t back = plan.week_start < 0 ? 0 : floor_mod(weekday - plan.week_start, 7);
      return start_of_day(plan.zone, days - back + 7 * index);
    }
    case PeriodUnit::month: break;
  }
  const std::int64_t months = start.year * 12 + start.month - 1 + index;
  const auto month = static_cast<int>(floor_mod(months, 12));
  const auto year = static_cast<int>((months - month) / 12);
  return start_of_day(plan.zone, days_from_civil(year, month + 1, 1));
}

}  // namespace

Periods::Periods(const PeriodPlan& plan) {
  ASSERT(plan.count >= 1 && plan.count <= period_count_max);
  for (int index = -1; index <= plan.count; ++index) bounds_.push_back(nth_start(plan, index));
}

std::optional<int> Periods::index_of(Instant at) const {
  const auto after = std::ranges::upper_bound(bounds_, at);
  if (after == bounds_.begin() || after == bounds_.end()) return std::nullopt;
  return static_cast<int>(after - bounds_.begin()) - 2;
}

}  // namespace pharos::insight
