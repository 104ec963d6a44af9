// insight/funnel_unordered.h: the most steps that lie within one window, in whatever order. Inside
// of the funnel runners only.
#pragma once

#include "insight/funnel_moments.h"

namespace pharos::insight {

class UnorderedFunnel {
 public:
  FunnelOutcome run(const FunnelPlan& plan, const Moments& moments,
                    std::span<const FunnelEvent> events);

 private:
  // The moments [begin, end) that a window holds.
  struct Window {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool cut = false;  // By an exclusion: then only a complete funnel counts.
  };
  void prepare(const Moments& moments, std::span<const FunnelEvent> events);
  Window window_at(std::size_t begin, const FunnelPlan& plan, const Moments& moments);
  FunnelOutcome fill(const Window& window, int level, const Moments& moments);

  std::vector<Instant> exclusions_;
  std::vector<StepMask> classes_;        // The distinct masks.
  std::vector<std::uint32_t> class_of_;  // By event, as Moments::masks.
  StepMatch match_;
  std::size_t end_ = 0;  // The window under way: both only move on.
  std::size_t next_exclusion_ = 0;
};

}  // namespace pharos::insight
