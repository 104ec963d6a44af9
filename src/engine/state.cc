// engine/state.cc: numbering of accounts and members, and the beginning and end of a record.
#include "engine/state.h"

#include <algorithm>
#include <bit>

namespace pharos::engine {

State::State(const playbook::Playbook& playbook_in, FoldOptions options_in)
    : playbook(&playbook_in),
      options(std::move(options_in)),
      plan(make_plan(playbook_in, options.queries, options.queries_only)),
      member_layout(playbook_in.member_attributes) {
  static_assert(chunk_accounts % (group_accounts * lanes_max) == 0);
  ASSERT(std::has_single_bit(options.lanes) && options.lanes <= lanes_max);
  for (std::uint32_t i = 0; i < options.lanes; ++i)
    lanes.push_back(std::make_unique<Lane>(playbook_in.schema.zone, plan));
}

AccountNumber State::add_account(std::string_view id, std::uint64_t hash) {
  const std::size_t known = accounts.size();
  const AccountNumber account{accounts.add(id, hash)};
  if (account.value < known) return account;
  if (!alias_of.empty()) alias_of.push_back(account);
  if (account.value / chunk_accounts == records.size()) {
    records.push_back(
        std::make_unique<std::byte[]>(std::size_t{chunk_accounts} * plan.record_bytes));
    for (const auto& lane : lanes) lane->timers.push_back(never);
  }
  head(account) = {.clock = instant_min, .timer = never, .first_at = instant_min};
  return account;
}

void State::add_alias(AccountNumber from, AccountNumber to) {
  for (auto next = static_cast<std::uint32_t>(alias_of.size()); next < accounts.size(); ++next)
    alias_of.push_back({next});
  alias_of[from.value] = to;
}

MemberNumber State::add_member(AccountNumber account, std::string_view id) {
  MemberKey key;
  key.set(account, id);
  return add_member(key, Names::hash_of(key.view()));
}

MemberNumber State::add_member(const MemberKey& key, std::uint64_t hash) {
  const MemberNumber member{members.add(key.view(), hash)};
  if (member.value < member_first.size()) return member;
  member_first.push_back(never);
  member_is_changed.push_back(0);
  member_cells.resize(member_cells.size() + member_layout.bytes());
  member_layout.clear(member_row(member));
  return member;
}

void State::mark_account(AccountNumber account, std::uint64_t seq) {
  Head& h = head(account);
  h.changed = seq;
  if (h.is_changed != 0) return;
  h.is_changed = 1;
  Lane& lane = lane_of(account);
  lane.accounts_changed.push_back({lane.place, account.value});
}

void State::mark_member(AccountNumber account, MemberNumber member) {
  if (member_is_changed[member.value] != 0) return;
  member_is_changed[member.value] = 1;
  Lane& lane = lane_of(account);
  lane.members_changed.push_back({lane.place, member.value});
}

void State::begin_account(AccountNumber account, Instant time) {
  std::byte* const bytes = record(account);
  const bool is_changed = head(account).is_changed != 0;
  std::memset(bytes + sizeof(Head), 0, plan.record_bytes - sizeof(Head));
  head(account) = {.clock = time,
                   .timer = never,
                   .first_at = time,
                   .is_live = 1,
                   .is_changed = is_changed,
                   .birth = ticks};
  plan.attributes.clear(bytes + plan.attributes_at);
  nodes(account).begin();
  for (std::uint32_t s = 0; s < plan.streams.size(); ++s)
    Series(plan, s, bytes, lane_of(account).series).init();
}

void State::end_account(AccountNumber account) {
  if (!is_live(account)) return;
  for (std::uint32_t s = 0; s < plan.streams.size(); ++s)
    Series(plan, s, record(account), lane_of(account).series).release();
  nodes(account).end();
  head(account).is_live = 0;
  head(account).timer = never;
}

std::int32_t State::held_branch(AccountNumber account, std::uint32_t track) const {
  const playbook::Track& t = playbook->tracks[track];
  const Nodes standings = nodes(account);
  for (std::uint32_t n = t.node_first; n < t.node_first + t.node_count; ++n)
    if (playbook->nodes[n].trigger == playbook::Trigger::branch && standings.is_held(n))
      return static_cast<std::int32_t>(n);
  return -1;
}

std::int32_t State::at(AccountNumber account, std::uint32_t track) const {
  if (const std::int32_t branch = held_branch(account, track); branch >= 0) return branch;
  const playbook::Track& t = playbook->tracks[track];
  const Nodes standings = nodes(account);
  for (std::uint32_t n = t.node_first + t.node_count; n-- > t.node_first;)
    if (standings.is_held(n)) return static_cast<std::int32_t>(n);
  return -1;
}

}  // namespace pharos::engine
