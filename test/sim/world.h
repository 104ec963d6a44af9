// sim/world.h: one scenario through the engine, in several ways, and through the reference; and how
// they differ.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/effect.h"
#include "sim/reference.h"
#include "sim/scenario.h"

namespace pharos::sim {

// What became of one account.
struct Fate {
  std::vector<engine::Transition> transitions;  // Without account numbers, as are the changes.
  std::vector<engine::SegmentChange> changes;
  std::string standing;            // Clock, nodes, segments, attributes and queries, as text.
  std::uint64_t digest = 0;        // Of the engine.
  std::optional<Life::Open> open;  // Of the reference.
};
// By id; aliases left out.
using Fates = std::map<std::string, Fate>;

// How the engine is fed. The outcome must not depend on it.
enum class Feeding : std::uint8_t {
  one_batch,     // As few batches as the ticks allow.
  many_batches,  // A few events each, ticks inside of batches.
  extra_ticks,   // Single events, and ticks of accounts that overtake nothing.
  restart,       // As many_batches; then a new fold replays them, and goes on from the middle.
  snapshot,      // As many_batches; at some step a fold read from a snapshot goes on.
};

Fates run_engine(const Scenario& scenario, const Loaded& loaded, Feeding feeding);
Fates run_reference(const Scenario& scenario, const Loaded& loaded);

// What differs first, in words; empty if the scenario goes the same way everywhere.
std::string difference(const Scenario& scenario, const Loaded& loaded);

// Leaves out steps for as long as the scenario still differs.
Scenario shrink(Scenario scenario);

// Runs a seed: empty, or a report of the difference with all that is needed to play it again.
std::string run_seed(std::uint64_t seed);

}  // namespace pharos::sim
