// sim/moments.h: every instant at which anything could change by time alone. Too many do no harm: a
// settled account that is looked at once more stays as it is.
#pragma once

#include <set>
#include <vector>

#include "sim/reference.h"

namespace pharos::sim {

Constants constants_of(const playbook::Playbook& playbook);

// Those in (from, until] that follow from events, attributes and the calendar.
std::set<Instant> fixed_moments(const playbook::Playbook& playbook, const Constants& constants,
                                const Life& life, Instant from, Instant until);
// The first after `from` that follows from when nodes were entered and released; or never.
Instant next_node_moment(const Constants& constants, const Life& life, Instant from);

}  // namespace pharos::sim
