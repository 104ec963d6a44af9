// engine/link.cc: aliases and refolds.
#include "engine/link.h"

#include <algorithm>

#include "engine/step.h"

namespace pharos::engine {
namespace {

// Adds an event of one batch, text and all, to a history.
void append_event(const playbook::Playbook& playbook, const EventBatch& from, std::size_t index,
                  std::uint64_t seq, History& to) {
  Event event = from.events[index];
  const auto& properties = playbook.schema.events[event.type].properties;
  const std::uint32_t cells = event.cells;
  event.cells = static_cast<std::uint32_t>(to.batch.cells.size());
  for (std::size_t i = 0; i < properties.size(); ++i) {
    Cell cell = from.cells[cells + i];
    if (properties[i].type == cel::PropertyType::string && cell != cell_absent && cell != cell_null)
      cell = text_cell(to.batch.add_text(from.view(text_of(cell))));
    to.batch.cells.push_back(cell);
  }
  event.id = to.batch.add_text(from.view(event.id));
  event.account = event.member = event.extra = {};
  to.batch.events.push_back(event);
  to.seqs.push_back(seq);
}

// All events of the two so far: what the journal holds, and the part of this batch before the link.
History gather(State& state, const EventBatch& batch, std::size_t index, AccountNumber from,
               AccountNumber to) {
  History history;
  if (state.options.history) history = state.options.history(from, to);
  for (std::size_t i = 0; i < index; ++i) {
    const Event& event = batch.events[i];
    if (event.type == playbook::event_link) continue;
    const AccountNumber owner = state.root(event.account_number);
    if (owner == from || owner == to)
      append_event(*state.playbook, batch, i, batch.seq_first + i, history);
  }
  return history;
}

void refold(State& state, const History& history, AccountNumber to, Instant clock,
            Effects& effects) {
  std::vector<std::size_t> order(history.batch.events.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, {}, [&](std::size_t i) {
    return std::pair(history.batch.events[i].time, history.seqs[i]);
  });
  EventBatch batch = history.batch;
  for (Event& event : batch.events) {
    event.account_number = to;
    if (event.member_number != no_member) {
      const std::string id(MemberKey::id_of(state.members.view(event.member_number.value)));
      event.member_number = state.add_member(to, id);
    }
  }
  for (const std::size_t i : order)
    if (batch.events[i].type != playbook::event_link)
      apply_event(state, batch, i, history.seqs[i], effects);
  if (!state.is_live(to)) return;
  run_timers(state, to, clock, effects);
  Instant& own = state.head(to).clock;
  own = std::max(own, clock);
}

// Forgets what an account did to the rows of this batch and of its members.
void take_back(State& state, AccountNumber account, Effects& effects) {
  std::erase_if(effects.transitions, [&](const Transition& t) { return t.account == account; });
  std::erase_if(effects.segments, [&](const SegmentChange& s) { return s.account == account; });
  for (std::uint32_t m = 0; m < state.member_first.size(); ++m)
    if (state.account_of({m}) == account) state.member_first[m] = never;
}

}  // namespace

void apply_link(State& state, const EventBatch& batch, std::size_t index, Effects& effects) {
  const Event& event = batch.events[index];
  const std::string_view from_id = batch.view(text_of(batch.cells[event.cells]));
  const AccountNumber from_named = state.add_account(from_id);
  const AccountNumber from = state.root(from_named);
  const AccountNumber to = state.root(event.account_number);
  if (from == to) return;
  Linked linked{.from = from,
                .to = to,
                .from_id = std::string(state.accounts.view(from.value)),
                .to_id = std::string(state.accounts.view(to.value)),
                .refolded = state.is_live(from)};
  state.add_alias(from, to);
  effects.linked.push_back(linked);
  if (!linked.refolded) return;

  const Instant clock =
      state.is_live(to) ? std::max(state.clock(from), state.clock(to)) : state.clock(from);
  History history;
  {
    // The journal still knows `from` by its own number.
    state.alias_of[from.value] = from;
    history = gather(state, batch, index, from, to);
    state.alias_of[from.value] = to;
  }
  for (const AccountNumber account : {from, to}) {
    state.end_account(account);
    take_back(state, account, effects);
  }
  refold(state, history, to, clock, effects);
}

}  // namespace pharos::engine
