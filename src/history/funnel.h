// history/funnel.h: a funnel over all accounts of a frame: insight's rules on the columns' events.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/zone.h"
#include "cel/rule.h"
#include "history/frame.h"
#include "insight/funnel_tally.h"
#include "insight/window_funnel.h"

namespace pharos::history {

// Events of a type, those for which the filter holds if there is one (Use::filter).
struct EventMatch {
  std::uint32_t type = 0;
  std::optional<cel::Rule> filter;
};

enum class FunnelMode : std::uint8_t {
  ordered,
  strict,
  unordered,      // docs/insight.md
  first,          // The first event of step 1; then the first of each next step not before the one
                  // before it; each less than the window after the first.
  window_funnel,  // Chains.
};

struct FunnelQuestion {
  std::vector<EventMatch> steps;
  FunnelMode mode = FunnelMode::ordered;
  Duration window;
  struct Excluded {
    EventMatch match;
    insight::Exclusion between;
  };
  std::vector<Excluded> exclusions;                 // Of ordered, strict and unordered.
  insight::WindowFunnelPlan flags;                  // Of window_funnel.
  std::vector<std::uint32_t> by;                    // Attributes.
  std::optional<Period> period;                     // And the period of step 1 (of chains: none).
  const std::vector<Position>* accounts = nullptr;  // Ascending; null: all with events by then.
  Instant from = instant_min;                       // Events from then on.
  Instant until = never;  // And up to then, as of when attributes are; never: the present.
};

struct FunnelLine {
  std::vector<std::string> key;  // The attributes, then the period; periods ascend.
  insight::FunnelTally tally;
};

struct FunnelAnswer {
  std::vector<FunnelLine> lines;     // Of groups in which someone reached step 1.
  std::uint64_t accounts = 0;        // That were looked at.
  std::uint64_t dropped = 0;         // By exclusions.
  std::vector<std::uint8_t> levels;  // By position: steps reached.
};

// Errors: invalid (exclusions that do not fit the steps).
Result<FunnelAnswer> funnel(const Frame& frame, const FunnelQuestion& question, int threads);

}  // namespace pharos::history
