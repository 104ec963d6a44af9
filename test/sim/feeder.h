// sim/feeder.h: feeds the engine as the journal does: dedupes, numbers, batches, ticks, restarts.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/seeded.h"
#include "engine/fold.h"
#include "sim/scenario.h"

namespace pharos::sim {

class Feeder {
 public:
  Feeder(const Loaded& loaded, Seeded seeded);
  Feeder(const Feeder&) = delete;
  Feeder& operator=(const Feeder&) = delete;

  void add(const Fact& fact);  // To the batch at hand.
  void flush();                // Applies the batch at hand.
  std::size_t pending() const { return batch_.events.size(); }
  void tick(Instant now, bool in_batch);
  void tick_before(const Fact& fact);
  void restart();
  void revive();  // From a snapshot of its state.

  engine::Fold& fold() { return *fold_; }
  const std::vector<engine::Transition>& transitions(engine::AccountNumber account) {
    return transitions_[account];
  }
  const std::vector<engine::SegmentChange>& changes(engine::AccountNumber account) {
    return changes_[account];
  }

 private:
  void apply(const engine::EventBatch& batch);
  void take(const engine::Effects& effects);
  engine::History history(engine::AccountNumber from, engine::AccountNumber to) const;

  const Loaded& loaded_;
  Seeded seeded_;
  std::optional<engine::Fold> fold_;
  engine::EventBatch batch_;
  std::vector<engine::EventBatch> journal_;
  std::set<std::string> ids_;
  std::uint64_t seq_ = 0;
  std::map<engine::AccountNumber, std::vector<engine::Transition>> transitions_;
  std::map<engine::AccountNumber, std::vector<engine::SegmentChange>> changes_;
};

}  // namespace pharos::sim
