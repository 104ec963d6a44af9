// engine/state.cc: numbering of accounts and members, and the beginning and end of a record.
#include "engine/state.h"

#include <algorithm>

namespace pharos::engine {

AccountNumber State::add_account(std::string_view id, std::uint64_t hash) {
  const AccountNumber account{accounts.add(id, hash)};
  if (account.value < alias_of.size()) return account;
  alias_of.push_back(account);
  timers.push_back(never);
  live.push_back(0);
  account_is_changed.push_back(0);
  if (account.value / chunk_accounts == records.size())
    records.push_back(
        std::make_unique_for_overwrite<std::int64_t[]>(chunk_accounts * plan.record_words));
  return account;
}

MemberNumber State::add_member(AccountNumber account, std::string_view id) {
  MemberKey key;
  key.set(account, id);
  return add_member(account, key, Names::hash_of(key.view()));
}

MemberNumber State::add_member(AccountNumber account, const MemberKey& key, std::uint64_t hash) {
  const MemberNumber member{members.add(key.view(), hash)};
  if (member.value < member_account.size()) return member;
  member_account.push_back(account);
  member_first.push_back(never);
  member_is_changed.push_back(0);
  member_cells.insert(member_cells.end(), playbook->member_attributes.size(), cell_absent);
  return member;
}

void State::mark_account(AccountNumber account, std::uint64_t seq) {
  record(account)[word_changed] = static_cast<std::int64_t>(seq);
  if (account_is_changed[account.value] != 0) return;
  account_is_changed[account.value] = 1;
  accounts_changed.push_back(account.value);
}

void State::mark_member(MemberNumber member) {
  if (member_is_changed[member.value] != 0) return;
  member_is_changed[member.value] = 1;
  members_changed.push_back(member.value);
}

void State::begin_account(AccountNumber account, Instant time) {
  std::int64_t* const words = record(account);
  std::fill_n(words, plan.record_words, 0);
  words[word_clock] = time.ms;
  words[word_first_at] = time.ms;
  words[word_birth] = ticks;
  std::fill_n(words + word_attributes, plan.attribute_count, cell_absent);
  for (const NodePlan& node : plan.nodes) {
    words[node.entered_at] = instant_min.ms;
    if (node.released_at != none) words[node.released_at] = instant_min.ms;
  }
  for (std::uint32_t s = 0; s < plan.streams.size(); ++s) Series(plan, s, words, series).init();
  live[account.value] = 1;
  timers[account.value] = never;
}

void State::end_account(AccountNumber account) {
  if (live[account.value] == 0) return;
  for (std::uint32_t s = 0; s < plan.streams.size(); ++s)
    Series(plan, s, record(account), series).release();
  live[account.value] = 0;
  timers[account.value] = never;
}

std::int32_t State::held_branch(AccountNumber account, std::uint32_t track) const {
  const playbook::Track& t = playbook->tracks[track];
  for (std::uint32_t n = t.node_first; n < t.node_first + t.node_count; ++n)
    if (playbook->nodes[n].trigger == playbook::Trigger::branch && (status(account, n) & flag_held))
      return static_cast<std::int32_t>(n);
  return -1;
}

std::int32_t State::at(AccountNumber account, std::uint32_t track) const {
  if (const std::int32_t branch = held_branch(account, track); branch >= 0) return branch;
  const playbook::Track& t = playbook->tracks[track];
  for (std::uint32_t n = t.node_first + t.node_count; n-- > t.node_first;)
    if (status(account, n) & flag_held) return static_cast<std::int32_t>(n);
  return -1;
}

}  // namespace pharos::engine
