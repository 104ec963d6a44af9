// insight/node_report.cc: one walk over the moves of each account, counted as it goes.
#include "insight/node_report.h"

#include <algorithm>

#include "base/error.h"

namespace pharos::insight {
namespace {

using engine::TransitionKind;

// What the moves of one account leave behind at one node.
struct Trace {
  bool held = false;
  std::optional<Instant> first_entered;
  std::optional<Instant> overdue;  // Since when; ended by an entry or a release of the node.
  Instant entered = instant_min;   // Latest entry.
};

std::vector<Trace> walk(std::span<const Move> moves, std::size_t node_count) {
  std::vector<Trace> traces(node_count);
  for (const Move& move : moves) {
    Trace& trace = traces[move.node];
    switch (move.kind) {
      case TransitionKind::entered:
        trace.held = true;
        trace.entered = move.at;
        if (!trace.first_entered) trace.first_entered = move.at;
        trace.overdue.reset();
        break;
      case TransitionKind::released:
        trace.held = false;
        trace.overdue.reset();
        break;
      case TransitionKind::overdue: trace.overdue = move.at; break;
    }
  }
  return traces;
}

// The held branch of a track, else its last held node in declared order.
std::optional<std::uint32_t> stands_at(const playbook::Playbook& playbook,
                                       const playbook::Track& track,
                                       std::span<const Trace> traces) {
  std::optional<std::uint32_t> found;
  for (std::uint32_t i = 0; i < track.node_count; ++i) {
    const std::uint32_t node = track.node_first + i;
    if (!traces[node].held) continue;
    if (playbook.nodes[node].trigger == playbook::Trigger::branch) return node;
    found = node;
  }
  return found;
}

// Still overdue: the step is open, and it has not begun anew with a later entry of `after`.
bool is_overdue(const playbook::Node& node, const Trace& own, std::span<const Trace> traces) {
  if (own.held || !own.overdue) return false;
  if (node.after < 0) return true;
  const Trace& after = traces[static_cast<std::size_t>(node.after)];
  return after.held && after.entered < *own.overdue;
}

}  // namespace

std::optional<Duration> nearest_rank(std::span<Duration> values, int percent) {
  ASSERT(percent >= 1 && percent <= 100);
  if (values.empty()) return std::nullopt;
  const std::size_t rank = (values.size() * static_cast<std::size_t>(percent) + 99) / 100;
  const auto found = values.begin() + static_cast<std::ptrdiff_t>(rank - 1);
  std::ranges::nth_element(values, found);
  return *found;
}

NodeTally::NodeTally(const playbook::Playbook& playbook, std::size_t group_count)
    : playbook_(playbook),
      account_counts_(group_count),
      tallies_(group_count * playbook.nodes.size()) {}

void NodeTally::add(std::size_t group, std::span<const Move> moves) {
  ASSERT(group < account_counts_.size());
  account_counts_[group] += 1;
  if (moves.empty()) return;
  const std::vector<Trace> traces = walk(moves, playbook_.nodes.size());
  Tally* const tallies = &tallies_[group * playbook_.nodes.size()];
  for (std::size_t i = 0; i < playbook_.nodes.size(); ++i) {
    const playbook::Node& node = playbook_.nodes[i];
    NodeLine& line = tallies[i].line;
    if (traces[i].first_entered) line.entered += 1;
    if (is_overdue(node, traces[i], traces)) line.overdue += 1;
    if (node.after < 0) continue;
    const auto& after_entered = traces[static_cast<std::size_t>(node.after)].first_entered;
    if (!after_entered) continue;
    line.eligible += 1;
    if (!traces[i].first_entered) continue;
    line.converted += 1;
    if (*traces[i].first_entered >= *after_entered)
      tallies[i].steps.push_back(*traces[i].first_entered - *after_entered);
  }
  for (const playbook::Track& track : playbook_.tracks)
    if (const auto node = stands_at(playbook_, track, traces)) tallies[*node].line.at += 1;
}

std::vector<NodeLine> NodeTally::lines(std::size_t group) const {
  ASSERT(group < account_counts_.size());
  std::vector<NodeLine> lines;
  for (std::size_t i = 0; i < playbook_.nodes.size(); ++i) {
    const Tally& tally = tallies_[group * playbook_.nodes.size() + i];
    NodeLine line = tally.line;
    line.node = static_cast<std::uint32_t>(i);
    std::vector<Duration> steps = tally.steps;
    line.median = nearest_rank(steps, 50);
    line.p90 = nearest_rank(steps, 90);
    lines.push_back(line);
  }
  return lines;
}

}  // namespace pharos::insight
