// engine/fold.h: the heart: events in journal order in, state and effects out. Pure and
// deterministic.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "cel/rule.h"
#include "engine/effect.h"
#include "engine/event.h"
#include "playbook/model.h"

namespace pharos::engine {

struct State;  // state.h

// Where one account stands with one node.
struct Standing {
  bool held = false;
  bool overdue = false;
  std::uint32_t entry = 0;            // How often entered.
  Instant entered_at = instant_min;   // Latest entry.
  Instant released_at = instant_min;  // Latest release; kept for nodes with a due time only.
};

// All events of the two accounts so far, sorted by (time, seq), for a `link` of accounts that both
// have history. `seqs` runs beside batch.events.
struct History {
  EventBatch batch;
  std::vector<std::uint64_t> seqs;
};

// Calls task(i) for each i below `count`, on any threads, and returns when all have returned. What
// the caller wrote before is seen by the tasks, and what they wrote by the caller.
using Runner = std::function<void(std::size_t count, const std::function<void(std::size_t)>& task)>;

inline constexpr std::uint32_t lanes_max = 64;

struct FoldOptions {
  // Further rules (Use::query or Use::rule over the playbook's schema) whose windows are kept, so
  // that they can be asked at the end.
  std::vector<cel::Rule> queries;
  // Keep no lifecycle: windows and attributes for the queries only.
  bool queries_only = false;
  // All events before the batch at hand whose account's root is one of the two.
  std::function<History(AccountNumber, AccountNumber)> history;
  // Accounts are kept in so many lanes, a power of two, which can be folded at the same time.
  // Effects and digests are the same for any number; a snapshot is read back under its own. A lane
  // costs up to 0.3 MiB.
  std::uint32_t lanes = 1;
  // Folds them so. None: one event after the other, on the caller's thread.
  Runner runner = {};
};

// One shard's state. The thread of its shard owns it; it holds no other, but may be lent some by
// its options' runner. Copies nothing of the playbook, which must outlive it.
class Fold {
 public:
  explicit Fold(const playbook::Playbook& playbook, FoldOptions options = {});
  Fold(Fold&&) noexcept;
  Fold& operator=(Fold&&) noexcept;
  ~Fold();

  // Gives every event its account and member number; unknown ids get the next one. Aliases answer
  // with the account they are linked to, except in a link event itself, which names ids.
  void resolve(EventBatch& batch);
  // Applies a resolved batch: before each event its account's timers due by then, in order, each at
  // its own instant. Appends to `effects`.
  void apply(const EventBatch& batch, Effects& effects);
  // The same for events that are not neighbours in the journal: seqs[i] is the number of event i.
  // No links, no tick, and no rows of accounts and members in the effects.
  void apply(const EventBatch& batch, std::span<const std::uint64_t> seqs, Effects& effects);
  // Windows and attributes take in events that are known to turn nothing, of live accounts. Those
  // of one type come in order of time; clocks and timers stay where they are.
  void take_in(const EventBatch& batch, std::span<const std::uint64_t> seqs);
  // Moves every account's clock to `now` (never back), firing all timers due by then.
  void tick(Instant now, Effects& effects);
  // The same for one account.
  void tick(AccountNumber account, Instant now, Effects& effects);

  // Gives back memory that no answer needs: what left all windows, and room to spare. What can be
  // asked stays as it is.
  void compact();

  // Rebuilds the directory from a journal, in order, before its blocks are applied.
  AccountNumber add_account(std::string_view id);
  MemberNumber add_member(AccountNumber account, std::string_view id);

  std::size_t account_count() const;  // Numbers given out; aliases included.
  std::size_t member_count() const;
  std::optional<AccountNumber> find_account(std::string_view id) const;  // Follows aliases.
  std::string_view account_id(AccountNumber account) const;
  bool is_alias(AccountNumber account) const;
  AccountNumber root(AccountNumber account) const;  // The account that an alias stands for; itself.
  AccountNumber account_of(MemberNumber member) const;
  std::string_view member_id(MemberNumber member) const;

  // True once an event of the account was applied; aliases and empty numbers are not.
  bool is_live(AccountNumber account) const;
  Instant clock(AccountNumber account) const;
  Instant first_at(AccountNumber account) const;
  Instant next_timer(AccountNumber account) const;  // Or never. It may be early, never late.
  Instant next_timer() const;                       // The same of all accounts.
  std::uint64_t last_seq(AccountNumber account) const;
  Standing standing(AccountNumber account, std::uint32_t node) const;
  bool is_held(AccountNumber account, std::uint32_t node) const;
  // The node at which the account is on a track: the held branch, else the last held node; -1:
  // none.
  std::int32_t at(AccountNumber account, std::uint32_t track) const;
  bool in_segment(AccountNumber account, std::uint32_t segment) const;
  AccountRow account_row(AccountNumber account) const;
  MemberRow member_row(MemberNumber member) const;
  // Text is borrowed until the next change of the fold.
  cel::Value attribute(AccountNumber account, std::uint32_t index) const;
  // options.queries[index] at the account's clock. Text lives until the arena is used again.
  cel::Value query(AccountNumber account, std::uint32_t index, cel::Arena& arena);
  // Any rule of the playbook at the account's clock, for explain().
  std::vector<cel::Finding> explain(AccountNumber account, const cel::Rule& rule,
                                    cel::Arena& arena);

  // A hash over the whole state of an account (positions, windows, attributes), to compare replays.
  std::uint64_t digest(AccountNumber account) const;
  std::size_t memory_bytes() const;
  // How often a rule was evaluated so far, for tests and benches.
  std::uint64_t evaluations() const;

  // For the files of this folder.
  const State& state() const { return *state_; }
  State& state() { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

}  // namespace pharos::engine
