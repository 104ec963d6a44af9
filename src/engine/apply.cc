// engine/apply.cc: events dealt to their lanes, and what the lanes give joined again in the order
// of the events.
#include "engine/apply.h"

#include <algorithm>
#include <span>

#include "engine/compact.h"
#include "engine/link.h"
#include "engine/row.h"
#include "engine/step.h"

namespace pharos::engine {
namespace {

// Below these, handing over to other threads costs more than it saves.
constexpr std::size_t events_by_lane_min = 256;
constexpr std::size_t chunks_by_lane_min = 16;

void for_each_lane(State& state, bool at_once, const std::function<void(std::size_t)>& fold_lane) {
  if (at_once && state.options.runner) return state.options.runner(state.lanes.size(), fold_lane);
  for (std::size_t lane = 0; lane < state.lanes.size(); ++lane) fold_lane(lane);
}

// No event changes more than what its lane owns: links do, and so do members of an account that
// became an alias since the batch was resolved.
bool is_separable(const State& state, const EventBatch& batch) {
  if (!state.options.runner || state.lanes.size() == 1 || batch.events.size() < events_by_lane_min)
    return false;
  return std::ranges::none_of(batch.events, [&](const Event& event) {
    return event.type == playbook::event_link ||
           state.root(event.account_number) != event.account_number;
  });
}

// Indexes of events, lane by lane; those of a lane keep their order.
struct Deal {
  std::vector<std::uint32_t> order;
  std::vector<std::uint32_t> ends;  // By lane, into `order`.

  std::span<const std::uint32_t> of(std::size_t lane) const {
    const std::uint32_t from = lane == 0 ? 0 : ends[lane - 1];
    return std::span(order).subspan(from, ends[lane] - from);
  }
};

Deal deal(const State& state, const EventBatch& batch) {
  const std::size_t lanes = state.lanes.size();
  Deal dealt{.order = std::vector<std::uint32_t>(batch.events.size()),
             .ends = std::vector<std::uint32_t>(lanes + 1)};
  for (const Event& event : batch.events) ++dealt.ends[state.lane_index(event.account_number) + 1];
  for (std::size_t lane = 0; lane < lanes; ++lane) dealt.ends[lane + 1] += dealt.ends[lane];
  // Each entry now says where its lane begins, and moves to where it ends.
  for (std::uint32_t i = 0; i < batch.events.size(); ++i)
    dealt.order[dealt.ends[state.lane_index(batch.events[i].account_number)]++] = i;
  dealt.ends.pop_back();
  return dealt;
}

// Calls apply_one(index) for each of `count` events, which index_at() names, and asks ahead for the
// memory that they touch, far enough for a line to arrive: first for the event, as those of a lane
// lie apart, then for what it names.
template <class IndexAt, class ApplyOne>
void each_event(const State& state, const EventBatch& batch, std::size_t count,
                const IndexAt& index_at, const ApplyOne& apply_one) {
  constexpr std::size_t ahead = 8;
  const auto event_at = [&](std::size_t i) -> const Event& { return batch.events[index_at(i)]; };
  const auto is_next_account = [&](std::size_t i) {  // Or what it needs was asked for already.
    return i < count && event_at(i).account_number != event_at(i - 1).account_number;
  };
  for (std::size_t i = 0; i < count; ++i) {
    if (i + 3 * ahead < count) fetch_event(event_at(i + 3 * ahead));
    if (i + 2 * ahead < count) fetch_cells(batch, event_at(i + 2 * ahead));
    if (is_next_account(i + 2 * ahead)) fetch_record(state, event_at(i + 2 * ahead));
    if (is_next_account(i + ahead)) fetch_blocks(state, event_at(i + ahead));
    apply_one(index_at(i));
  }
}

void apply_in_order(State& state, const EventBatch& batch, Effects& effects) {
  const auto apply_one = [&](std::size_t index) {
    const Event& event = batch.events[index];
    state.lane_of(state.root(event.account_number)).place = static_cast<BatchPlace>(index);
    if (event.type == playbook::event_link)
      apply_link(state, batch, index, effects);
    else
      apply_event(state, batch, index, batch.seq_first + index, effects);
  };
  each_event(
      state, batch, batch.events.size(), [](std::size_t i) { return i; }, apply_one);
}

void apply_lane(State& state, const EventBatch& batch, std::span<const std::uint32_t> order,
                Lane& lane) {
  const auto apply_one = [&](std::uint32_t index) {
    lane.place = index;
    apply_event(state, batch, index, batch.seq_first + index, lane.effects);
    lane.note(index);
  };
  each_event(
      state, batch, order.size(), [&](std::size_t i) { return order[i]; }, apply_one);
}

// The rows of accounts and members that changed in a batch, once each.
void collect_rows(State& state, Lane& lane) {
  for (const Changed& changed : lane.accounts_changed) {
    const AccountNumber account{changed.number};
    state.head(account).is_changed = 0;
    if (!state.is_live(account)) continue;
    lane.effects.accounts.push_back(account_row(state, account));
    lane.places.accounts.push_back(changed.place);
  }
  for (const Changed& changed : lane.members_changed) {
    state.member_is_changed[changed.number] = 0;
    if (state.member_first[changed.number] == never) continue;
    lane.effects.members.push_back(member_row(state, {changed.number}));
    lane.places.members.push_back(changed.place);
  }
  lane.accounts_changed.clear();
  lane.members_changed.clear();
}

// Moves one list of all lanes behind `joined`, in the order of their places. No two lanes have
// items from one place: each is an event of one account, or an account.
template <class Item>
void join_list(State& state, std::vector<Item> Effects::*list,
               std::vector<BatchPlace> Places::*places, std::vector<Item>& joined) {
  struct Part {
    std::vector<Item>* items;
    std::vector<BatchPlace>* places;
    std::size_t next = 0;
  };
  std::vector<Part> parts;
  std::size_t total = joined.size();
  for (const auto& lane : state.lanes) {
    if ((lane->effects.*list).empty()) continue;
    parts.push_back({&(lane->effects.*list), &(lane->places.*places)});
    total += parts.back().items->size();
  }
  joined.reserve(std::max(total, joined.capacity()));
  const auto place_of = [](const Part& part) { return (*part.places)[part.next]; };
  while (!parts.empty()) {
    const auto least = std::ranges::min_element(parts, {}, place_of);
    const BatchPlace place = place_of(*least);
    while (least->next < least->items->size() && place_of(*least) == place)
      joined.push_back(std::move((*least->items)[least->next++]));
    if (least->next < least->items->size()) continue;
    least->items->clear();
    least->places->clear();
    parts.erase(least);
  }
}

void join(State& state, Effects& effects) {
  join_list(state, &Effects::accounts, &Places::accounts, effects.accounts);
  join_list(state, &Effects::members, &Places::members, effects.members);
  join_list(state, &Effects::transitions, &Places::transitions, effects.transitions);
  join_list(state, &Effects::segments, &Places::segments, effects.segments);
}

// Fires what is due among a lane's accounts of one chunk.
void tick_chunk(State& state, std::size_t lane_index, std::uint32_t chunk, Instant now) {
  Lane& lane = *state.lanes[lane_index];
  Instant least = never;
  const std::uint32_t first = chunk * State::chunk_accounts;
  const auto end = static_cast<std::uint32_t>(
      std::min<std::size_t>(first + State::chunk_accounts, state.accounts.size()));
  const auto stride = static_cast<std::uint32_t>(State::group_accounts * state.lanes.size());
  const auto begin = first + static_cast<std::uint32_t>(State::group_accounts * lane_index);
  for (std::uint32_t group = begin; group < end; group += stride) {
    for (std::uint32_t a = group; a < std::min(group + State::group_accounts, end); ++a) {
      if (state.head({a}).timer <= now) {
        run_timers(state, {a}, now, lane.effects);
        lane.note(a);
      }
      least = std::min(least, state.head({a}).timer);
    }
  }
  lane.timers[chunk] = least;
}

}  // namespace

void apply_batch(State& state, const EventBatch& batch, Effects& effects) {
  if (batch.tick != instant_min) tick_all(state, batch.tick, effects);
  if (is_separable(state, batch)) {
    const Deal dealt = deal(state, batch);
    for_each_lane(state, true, [&](std::size_t index) {
      apply_lane(state, batch, dealt.of(index), *state.lanes[index]);
      collect_rows(state, *state.lanes[index]);
    });
  } else {
    apply_in_order(state, batch, effects);
    for (const auto& lane : state.lanes) collect_rows(state, *lane);
  }
  join(state, effects);
  compact_grown(state);
}

void tick_all(State& state, Instant now, Effects& effects) {
  if (now < state.tick_at) return;
  std::size_t due = 0;
  for (const auto& lane : state.lanes)
    due += static_cast<std::size_t>(
        std::ranges::count_if(lane->timers, [&](Instant timer) { return timer <= now; }));
  if (due > 0) {
    for_each_lane(state, due >= chunks_by_lane_min, [&](std::size_t index) {
      const std::vector<Instant>& timers = state.lanes[index]->timers;
      for (std::uint32_t chunk = 0; chunk < timers.size(); ++chunk)
        if (timers[chunk] <= now) tick_chunk(state, index, chunk, now);
    });
    join(state, effects);
  }
  state.tick_at = now;
  ++state.ticks;
}

}  // namespace pharos::engine
