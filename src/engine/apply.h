// engine/apply.h: a whole batch, or a tick of all accounts, lane by lane where that pays.
#pragma once

#include "engine/effect.h"
#include "engine/event.h"
#include "engine/state.h"

namespace pharos::engine {

// Applies a resolved batch behind its tick. The effects, and their order, are the same whether
// lanes are folded one event after the other or at the same time.
void apply_batch(State& state, const EventBatch& batch, Effects& effects);

// Moves the clocks of all accounts to `now` (never back), firing all timers due by then.
void tick_all(State& state, Instant now, Effects& effects);

}  // namespace pharos::engine
