// insight/funnel_tally.cc: sums, middles and bins of whole milliseconds.
#include "insight/funnel_tally.h"

#include <algorithm>

namespace pharos::insight {
namespace {

constexpr double seconds(std::int64_t ms) {
  return static_cast<double>(ms) / 1'000;
}

// The smallest number whose cube is not below.
int cube_root_up(std::size_t count) {
  std::size_t root = 1;
  while (root * root * root < count) ++root;
  return static_cast<int>(root);
}

}  // namespace

void FunnelTally::add(const FunnelOutcome& outcome) {
  for (int step = 0; step < outcome.level; ++step) {
    ++steps_[step].count;
    if (step > 0) steps_[step].gaps.push_back(outcome.at[step] - outcome.at[step - 1]);
  }
}

void FunnelTally::merge(const FunnelTally& other) {
  ASSERT(steps_.size() == other.steps_.size());
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    steps_[i].count += other.steps_[i].count;
    const auto& gaps = other.steps_[i].gaps;
    steps_[i].gaps.insert(steps_[i].gaps.end(), gaps.begin(), gaps.end());
  }
}

double mean_s(std::span<const Duration> gaps) {
  ASSERT(!gaps.empty());
  std::int64_t sum_ms = 0;  // Exact, so that the order of accounts never shows.
  for (const Duration gap : gaps) sum_ms += gap.ms;
  return static_cast<double>(sum_ms) / (1'000 * static_cast<double>(gaps.size()));
}

std::optional<double> FunnelTally::average_s(int step) const {
  if (steps_[step].gaps.empty()) return std::nullopt;
  return mean_s(steps_[step].gaps);
}

std::optional<double> FunnelTally::median_s(int step) const {
  std::vector<Duration> gaps = steps_[step].gaps;
  if (gaps.empty()) return std::nullopt;
  const auto upper = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
  std::ranges::nth_element(gaps, upper);
  if (gaps.size() % 2 == 1) return seconds(upper->ms);
  return (seconds(upper->ms) + seconds(std::max_element(gaps.begin(), upper)->ms)) / 2;
}

std::vector<HistogramBin> histogram(std::span<const Duration> gaps, int bin_count) {
  if (gaps.empty()) return {};
  if (bin_count == 0) bin_count = std::min(cube_root_up(gaps.size()), 60);
  const auto [least, most] = std::ranges::minmax(gaps);
  // ceil((most - least) / bin_count) in whole seconds.
  const std::int64_t divisor = bin_count * second.ms;
  const std::int64_t width_s =
      std::max<std::int64_t>(60, (most.ms - least.ms + divisor - 1) / divisor);
  std::vector<HistogramBin> bins(static_cast<std::size_t>(bin_count) + 1);
  for (std::size_t i = 0; i < bins.size(); ++i)
    bins[i].from_s = seconds(least.ms + static_cast<std::int64_t>(i) * width_s * second.ms);
  for (const Duration gap : gaps)
    ++bins[static_cast<std::size_t>((gap.ms - least.ms) / (width_s * second.ms))].count;
  return bins;
}

std::span<const std::pair<std::uint32_t, FunnelOutcome>> GroupedFunnel::run(
    std::span<const FunnelEvent> events) {
  outcomes_.clear();
  switch (attribution_) {
    case Attribution::first_touch:
    case Attribution::last_touch: run_touch(events); break;
    case Attribution::all_events: run_all_events(events); break;
    case Attribution::step: run_step(events); break;
  }
  return outcomes_;
}

void GroupedFunnel::run_touch(std::span<const FunnelEvent> events) {
  std::uint32_t group = no_group;
  for (const FunnelEvent& event : events) {
    if (event.steps == 0 || event.group == no_group) continue;
    group = event.group;
    if (attribution_ == Attribution::first_touch) break;
  }
  outcomes_.emplace_back(group, runner_.run(events));
}

// As many small funnels as values, over events sorted by value, then time.
void GroupedFunnel::run_all_events(std::span<const FunnelEvent> events) {
  events_.assign(events.begin(), events.end());
  std::ranges::stable_sort(events_, {}, &FunnelEvent::group);
  for (std::size_t begin = 0; begin < events_.size();) {
    std::size_t end = begin;
    while (end < events_.size() && events_[end].group == events_[begin].group) ++end;
    outcomes_.emplace_back(events_[begin].group,
                           runner_.run(std::span(events_).subspan(begin, end - begin)));
    begin = end;
  }
}

// For each value, only the events that carry it can be step `step_`.
void GroupedFunnel::run_step(std::span<const FunnelEvent> events) {
  const StepMask bit = StepMask{1} << step_;
  groups_.clear();
  for (const FunnelEvent& event : events)
    if (event.steps & bit) groups_.push_back(event.group);
  std::ranges::sort(groups_);
  groups_.erase(std::ranges::unique(groups_).begin(), groups_.end());
  for (const std::uint32_t group : groups_) {
    events_.assign(events.begin(), events.end());
    for (FunnelEvent& event : events_)
      if (event.group != group) event.steps &= ~bit;
    const FunnelOutcome outcome = runner_.run(events_);
    if (outcome.level > step_) outcomes_.emplace_back(group, outcome);
  }
}

}  // namespace pharos::insight
