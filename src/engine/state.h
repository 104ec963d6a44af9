// engine/state.h: everything a fold knows: one record of words for each account, what they share,
// and, by lane, what applying an event changes beside the record.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <vector>

#include "engine/fold.h"
#include "engine/lane.h"
#include "engine/names.h"
#include "engine/nodes.h"
#include "engine/plan.h"

namespace pharos::engine {

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
  static AccountNumber account_of(std::string_view key) {
    AccountNumber account;
    std::memcpy(&account.value, key.data(), sizeof account.value);
    return account;
  }

 private:
  std::array<char, sizeof(AccountNumber::value) + id_bytes_max> bytes_;
  std::size_t size_ = 0;
};

// Called at every transition of a traced fold, with the state as it is at that instant.
// `rule`: what decided (null for an `on` without `if`, and for cascaded releases);
// `event`: index into the batch being applied, or none for a timer.
struct Traced {
  const Transition& transition;
  const cel::Rule* rule;
  cel::Activation& activation;
  std::optional<std::size_t> event;
};
using Tracer = std::function<void(const Traced&)>;

// An account belongs to one lane, by its number. While lanes are folded at the same time, each
// changes the records of its accounts, the rows of their members and itself; everything else here
// is only read.
struct State {
  State(const playbook::Playbook& playbook_in, FoldOptions options_in);

  const playbook::Playbook* playbook;
  FoldOptions options;
  Plan plan;
  Tracer tracer;                             // Of a fold of one account.
  std::vector<std::unique_ptr<Lane>> lanes;  // As many as a power of two.

  Names accounts;
  Names members;                        // By MemberKey.
  std::vector<AccountNumber> alias_of;  // By account; itself if it is no alias. Empty: none is.
  std::vector<Instant> member_first;    // never: no event of it yet.
  Cells member_layout;
  std::vector<std::byte> member_cells;  // Member attributes, a row each.

  static constexpr std::uint32_t chunk_accounts = 1'024;
  std::vector<std::unique_ptr<std::byte[]>> records;
  Instant tick_at = instant_min;  // Latest tick of all accounts.
  std::uint32_t ticks = 0;        // How many moved tick_at.

  std::vector<std::uint8_t> member_is_changed;  // Its row is to be written again.

  // Neighbours are in one lane, so that lanes do not write to the same lines.
  static constexpr std::uint32_t group_accounts = 16;
  std::size_t lane_index(AccountNumber account) const {
    return account.value / group_accounts & (lanes.size() - 1);
  }
  Lane& lane_of(AccountNumber account) const { return *lanes[lane_index(account)]; }

  std::byte* record(AccountNumber account) const {
    return records[account.value / chunk_accounts].get() +
           static_cast<std::size_t>(account.value % chunk_accounts) * plan.record_bytes;
  }
  Head& head(AccountNumber account) const { return *reinterpret_cast<Head*>(record(account)); }
  Nodes nodes(AccountNumber account) const {
    return {plan, record(account), lane_of(account).series.pool};
  }
  AccountNumber root(AccountNumber account) const {
    if (alias_of.empty()) return account;
    while (alias_of[account.value] != account) account = alias_of[account.value];
    return account;
  }
  bool is_live(AccountNumber account) const { return head(account).is_live != 0; }
  Instant clock(AccountNumber account) const {
    const Head& h = head(account);
    return ticks > h.birth && tick_at > h.clock ? tick_at : h.clock;
  }
  void set_timer(AccountNumber account, Instant timer) {
    head(account).timer = timer;
    Instant& least = lane_of(account).timers[account.value / chunk_accounts];
    least = std::min(least, timer);
  }
  AccountNumber account_of(MemberNumber member) const {
    return MemberKey::account_of(members.view(member.value));
  }

  AccountNumber add_account(std::string_view id) { return add_account(id, Names::hash_of(id)); }
  AccountNumber add_account(std::string_view id, std::uint64_t hash);
  MemberNumber add_member(AccountNumber account, std::string_view id);
  MemberNumber add_member(const MemberKey& key, std::uint64_t hash);
  void add_alias(AccountNumber from, AccountNumber to);
  std::byte* member_row(MemberNumber member) {
    return member_cells.data() + std::size_t{member.value} * member_layout.bytes();
  }
  const std::byte* member_row(MemberNumber member) const {
    return member_cells.data() + std::size_t{member.value} * member_layout.bytes();
  }
  void mark_account(AccountNumber account, std::uint64_t seq);
  void mark_member(AccountNumber account, MemberNumber member);
  // A fresh record, and one that is given up.
  void begin_account(AccountNumber account, Instant time);
  void end_account(AccountNumber account);
  std::int32_t at(AccountNumber account, std::uint32_t track) const;
  std::int32_t held_branch(AccountNumber account, std::uint32_t track) const;
  std::uint64_t* segment_words(AccountNumber account) const {
    return reinterpret_cast<std::uint64_t*>(record(account) + plan.member_of);
  }
  bool in_segment(AccountNumber account, std::uint32_t segment) const {
    return (segment_words(account)[segment / 64] >> segment % 64 & 1) != 0;
  }
};

}  // namespace pharos::engine
