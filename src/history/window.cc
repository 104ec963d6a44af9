// history/window.cc: bounds of windows, and a search for them from the end of a run.
#include "history/window.h"

#include <algorithm>
#include <limits>

namespace pharos::history {
namespace {

// The first item whose time is not below `time`, sought from the end, where windows are: steps
// that double, then halves.
std::size_t lower_from_end(std::span<const std::int64_t> times, std::int64_t time) {
  std::size_t step = 1, last = times.size();
  while (last > 0) {
    const std::size_t at = last > step ? last - step : 0;
    if (times[at] < time) {
      const auto from = times.begin() + static_cast<std::ptrdiff_t>(at) + 1;
      const auto to = times.begin() + static_cast<std::ptrdiff_t>(last);
      return static_cast<std::size_t>(std::lower_bound(from, to, time) - times.begin());
    }
    last = at;
    step *= 2;
  }
  return 0;
}

}  // namespace

Bounds bounds_of(const cel::Window& window, Instant now, const Zone& zone) {
  switch (window.kind) {
    case cel::WindowKind::all: break;
    case cel::WindowKind::rolling: return {(now - window.length).ms + 1, now.ms};
    case cel::WindowKind::calendar: {
      const Instant next = zone.start_of(window.period, now, window.offset + 1);
      return {zone.start_of(window.period, now, window.offset).ms, std::min(now.ms, next.ms - 1)};
    }
  }
  return {std::numeric_limits<std::int64_t>::min(), now.ms};
}

Slice slice_of(std::span<const std::int64_t> times, Bounds bounds) {
  const std::size_t first = lower_from_end(times, bounds.from);
  if (times.empty() || times.back() <= bounds.to) return {first, times.size()};
  return {first, std::max(first, lower_from_end(times, bounds.to + 1))};
}

}  // namespace pharos::history
