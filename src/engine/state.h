// engine/state.h: everything a fold knows: one record of words for each account, and what they
// share.
#pragma once

#include <array>
#include <cstring>
#include <memory>
#include <vector>

#include "cel/arena.h"
#include "engine/bits.h"
#include "engine/fold.h"
#include "engine/names.h"
#include "engine/plan.h"
#include "engine/series.h"

namespace pharos::engine {

// Flags in the low byte of a node's status word; the entry count stands above them.
inline constexpr std::int64_t flag_held = 1;
inline constexpr std::int64_t flag_overdue = 2;
inline constexpr int status_entry_shift = 8;

// What a member is known by: four bytes of the account's number, then the member's id.
class MemberKey {
 public:
  void set(AccountNumber account, std::string_view id) {
    ASSERT(id.size() <= id_bytes_max);
    std::memcpy(bytes_.data(), &account.value, sizeof account.value);
    if (!id.empty()) std::memcpy(bytes_.data() + sizeof account.value, id.data(), id.size());
    size_ = sizeof account.value + id.size();
  }
  std::string_view view() const { return {bytes_.data(), size_}; }
  static std::string_view id_of(std::string_view key) {
    return key.substr(sizeof(AccountNumber::value));
  }

 private:
  std::array<char, sizeof(AccountNumber::value) + id_bytes_max> bytes_;
  std::size_t size_ = 0;
};

struct State {
  State(const playbook::Playbook& playbook_in, FoldOptions options_in)
      : playbook(&playbook_in),
        options(std::move(options_in)),
        plan(make_plan(playbook_in, options.queries, options.queries_only)),
        series(playbook_in.schema.zone),
        entries(plan.nodes.size()),
        lapses(plan.nodes.size()),
        segments(plan.segments.size()),
        lapsed(plan.nodes.size()) {}

  const playbook::Playbook* playbook;
  FoldOptions options;
  Plan plan;
  SeriesStore series;
  Tracer tracer;
  cel::Arena arena;

  Names accounts;
  Names members;                        // By MemberKey.
  std::vector<AccountNumber> alias_of;  // By account; itself if it is no alias.
  std::vector<AccountNumber> member_account;
  std::vector<Instant> member_first;  // never: no event of it yet.
  std::vector<Cell> member_cells;     // Member attributes; strings as symbols.

  static constexpr std::size_t chunk_accounts = 1'024;
  std::vector<std::unique_ptr<std::int64_t[]>> records;
  std::vector<Instant> timers;     // By account: the next instant to look at it; or never.
  std::vector<std::uint8_t> live;  // By account: an event of it was applied.
  Instant tick_at = instant_min;   // Latest tick of all accounts.
  std::int64_t ticks = 0;          // How many moved tick_at.

  // Accounts and members whose rows are to be written again at the end of the batch.
  std::vector<std::uint32_t> accounts_changed, members_changed;
  std::vector<std::uint8_t> account_is_changed, member_is_changed;

  std::uint64_t evaluations = 0;  // Of rules, filters aside.

  // Scratch of one instant.
  Bits entries, lapses, segments;  // What is to be looked at.
  Bits lapsed;                     // Nodes that lapsed within this instant.
  std::vector<Cell> values;

  std::int64_t* record(AccountNumber account) {
    return records[account.value / chunk_accounts].get() +
           account.value % chunk_accounts * plan.record_words;
  }
  const std::int64_t* record(AccountNumber account) const {
    return const_cast<State*>(this)->record(account);
  }
  AccountNumber root(AccountNumber account) const {
    while (alias_of[account.value] != account) account = alias_of[account.value];
    return account;
  }
  Instant clock(AccountNumber account) const {
    const std::int64_t* words = record(account);
    const Instant own{words[word_clock]};
    return ticks > words[word_birth] && tick_at > own ? tick_at : own;
  }
  std::int64_t status(AccountNumber account, std::uint32_t node) const {
    return record(account)[plan.nodes[node].status];
  }

  AccountNumber add_account(std::string_view id) { return add_account(id, Names::hash_of(id)); }
  AccountNumber add_account(std::string_view id, std::uint64_t hash);
  MemberNumber add_member(AccountNumber account, std::string_view id);
  MemberNumber add_member(AccountNumber account, const MemberKey& key, std::uint64_t hash);
  void mark_account(AccountNumber account, std::uint64_t seq);
  void mark_member(MemberNumber member);
  // A fresh record, and one that is given up.
  void begin_account(AccountNumber account, Instant time);
  void end_account(AccountNumber account);
  std::int32_t at(AccountNumber account, std::uint32_t track) const;
  std::int32_t held_branch(AccountNumber account, std::uint32_t track) const;
  bool in_segment(AccountNumber account, std::uint32_t segment) const {
    return record(account)[plan.segment_words + segment / 64] >> segment % 64 & 1;
  }
};

}  // namespace pharos::engine
