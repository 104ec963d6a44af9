// playbook/draft.h: a playbook in the making, and the readers of its parts, in the order of their
// calls.
#pragma once

#include <string>
#include <vector>

#include "playbook/documents.h"
#include "playbook/model.h"
#include "playbook/outline.h"
#include "playbook/reading.h"

namespace pharos::playbook {

// What a node still waits for: texts that need all names to be known. Null where absent.
struct NodeDraft {
  const Outline* map = nullptr;
  const Outline* on = nullptr;
  const Outline* condition = nullptr;
  const Outline* after = nullptr;
  const Outline* due = nullptr;
  const Outline* lapse_when = nullptr;
  const Outline* lapse_to = nullptr;
};

struct Draft {
  Faults& faults;
  Playbook book;
  std::vector<NodeDraft> nodes;               // Beside book.nodes.
  std::vector<const Outline*> goal_metrics;   // Beside book.stages; null: no goal.
  std::vector<const Outline*> segment_rules;  // Beside book.segments.
  std::vector<const Outline*> metric_rules;   // Beside book.metrics.
  const Outline* money = nullptr;             // The first thing declared as money.
};

// header.cc: playbook, model, timezone, currency, label, teams.
void read_header(Draft& draft, const Sections& sections);
// A team that owns something or gets a task: one of `teams`, if the playbook declares any.
std::string read_team(Draft& draft, const Outline& value, std::string_view of);

// types.cc: attributes, members, events with their properties.
void read_types(Draft& draft, const Sections& sections);

// tracks.cc: tracks and stages. nodes.cc: one node. touchpoints.cc: what an account receives there.
void read_tracks(Draft& draft, const Sections& sections);
void read_node(Draft& draft, const Outline& map);
enum class TouchList : std::uint8_t { enter, overdue, lapsed, every };
std::vector<Touchpoint> read_touchpoints(Draft& draft, const Outline& list, TouchList kind,
                                         const std::string& owner);

// after.cc: what each node comes after, where lapses lead, and whether the order makes sense.
void resolve_order(Draft& draft);

// segments.cc and metrics.cc: segments; metrics, the tree and the goals of stages.
void read_segments(Draft& draft, const Sections& sections);
void read_metrics(Draft& draft, const Sections& sections);
void check_metrics(Draft& draft, const Sections& sections);

// rules.cc: completes the schema and compiles every rule.
void compile_rules(Draft& draft);
// The identifiers in a CEL text, outside of its string literals, in order.
std::vector<std::string_view> identifiers_in(std::string_view text);

}  // namespace pharos::playbook
