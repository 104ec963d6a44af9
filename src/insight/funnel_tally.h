// insight/funnel_tally.h: the outcomes of many accounts, added up; by group where there is a
// breakdown. Tallies of threads merge in any order.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "insight/funnel.h"

namespace pharos::insight {

class FunnelTally {
 public:
  explicit FunnelTally(int step_count) : steps_(static_cast<std::size_t>(step_count)) {}

  void add(const FunnelOutcome& outcome);
  void merge(const FunnelTally& other);

  int step_count() const { return static_cast<int>(steps_.size()); }
  // Accounts that reached step k, counted from 0.
  std::uint64_t count(int step) const { return steps_[step].count; }
  // From step k - 1 to step k, over the accounts that reached k. None for step 0, and of nobody.
  std::optional<double> average_s(int step) const;
  // Of an even number, the mean of the two in the middle.
  std::optional<double> median_s(int step) const;

 private:
  struct Step {
    std::uint64_t count = 0;
    std::vector<Duration> gaps;
  };
  std::vector<Step> steps_;
};

double mean_s(std::span<const Duration> gaps);  // Of at least one.

struct HistogramBin {
  double from_s = 0;  // The bin ends where the next begins; all are equally wide.
  std::uint64_t count = 0;
};
// `bin_count` + 1 bins from the least gap on, each at least a minute and a whole number of seconds
// wide. 0: as many as the cube root of the number of gaps, rounded up, at most 60. No gap, no bin.
std::vector<HistogramBin> histogram(std::span<const Duration> gaps, int bin_count);

enum class Attribution : std::uint8_t { first_touch, last_touch, all_events, step };

// The groups that an account belongs to by its events, and its outcome in each.
class GroupedFunnel {
 public:
  // `step` counts from 0 and is read by Attribution::step only.
  GroupedFunnel(FunnelPlan plan, Attribution attribution, int step = 0)
      : runner_(std::move(plan)), attribution_(attribution), step_(step) {}

  // Outcomes that are dropped or reach nothing included; a group comes once. The span lives until
  // the next run. Cost: that of the plain funnel; Attribution::step, of one for each group.
  std::span<const std::pair<std::uint32_t, FunnelOutcome>> run(std::span<const FunnelEvent> events);

 private:
  void run_touch(std::span<const FunnelEvent> events);
  void run_all_events(std::span<const FunnelEvent> events);
  void run_step(std::span<const FunnelEvent> events);

  FunnelRunner runner_;
  Attribution attribution_;
  int step_;
  std::vector<FunnelEvent> events_;
  std::vector<std::uint32_t> groups_;
  std::vector<std::pair<std::uint32_t, FunnelOutcome>> outcomes_;
};

}  // namespace pharos::insight
