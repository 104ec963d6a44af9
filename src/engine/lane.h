// engine/lane.h: what applying an event changes beside the records: one part for each lane, so that
// lanes can be folded at the same time without a lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "cel/arena.h"
#include "engine/bits.h"
#include "engine/effect.h"
#include "engine/plan.h"
#include "engine/series.h"

namespace pharos::engine {

// Where in a batch something happened: the index of an event, or, at a tick, an account's number.
using BatchPlace = std::uint32_t;

// Something whose row is to be written again at the end of the batch.
struct Changed {
  BatchPlace place = 0;
  std::uint32_t number = 0;  // Of an account or a member.
};

// Beside each list of Effects, where each item comes from, ascending.
struct Places {
  std::vector<BatchPlace> accounts, members, transitions, segments;
};

// On lines of its own, so that threads do not share any.
struct alignas(64) Lane {
  Lane(const Zone& zone, const Plan& plan)
      : series(zone),
        entries(plan.nodes.size()),
        lapses(plan.nodes.size()),
        segments(plan.segments.size()),
        lapsed(plan.nodes.size()) {}

  SeriesStore series;
  std::size_t compact_bytes = 0;  // Of its pool, after it was last compacted.
  cel::Arena arena;
  std::vector<Instant> timers;    // By chunk of records: none of this lane's there is before it.
  std::uint64_t evaluations = 0;  // Of rules, filters aside.

  BatchPlace place = 0;  // Being applied.
  std::vector<Changed> accounts_changed, members_changed;

  // Scratch of one instant.
  Bits entries, lapses, segments;  // What is to be looked at.
  Bits lapsed;                     // Nodes that lapsed within this instant.
  std::vector<Cell> values;

  // What the lane's part of a batch gives, until it is joined with those of the others.
  Effects effects;
  Places places;

  // What came since the last call came from `at`.
  void note(BatchPlace at) {
    places.transitions.resize(effects.transitions.size(), at);
    places.segments.resize(effects.segments.size(), at);
  }
};

}  // namespace pharos::engine
