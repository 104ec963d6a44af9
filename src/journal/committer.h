// journal/committer.h: the thread that encodes batches and commits them, block and rows in one
// transaction.
#pragma once

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
#include "journal/rows.h"
#include "playbook/model.h"
#include "store/database.h"

namespace pharos::journal {

// One batch on its way: resolved, folded, not yet durable.
struct Commit {
  engine::EventBatch batch;
  Directory directory;
  Rows rows;
};

// Batches that wait while one is being written; push() waits for room beyond that.
inline constexpr std::size_t commits_waiting_max = 4;

// Commits in order. What waits together is committed together, each batch with its own block. After
// a failure nothing is written any more, and every call returns that failure.
class Committer {
 public:
  // The playbook must outlive it. `rows` has counted the effects of the journal so far.
  static Result<std::unique_ptr<Committer>> start(std::unique_ptr<store::Database> database,
                                                  const playbook::Playbook& playbook,
                                                  RowWriter rows, const Tail& tail);
  ~Committer();  // Commits what waits.

  Result<> push(Commit commit);
  // Returns once all that was pushed is durable.
  Result<> flush();

 private:
  Committer(std::unique_ptr<store::Database> database, const playbook::Playbook& playbook,
            RowWriter rows, BlockInsert insert, const Tail& tail);
  void run();
  Result<> commit(const std::vector<Commit>& group);
  Result<> write(const Commit& commit);

  // Of the thread alone.
  std::unique_ptr<store::Database> database_;
  BlockWriter block_writer_;
  RowWriter rows_;
  BlockInsert insert_;
  Tail tail_;
  std::string bytes_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Commit> waiting_;
  bool busy_ = false;
  bool ending_ = false;
  std::optional<Error> failure_;
  std::thread thread_;  // Last: it uses all the others.
};

}  // namespace pharos::journal
