// journal/workspace.h: a folder with one database: the journal of events and the tables that follow
// from it. The single writer, and the way back by replay.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "engine/effect.h"
#include "engine/event.h"
#include "engine/fold.h"
#include "playbook/load.h"
#include "playbook/model.h"

namespace pharos::journal {

// Replaying fewer takes less than writing a snapshot.
inline constexpr std::uint64_t snapshot_events_min = 100'000;

struct Block;  // block.h

// done and total in events; called now and then from the calling thread.
using Progress = std::function<void(std::uint64_t done, std::uint64_t total)>;

// An event whose id the journal already holds with other contents: not applied.
struct Conflict {
  std::size_t index = 0;  // Into the batch as it was given.
  std::string id;
};

struct Receipt {
  std::uint64_t accepted = 0;
  std::uint64_t duplicates = 0;  // Same id, same contents: acknowledged and ignored.
  std::vector<Conflict> conflicts;
};

struct Stats {
  std::uint64_t events = 0;
  std::uint64_t accounts = 0;  // Without aliases.
  std::uint64_t blocks = 0;
  std::uint64_t block_bytes = 0;
  Instant first_at = never;  // Event times.
  Instant last_at = instant_min;
  Instant tick = instant_min;  // Latest tick: where all clocks stand at least.
};

// A row of the transition table, for reports; text borrowed for the call.
struct TransitionRow {
  std::string_view account;
  std::uint32_t node = 0;  // Into Playbook::nodes.
  engine::TransitionKind kind = engine::TransitionKind::entered;
  std::uint32_t entry = 0;
  Instant at;
  std::uint64_t seq = 0;
};

struct VerifyReport {
  std::uint64_t events = 0, blocks = 0, rows = 0;
  std::vector<std::string> faults;  // Each names the table or block, and the row. Empty: sound.
  std::uint64_t lost = 0;           // Numbers of events that a repair found no more.
};

struct ReplayOptions {
  Instant as_of = never;  // Leave out events after it, then tick to it. never: the present.
  std::optional<std::string> account = {};  // Only this one (with those linked to it).
  Progress progress = {};
};

// Opened for writing it holds the lock of the folder (one writer at a time) and a fold that has
// replayed the journal; opened for reading it holds neither.
class Workspace {
 public:
  // A new workspace with version 1 of a playbook. Errors: conflict (there is one already), io.
  static Result<> create(const std::string& dir, const std::vector<playbook::Source>& sources);
  static Result<std::unique_ptr<Workspace>> open_to_read(const std::string& dir);
  static Result<std::unique_ptr<Workspace>> open_to_write(const std::string& dir,
                                                          Progress progress);
  virtual ~Workspace() = default;

  virtual const playbook::Playbook& playbook() const = 0;
  virtual int playbook_version() const = 0;
  virtual Result<Stats> stats() = 0;

  // Writing. Events keep their order. Dedupes by id, folds, and hands block and effects to the
  // committing thread; durable once flush() returned. A failed commit is returned by the next call
  // and ends the use of this object.
  virtual Result<Receipt> append(engine::EventBatch batch) = 0;
  // Moves all clocks to `now`, as a block of its own.
  virtual Result<> tick(Instant now) = 0;
  virtual Result<> flush() = 0;
  // Writes what the writer knows to DIR/cache, so that the next opening for writing replays only
  // what follows; unless fewer than `events_min` new events would be spared. It holds the caller up
  // (0.1 s and more for millions of events). Errors: io; nothing but time is lost with it.
  virtual Result<> save_snapshot(std::uint64_t events_min = snapshot_events_min) = 0;
  // The state after all that was appended, durable or not; of a workspace opened to write, between
  // its calls.
  virtual const engine::Fold& fold() const = 0;

  // An empty fold over the playbook that finds the histories of linked accounts here. It is to be
  // replayed into by this workspace, and not to outlive it.
  virtual engine::Fold make_fold(engine::FoldOptions options) = 0;
  // Reading. Applies the journal (or the part asked for) to `fold`, a fresh one of make_fold(), and
  // discards the effects. As of an instant, links count whatever their time: they are about ids.
  virtual Result<> replay(engine::Fold& fold, const ReplayOptions& options) = 0;
  // All events of one account under all its ids, by (time, seq) if it was linked with history, else
  // in journal order; and the ticks it saw. Errors: not_found (with the nearest id).
  struct AccountHistory {
    std::string id;  // The present id; the one asked for may be an alias.
    std::vector<std::string> aliases;
    engine::History history;
    std::vector<Instant> ticks_before;  // Beside history.batch.events: the tick that preceded each.
    Instant clock;
  };
  virtual Result<AccountHistory> history(std::string_view account) = 0;
  // Every event in journal order, block by block, with the ids of accounts and members as texts.
  // Events of types that the playbook no longer declares are passed over.
  virtual Result<> each_block(const std::function<Result<>(const engine::EventBatch&)>& take) = 0;
  // Blocks in journal order from the one that holds event `seq_from` on, as the journal numbers
  // accounts and members, read under a schema; each with the ids that it names first. Who takes a
  // block may keep its contents. Progress in events.
  virtual Result<> each_numbered_block(const cel::Schema& schema, std::uint64_t seq_from,
                                       const std::function<Result<>(Block&)>& take,
                                       Progress progress) = 0;
  // Rows sorted by account, at, seq as stored.
  virtual Result<> each_transition(const std::function<Result<>(const TransitionRow&)>& take) = 0;
  virtual Result<VerifyReport> verify(Progress progress) = 0;
};

}  // namespace pharos::journal
