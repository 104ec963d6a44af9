// insight/funnel_runs.h: an ordered funnel over columns of times, one for each step: what a store
// that keeps events by type asks, without gathering them. Equal to FunnelRunner where it may be
// used.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "insight/funnel.h"

namespace pharos::insight {

// The times (ms) of the events that match a step, ascending.
using StepTimes = std::span<const std::int64_t>;

// No event matches two steps, and nothing is excluded. With `first_ever` only the first event of
// step 0 starts an attempt. Cost: a search in each step's times for each start that can be the one
// to report, none of which looks twice at the same place.
FunnelOutcome run_funnel(Duration window, bool first_ever, std::span<const StepTimes> steps);

}  // namespace pharos::insight
