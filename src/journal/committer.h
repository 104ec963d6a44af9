// journal/committer.h: the thread that encodes batches and commits them, block and rows in one
// transaction.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/error.h"
#include "engine/event.h"
#include "journal/block.h"
#include "journal/blocks.h"
#include "journal/log_mover.h"
#include "journal/merger.h"
#include "journal/rows.h"
#include "playbook/model.h"
#include "store/database.h"

namespace pharos::journal {

// Batches that wait while one is being written; begin() waits for room beyond that.
inline constexpr std::size_t commits_waiting_max = 4;
// A batch of so many events is encoded while it is being folded: a smaller one is folded before a
// thread has woken up for it.
inline constexpr std::size_t encoded_early_min = 256;
// What one transaction holds at most, where nobody waits for it. Rows of many batches touch the
// same pages, so an import is far cheaper in large ones.
inline constexpr std::size_t group_rows_max = 500'000;
inline constexpr std::size_t group_bytes_max = 64U << 20;  // Of blocks.
inline constexpr std::chrono::milliseconds group_age_max{10'000};
// An open group is given up as soon as another connection waits to write; how often that is asked
// while nothing else happens.
inline constexpr std::chrono::milliseconds group_look_again{50};

// Commits in order, several batches in one transaction, each with its own block. What flush() waits
// for is committed at once; all else when the group is full or old, or another writer waits. After
// a failure nothing is written any more, and every call returns that failure. Any thread may call
// flush().
class Committer {
 public:
  // The playbook must outlive it. `rows` has counted the effects of the journal so far.
  // `path`: of the database, opened once more to move its log, and to merge blocks; `end_kept`: as
  // of keep_end(), 0 for none.
  static Result<std::unique_ptr<Committer>> start(std::unique_ptr<store::Database> database,
                                                  const std::string& path,
                                                  const playbook::Playbook& playbook,
                                                  RowWriter rows, const Tail& tail,
                                                  std::uint64_t end_kept);
  ~Committer();  // Commits what waits.

  // Takes a resolved batch with the journal's numbers, and may begin to encode it; nothing of it is
  // written before finish(). The batch is not changed, and stays where it is until then.
  Result<const engine::EventBatch*> begin(engine::EventBatch batch, Directory directory);
  // What folding the batch that was begun last gave.
  Result<> finish(Rows rows);
  // Returns once all that was finished before the call is durable.
  Result<> flush();

  // For the one thread that begins and finishes, after flush() and before its next begin().
  const RowWriter& rows() const { return rows_; }
  // Blocks up to this one, the last, are never merged with later ones: a snapshot ends with it.
  void keep_end(std::uint64_t block) { helpers_.merger->keep_end(block); }

 private:
  // One batch on its way.
  struct Commit {
    engine::EventBatch batch;
    Directory directory;
    Rows rows;
    std::string block;  // Of the committing thread; empty until it is encoded.
    bool is_finished = false;
  };
  struct Noted {   // For the merger.
    BlockRow row;  // Without its data.
    bool mergeable = true;
  };
  // What stands in the open transaction; its rows wait to be written together.
  struct Group {
    std::vector<Rows> rows;
    std::vector<Noted> blocks;
    std::size_t row_count = 0;
    std::size_t bytes = 0;
    std::uint64_t batches = 0;
    std::chrono::steady_clock::time_point since;
  };

  // Threads beside this one.
  struct Helpers {
    std::unique_ptr<LogMover> log_mover;
    std::unique_ptr<Merger> merger;
  };

  Committer(std::unique_ptr<store::Database> database, Helpers helpers,
            const playbook::Playbook& playbook, RowWriter rows, BlockInsert insert,
            const Tail& tail);
  void run();
  bool is_due() const;
  Commit* to_encode();
  std::deque<Commit> take_finished();
  void encode(Commit& commit);
  Result<> add(Commit commit);
  Result<> commit();

  // Of the thread alone.
  std::unique_ptr<store::Database> database_;
  Helpers helpers_;
  BlockWriter block_writer_;
  RowWriter rows_;
  BlockInsert insert_;
  Tail tail_;
  Group group_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Commit> waiting_;
  std::uint64_t finished_ = 0, durable_ = 0;  // Batches so far.
  std::uint64_t wanted_ = 0;                  // As many as somebody waits for.
  bool ending_ = false;
  std::optional<Error> failure_;
  std::thread thread_;  // Last: it uses all the others.
};

}  // namespace pharos::journal
