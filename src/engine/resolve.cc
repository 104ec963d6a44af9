// engine/resolve.cc: look-ups of a few dozen events at a time, so that their cache misses overlap.
#include "engine/resolve.h"

#include <algorithm>
#include <array>
#include <span>

namespace pharos::engine {
namespace {

constexpr std::size_t group_size = 32;

// Runs the look-ups of `names` for a group: `hashes[i]` of 0 stands for nothing to look up.
void fetch(const Names& names, std::span<const std::uint64_t> hashes) {
  for (const std::uint64_t hash : hashes) names.fetch_slot(hash);
  for (const std::uint64_t hash : hashes) names.fetch_place(hash);
  for (const std::uint64_t hash : hashes) names.fetch_text(hash);
}

void resolve_accounts(State& state, EventBatch& batch, std::span<Event> group) {
  std::array<std::uint64_t, group_size> hashes{};
  for (std::size_t i = 0; i < group.size(); ++i)
    hashes[i] = Names::hash_of(batch.view(group[i].account));
  fetch(state.accounts, std::span(hashes).first(group.size()));
  for (std::size_t i = 0; i < group.size(); ++i) {
    Event& event = group[i];
    if (event.account.size == 0) continue;
    event.account_number = state.add_account(batch.view(event.account), hashes[i]);
    if (event.type == playbook::event_link) {
      state.add_account(batch.view(text_of(batch.cells[event.cells])));
    } else {
      event.account_number = state.root(event.account_number);
    }
  }
}

void resolve_members(State& state, EventBatch& batch, std::span<Event> group) {
  std::array<MemberKey, group_size> keys;
  std::array<std::uint64_t, group_size> hashes{};
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (group[i].member.size == 0) continue;
    keys[i].set(group[i].account_number, batch.view(group[i].member));
    hashes[i] = Names::hash_of(keys[i].view());
  }
  fetch(state.members, std::span(hashes).first(group.size()));
  for (std::size_t i = 0; i < group.size(); ++i)
    if (group[i].member.size != 0) group[i].member_number = state.add_member(keys[i], hashes[i]);
}

}  // namespace

void resolve_events(State& state, EventBatch& batch) {
  const std::span<Event> events(batch.events);
  for (std::size_t from = 0; from < events.size(); from += group_size) {
    const auto group = events.subspan(from, std::min(group_size, events.size() - from));
    resolve_accounts(state, batch, group);
    resolve_members(state, batch, group);
  }
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
