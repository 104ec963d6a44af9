// journal/committer.cc: takes what waits, writes it, says so.
#include "journal/committer.h"

#include <algorithm>

namespace pharos::journal {

Result<std::unique_ptr<Committer>> Committer::start(std::unique_ptr<store::Database> database,
                                                    const playbook::Playbook& playbook,
                                                    RowWriter rows, const Tail& tail) {
  BlockInsert insert = TRY(BlockInsert::prepare(*database));
  return std::unique_ptr<Committer>(
      new Committer(std::move(database), playbook, std::move(rows), std::move(insert), tail));
}

Committer::Committer(std::unique_ptr<store::Database> database, const playbook::Playbook& playbook,
                     RowWriter rows, BlockInsert insert, const Tail& tail)
    : database_(std::move(database)),
      block_writer_(playbook.schema),
      rows_(std::move(rows)),
      insert_(std::move(insert)),
      tail_(tail),
      thread_([this] { run(); }) {}

Committer::~Committer() {
  {
    const std::lock_guard guard(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Result<> Committer::push(Commit commit) {
  std::unique_lock guard(mutex_);
  changed_.wait(guard, [&] { return failure_ || waiting_.size() < commits_waiting_max; });
  if (failure_) return std::unexpected(*failure_);
  waiting_.push_back(std::move(commit));
  changed_.notify_all();
  return {};
}

Result<> Committer::flush() {
  std::unique_lock guard(mutex_);
  changed_.wait(guard, [&] { return failure_ || (waiting_.empty() && !busy_); });
  if (failure_) return std::unexpected(*failure_);
  return {};
}

void Committer::run() {
  std::unique_lock guard(mutex_);
  while (true) {
    changed_.wait(guard, [&] { return ending_ || !waiting_.empty(); });
    if (waiting_.empty() || failure_) return;
    std::vector<Commit> group(std::make_move_iterator(waiting_.begin()),
                              std::make_move_iterator(waiting_.end()));
    waiting_.clear();
    busy_ = true;
    changed_.notify_all();
    guard.unlock();
    const Result<> result = commit(group);
    group.clear();
    guard.lock();
    busy_ = false;
    if (!result) failure_ = result.error();
    changed_.notify_all();
    if (failure_) return;
  }
}

Result<> Committer::commit(const std::vector<Commit>& group) {
  TRY(database_->begin());
  for (const Commit& one : group) {
    if (const Result<> written = write(one); !written) {
      (void)database_->rollback();  // The first failure is the one to tell.
      return written;
    }
  }
  if (const Result<> committed = database_->commit(); !committed) {
    (void)database_->rollback();
    return committed;
  }
  return {};
}

Result<> Committer::write(const Commit& commit) {
  bytes_.clear();
  block_writer_.write(commit.batch, commit.directory, bytes_);
  const std::uint64_t checksum = checksum_of(bytes_);
  BlockRow row{.number = ++tail_.block,
               .seq_first = commit.batch.seq_first,
               .event_count = commit.batch.events.size(),
               .tick = commit.batch.tick,
               .checksum = checksum,
               .chain = chain_of(tail_.chain, checksum),
               .data = bytes_};
  for (const engine::Event& event : commit.batch.events) {
    row.time_first = std::min(row.time_first, event.time);
    row.time_last = std::max(row.time_last, event.time);
  }
  tail_.chain = row.chain;
  TRY(insert_.run(row));
  return rows_.write(commit.rows);
}

}  // namespace pharos::journal
