// history/backtest.h: all of history under two playbooks, and what differs: by node, by account.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/effect.h"
#include "history/frame.h"
#include "playbook/model.h"

namespace pharos::history {

// A playbook, and history in the columns that it declares.
struct Version {
  const playbook::Playbook& playbook;
  const Frame& frame;
};

// Counts of accounts. A node or segment that one of the two does not have is empty there.
struct NodeChange {
  std::string path;                                     // main.activated
  bool is_before = false, is_after = false;             // Whether it is declared there.
  std::uint64_t entered_before = 0, entered_after = 0;  // At least once.
  std::uint64_t at_before = 0, at_after = 0;            // Stand there in the end.
  std::uint64_t only_before = 0, only_after = 0;        // Entered under one of the two.
  std::uint64_t earlier = 0, later = 0;  // First entered under both, but earlier or later now.
};
struct SegmentDifference {
  std::string name;
  bool is_before = false, is_after = false;
  std::uint64_t in_before = 0, in_after = 0;  // In the end.
};

// A transition as both playbooks can name it.
struct Step {
  std::string path;
  engine::TransitionKind kind = engine::TransitionKind::entered;
  std::uint32_t entry = 0;
  Instant at;
  bool operator==(const Step&) const = default;
};
// An account that does not have the same life, and the first place where the two part.
struct Parting {
  Position position = 0;
  std::optional<Step> before, after;
};

struct Backtest {
  std::uint64_t accounts = 0;  // With events by then.
  std::uint64_t transitions_before = 0, transitions_after = 0;
  std::uint64_t differ = 0;
  std::vector<NodeChange> nodes;  // Of the later playbook in its order, then those that are gone.
  std::vector<SegmentDifference> segments;
  std::vector<Parting> partings;  // The first of those that differ, by position.
};

// `until`: as of then; never: the present. At most `partings_max` partings are told.
Backtest backtest(const Version& before, const Version& after, Instant until, int threads,
                  std::size_t partings_max);

// The two lives of one account.
struct TwoLives {
  std::vector<Step> before, after;
};
TwoLives two_lives(const Version& before, const Version& after, Position position, Instant until);

}  // namespace pharos::history
