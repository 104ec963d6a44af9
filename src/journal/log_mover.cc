// journal/log_mover.cc: moves, as often as it takes, until so little is left that a commit can.
#include "journal/log_mover.h"

namespace pharos::journal {

Result<std::unique_ptr<LogMover>> LogMover::start(const std::string& path) {
  auto database = TRY(store::open_sqlite(path, store::OpenMode::write));
  database->keep_log();
  return std::unique_ptr<LogMover>(new LogMover(std::move(database)));
}

LogMover::LogMover(std::unique_ptr<store::Database> database)
    : database_(std::move(database)), thread_([this] { run(); }) {}

LogMover::~LogMover() {
  {
    const std::lock_guard guard(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

bool LogMover::note(std::uint64_t pages) {
  std::unique_lock guard(mutex_);
  if (pages < pages_) {  // It began anew.
    moved_ = 0;
    next_ = log_pages_moved_min;
  }
  pages_ = pages;
  if (pages_ >= next_) changed_.notify_all();
  const bool too_large = pages_ >= log_pages_max && pages_ >= next_;
  if (too_large) changed_.wait(guard, [&] { return !moving_; });
  if (!too_large && (moved_ == 0 || pages_ - moved_ > log_pages_left_max)) return false;
  moved_ = 0;  // If a reader is in the way it is no use to try at each commit.
  next_ = pages_ + log_pages_moved_min;
  return true;
}

void LogMover::run() {
  std::unique_lock guard(mutex_);
  while (true) {
    changed_.wait(guard, [&] { return ending_ || pages_ >= next_; });
    if (ending_) return;
    moving_ = true;
    for (std::uint64_t before = 0;; before = moved_) {
      guard.unlock();
      const auto log = database_->move_log();
      guard.lock();
      moved_ = log ? log->moved : 0;
      // Once more for what came meanwhile; not if a reader holds on to older pages.
      if (ending_ || moved_ <= before || log->pages - log->moved <= log_pages_left_max) break;
    }
    next_ = pages_ + log_pages_moved_min;
    moving_ = false;
    changed_.notify_all();
  }
}

}  // namespace pharos::journal
