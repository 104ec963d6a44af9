// history/feed.cc: a short queue whose blocks go round.
#include "history/feed.h"

#include <utility>

namespace pharos::history {

Feed::~Feed() {
  end();
}

void Feed::end() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard guard(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Result<> Feed::push(journal::Block& block) {
  std::unique_lock guard(mutex_);
  changed_.wait(guard, [&] { return !result_ || waiting_.size() < waiting_max; });
  if (!result_) return result_;
  waiting_.push_back(std::move(block));
  block = {};
  if (!spare_.empty()) {
    block = std::move(spare_.back());
    spare_.pop_back();
  }
  changed_.notify_all();
  return {};
}

Result<> Feed::finish() {
  end();
  return result_;
}

void Feed::run() {
  std::unique_lock guard(mutex_);
  while (true) {
    changed_.wait(guard, [&] { return ending_ || !waiting_.empty(); });
    if (waiting_.empty() || !result_) return;
    journal::Block block = std::move(waiting_.front());
    waiting_.erase(waiting_.begin());
    changed_.notify_all();
    guard.unlock();
    Result<> added = builder_.add(block);
    guard.lock();
    if (!added) result_ = std::move(added);
    spare_.push_back(std::move(block));
    changed_.notify_all();
  }
}

}  // namespace pharos::history
