// engine/compact.h: blocks moved together. Accounts that go quiet keep entries that have left every
// window, and freed blocks wait for their size to be asked for; a new pool has neither.
#pragma once

#include "engine/state.h"

namespace pharos::engine {

// All pools. What the state means stays as it is. Between batches.
void compact_all(State& state);

// Those that have become twice as large since they were last compacted; at most one in a call, as
// whoever applies batches waits for it.
void compact_grown(State& state);

}  // namespace pharos::engine
