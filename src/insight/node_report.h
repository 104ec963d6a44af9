// insight/node_report.h: how accounts move through the nodes: who came, who stands where, who is
// stuck, how many went on and how long it took. Over the columns of their transitions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/instant.h"
#include "engine/effect.h"
#include "playbook/model.h"

namespace pharos::insight {

// The value at rank ceil(percent / 100 x n) of the n sorted values, counted from 1 (nearest rank):
// always one of the values, never something between two. None of none. Percent: 1..100.
// The values are reordered.
std::optional<Duration> nearest_rank(std::span<Duration> values, int percent);

// One transition of an account, as the journal keeps it.
struct Move {
  std::uint32_t node = 0;  // Into Playbook::nodes.
  engine::TransitionKind kind = engine::TransitionKind::entered;
  Instant at;
};

// All counts are of accounts.
struct NodeLine {
  std::uint32_t node = 0;
  std::uint64_t entered = 0;    // Entered it at least once, even if released since.
  std::uint64_t at = 0;         // Stand there: on the held branch of the track, else the last held.
  std::uint64_t overdue = 0;    // The step to it is open and past its due time now.
  std::uint64_t eligible = 0;   // Entered its `after`; 0 for a node without one.
  std::uint64_t converted = 0;  // Of those, entered it as well: conversion = converted / eligible.
  // From the first entry of `after` to the first entry of the node, over the converted accounts
  // that entered it no earlier than `after`.
  std::optional<Duration> median, p90;
};

// One pass over accounts, in any order; memory grows by 8 bytes for each converted account a node.
class NodeTally {
 public:
  // Accounts are counted in `group_count` groups apart. The playbook must outlive the tally.
  explicit NodeTally(const playbook::Playbook& playbook, std::size_t group_count = 1);

  // All moves of one account up to the instant of the report, in the order in which they happened.
  void add(std::size_t group, std::span<const Move> moves);

  // Accounts added, with or without moves.
  std::uint64_t account_count(std::size_t group) const { return account_counts_[group]; }
  // One line a node, in declared order.
  std::vector<NodeLine> lines(std::size_t group) const;

 private:
  struct Tally {
    NodeLine line;
    std::vector<Duration> steps;
  };
  const playbook::Playbook& playbook_;
  std::vector<std::uint64_t> account_counts_;
  std::vector<Tally> tallies_;  // By group, then node.
};

}  // namespace pharos::insight
