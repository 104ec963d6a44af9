// engine/link.h: two ids become one account: an alias, and, where needed, a life folded anew.
#pragma once

#include "engine/effect.h"
#include "engine/state.h"

namespace pharos::engine {

// Applies batch.events[index], a link: property 0 names `from`, the account is `to`.
void apply_link(State& state, const EventBatch& batch, std::size_t index, Effects& effects);

}  // namespace pharos::engine
