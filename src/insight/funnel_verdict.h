// insight/funnel_verdict.h: which attempt of an account is the one to report. Inside of the funnel
// runners only.
#pragma once

#include <algorithm>

#include "insight/funnel.h"

namespace pharos::insight {

// The instants of each exclusion's events, sorted.
class ExclusionTimes {
 public:
  void gather(std::span<const FunnelEvent> events, const FunnelPlan& plan) {
    times_.resize(plan.exclusions.size());
    for (auto& each : times_) each.clear();
    if (plan.exclusions.empty()) return;
    for (const FunnelEvent& event : events)
      for (std::uint32_t rest = event.exclusions; rest != 0; rest &= rest - 1)
        times_[static_cast<std::size_t>(std::countr_zero(rest))].push_back(event.at);
  }

  // An attempt that reached `from` must reach `to` before such an event, or outlive its window.
  bool taints(const FunnelPlan& plan, int level, std::span<const Instant> at) const {
    for (std::size_t i = 0; i < times_.size(); ++i) {
      const auto [from, to] = plan.exclusions[i];
      if (level <= from) continue;
      const auto next = std::ranges::upper_bound(times_[i], at[from]);
      if (next == times_[i].end()) continue;
      if (level > to ? *next < at[to] : *next <= at[0] + plan.window) return true;
    }
    return false;
  }

 private:
  std::vector<std::vector<Instant>> times_;
};

// The deepest level of all attempts decides; of the untainted ones that reach it, the one that
// finished first, and of those the one that began last.
class Verdict {
 public:
  void consider(int level, std::span<const Instant> at, const FunnelPlan& plan,
                const ExclusionTimes& exclusions) {
    if (level < level_) return;
    if (level > level_) is_clean_ = false;
    level_ = level;
    const Instant finish = at[static_cast<std::size_t>(level - 1)];
    if (is_clean_ &&
        (finish > best_.at[static_cast<std::size_t>(level - 1)] ||
         (finish == best_.at[static_cast<std::size_t>(level - 1)] && at[0] <= best_.at[0])))
      return;
    if (exclusions.taints(plan, level, at)) return;
    is_clean_ = true;
    std::ranges::copy(at.first(static_cast<std::size_t>(level)), best_.at.begin());
  }

  // Nothing later can be better: the funnel is complete, and later attempts finish later.
  bool is_settled(int step_count, Instant finish) const {
    return is_clean_ && level_ == step_count &&
           finish > best_.at[static_cast<std::size_t>(step_count - 1)];
  }

  FunnelOutcome outcome() const {
    FunnelOutcome outcome = best_;
    outcome.level = is_clean_ ? level_ : 0;
    outcome.dropped = !is_clean_ && level_ > 0;
    return outcome;
  }

 private:
  FunnelOutcome best_;
  int level_ = 0;
  bool is_clean_ = false;
};

}  // namespace pharos::insight
