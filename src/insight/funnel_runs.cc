// insight/funnel_runs.cc: as funnel.cc, with a place in each step's times that only moves on.
#include "insight/funnel_runs.h"

#include <algorithm>

namespace pharos::insight {
namespace {

// The first place from `from` on whose time is not before `at`: by steps that double, since it is
// mostly near.
std::size_t first_not_before(StepTimes times, std::size_t from, std::int64_t at) {
  std::size_t step = 1;
  std::size_t low = from;
  while (low + step <= times.size() && times[low + step - 1] < at) {
    low += step;
    step *= 2;
  }
  const std::size_t high = std::min(low + step, times.size());
  const auto found = std::lower_bound(times.begin() + static_cast<std::ptrdiff_t>(low),
                                      times.begin() + static_cast<std::ptrdiff_t>(high), at);
  return static_cast<std::size_t>(found - times.begin());
}

}  // namespace

FunnelOutcome run_funnel(Duration window, bool first_ever, std::span<const StepTimes> steps) {
  ASSERT(!steps.empty() && steps.size() <= step_count_max);
  FunnelOutcome best;
  std::array<std::size_t, step_count_max> places{};
  std::array<Instant, step_count_max> at{};
  const StepTimes starts =
      first_ever ? steps[0].first(std::min<std::size_t>(1, steps[0].size())) : steps[0];
  for (const std::int64_t start : starts) {
    at[0] = {start};
    std::size_t level = 1;
    for (; level < steps.size(); ++level) {
      std::size_t& place = places[level];
      place = first_not_before(steps[level], place, at[level - 1].ms);
      if (place == steps[level].size() || steps[level][place] > start + window.ms) break;
      at[level] = {steps[level][place]};
    }
    // Deeper, or as deep and finished no later: starts ascend, so this one began last.
    const auto best_level = static_cast<std::size_t>(best.level);
    if (level < best_level || (level == best_level && at[level - 1] > best.at[level - 1])) {
      if (best_level == steps.size()) break;
      continue;
    }
    best.level = static_cast<int>(level);
    std::copy_n(at.begin(), level, best.at.begin());
  }
  return best;
}

}  // namespace pharos::insight
