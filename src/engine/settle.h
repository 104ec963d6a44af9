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

  // Looks at the rules that the event can turn. Others keep the instant that they wait for.
  void settle(const Touched& touched);
  // Marks what is overdue, looks at the rules that are given, and sets the account's timer anew:
  // all that wait for an instant must be among them.
  void settle_anew(const Touched& touched);

 private:
  void look_at(const Touched& touched);
  void settle_nodes();
  void mark_overdue();
  void lapse_track(const playbook::Track& track);
  void enter_track(const playbook::Track& track);
  bool may_enter(std::uint32_t node);
  void lapse(std::uint32_t node);
  void enter(std::uint32_t node, const cel::Rule* rule);
  void release(std::uint32_t node, const cel::Rule* rule);
  void settle_segments();
  Instant next_due() const;
  void emit(std::uint32_t node, TransitionKind kind, const cel::Rule* rule);
  void turned(std::uint32_t node);  // What reads it is to be looked at.
  Instant due_at(std::uint32_t node) const;
  State& state_;
  Lane& lane_;
  AccountNumber account_;
  Head& head_;
  Nodes nodes_;
  Instant now_;
  Occasion occasion_;
  Effects& effects_;
  View view_;
  bool changed_ = false;
};

}  // namespace pharos::engine
