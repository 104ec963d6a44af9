// journal/merger.h: runs of small blocks into one, on a thread beside the one that commits. Nothing
// waits for it: readers see the small blocks until one transaction puts the large one in their
// place.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "journal/block.h"
#include "journal/blocks.h"
#include "store/database.h"

namespace pharos::journal {

inline constexpr std::size_t merged_events_max = 65'536;
inline constexpr std::size_t merged_blocks_max = 1'024;
inline constexpr std::size_t merged_blocks_min = 4;  // Fewer are left as they are.

// What stands in the place of the blocks from number `first` to number row.number.
struct Merged {
  std::uint64_t first = 0;
  BlockRow row;  // Its data are `bytes`.
  std::string bytes;
};

class Merger {
 public:
  // Begins with the small blocks at the end of the journal, where `end_kept` is to be kept. The
  // schema must outlive it.
  static Result<std::unique_ptr<Merger>> start(const std::string& path, const cel::Schema& schema,
                                               std::uint64_t end_kept);
  ~Merger();

  // To be called for each block that was committed, in order. `mergeable`: it holds no link.
  void note(const BlockRow& row, bool mergeable);
  // From now on no block is merged across the end of this one.
  void keep_end(std::uint64_t block);
  // One that is ready, if any; to be committed in place of what it stands for, and then told.
  std::optional<Merged> take();
  void note_merged(const Merged& merged);

  // The blocks `first` to `last`, which are neighbours, as one. None: they cannot be told under
  // this schema without loss, so they are left as they are. Errors: as of reading blocks.
  static Result<std::optional<Merged>> merge(store::Database& database, const cel::Schema& schema,
                                             std::uint64_t first, std::uint64_t last);
  // Puts it in their place, within the transaction of the caller.
  static Result<> put(store::Database& database, const Merged& merged);

 private:
  struct Run {
    std::uint64_t first = 0, last = 0;
    std::size_t blocks = 0, events = 0;
  };
  Merger(std::unique_ptr<store::Database> database, const cel::Schema& schema)
      : database_(std::move(database)), schema_(schema) {}
  Result<> read_end();
  void add(const BlockRow& row, bool mergeable);
  void close_run(Run& run);
  void run();

  std::unique_ptr<store::Database> database_;
  const cel::Schema& schema_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t end_kept_ = 0;
  Run run_;                // Of the latest blocks.
  Run merged_run_;         // Of the latest merged ones that are small still.
  std::deque<Run> ready_;  // To be merged.
  std::deque<Merged> merged_;
  bool ending_ = false;
  std::thread thread_;  // Last: it uses all the others.
};

}  // namespace pharos::journal
