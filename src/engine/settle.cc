// engine/settle.cc: the order of things within one instant.
#include "engine/settle.h"

#include <algorithm>

namespace pharos::engine {

using playbook::Trigger;

Settler::Settler(State& state, AccountNumber account, Instant now, Occasion occasion,
                 Effects& effects)
    : state_(state),
      lane_(state.lane_of(account)),
      account_(account),
      head_(state.head(account)),
      nodes_(state.nodes(account)),
      now_(now),
      occasion_(occasion),
      effects_(effects),
      view_(state, account, now) {
  if (occasion.event) view_.set_event(occasion.batch, &occasion.batch->events[*occasion.event]);
}

void Settler::look_at(const Touched& touched) {
  lane_.entries = touched.entries;
  lane_.lapses = touched.lapses;
  const std::span<std::uint64_t> words = lane_.segments.words();
  const std::uint64_t* const inside = state_.segment_words(account_);
  for (std::size_t i = 0; i < words.size(); ++i)
    words[i] = (touched.inside.words()[i] & inside[i]) | (touched.outside.words()[i] & ~inside[i]);
}

void Settler::settle(const Touched& touched) {
  look_at(touched);
  settle_nodes();
  settle_segments();
  Instant timer = std::min(head_.timer, view_.earliest_change());
  if (changed_) timer = std::min(timer, next_due());
  if (timer < head_.timer) state_.set_timer(account_, timer);
}

void Settler::settle_anew(const Touched& touched) {
  look_at(touched);
  mark_overdue();
  settle_nodes();
  settle_segments();
  state_.set_timer(account_, std::min(view_.earliest_change(), next_due()));
}

// A rule that was looked at is looked at again only when a transition can have turned it.
void Settler::settle_nodes() {
  lane_.lapsed.clear();
  while (lane_.entries.any() || lane_.lapses.any()) {
    for (const playbook::Track& track : state_.playbook->tracks) {
      lapse_track(track);
      enter_track(track);
    }
  }
}

void Settler::turned(std::uint32_t node) {
  const Touched& touched = state_.plan.nodes[node].touched;
  changed_ = true;
  lane_.entries.add(touched.entries);
  lane_.lapses.add(touched.lapses);
  lane_.segments.add(touched.inside);  // The same as `outside` here.
}

Instant Settler::due_at(std::uint32_t node) const {
  const std::uint32_t after = state_.plan.nodes[node].after;
  const Instant base = std::max(nodes_.entered_at(after), nodes_.released_at(node));
  return base + *state_.playbook->nodes[node].due;
}

void Settler::mark_overdue() {
  for (const std::uint32_t n : state_.plan.with_due) {
    if (!nodes_.is_open(n) || nodes_.is_overdue(n) || due_at(n) > now_) continue;
    nodes_.set_overdue(n, true);
    turned(n);
    emit(n, TransitionKind::overdue, nullptr);
  }
}

Instant Settler::next_due() const {
  Instant next = never;
  for (const std::uint32_t n : state_.plan.with_due)
    if (nodes_.is_open(n) && !nodes_.is_overdue(n)) next = std::min(next, due_at(n));
  return next;
}

void Settler::lapse_track(const playbook::Track& track) {
  const std::size_t end = track.node_first + track.node_count;
  for (std::size_t n = lane_.lapses.next(track.node_first, end); n < end;
       n = lane_.lapses.next(n + 1, end)) {
    const auto node = static_cast<std::uint32_t>(n);
    const std::uint32_t rule = state_.plan.nodes[node].lapse;
    lane_.lapses.reset(n);
    if (rule == none || !nodes_.is_held(node) || !view_.holds(rule, Wait::to_true)) continue;
    if (!lane_.lapsed.test(node)) lapse(node);
  }
}

bool Settler::may_enter(std::uint32_t node) {
  const playbook::Node& declared = state_.playbook->nodes[node];
  const NodePlan& plan = state_.plan.nodes[node];
  if (declared.trigger == Trigger::branch || !nodes_.is_open(node)) return false;
  const bool lapsed = lane_.lapsed.test(node);
  if (declared.trigger == Trigger::on) {
    const Event* event = view_.event_at_hand();
    if (lapsed || event == nullptr || event->type != declared.on) return false;
    return plan.condition == none || view_.holds(plan.condition, Wait::none);
  }
  if (!view_.holds(plan.condition, Wait::to_true)) return false;
  // A rule that has lapsed is not met anew while it would lapse at once.
  const bool again = nodes_.entry(node) > 0;
  if (again && plan.lapse != none && view_.holds(plan.lapse, Wait::from_true)) return false;
  return !lapsed;
}

void Settler::enter_track(const playbook::Track& track) {
  const std::size_t end = track.node_first + track.node_count;
  for (std::size_t n = lane_.entries.next(track.node_first, end); n < end;
       n = lane_.entries.next(n + 1, end)) {
    const auto node = static_cast<std::uint32_t>(n);
    lane_.entries.reset(n);
    if (!may_enter(node)) continue;
    const auto& condition = state_.playbook->nodes[node].condition;
    enter(node, condition ? &*condition : nullptr);
  }
}

void Settler::lapse(std::uint32_t node) {
  const playbook::Node& declared = state_.playbook->nodes[node];
  const cel::Rule* rule = &declared.lapse->when;
  lane_.lapsed.set(node);
  release(node, rule);
  if (declared.lapse->to < 0) return;
  const auto to = static_cast<std::uint32_t>(declared.lapse->to);
  const std::int32_t branch = state_.held_branch(account_, declared.track);
  if (branch >= 0 && static_cast<std::uint32_t>(branch) != to)
    release(static_cast<std::uint32_t>(branch), rule);
  if (!nodes_.is_held(to) && !lane_.lapsed.test(to)) enter(to, rule);
}

void Settler::enter(std::uint32_t node, const cel::Rule* rule) {
  const playbook::Node& declared = state_.playbook->nodes[node];
  const std::uint32_t entry = nodes_.enter(node, now_);
  turned(node);
  emit(node, TransitionKind::entered, rule);
  if (declared.trigger == Trigger::branch || entry == 1) return;
  if (const std::int32_t branch = state_.held_branch(account_, declared.track); branch >= 0)
    release(static_cast<std::uint32_t>(branch), nullptr);
}

// The node, then what depends on it. Their steps start over, so they are not overdue any more.
void Settler::release(std::uint32_t node, const cel::Rule* rule) {
  const auto put_back = [&](std::uint32_t n, const cel::Rule* why) {
    const bool held = nodes_.is_held(n);
    if (held || nodes_.is_overdue(n)) turned(n);
    if (held) {
      nodes_.release(n, now_);
      emit(n, TransitionKind::released, why);
    }
    nodes_.set_overdue(n, false);
  };
  put_back(node, rule);
  for (const std::uint32_t dependent : state_.plan.nodes[node].dependents)
    put_back(dependent, nullptr);
}

void Settler::settle_segments() {
  const std::size_t count = state_.plan.segments.size();
  for (std::size_t s = lane_.segments.next(0, count); s < count;
       s = lane_.segments.next(s + 1, count)) {
    std::uint64_t& word = state_.segment_words(account_)[s / 64];
    const bool was_inside = (word >> s % 64 & 1) != 0;
    const std::uint32_t rule = state_.plan.segments[s];
    const bool inside = view_.holds(rule, was_inside ? Wait::from_true : Wait::to_true);
    if (was_inside == inside) continue;
    word ^= std::uint64_t{1} << s % 64;
    // From now on it waits for the opposite.
    if (state_.plan.timed.outside.test(s) || state_.plan.timed.inside.test(s))
      view_.holds(rule, inside ? Wait::from_true : Wait::to_true);
    effects_.segments.push_back({account_, static_cast<std::uint32_t>(s), inside, now_, head_.seq});
  }
}

void Settler::emit(std::uint32_t node, TransitionKind kind, const cel::Rule* rule) {
  effects_.transitions.push_back({account_, node, kind, nodes_.entry(node), now_, head_.seq});
  if (!state_.tracer) return;
  const NodePlan& plan = state_.plan.nodes[node];
  const playbook::Node& declared = state_.playbook->nodes[node];
  if (rule != nullptr) {
    const bool own_lapse = declared.lapse && rule == &declared.lapse->when;
    if (own_lapse) {
      view_.bind(plan.lapse);
    } else if (declared.condition && rule == &*declared.condition) {
      view_.bind(plan.condition);
    } else {
      for (const PlanRule& planned : state_.plan.rules)
        if (planned.rule == rule)
          view_.bind(static_cast<std::uint32_t>(&planned - state_.plan.rules.data()));
    }
  }
  state_.tracer({effects_.transitions.back(), rule, view_, occasion_.event});
}

}  // namespace pharos::engine
