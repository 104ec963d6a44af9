// engine/settle.h: one account at one instant: overdue steps, lapses, entries, segments, and the
// next instant to look again. docs/semantics.md states the rules.
#pragma once

#include <optional>

#include "engine/effect.h"
#include "engine/state.h"
#include "engine/view.h"

namespace pharos::engine {

// What is happening: an event being applied, or a timer (no batch).
struct Occasion {
  const EventBatch* batch = nullptr;
  std::optional<std::size_t> event;
};

class Settler {
 public:
  Settler(State& state, AccountNumber account, Instant now, Occasion occasion, Effects& effects);

  // Looks at the nodes and segments that an event of this type can touch, or, without one, at all,
  // and sets the account's timer.
  void settle(const EventPlan* touched);

 private:
  void mark_overdue();
  bool lapse_track(const playbook::Track& track);
  bool enter_track(const playbook::Track& track);
  bool may_enter(std::uint32_t node);
  void lapse(std::uint32_t node);
  void enter(std::uint32_t node, const cel::Rule* rule);
  void release(std::uint32_t node, const cel::Rule* rule);
  void settle_segments();
  Instant next_due() const;
  void emit(std::uint32_t node, TransitionKind kind, const cel::Rule* rule);
  std::int64_t& status(std::uint32_t node) { return record_[state_.plan.nodes[node].status]; }
  bool is_held(std::uint32_t node) const {
    return (record_[state_.plan.nodes[node].status] & flag_held) != 0;
  }
  bool is_open(std::uint32_t node) const;  // Not held, and its `after` is none or held.
  Instant due_at(std::uint32_t node) const;
  void look_at_all();

  State& state_;
  AccountNumber account_;
  std::int64_t* record_;
  Instant now_;
  Occasion occasion_;
  Effects& effects_;
  View view_;
  bool changed_ = false;
};

}  // namespace pharos::engine
