// engine/step.cc: attributes, members and windows take in an event; then the account settles.
#include "engine/step.h"

#include <algorithm>

#include "engine/resolve.h"
#include "engine/settle.h"

namespace pharos::engine {
namespace {

// Text of a batch becomes a symbol; everything else stays as it is.
Cell keep(Lane& lane, const EventBatch& batch, Cell cell, cel::PropertyType type) {
  if (cell <= cell_null) return cell_absent;  // Or absent.
  if (type != cel::PropertyType::string) [[likely]]
    return cell;
  return lane.series.symbols.add(batch.view(text_of(cell)));
}

void update_attributes(State& state, const EventBatch& batch, const Event& event,
                       std::uint64_t seq) {
  std::byte* const attributes = state.record(event.account_number) + state.plan.attributes_at;
  const auto& properties = state.playbook->schema.attributes;
  Lane& lane = state.lane_of(event.account_number);
  for (std::size_t i = 0; i < properties.size(); ++i) {
    const Cell cell = batch.cells[event.cells + i];
    if (cell != cell_absent)
      state.plan.attributes.set(attributes, i, keep(lane, batch, cell, properties[i].type));
  }
  state.mark_account(event.account_number, seq);
}

void update_member(State& state, const EventBatch& batch, const Event& event) {
  const AccountNumber account = event.account_number;
  const MemberNumber member = event.member_number;
  if (state.member_first[member.value] == never) {
    state.member_first[member.value] = event.time;
    state.mark_member(account, member);
  }
  if (event.type != playbook::event_member_updated) return;
  const auto& properties = state.playbook->member_attributes;
  Lane& lane = state.lane_of(account);
  for (std::size_t i = 0; i < properties.size(); ++i) {
    const Cell cell = batch.cells[event.cells + i];
    if (cell != cell_absent)
      state.member_layout.set(state.member_row(member), i,
                              keep(lane, batch, cell, properties[i].type));
  }
  state.mark_member(account, member);
}

bool passes(const State& state, Lane& lane, const Stream& stream, AccountNumber account,
            const EventBatch& batch, const Event& event) {
  if (stream.filter == nullptr) return true;
  View view(state, account, event.time);
  view.set_event(&batch, &event);
  return cel::evaluate(*stream.filter, view, lane.arena).is_true();
}

void feed_stream(State& state, Lane& lane, std::uint32_t index, const EventBatch& batch,
                 const Event& event, Instant now) {
  const Stream& stream = state.plan.streams[index];
  const AccountNumber account = event.account_number;
  if (!passes(state, lane, stream, account, batch, event)) return;
  lane.values.clear();
  for (const Column& column : stream.columns) {
    Cell value = cell_absent;
    if (column.property >= 0) {
      value =
          keep(lane, batch, batch.cells[event.cells + static_cast<std::uint32_t>(column.property)],
               column.type);
    } else if (event.member_number != no_member) {
      value =
          lane.series.symbols.add(MemberKey::id_of(state.members.view(event.member_number.value)));
    }
    lane.values.push_back(value);
  }
  Series(state.plan, index, state.record(account), lane.series)
      .insert(now, event.time, lane.values);
}

// Whether anything that waits for such an event is there: most events find nothing to turn.
bool turns_something(const State& state, const Touched& touched, const std::byte* record) {
  const auto overlap = [&](const Bits& bits, std::uint32_t offset, std::uint64_t flip) {
    const auto* const words = reinterpret_cast<const std::uint64_t*>(record + offset);
    std::uint64_t found = 0;
    for (std::size_t i = 0; i < bits.words().size(); ++i)
      found |= bits.words()[i] & (words[i] ^ flip);
    return found != 0;
  };
  return overlap(touched.entries, state.plan.open, 0) ||
         overlap(touched.lapses, state.plan.held, 0) ||
         overlap(touched.inside, state.plan.member_of, 0) ||
         overlap(touched.outside, state.plan.member_of, ~std::uint64_t{0});
}

}  // namespace

void take_in(State& state, const EventBatch& batch, const Event& event, std::uint64_t seq,
             Instant now) {
  if (event.type == playbook::event_account_updated) update_attributes(state, batch, event, seq);
  if (event.member_number != no_member) update_member(state, batch, event);
  Lane& lane = state.lane_of(event.account_number);
  for (const std::uint32_t stream : state.plan.events[event.type].streams)
    feed_stream(state, lane, stream, batch, event, now);
}

void run_timers(State& state, AccountNumber account, Instant until, Effects& effects) {
  Head& head = state.head(account);
  while (head.timer <= until) {
    const Instant now = head.timer;
    head.clock = now;
    Settler(state, account, now, {}, effects).settle_anew(state.plan.timed);
    ASSERT(head.timer > now);
  }
}

void apply_event(State& state, const EventBatch& batch, std::size_t index, std::uint64_t seq,
                 Effects& effects) {
  const Event* at_hand = &batch.events[index];
  Event followed;
  if (!state.alias_of.empty()) {
    followed = *at_hand;
    follow_alias(state, followed);
    at_hand = &followed;
  }
  const Event& event = *at_hand;
  const AccountNumber account = event.account_number;
  const EventPlan& plan = state.plan.events[event.type];
  std::byte* const record = state.record(account);
  Head& head = *reinterpret_cast<Head*>(record);
  const bool first = head.is_live == 0;
  if (first) {
    state.begin_account(account, event.time);
    state.mark_account(account, seq);
  } else if (head.timer <= event.time) {
    run_timers(state, account, event.time, effects);
  }
  const Instant now = std::max(state.clock(account), event.time);
  head.clock = now;
  head.seq = seq & Head::seq_max;

  take_in(state, batch, event, seq, now);
  if (state.options.queries_only) return;  // There is no lifecycle to settle.
  if (first) {
    Settler(state, account, now, {&batch, index}, effects).settle_anew(state.plan.all);
  } else if (plan.touches && turns_something(state, plan.touched, record)) {
    Settler(state, account, now, {&batch, index}, effects).settle(plan.touched);
  }
}

void fetch_event(const Event& event) {
  __builtin_prefetch(&event);
  __builtin_prefetch(&event.member_number);  // Its last, maybe on another line.
}

void fetch_cells(const EventBatch& batch, const Event& event) {
  __builtin_prefetch(batch.cells.data() + event.cells);
}

void fetch_record(const State& state, const Event& event) {
  const std::byte* const record = state.record(event.account_number);
  __builtin_prefetch(record);
  if (state.plan.record_bytes > 64) __builtin_prefetch(record + 64);
  if (event.member_number != no_member)
    __builtin_prefetch(&state.member_first[event.member_number.value]);
}

void fetch_blocks(const State& state, const Event& event) {
  const std::byte* const record = state.record(event.account_number);
  const Pool& pool = state.lane_of(event.account_number).series.pool;
  for (const std::uint32_t stream : state.plan.events[event.type].streams) {
    const std::uint32_t ring = state.plan.streams[stream].ring;
    if (ring == none) continue;
    const Pool::Handle handle = *reinterpret_cast<const Pool::Handle*>(record + ring);
    if (handle != 0) __builtin_prefetch(pool.at(handle));
  }
}

}  // namespace pharos::engine
