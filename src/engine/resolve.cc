// engine/resolve.cc: look-ups of a few dozen events at a time, so that their cache misses overlap.
// Of a larger batch, ids that are known are looked up on several threads first.
#include "engine/resolve.h"

#include <algorithm>
#include <array>
#include <span>

namespace pharos::engine {
namespace {

constexpr std::size_t group_size = 32;
// Below this, handing over to other threads costs more than it saves.
constexpr std::size_t events_at_once_min = 256;

using Group = std::span<Event* const>;
using Hashes = std::array<std::uint64_t, group_size>;

bool lacks_account(const Event& event) {
  return event.account.size != 0 && event.account_number == no_account;
}
bool lacks_member(const Event& event) {
  return event.member.size != 0 && event.member_number == no_member;
}

void forget(Event& event) {
  if (event.account.size != 0) event.account_number = no_account;
  if (event.member.size != 0) event.member_number = no_member;
}

// Calls each_group() with events that are wanted, in their order, a few dozen at a time.
template <class Wanted, class EachGroup>
void in_groups(std::span<Event> events, const Wanted& wanted, const EachGroup& each_group) {
  std::array<Event*, group_size> group;
  std::size_t size = 0;
  for (Event& event : events) {
    if (!wanted(event)) continue;
    group[size++] = &event;
    if (size < group_size) continue;
    each_group(Group(group));
    size = 0;
  }
  if (size > 0) each_group(Group(group).first(size));
}

// What a hash of 0 stands for is looked up in vain, and not used.
void fetch(const Names& names, std::span<const std::uint64_t> hashes) {
  for (const std::uint64_t hash : hashes) names.fetch_slot(hash);
  for (const std::uint64_t hash : hashes) names.fetch_place(hash);
  for (const std::uint64_t hash : hashes) names.fetch_text(hash);
}

// Calls take(event, hash) for each event of the group without an account number.
template <class Take>
void each_account(const State& state, const EventBatch& batch, Group group, const Take& take) {
  Hashes hashes{};
  for (std::size_t i = 0; i < group.size(); ++i)
    if (lacks_account(*group[i])) hashes[i] = Names::hash_of(batch.view(group[i]->account));
  fetch(state.accounts, std::span(hashes).first(group.size()));
  for (std::size_t i = 0; i < group.size(); ++i)
    if (lacks_account(*group[i])) take(*group[i], hashes[i]);
}

// Calls take(event, key, hash) for each whose account is known, and whose member is not.
template <class Take>
void each_member(const State& state, const EventBatch& batch, Group group, const Take& take) {
  std::array<MemberKey, group_size> keys;
  Hashes hashes{};
  const auto wanted = [](const Event& event) {
    return lacks_member(event) && event.account_number != no_account;
  };
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (!wanted(*group[i])) continue;
    keys[i].set(group[i]->account_number, batch.view(group[i]->member));
    hashes[i] = Names::hash_of(keys[i].view());
  }
  fetch(state.members, std::span(hashes).first(group.size()));
  for (std::size_t i = 0; i < group.size(); ++i)
    if (wanted(*group[i])) take(*group[i], keys[i], hashes[i]);
}

// Numbers of ids that have one. Changes nothing but the events. A link is left as it is: it names
// ids, and may bring new ones.
void find_known(const State& state, const EventBatch& batch, std::span<Event> events) {
  const auto find_account = [&](Event& event, std::uint64_t hash) {
    const auto number = state.accounts.find(batch.view(event.account), hash);
    if (number) event.account_number = state.root({*number});
  };
  const auto find_member = [&](Event& event, const MemberKey& key, std::uint64_t hash) {
    const auto number = state.members.find(key.view(), hash);
    if (number) event.member_number = {*number};
  };
  const auto wanted = [](const Event& event) { return event.type != playbook::event_link; };
  in_groups(events, wanted, [&](Group group) {
    each_account(state, batch, group, find_account);
    each_member(state, batch, group, find_member);
  });
}

// In their order, new ones take the next numbers.
void add_unknown(State& state, EventBatch& batch) {
  const auto add_account = [&](Event& event, std::uint64_t hash) {
    event.account_number = state.add_account(batch.view(event.account), hash);
    if (event.type == playbook::event_link)
      state.add_account(batch.view(text_of(batch.cells[event.cells])));
    else
      event.account_number = state.root(event.account_number);
  };
  const auto add_member = [&](Event& event, const MemberKey& key, std::uint64_t hash) {
    event.member_number = state.add_member(key, hash);
  };
  const auto wanted = [](const Event& event) {
    return lacks_account(event) || lacks_member(event);
  };
  in_groups(batch.events, wanted, [&](Group group) {
    each_account(state, batch, group, add_account);
    each_member(state, batch, group, add_member);
  });
}

}  // namespace

void resolve_events(State& state, EventBatch& batch) {
  const std::span<Event> events(batch.events);
  for (Event& event : events) forget(event);
  if (state.options.runner && events.size() >= events_at_once_min) {
    const std::size_t parts = state.lanes.size();
    const std::size_t part_size = (events.size() + parts - 1) / parts;
    state.options.runner(parts, [&](std::size_t part) {
      const std::size_t from = std::min(part * part_size, events.size());
      find_known(state, batch, events.subspan(from, std::min(part_size, events.size() - from)));
    });
  }
  add_unknown(state, batch);
}

void follow_alias(State& state, Event& event) {
  const AccountNumber root = state.root(event.account_number);
  if (root == event.account_number) return;
  event.account_number = root;
  if (event.member_number == no_member) return;
  const std::string id(MemberKey::id_of(state.members.view(event.member_number.value)));
  event.member_number = state.add_member(root, id);
}

}  // namespace pharos::engine
