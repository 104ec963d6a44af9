// insight/periods.h: consecutive calendar periods of a zone, from hours to months.
#pragma once

#include <optional>
#include <vector>

#include "base/instant.h"
#include "base/zone.h"

namespace pharos::insight {

enum class PeriodUnit : std::uint8_t { hour, day, week, month };

inline constexpr int period_count_max = 1'000;

struct PeriodPlan {
  PeriodUnit unit = PeriodUnit::day;
  Zone zone = Zone::utc();
  LocalTime start{};    // In the zone; the first period is the one that holds it.
  int count = 1;        // 1..period_count_max
  int week_start = -1;  // 0 Monday .. 6 Sunday; -1: weeks begin on the day of `start`.
};

class Periods {
 public:
  explicit Periods(const PeriodPlan& plan);

  int count() const { return static_cast<int>(bounds_.size()) - 2; }
  // Period i is [start(i), start(i + 1)); period -1 is the one before the first.
  Instant start(int index) const { return bounds_[static_cast<std::size_t>(index + 1)]; }
  // -1 for the period before the first, too. None before that, and after the last.
  std::optional<int> index_of(Instant at) const;

 private:
  std::vector<Instant> bounds_;
};

}  // namespace pharos::insight
