// history/backtest.cc: both folds go over an account, and then their transitions are compared.
#include "history/backtest.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "history/replay.h"
#include "history/threads.h"

namespace pharos::history {
namespace {

constexpr std::size_t piece_accounts = 512;
constexpr std::size_t none = static_cast<std::size_t>(-1);

// Names of one playbook's nodes and segments among those of both.
struct Names {
  std::vector<std::size_t> nodes, segments;
};

// What both declare, and an empty result over it.
struct Ground {
  Backtest empty;
  Names before, after;
};

template <class List, class Name>
std::size_t find_or_add(List& list, Name List::value_type::*name, const std::string& text) {
  const auto found = std::ranges::find(list, text, name);
  if (found != list.end()) return static_cast<std::size_t>(found - list.begin());
  list.emplace_back().*name = text;
  return list.size() - 1;
}

Names add_names(const playbook::Playbook& playbook, bool NodeChange::*node_declared,
                bool SegmentDifference::*segment_declared, Backtest& result) {
  Names names;
  for (std::uint32_t n = 0; n < playbook.nodes.size(); ++n) {
    names.nodes.push_back(
        find_or_add(result.nodes, &NodeChange::path, playbook::node_path(playbook, n)));
    result.nodes[names.nodes.back()].*node_declared = true;
  }
  for (const playbook::Segment& segment : playbook.segments) {
    names.segments.push_back(find_or_add(result.segments, &SegmentDifference::name, segment.name));
    result.segments[names.segments.back()].*segment_declared = true;
  }
  return names;
}

Ground ground_of(const Version& before, const Version& after) {
  Ground ground;
  ground.after =
      add_names(after.playbook, &NodeChange::is_after, &SegmentDifference::is_after, ground.empty);
  ground.before = add_names(before.playbook, &NodeChange::is_before, &SegmentDifference::is_before,
                            ground.empty);
  return ground;
}

// One playbook's fold over some accounts.
class Side {
 public:
  Side(const Version& version, const Names& names, Instant until)
      : version_(version),
        names_(names),
        reader_(version.frame, version.playbook, {}, false, until, false) {}

  void begin() { fold_ = std::make_unique<engine::Fold>(version_.playbook); }
  void read(Position position) {
    effects_.clear();
    account_ = reader_.read(position, *fold_, effects_);
  }
  bool is_live() const { return fold_->is_live(account_); }
  const std::vector<engine::Transition>& transitions() const { return effects_.transitions; }
  std::size_t node(std::uint32_t own) const { return names_.nodes[own]; }
  // Among the nodes of both; none.
  std::size_t at(std::uint32_t track) const {
    const std::int32_t node = fold_->at(account_, track);
    return node < 0 ? none : names_.nodes[static_cast<std::size_t>(node)];
  }
  std::size_t track_count() const { return version_.playbook.tracks.size(); }
  template <class Take>
  void each_segment(Take take) const {
    for (std::uint32_t s = 0; s < version_.playbook.segments.size(); ++s)
      if (fold_->in_segment(account_, s)) take(names_.segments[s]);
  }
  Step step(std::size_t index) const {
    const engine::Transition& t = effects_.transitions[index];
    return {playbook::node_path(version_.playbook, t.node), t.kind, t.entry, t.at};
  }

 private:
  Version version_;
  const Names& names_;
  LifeReader reader_;
  std::unique_ptr<engine::Fold> fold_;
  engine::Effects effects_;
  engine::AccountNumber account_;
};

class Comparison {
 public:
  Comparison(const Version& before, const Version& after, const Ground& ground, Instant until,
             std::size_t partings_max)
      : before_(before, ground.before, until),
        after_(after, ground.after, until),
        result_(ground.empty),
        firsts_before_(ground.empty.nodes.size()),
        firsts_after_(ground.empty.nodes.size()),
        partings_max_(partings_max) {}

  void begin() {
    before_.begin();
    after_.begin();
  }
  void add(Position position) {
    before_.read(position);
    after_.read(position);
    if (!before_.is_live() && !after_.is_live()) return;
    ++result_.accounts;
    result_.transitions_before += before_.transitions().size();
    result_.transitions_after += after_.transitions().size();
    count_entries(before_, firsts_before_);
    count_entries(after_, firsts_after_);
    for (std::size_t n = 0; n < result_.nodes.size(); ++n) count_node(n);
    count_places();
    const std::size_t common = find_parting();
    if (common == none) return;
    ++result_.differ;
    if (result_.partings.size() >= partings_max_) return;
    Parting parting{.position = position, .before = {}, .after = {}};
    if (common < before_.transitions().size()) parting.before = before_.step(common);
    if (common < after_.transitions().size()) parting.after = after_.step(common);
    result_.partings.push_back(std::move(parting));
  }
  Backtest take() { return std::move(result_); }

 private:
  static void count_entries(const Side& side, std::vector<Instant>& firsts) {
    std::ranges::fill(firsts, never);
    for (const engine::Transition& t : side.transitions())
      if (t.kind == engine::TransitionKind::entered)
        firsts[side.node(t.node)] = std::min(firsts[side.node(t.node)], t.at);
  }
  void count_node(std::size_t n) {
    NodeChange& node = result_.nodes[n];
    const Instant before = firsts_before_[n], after = firsts_after_[n];
    node.entered_before += before != never ? 1 : 0;
    node.entered_after += after != never ? 1 : 0;
    node.only_before += before != never && after == never ? 1 : 0;
    node.only_after += after != never && before == never ? 1 : 0;
    if (before == never || after == never) return;
    node.earlier += after < before ? 1 : 0;
    node.later += after > before ? 1 : 0;
  }
  void count_places() {
    if (before_.is_live()) {
      for (std::uint32_t t = 0; t < before_.track_count(); ++t)
        if (before_.at(t) != none) ++result_.nodes[before_.at(t)].at_before;
      before_.each_segment([&](std::size_t s) { ++result_.segments[s].in_before; });
    }
    if (!after_.is_live()) return;
    for (std::uint32_t t = 0; t < after_.track_count(); ++t)
      if (after_.at(t) != none) ++result_.nodes[after_.at(t)].at_after;
    after_.each_segment([&](std::size_t s) { ++result_.segments[s].in_after; });
  }
  // The first transition that is not the same; none if all are.
  std::size_t find_parting() const {
    const auto &a = before_.transitions(), &b = after_.transitions();
    for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
      const bool same = i < a.size() && i < b.size() &&
                        before_.node(a[i].node) == after_.node(b[i].node) &&
                        a[i].kind == b[i].kind && a[i].entry == b[i].entry && a[i].at == b[i].at;
      if (!same) return i;
    }
    return none;
  }

  Side before_, after_;
  Backtest result_;
  std::vector<Instant> firsts_before_, firsts_after_;  // By node: first entries of the account.
  std::size_t partings_max_;
};

void add(const Backtest& part, Backtest& total) {
  total.accounts += part.accounts;
  total.transitions_before += part.transitions_before;
  total.transitions_after += part.transitions_after;
  total.differ += part.differ;
  for (std::size_t n = 0; n < total.nodes.size(); ++n) {
    NodeChange& to = total.nodes[n];
    const NodeChange& from = part.nodes[n];
    for (const auto count :
         {&NodeChange::entered_before, &NodeChange::entered_after, &NodeChange::at_before,
          &NodeChange::at_after, &NodeChange::only_before, &NodeChange::only_after,
          &NodeChange::earlier, &NodeChange::later})
      to.*count += from.*count;
  }
  for (std::size_t s = 0; s < total.segments.size(); ++s) {
    total.segments[s].in_before += part.segments[s].in_before;
    total.segments[s].in_after += part.segments[s].in_after;
  }
  total.partings.insert(total.partings.end(), part.partings.begin(), part.partings.end());
}

}  // namespace

Backtest backtest(const Version& before, const Version& after, Instant until, int threads,
                  std::size_t partings_max) {
  ASSERT(before.frame.account_count() == after.frame.account_count());
  const Ground ground = ground_of(before, after);
  const std::size_t count = before.frame.account_count();
  Backtest total = ground.empty;
  std::mutex mutex;
  in_pieces((count + piece_accounts - 1) / piece_accounts, threads, [&]() -> Work {
    return [&](std::size_t piece) {
      Comparison comparison(before, after, ground, until, partings_max);
      comparison.begin();
      const std::size_t end = std::min(count, (piece + 1) * piece_accounts);
      for (std::size_t position = piece * piece_accounts; position < end; ++position)
        comparison.add(static_cast<Position>(position));
      const Backtest part = comparison.take();
      const std::scoped_lock lock(mutex);
      add(part, total);
    };
  });
  std::ranges::sort(total.partings, {}, &Parting::position);
  if (total.partings.size() > partings_max) total.partings.resize(partings_max);
  return total;
}

TwoLives two_lives(const Version& before, const Version& after, Position position, Instant until) {
  const Ground ground = ground_of(before, after);
  TwoLives lives;
  const auto read = [&](const Version& version, const Names& names, std::vector<Step>& steps) {
    Side side(version, names, until);
    side.begin();
    side.read(position);
    for (std::size_t i = 0; i < side.transitions().size(); ++i) steps.push_back(side.step(i));
  };
  read(before, ground.before, lives.before);
  read(after, ground.after, lives.after);
  return lives;
}

}  // namespace pharos::history
