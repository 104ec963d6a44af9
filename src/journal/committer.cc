// journal/committer.cc: takes what waits, writes it, says so.
#include "journal/committer.h"

#include <algorithm>
#include <utility>

namespace pharos::journal {

Result<std::unique_ptr<Committer>> Committer::start(std::unique_ptr<store::Database> database,
                                                    const std::string& path,
                                                    const playbook::Playbook& playbook,
                                                    RowWriter rows, const Tail& tail,
                                                    std::uint64_t end_kept) {
  BlockInsert insert = TRY(BlockInsert::prepare(*database));
  Helpers helpers{TRY(LogMover::start(path)), TRY(Merger::start(path, playbook.schema, end_kept))};
  database->keep_log();
  return std::unique_ptr<Committer>(new Committer(std::move(database), std::move(helpers), playbook,
                                                  std::move(rows), std::move(insert), tail));
}

Committer::Committer(std::unique_ptr<store::Database> database, Helpers helpers,
                     const playbook::Playbook& playbook, RowWriter rows, BlockInsert insert,
                     const Tail& tail)
    : database_(std::move(database)),
      helpers_(std::move(helpers)),
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

Result<const engine::EventBatch*> Committer::begin(engine::EventBatch batch, Directory directory) {
  std::unique_lock guard(mutex_);
  changed_.wait(guard, [&] { return failure_ || waiting_.size() < commits_waiting_max; });
  if (failure_) return std::unexpected(*failure_);
  waiting_.push_back(
      {.batch = std::move(batch), .directory = std::move(directory), .rows = {}, .block = {}});
  const engine::EventBatch& begun = waiting_.back().batch;
  if (begun.events.size() >= encoded_early_min) changed_.notify_all();
  return &begun;
}

Result<> Committer::finish(Rows rows) {
  const std::lock_guard guard(mutex_);
  if (failure_) return std::unexpected(*failure_);
  ASSERT(!waiting_.empty() && !waiting_.back().is_finished);
  waiting_.back().rows = std::move(rows);
  waiting_.back().is_finished = true;
  ++finished_;
  changed_.notify_all();
  return {};
}

Result<> Committer::flush() {
  std::unique_lock guard(mutex_);
  const std::uint64_t target = finished_;
  if (wanted_ < target) {
    wanted_ = target;
    changed_.notify_all();
  }
  changed_.wait(guard, [&] { return failure_ || durable_ >= target; });
  if (failure_) return std::unexpected(*failure_);
  return {};
}

// Whether the open group is to be committed now.
bool Committer::is_due() const {
  if (group_.batches == 0) return false;
  return wanted_ > durable_ || ending_ || group_.row_count >= group_rows_max ||
         group_.bytes >= group_bytes_max ||
         std::chrono::steady_clock::now() - group_.since >= group_age_max ||
         database_->is_awaited();
}

// A batch that is still being folded, and large enough. Only the last one is.
Committer::Commit* Committer::to_encode() {
  if (waiting_.empty()) return nullptr;
  Commit& last = waiting_.back();
  const bool is_wanted =
      !last.is_finished && last.block.empty() && last.batch.events.size() >= encoded_early_min;
  return is_wanted ? &last : nullptr;
}

std::deque<Committer::Commit> Committer::take_finished() {
  std::deque<Commit> taken;
  while (!waiting_.empty() && waiting_.front().is_finished) {
    taken.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return taken;
}

void Committer::run() {
  std::unique_lock guard(mutex_);
  while (true) {
    const auto has_finished = [&] { return !waiting_.empty() && waiting_.front().is_finished; };
    const auto has_work = [&] {
      return ending_ || has_finished() || is_due() || to_encode() != nullptr;
    };
    if (group_.batches == 0)
      changed_.wait(guard, has_work);
    else
      changed_.wait_for(guard, group_look_again, has_work);
    if (!has_finished() && !is_due()) {
      if (ending_) return;  // One that was begun and not finished is given up.
      if (Commit* const commit = to_encode()) {
        guard.unlock();  // It stays where it is, and only this thread takes it away.
        encode(*commit);
        guard.lock();
      }
      continue;
    }
    std::deque<Commit> taken = take_finished();
    changed_.notify_all();
    guard.unlock();
    Result<> result;
    bool committed = false;
    for (Commit& one : taken)
      if (result) result = add(std::move(one));
    guard.lock();
    if (result && is_due()) {
      const std::uint64_t batches = group_.batches;
      guard.unlock();
      result = commit();
      guard.lock();
      if (result) durable_ += batches;
      committed = result.has_value();
    }
    if (!result) {
      failure_ = result.error();
      (void)database_->rollback();  // The first failure is the one to tell.
    }
    changed_.notify_all();
    if (failure_) return;
    if (!committed) continue;
    guard.unlock();
    // What cannot be moved now stays in the log, and nothing is lost by it.
    if (helpers_.log_mover->note(database_->log_pages())) (void)database_->move_log();
    guard.lock();
  }
}

void Committer::encode(Commit& commit) {
  block_writer_.write(commit.batch, commit.directory, commit.block);
}

// The block into the open transaction; the rows wait for those of the batches behind it.
Result<> Committer::add(Commit commit) {
  if (group_.batches == 0) {
    TRY(database_->begin());
    group_.since = std::chrono::steady_clock::now();
  }
  if (commit.block.empty()) encode(commit);
  const std::uint64_t checksum = checksum_of(commit.block);
  BlockRow row{.number = ++tail_.block,
               .seq_first = commit.batch.seq_first,
               .event_count = commit.batch.events.size(),
               .tick = commit.batch.tick,
               .checksum = checksum,
               .chain = chain_of(tail_.chain, checksum),
               .data = commit.block};
  bool has_link = false;
  for (const engine::Event& event : commit.batch.events) {
    has_link = has_link || event.type == playbook::event_link;
    row.time_first = std::min(row.time_first, event.time);
    row.time_last = std::max(row.time_last, event.time);
  }
  tail_.chain = row.chain;
  TRY(insert_.run(row));
  const engine::Effects& effects = commit.rows.effects;
  group_.row_count += effects.accounts.size() + effects.members.size() +
                      effects.transitions.size() + effects.segments.size();
  group_.bytes += commit.block.size();
  ++group_.batches;
  group_.rows.push_back(std::move(commit.rows));
  row.data = {};
  group_.blocks.push_back({row, !has_link});
  return {};
}

Result<> Committer::commit() {
  TRY(rows_.write(group_.rows));
  const std::optional<Merged> merged = helpers_.merger->take();
  if (merged) TRY(Merger::put(*database_, *merged));
  TRY(database_->commit());
  for (const Noted& noted : group_.blocks) helpers_.merger->note(noted.row, noted.mergeable);
  if (merged) helpers_.merger->note_merged(*merged);
  group_ = {};
  return {};
}

}  // namespace pharos::journal
