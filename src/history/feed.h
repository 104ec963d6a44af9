// history/feed.h: blocks to a builder on a thread beside the one that decodes them.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "base/error.h"
#include "history/builder.h"
#include "journal/block.h"

namespace pharos::history {

// Between the first push() and finish() the builder belongs to the feed.
class Feed {
 public:
  explicit Feed(Builder& builder) : builder_(builder), thread_([this] { run(); }) {}
  ~Feed();

  // Takes what is in `block`, and leaves it another one to be filled. Waits while `waiting_max`
  // blocks wait. Errors: of Builder::add(), of this block or one before.
  Result<> push(journal::Block& block);
  // Returns once all are added.
  Result<> finish();

 private:
  static constexpr std::size_t waiting_max = 2;
  void run();
  void end();

  Builder& builder_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<journal::Block> waiting_, spare_;  // waiting_: the oldest first.
  bool ending_ = false;
  Result<> result_;
  std::thread thread_;  // Last: it uses all the others.
};

}  // namespace pharos::history
