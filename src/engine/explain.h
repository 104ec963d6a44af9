// engine/explain.h: one account's life and why it went that way, from its history.
#pragma once

#include <string>
#include <vector>

#include "cel/rule.h"
#include "engine/effect.h"
#include "engine/event.h"
#include "engine/fold.h"
#include "playbook/model.h"

namespace pharos::engine {

// One transition and what decided it.
struct Reason {
  Transition transition;
  std::string rule;  // Its text; empty where the event alone decided, or another node's lapse did.
  Place place;       // Of the rule, or of the node.
  std::vector<cel::Finding> findings;
  bool by_timer = false;
  std::string event;  // Name of the triggering event; empty for timers.
  std::string event_id;
  std::string because;  // One sentence: "order_paid arrived and ...", "a window moved on: ...".
};

// What an account lacks for a node it could enter next.
struct Missing {
  std::uint32_t node = 0;
  std::string waits_for;  // Event name; empty for `when`.
  std::vector<cel::Finding>
      findings;  // Of the condition; those that do not hold say what it needs.
  Instant due = never;
  bool overdue = false;
};

struct Life {
  std::vector<Reason> reasons;  // In order of time.
  std::vector<SegmentChange> segments;
  std::vector<Missing> missing;  // The nodes that are open now, in declared order.
};

// Folds the one account's history anew, with tracing on, and moves its clock to `until`. Members
// are taken from the text of the events.
Life explain_life(const playbook::Playbook& playbook, const History& history,
                  const std::vector<Instant>& ticks_before, Instant until);

}  // namespace pharos::engine
