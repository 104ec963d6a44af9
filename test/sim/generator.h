// sim/generator.h: made-up playbooks and event streams, from a seed. They are chosen to meet at the
// edges: equal times, windows left to the millisecond, late and repeated events, odd days of zones.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/seeded.h"
#include "playbook/model.h"
#include "sim/scenario.h"

namespace pharos::sim {

// YAML of a playbook, and rules to ask at the end.
struct MadePlaybook {
  std::string text;
  std::vector<std::string> queries;
};
MadePlaybook make_playbook(Seeded& seeded);

// Events, ticks and links for a few accounts; the last step is a tick.
std::vector<Step> make_steps(Seeded& seeded, const playbook::Playbook& playbook);

// Steps are empty if the playbook does not load, which is a fault of the generator.
Scenario make_scenario(std::uint64_t seed);

}  // namespace pharos::sim
