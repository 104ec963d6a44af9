// insight/funnel_unordered.cc: a window slides over the moments, and the matching with it.
#include "insight/funnel_unordered.h"

#include <algorithm>

namespace pharos::insight {

void UnorderedFunnel::prepare(const Moments& moments, std::span<const FunnelEvent> events) {
  exclusions_.clear();
  for (const FunnelEvent& event : events)
    if (event.exclusions != 0) exclusions_.push_back(event.at);
  classes_.assign(moments.masks.begin(), moments.masks.end());
  std::ranges::sort(classes_);
  classes_.erase(std::ranges::unique(classes_).begin(), classes_.end());
  class_of_.clear();
  for (const StepMask mask : moments.masks)
    class_of_.push_back(
        static_cast<std::uint32_t>(std::ranges::lower_bound(classes_, mask) - classes_.begin()));
  match_.reset(classes_);
  end_ = 0;
  next_exclusion_ = 0;
}

// An exclusion discards what was gathered before it, unless the funnel was complete by then or the
// window had passed. What happens at the very time of the exclusion may be taken before it.
UnorderedFunnel::Window UnorderedFunnel::window_at(std::size_t begin, const FunnelPlan& plan,
                                                   const Moments& moments) {
  const Instant start = moments.all[begin].at;
  Instant last = start + plan.window;
  while (next_exclusion_ < exclusions_.size() && exclusions_[next_exclusion_] <= start)
    ++next_exclusion_;
  Window window{.begin = begin};
  if (next_exclusion_ < exclusions_.size() && exclusions_[next_exclusion_] <= last) {
    last = exclusions_[next_exclusion_];
    window.cut = true;
  }
  window.end = std::max(end_, begin);
  while (window.end < moments.all.size() && moments.all[window.end].at <= last) ++window.end;
  return window;
}

// The steps of a window by the earliest events that fill as many.
FunnelOutcome UnorderedFunnel::fill(const Window& window, int level, const Moments& moments) {
  FunnelOutcome outcome;
  match_.reset(classes_);
  for (std::size_t i = window.begin; i < window.end; ++i)
    for (std::uint32_t event = moments.all[i].begin; event < moments.all[i].end; ++event)
      if (outcome.level < level && match_.add(class_of_[event]))
        outcome.at[static_cast<std::size_t>(outcome.level++)] = moments.all[i].at;
  return outcome;
}

FunnelOutcome UnorderedFunnel::run(const FunnelPlan& plan, const Moments& moments,
                                   std::span<const FunnelEvent> events) {
  prepare(moments, events);
  Window best;
  int level = 0;
  for (std::size_t begin = 0; begin < moments.all.size() && level < plan.step_count; ++begin) {
    const Window window = window_at(begin, plan, moments);
    for (; end_ < window.end; ++end_)
      for (std::uint32_t event = moments.all[end_].begin; event < moments.all[end_].end; ++event)
        match_.add(class_of_[event]);
    const bool counts = !window.cut || match_.filled() == plan.step_count;
    if (counts && match_.filled() > level) {
      level = match_.filled();
      best = window;
    }
    for (std::uint32_t event = moments.all[begin].begin; event < moments.all[begin].end; ++event)
      match_.remove(class_of_[event]);
  }
  return fill(best, level, moments);
}

}  // namespace pharos::insight
