// insight/funnel_moments.h: an account's events as a funnel walks them: gathered by time, since
// those that share one may be taken in any order. Inside of the funnel runners only.
#pragma once

#include "insight/funnel.h"

namespace pharos::insight {

struct Moment {
  Instant at;
  StepMask any = 0;         // Steps matched by any of its events.
  bool is_plain = true;     // No event matches two steps.
  std::uint32_t begin = 0;  // Its events, in Moments::masks.
  std::uint32_t end = 0;
  std::uint32_t idle = 0;  // Of them, those that match no step.

  std::uint32_t count() const { return end - begin; }
};

struct Moments {
  std::vector<Moment> all;
  std::vector<StepMask> masks;  // By moment; inside of one sorted, so that equal ones are a run.

  // With `idle`, events that match no step have their moments, too.
  void gather(std::span<const FunnelEvent> events, bool idle);
  // Events of the moment that match the step of this bit.
  std::uint32_t count(const Moment& moment, StepMask bit) const;
  // How many steps are filled after the moment when `from` are before it: as many as it can.
  int furthest(const Moment& moment, int from, int step_count);
  // All it can come to when a step takes any event that matches and is not taken, and the next step
  // must take one if one is left: bit n for n steps filled.
  std::uint64_t ends(const Moment& moment, int from, int step_count);

 private:
  int matched(const Moment& moment, int from, int step_count);
  bool can_end(const Moment& moment, int from, int end);

  StepMatch match_;
  std::vector<StepMask> classes_;
};

}  // namespace pharos::insight
