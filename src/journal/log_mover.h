// journal/log_mover.h: the thread that moves the log of a database into its file, so that no commit
// has to.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/error.h"
#include "store/database.h"

namespace pharos::journal {

// Pages of the log at which it is moved: 16 MiB. A larger log moves a page that changed twice only
// once; a smaller one is sooner done.
inline constexpr std::uint64_t log_pages_moved_min = 4'096;
// A log begins anew only if a commit finds it moved to its end. What is left by then is so little
// that the committing thread moves it itself.
inline constexpr std::uint64_t log_pages_left_max = 512;

// A log that large holds up the commits: an import writes faster than the thread moves.
inline constexpr std::uint64_t log_pages_max = 32'768;

// A failure to move is no failure of a commit, and is tried again; nothing is lost by it.
class LogMover {
 public:
  // `path`: of the database, opened once more.
  static Result<std::unique_ptr<LogMover>> start(const std::string& path);
  ~LogMover();

  // To be called after each commit, with the pages in the log. True: the log is moved but for
  // little, and the caller moves that.
  bool note(std::uint64_t pages);

 private:
  explicit LogMover(std::unique_ptr<store::Database> database);
  void run();

  std::unique_ptr<store::Database> database_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t pages_ = 0;  // Of the log, after the last commit.
  std::uint64_t moved_ = 0;  // Of them, by a move that is to be ended by the caller; or 0.
  std::uint64_t next_ = log_pages_moved_min;  // To move at so many.
  bool moving_ = false;
  bool ending_ = false;
  std::thread thread_;  // Last: it uses all the others.
};

}  // namespace pharos::journal
