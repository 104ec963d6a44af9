// history/hurdle_scan.cc: two edges of a window that move over a column.
#include "history/hurdle_scan.h"

#include <algorithm>

namespace pharos::history {

HurdleScan::HurdleScan(const Run& run, const engine::Hurdle& hurdle, std::uint32_t end)
    : times_(run.family->times.data()),
      begin_(run.range.from),
      end_(end),
      length_(hurdle.length.ms),
      least_(static_cast<std::uint64_t>(hurdle.least)),
      found_(run.range.from) {
  if (hurdle.property >= 0)
    values_ = run.family->properties[static_cast<std::size_t>(hurdle.property)].cells.data();
}

std::uint32_t HurdleScan::find(std::uint32_t from) {
  if (!knows_found_ || found_ < from) {
    found_ = values_ == nullptr ? find_count(from) : find_sum(from);
    knows_found_ = true;
  }
  return found_;
}

// Behind an event there are enough of them if so many places before it one is still inside.
std::uint32_t HurdleScan::find_count(std::uint32_t from) const {
  const std::uint64_t before = least_ - 1;
  if (before >= end_ - begin_) return end_;
  const auto shift = static_cast<std::uint32_t>(before);
  for (std::uint32_t i = std::max(from, begin_ + shift); i < end_; ++i)
    if (times_[i] - times_[i - shift] < length_) return i;
  return end_;
}

// What an event adds. As much as the hurdle is enough; an amount so far below zero that many of
// them could pass the range of a sum is enough as well, as a sum then says nothing.
std::uint64_t HurdleScan::weight(std::uint32_t event) const {
  constexpr std::int64_t far_below = -(std::int64_t{1} << 31);
  const std::int64_t value = values_[event];
  if (value >= 0) return std::min(static_cast<std::uint64_t>(value), least_);
  return value < far_below && value > engine::cell_null ? least_ : 0;
}

// The window as it is before `event`.
void HurdleScan::start(std::uint32_t event) {
  sum_ = 0;
  oldest_ = next_ = event;
  while (oldest_ > begin_ && times_[event] - times_[oldest_ - 1] < length_)
    sum_ += weight(--oldest_);
}

// The old edge moves only where all behind it would be enough: mostly it is not, and then the times
// need not be read.
std::uint32_t HurdleScan::find_sum(std::uint32_t from) {
  if (from >= end_) return end_;
  if (from != next_) start(from);
  for (std::uint32_t i = from; i < end_; ++i) {
    sum_ += weight(i);
    if (sum_ < least_) [[likely]]
      continue;
    while (times_[i] - times_[oldest_] >= length_) sum_ -= weight(oldest_++);
    if (sum_ < least_) continue;
    next_ = i + 1;
    return i;
  }
  next_ = end_;
  return end_;
}

}  // namespace pharos::history
