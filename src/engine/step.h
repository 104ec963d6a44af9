// engine/step.h: one event of one account, and the timers that come before it.
#pragma once

#include "engine/effect.h"
#include "engine/state.h"

namespace pharos::engine {

// Applies batch.events[index] (not a link) under the number `seq`.
void apply_event(State& state, const EventBatch& batch, std::size_t index, std::uint64_t seq,
                 Effects& effects);

// The part of it that turns nothing: attributes, members and windows, where `now` is the clock.
void take_in(State& state, const EventBatch& batch, const Event& event, std::uint64_t seq,
             Instant now);

// Called some events ahead, one after the other, these fetch from memory what applying the event
// will touch; each looks at what the one before it asked for.
void fetch_event(const Event& event);
void fetch_cells(const EventBatch& batch, const Event& event);
void fetch_record(const State& state, const Event& event);
void fetch_blocks(const State& state, const Event& event);

// Fires the account's timers due at or before `until`, in order, each at its own instant.
void run_timers(State& state, AccountNumber account, Instant until, Effects& effects);

}  // namespace pharos::engine
