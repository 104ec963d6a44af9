// cel/threshold.h: what must be so before a condition can be true: windows that are full enough.
#pragma once

#include <cstdint>
#include <vector>

#include "cel/rule.h"

namespace pharos::cel {

// The condition is true only where rule.aggregates[aggregate] is at least `least`: whole numbers,
// or minor units of money. The aggregate is a count, a distinct or an exact sum, so it is no more
// than the events in its window add up to, those below zero left out.
struct Threshold {
  std::uint32_t aggregate = 0;
  std::int64_t least = 0;
};

// In source order. A condition may be false above all of them; one that has none may always be
// true.
std::vector<Threshold> thresholds_of(const Rule& rule);

}  // namespace pharos::cel
