// engine/explain.cc: folds one account again with a tracer that writes down the reasons.
#include "engine/explain.h"

#include <algorithm>

#include "engine/settle.h"
#include "engine/state.h"
#include "engine/step.h"

namespace pharos::engine {
namespace {

using playbook::Playbook;
using playbook::Trigger;

std::string path_of(const Playbook& playbook, std::uint32_t node) {
  const playbook::Node& declared = playbook.nodes[node];
  return playbook.tracks[declared.track].name + "." + declared.name;
}

std::string because(const Playbook& playbook, const Transition& t, const cel::Rule* rule,
                    const std::string& event) {
  const playbook::Node& node = playbook.nodes[t.node];
  const std::string trigger = event.empty() ? "time passed" : event + " arrived";
  switch (t.kind) {
    case TransitionKind::overdue:
      return fmt::format("{} passed since {} was entered", format_duration(*node.due),
                         path_of(playbook, static_cast<std::uint32_t>(node.after)));
    case TransitionKind::released:
      if (rule == nullptr)
        return "what it depends on was released, or a lapsed node was entered again";
      if (!node.lapse || rule != &node.lapse->when)
        return trigger + " and another branch was taken";
      return trigger + " and it lapsed";
    case TransitionKind::entered: break;
  }
  if (node.trigger == Trigger::branch) return trigger + " and a node lapsed to this branch";
  if (rule == nullptr) return trigger;
  return fmt::format("{} and its {} held", trigger,
                     node.trigger == Trigger::on ? "`if`" : "condition");
}

Place place_of(const Playbook& playbook, const Transition& t, const cel::Rule* rule) {
  return rule != nullptr ? rule->place : playbook.nodes[t.node].place;
}

std::vector<Missing> find_missing(const Playbook& playbook, State& state, AccountNumber account) {
  std::vector<Missing> missing;
  const Nodes nodes = state.nodes(account);
  View view(state, account, state.clock(account));
  for (std::uint32_t n = 0; n < playbook.nodes.size(); ++n) {
    const playbook::Node& node = playbook.nodes[n];
    const NodePlan& plan = state.plan.nodes[n];
    if (!nodes.is_open(n) || node.trigger == Trigger::branch) continue;
    Missing next{
        .node = n, .waits_for = {}, .findings = {}, .due = never, .overdue = nodes.is_overdue(n)};
    if (node.trigger == Trigger::on) next.waits_for = playbook.schema.events[node.on].name;
    if (node.condition && node.trigger == Trigger::when) {
      view.bind(plan.condition);
      next.findings =
          cel::explain(*node.condition, view, state.lane_of(account).arena, playbook.schema);
    }
    if (node.due)
      next.due = std::max(nodes.entered_at(plan.after), nodes.released_at(n)) + *node.due;
    missing.push_back(std::move(next));
  }
  return missing;
}

}  // namespace

Life explain_life(const Playbook& playbook, const History& history,
                  const std::vector<Instant>& ticks_before, Instant until) {
  State state(playbook, {});
  Life life;
  Effects effects;
  const AccountNumber account = state.add_account("account");
  EventBatch batch = history.batch;
  state.tracer = [&](const Traced& traced) {
    Reason reason{.transition = traced.transition,
                  .rule = traced.rule != nullptr ? traced.rule->text : "",
                  .place = place_of(playbook, traced.transition, traced.rule),
                  .findings = {},
                  .by_timer = !traced.event.has_value(),
                  .event = {},
                  .event_id = {},
                  .because = {}};
    if (traced.rule != nullptr)
      reason.findings = cel::explain(*traced.rule, traced.activation, state.lane_of(account).arena,
                                     playbook.schema);
    if (traced.event) {
      const Event& event = batch.events[*traced.event];
      reason.event = playbook.schema.events[event.type].name;
      reason.event_id = batch.view(event.id);
    }
    reason.because = because(playbook, traced.transition, traced.rule, reason.event);
    life.reasons.push_back(std::move(reason));
  };
  const auto tick = [&](Instant now) {
    if (!state.is_live(account) || now <= state.clock(account)) return;
    run_timers(state, account, now, effects);
    state.head(account).clock = now;
  };
  for (std::size_t i = 0; i < batch.events.size(); ++i) {
    Event& event = batch.events[i];
    if (event.type == playbook::event_link) continue;
    if (i < ticks_before.size() && ticks_before[i] != instant_min) tick(ticks_before[i]);
    event.account_number = account;
    event.member_number =
        event.member.size > 0 ? state.add_member(account, batch.view(event.member)) : no_member;
    apply_event(state, batch, i, history.seqs[i], effects);
  }
  if (until != never && until != instant_min) tick(until);
  life.segments = std::move(effects.segments);
  if (state.is_live(account)) life.missing = find_missing(playbook, state, account);
  return life;
}

}  // namespace pharos::engine
