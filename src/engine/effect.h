// engine/effect.h: what folding asks for, as values that carry the number of the event behind them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/event.h"

namespace pharos::engine {

enum class TransitionKind : std::uint8_t {
  entered,
  released,  // By a lapse, or because a branch ended.
  overdue,   // The due time of the step to this node passed; the node is not held.
};

struct Transition {
  AccountNumber account;
  std::uint32_t node = 0;  // Into Playbook::nodes.
  TransitionKind kind = TransitionKind::entered;
  std::uint32_t entry = 0;  // entered, released: which entry, from 1. overdue: entries so far.
  Instant at;
  // The account's latest event at that time: the one that caused it, or, for a timer, the last one
  // before it. 0: none yet.
  std::uint64_t seq = 0;
  auto operator<=>(const Transition&) const = default;
};

struct SegmentChange {
  AccountNumber account;
  std::uint32_t segment = 0;
  bool entered = false;  // Or left.
  Instant at;
  std::uint64_t seq = 0;
  auto operator<=>(const SegmentChange&) const = default;
};

// An account that is new, or whose attributes or position changed; its row as it is now.
struct AccountRow {
  AccountNumber account;
  std::string id;
  Instant first_at;              // Time of its first event.
  std::uint64_t seq = 0;         // Latest event that touched attributes; of the row's making.
  std::vector<Cell> attributes;  // By attribute index; strings as text_cell into `text`.
  std::string text;
  bool operator==(const AccountRow&) const = default;
};

struct MemberRow {
  MemberNumber member;
  AccountNumber account;
  std::string id;
  Instant first_at;
  std::vector<Cell> attributes;  // By member attribute index.
  std::string text;
  bool operator==(const MemberRow&) const = default;
};

// `from` is now an alias of `to`: rows of both are void; those of `to` follow anew in this Effects.
struct Linked {
  AccountNumber from;
  AccountNumber to;
  std::string from_id, to_id;
  bool refolded = false;  // Both had history; else there is nothing to take back.
  bool operator==(const Linked&) const = default;
};

// In the order in which they happened. `linked` comes first: apply it before the other lists.
struct Effects {
  std::vector<Linked> linked;
  std::vector<AccountRow> accounts;  // At most one row an account; the latest.
  std::vector<MemberRow> members;
  std::vector<Transition> transitions;
  std::vector<SegmentChange> segments;
  bool operator==(const Effects&) const = default;

  void clear() {
    linked.clear();
    accounts.clear();
    members.clear();
    transitions.clear();
    segments.clear();
  }
};

}  // namespace pharos::engine
