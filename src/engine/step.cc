// engine/step.cc: attributes, members and windows take in an event; then the account settles.
#include "engine/step.h"

#include <algorithm>

#include "engine/resolve.h"
#include "engine/settle.h"

namespace pharos::engine {
namespace {

// Text of a batch becomes a symbol; everything else stays as it is.
Cell keep(State& state, const EventBatch& batch, Cell cell, cel::PropertyType type) {
  if (cell == cell_null || cell == cell_absent) return cell_absent;
  if (type == cel::PropertyType::string) return state.series.symbols.add(batch.view(text_of(cell)));
  return cell;
}

void update_attributes(State& state, const EventBatch& batch, const Event& event,
                       std::uint64_t seq) {
  std::int64_t* const attributes = state.record(event.account_number) + word_attributes;
  const auto& properties = state.playbook->schema.attributes;
  for (std::size_t i = 0; i < properties.size(); ++i) {
    const Cell cell = batch.cells[event.cells + i];
    if (cell != cell_absent) attributes[i] = keep(state, batch, cell, properties[i].type);
  }
  state.mark_account(event.account_number, seq);
}

void update_member(State& state, const EventBatch& batch, const Event& event) {
  const MemberNumber member = event.member_number;
  if (member == no_member) return;
  if (state.member_first[member.value] == never) {
    state.member_first[member.value] = event.time;
    state.mark_member(member);
  }
  if (event.type != playbook::event_member_updated) return;
  const auto& properties = state.playbook->member_attributes;
  for (std::size_t i = 0; i < properties.size(); ++i) {
    const Cell cell = batch.cells[event.cells + i];
    if (cell != cell_absent)
      state.member_cells[member.value * properties.size() + i] =
          keep(state, batch, cell, properties[i].type);
  }
  state.mark_member(member);
}

bool passes(State& state, const Stream& stream, AccountNumber account, const EventBatch& batch,
            const Event& event) {
  if (stream.filter == nullptr) return true;
  View view(state, account, event.time);
  view.set_event(&batch, &event);
  return cel::evaluate(*stream.filter, view, state.arena).is_true();
}

void feed_stream(State& state, std::uint32_t index, const EventBatch& batch, const Event& event,
                 Instant now) {
  const Stream& stream = state.plan.streams[index];
  const AccountNumber account = event.account_number;
  if (!passes(state, stream, account, batch, event)) return;
  state.values.clear();
  for (const Column& column : stream.columns) {
    Cell value = cell_absent;
    if (column.property >= 0) {
      value =
          keep(state, batch, batch.cells[event.cells + static_cast<std::uint32_t>(column.property)],
               column.type);
    } else if (event.member_number != no_member) {
      value =
          state.series.symbols.add(MemberKey::id_of(state.members.view(event.member_number.value)));
    }
    state.values.push_back(value);
  }
  Series(state.plan, index, state.record(account), state.series)
      .insert(now, event.time, state.values);
}

// Whether anything that waits for such an event is there: most events find nothing to turn.
bool turns_something(const State& state, const Touched& touched, const std::int64_t* record) {
  const auto is_held = [&](std::uint32_t node) {
    return (record[state.plan.nodes[node].status] & flag_held) != 0;
  };
  const std::size_t nodes = state.plan.nodes.size();
  for (std::size_t n = touched.entries.next(0, nodes); n < nodes;
       n = touched.entries.next(n + 1, nodes)) {
    const std::int32_t after = state.playbook->nodes[n].after;
    if (!is_held(static_cast<std::uint32_t>(n)) &&
        (after < 0 || is_held(static_cast<std::uint32_t>(after))))
      return true;
  }
  for (std::size_t n = touched.lapses.next(0, nodes); n < nodes;
       n = touched.lapses.next(n + 1, nodes))
    if (is_held(static_cast<std::uint32_t>(n))) return true;
  const std::span<const std::uint64_t> outside = touched.outside.words();
  for (std::size_t i = 0; i < outside.size(); ++i) {
    const auto inside = static_cast<std::uint64_t>(record[state.plan.segment_words + i]);
    if (((touched.inside.words()[i] & inside) | (outside[i] & ~inside)) != 0) return true;
  }
  return false;
}

}  // namespace

void run_timers(State& state, AccountNumber account, Instant until, Effects& effects) {
  while (state.timers[account.value] <= until) {
    const Instant now = state.timers[account.value];
    state.record(account)[word_clock] = now.ms;
    Settler(state, account, now, {}, effects).settle_anew(state.plan.timed);
    ASSERT(state.timers[account.value] > now);
  }
}

void apply_event(State& state, const EventBatch& batch, std::size_t index, std::uint64_t seq,
                 Effects& effects) {
  Event event = batch.events[index];
  follow_alias(state, event);
  const AccountNumber account = event.account_number;
  const EventPlan& plan = state.plan.events[event.type];
  const bool first = state.live[account.value] == 0;
  if (first) {
    state.begin_account(account, event.time);
    state.mark_account(account, seq);
  } else if (state.timers[account.value] <= event.time) {
    run_timers(state, account, event.time, effects);
  }
  std::int64_t* const record = state.record(account);
  const Instant now = std::max(state.clock(account), event.time);
  record[word_clock] = now.ms;
  record[word_seq] = static_cast<std::int64_t>(seq);

  if (event.type == playbook::event_account_updated) update_attributes(state, batch, event, seq);
  update_member(state, batch, event);
  for (const std::uint32_t stream : plan.streams) feed_stream(state, stream, batch, event, now);
  if (state.options.queries_only) return;  // There is no lifecycle to settle.
  if (first) {
    Settler(state, account, now, {&batch, index}, effects).settle_anew(state.plan.all);
  } else if (plan.touches && turns_something(state, plan.touched, record)) {
    Settler(state, account, now, {&batch, index}, effects).settle(plan.touched);
  }
}

}  // namespace pharos::engine
