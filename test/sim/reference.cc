// sim/reference.cc: the fold as docs/semantics.md words it, sentence by sentence.
#include "sim/reference.h"

#include <algorithm>
#include <set>

#include "sim/moments.h"
#include "sim/sight.h"

namespace pharos::sim {
namespace {

using engine::TransitionKind;
using playbook::Trigger;

// One instant of one account.
class Instance {
 public:
  Instance(const playbook::Playbook& playbook, Life& life, Instant now, const Fact* event)
      : playbook_(playbook),
        life_(life),
        now_(now),
        event_(event),
        sight_(playbook, life, now, event) {}

  void settle() {
    mark_overdue();
    while (pass()) {
    }
    settle_segments();
    if (!life_.open && is_anything_kept_back())
      life_.open = {life_.transitions.size(), life_.changes.size()};
  }

 private:
  // "For which max(entered_at of after, released_at of the node) + due <= t."
  void mark_overdue() {
    for (std::uint32_t n = 0; n < playbook_.nodes.size(); ++n) {
      const playbook::Node& declared = playbook_.nodes[n];
      NodeState& node = life_.nodes[n];
      if (node.held || !declared.due || declared.after < 0 || node.overdue) continue;
      const NodeState& after = life_.nodes[static_cast<std::size_t>(declared.after)];
      if (!after.held) continue;
      const Instant base = std::max(after.entered_at, node.released_at);
      if (base + *declared.due > now_) continue;
      node.overdue = true;
      emit(n, TransitionKind::overdue);
    }
  }

  // "Track by track in declared order": true if anything changed.
  bool pass() {
    bool changed = false;
    for (const playbook::Track& track : playbook_.tracks) {
      const std::uint32_t end = track.node_first + track.node_count;
      for (std::uint32_t n = track.node_first; n < end; ++n) changed |= lapse(n);
      for (std::uint32_t n = track.node_first; n < end; ++n) changed |= enter(n);
    }
    return changed;
  }

  bool lapse(std::uint32_t n) {
    const playbook::Node& declared = playbook_.nodes[n];
    if (!life_.nodes[n].held || !declared.lapse || lapsed_.contains(n)) return false;
    if (!sight_.holds(declared.lapse->when)) return false;
    lapsed_.insert(n);
    release_with_dependents(n);
    if (declared.lapse->to < 0) return true;
    const auto to = static_cast<std::uint32_t>(declared.lapse->to);
    if (const auto branch = held_branch(declared.track); branch && *branch != to)
      release_with_dependents(*branch);
    if (!life_.nodes[to].held && !lapsed_.contains(to)) hold(to);
    return true;
  }

  bool enter(std::uint32_t n) {
    const playbook::Node& declared = playbook_.nodes[n];
    if (lapsed_.contains(n) || !is_open(n) || !is_met(n)) return false;
    hold(n);
    const auto branch = held_branch(declared.track);
    if (life_.nodes[n].entry > 1 && branch && !depends_on(n, *branch))
      release_with_dependents(*branch);
    return true;
  }

  // Neither held nor a branch, and what it comes after is held.
  bool is_open(std::uint32_t n) const {
    const playbook::Node& declared = playbook_.nodes[n];
    return !life_.nodes[n].held && declared.trigger != Trigger::branch &&
           (declared.after < 0 || life_.nodes[static_cast<std::size_t>(declared.after)].held);
  }

  bool is_met(std::uint32_t n) {
    const playbook::Node& declared = playbook_.nodes[n];
    if (declared.trigger == Trigger::on)
      return event_ != nullptr && event_->type == declared.on &&
             (!declared.condition || sight_.holds(*declared.condition));
    if (!sight_.holds(*declared.condition)) return false;
    const bool has_just_lapsed =
        life_.nodes[n].entry > 0 && declared.lapse && sight_.holds(declared.lapse->when);
    return !has_just_lapsed;
  }

  // What could be entered, had it not lapsed within this instant: its lapse rule read what changed
  // behind the lapse.
  bool is_anything_kept_back() {
    return std::ranges::any_of(lapsed_, [&](std::uint32_t n) {
      return playbook_.nodes[n].trigger == Trigger::when && is_open(n) && is_met(n);
    });
  }

  void hold(std::uint32_t n) {
    NodeState& node = life_.nodes[n];
    node.held = true;
    node.overdue = false;
    node.entered_at = now_;
    ++node.entry;
    emit(n, TransitionKind::entered);
  }

  void release_with_dependents(std::uint32_t first) {
    release(first);
    for (std::uint32_t n = 0; n < playbook_.nodes.size(); ++n)
      if (depends_on(n, first)) release(n);
  }

  // What was released, or hangs on it, starts its step over.
  void release(std::uint32_t n) {
    NodeState& node = life_.nodes[n];
    node.overdue = false;
    if (!node.held) return;
    node.held = false;
    node.released_at = now_;
    emit(n, TransitionKind::released);
  }

  bool depends_on(std::uint32_t n, std::uint32_t on) const {
    for (std::int32_t up = playbook_.nodes[n].after; up >= 0;
         up = playbook_.nodes[static_cast<std::size_t>(up)].after)
      if (static_cast<std::uint32_t>(up) == on) return true;
    return false;
  }

  std::optional<std::uint32_t> held_branch(std::uint32_t track) const {
    const playbook::Track& t = playbook_.tracks[track];
    for (std::uint32_t n = t.node_first; n < t.node_first + t.node_count; ++n)
      if (life_.nodes[n].held && playbook_.nodes[n].trigger == Trigger::branch) return n;
    return std::nullopt;
  }

  void settle_segments() {
    for (std::uint32_t s = 0; s < playbook_.segments.size(); ++s) {
      const bool inside = sight_.holds(playbook_.segments[s].when);
      if (life_.segments[s] == inside) continue;
      life_.segments[s] = inside;
      life_.changes.push_back({engine::no_account, s, inside, now_, life_.seq});
    }
  }

  void emit(std::uint32_t n, TransitionKind kind) {
    life_.transitions.push_back(
        {engine::no_account, n, kind, life_.nodes[n].entry, now_, life_.seq});
  }

  const playbook::Playbook& playbook_;
  Life& life_;
  Instant now_;
  const Fact* event_;
  Sight sight_;
  std::set<std::uint32_t> lapsed_;  // Within this instant.
};

Life new_life(const playbook::Playbook& playbook) {
  Life life;
  life.attributes.resize(playbook.schema.attributes.size());
  life.nodes.resize(playbook.nodes.size());
  life.segments.resize(playbook.segments.size());
  return life;
}

}  // namespace

Reference::Reference(const playbook::Playbook& playbook)
    : playbook_(playbook), constants_(constants_of(playbook)) {}

std::string Reference::root(const std::string& id) const {
  const auto alias = alias_of_.find(id);
  return alias == alias_of_.end() ? id : root(alias->second);
}

std::int32_t Reference::at(const Life& life, std::uint32_t track) const {
  return node_at(playbook_, life, track);
}

std::string Reference::ask(const std::string& account, const cel::Rule& rule) {
  Life& life = lives_.at(account);
  return Sight(playbook_, life, life.clock, nullptr).text_of(rule);
}

// All instants in (clock, until], in order, each at its own time.
void Reference::advance(Life& life, Instant until) {
  const std::set<Instant> fixed = fixed_moments(playbook_, constants_, life, life.clock, until);
  for (Instant now = life.clock; !life.open;) {  // What comes behind that is not compared.
    const auto next_fixed = fixed.upper_bound(now);
    now = std::min(next_fixed == fixed.end() ? never : *next_fixed,
                   next_node_moment(constants_, life, now));
    if (now > until) break;
    Instance(playbook_, life, now, nullptr).settle();
  }
  life.clock = std::max(life.clock, until);
}

void Reference::tick(Instant now) {
  for (auto& [id, life] : lives_)
    if (life.is_live()) advance(life, now);
}

void Reference::apply(const Fact& fact, std::uint64_t seq) {
  if (fact.type == playbook::event_link) return link(fact.properties[0].text, fact.account);
  const std::string id = root(fact.account);
  apply_to(lives_.try_emplace(id, new_life(playbook_)).first->second, fact, seq);
}

void Reference::apply_to(Life& life, const Fact& fact, std::uint64_t seq) {
  if (life.is_live())
    advance(life, fact.time);
  else
    life.clock = fact.time;
  life.seq = seq;
  life.events.push_back({fact, seq, {}});
  if (fact.type == playbook::event_account_updated)
    for (std::size_t i = 0; i < fact.properties.size(); ++i) {
      if (fact.properties[i].cell == engine::cell_absent) continue;
      const bool is_null = fact.properties[i].cell == engine::cell_null;
      life.attributes[i] = is_null ? Given{} : fact.properties[i];
    }
  if (!life.open) Instance(playbook_, life, life.clock, &fact).settle();
}

void Reference::link(const std::string& from_id, const std::string& to_id) {
  const std::string from = root(from_id), to = root(to_id);
  if (from == to) return;
  alias_of_[from] = to;
  if (!lives_.contains(from)) return;
  Life old = std::move(lives_.at(from));
  lives_.erase(from);
  Life& other = lives_.try_emplace(to, new_life(playbook_)).first->second;
  const Instant clock = other.is_live() ? std::max(old.clock, other.clock) : old.clock;
  std::vector<Applied> all = std::move(old.events);
  all.insert(all.end(), other.events.begin(), other.events.end());
  std::ranges::sort(all, {}, [](const Applied& a) { return std::pair(a.fact.time, a.seq); });
  other = new_life(playbook_);
  for (const Applied& applied : all) apply_to(other, applied.fact, applied.seq);
  advance(other, clock);
}

}  // namespace pharos::sim
