// insight/funnel.h: how far each account gets through steps, within a window, and how long each
// step takes. The rules in words: docs/insight.md.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/instant.h"
#include "insight/step_match.h"

namespace pharos::insight {

inline constexpr std::uint32_t no_group = UINT32_MAX;

// One event of an account, as a funnel sees it.
struct FunnelEvent {
  Instant at;
  StepMask steps = 0;              // Bit k: matches step k.
  std::uint32_t exclusions = 0;    // Bit i: matches exclusion i.
  std::uint32_t group = no_group;  // Its value of a breakdown.
};

enum class FunnelOrder : std::uint8_t { ordered, strict, unordered };

// What may not happen strictly after step `from` and strictly before step `to`, counted from 0.
struct Exclusion {
  int from = 0;
  int to = 0;
};

struct FunnelPlan {
  FunnelOrder order = FunnelOrder::ordered;
  int step_count = 1;  // 1..step_count_max
  Duration window;     // From the first step; the bound belongs to it.
  std::vector<Exclusion> exclusions;
};

// Errors: invalid (an exclusion that does not lie within the steps, or, unordered, does not span
// them all).
Result<> check(const FunnelPlan& plan);

// What became of one account.
struct FunnelOutcome {
  int level = 0;         // Steps reached.
  bool dropped = false;  // Only its exclusions keep it from a level.
  // When it reached step k, k < level; unordered: when it reached its (k+1)-th step, whichever.
  std::array<Instant, step_count_max> at{};
};

// Runs one plan over accounts, one at a time. It keeps its scratch between accounts: one runner a
// thread, no allocation an event. Cost: events x steps, whatever they match (docs/insight.md).
class FunnelRunner {
 public:
  // The plan must be checked.
  explicit FunnelRunner(FunnelPlan plan);
  ~FunnelRunner();
  FunnelRunner(FunnelRunner&&) noexcept;

  const FunnelPlan& plan() const { return plan_; }

  // The events of one account by ascending time; those of one time in any order. Events that match
  // no step and no exclusion matter to a strict funnel only.
  FunnelOutcome run(std::span<const FunnelEvent> events);

 private:
  struct Scratch;
  FunnelPlan plan_;
  std::unique_ptr<Scratch> scratch_;
};

// Leaves the bits of `first_ever` to the earliest event that has them. Over all of an account's
// history, before a range is cut from it.
void keep_first_ever(std::span<FunnelEvent> events, StepMask first_ever);

}  // namespace pharos::insight
