// insight/retention.cc: one walk over an account's events, then over its periods.
#include "insight/retention.h"

#include <algorithm>

#include "base/error.h"

namespace pharos::insight {
namespace {

// Moves on to the period that holds the next time; times ascend, so it never goes back.
class PeriodCursor {
 public:
  explicit PeriodCursor(const Periods& periods) : periods_(periods) {}

  // None outside of the range and its period -1.
  std::optional<int> at(Instant at) {
    if (at < periods_.start(index_) || at >= periods_.start(index_ + 1)) {
      const std::optional<int> found = periods_.index_of(at);
      if (!found) return std::nullopt;
      index_ = *found;
    }
    return index_;
  }

 private:
  const Periods& periods_;
  int index_ = -1;
};

}  // namespace

RetentionTally::RetentionTally(const RetentionPlan& plan, const Periods& periods)
    : plan_(plan), periods_(&periods) {
  const auto count = static_cast<std::size_t>(periods.count());
  counts_.resize(count * count);
  joined_.resize(count);
  returns_.resize(count);
  back_.resize(count);
}

void RetentionTally::add(std::span<const RetentionEvent> events) {
  std::ranges::fill(joined_, 0);
  std::ranges::fill(returns_, 0);
  PeriodCursor cursor(*periods_);
  bool has_joined = false;
  for (const RetentionEvent& event : events) {
    const std::optional<int> period = cursor.at(event.at);
    const bool in_range = period && *period >= 0;
    if (event.target && !(plan_.first_time && has_joined)) {
      has_joined = true;
      if (in_range) joined_[static_cast<std::size_t>(*period)] = 1;
    }
    if (event.returning && in_range) ++returns_[static_cast<std::size_t>(*period)];
  }
  const auto least = static_cast<std::uint32_t>(plan_.minimum_occurrences);
  for (std::size_t i = joined_.size(); i-- > 0;) {
    const bool later = plan_.cumulative && i + 1 < back_.size() && back_[i + 1] != 0;
    back_[i] = returns_[i] >= least || later;
  }
  for (std::size_t row = 0; row < joined_.size(); ++row)
    if (joined_[row] != 0) add_cohort(row);
}

void RetentionTally::add_cohort(std::size_t row) {
  const std::size_t size = joined_.size();
  ++counts_[row * size];
  for (std::size_t column = 1; row + column < size; ++column)
    counts_[row * size + column] += back_[row + column];
}

void RetentionTally::merge(const RetentionTally& other) {
  ASSERT(counts_.size() == other.counts_.size());
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
}

std::uint64_t RetentionTally::count(int row, int column) const {
  ASSERT(row >= 0 && column >= 0 && row + column < periods_->count());
  return counts_[static_cast<std::size_t>(row) * joined_.size() + static_cast<std::size_t>(column)];
}

void RetentionFlags::add(std::uint32_t met) {
  for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += flags(met) >> i & 1;
}

void RetentionFlags::merge(const RetentionFlags& other) {
  ASSERT(sums_.size() == other.sums_.size());
  for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += other.sums_[i];
}

LifecycleTally::LifecycleTally(const Periods& periods)
    : periods_(&periods),
      counts_(static_cast<std::size_t>(periods.count())),
      active_(static_cast<std::size_t>(periods.count()) + 1) {}

void LifecycleTally::add(std::span<const Instant> activity) {
  if (activity.empty()) return;
  std::ranges::fill(active_, 0);
  PeriodCursor cursor(*periods_);
  for (const Instant at : activity)
    if (const std::optional<int> period = cursor.at(at))
      active_[static_cast<std::size_t>(*period + 1)] = 1;
  const std::optional<int> first = periods_->index_of(activity.front());
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    const bool before = active_[i] != 0;
    if (active_[i + 1] == 0)
      counts_[i].dormant += before;
    else if (first == static_cast<int>(i))
      ++counts_[i].fresh;
    else
      ++(before ? counts_[i].returning : counts_[i].resurrecting);
  }
}

void LifecycleTally::merge(const LifecycleTally& other) {
  ASSERT(counts_.size() == other.counts_.size());
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    counts_[i].fresh += other.counts_[i].fresh;
    counts_[i].returning += other.counts_[i].returning;
    counts_[i].resurrecting += other.counts_[i].resurrecting;
    counts_[i].dormant += other.counts_[i].dormant;
  }
}

}  // namespace pharos::insight
