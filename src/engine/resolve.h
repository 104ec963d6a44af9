// engine/resolve.h: ids of a batch become numbers.
#pragma once

#include "engine/event.h"
#include "engine/state.h"

namespace pharos::engine {

// Gives every event its account and member number. Aliases answer with the account they stand for,
// except in a link, which names ids.
void resolve_events(State& state, EventBatch& batch);

// The event under the account that an alias has come to stand for since it was resolved.
void follow_alias(State& state, Event& event);

}  // namespace pharos::engine
