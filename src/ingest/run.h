// ingest/run.h: sorting more records than memory holds: sorted runs, spilled to one file when they
// pass a budget, and merged in one pass.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace pharos::ingest {

// Records in order of their keys; equal keys in order of arrival.
struct Run {
  std::string bytes;
};
// Copies `records` into a run, sorting them if they are not in order.
Run make_run(std::string_view records);

// A file without a name, which goes when it is closed.
class SpillFile {
 public:
  static Result<std::unique_ptr<SpillFile>> create(const std::string& dir);
  ~SpillFile();
  SpillFile(const SpillFile&) = delete;
  SpillFile& operator=(const SpillFile&) = delete;

  Result<> append(std::string_view bytes);
  Result<> read(std::uint64_t offset, char* into, std::size_t size) const;
  std::uint64_t size() const { return size_; }

 private:
  SpillFile(std::string dir, int descriptor) : dir_(std::move(dir)), descriptor_(descriptor) {}
  std::string dir_;
  int descriptor_;
  std::uint64_t size_ = 0;
};

// Walks over one run, in memory or in the spill file.
class RunCursor {
 public:
  explicit RunCursor(Run run);
  RunCursor(const SpillFile& file, std::uint64_t offset, std::uint64_t size);

  // Moves to the next record (the first, at first); false at the end, where memory is let go.
  Result<bool> next();
  const char* record() const { return buffer_.data() + at_; }
  std::uint64_t key() const { return key_; }

 private:
  Result<bool> hold(std::size_t bytes);  // So many bytes of the run from at_ on.

  std::string buffer_;
  std::size_t at_ = 0;
  std::size_t record_size_ = 0;
  std::uint64_t key_ = 0;
  const SpillFile* file_ = nullptr;
  std::uint64_t offset_ = 0, left_ = 0;  // What is not in the buffer yet.
};

// All runs as one sequence in order; equal keys by the order of their runs. Runs that do not
// overlap cost nothing but the walk.
class Merge {
 public:
  static Result<Merge> begin(std::vector<RunCursor> cursors);
  // The next record, or null at the end; borrowed until the next call.
  Result<const char*> next();

 private:
  struct Head {
    std::uint64_t key;
    std::size_t cursor;
    bool operator>(const Head& other) const {
      return key != other.key ? key > other.key : cursor > other.cursor;
    }
  };
  std::vector<RunCursor> cursors_;
  std::vector<Head> heads_;  // A heap of the cursors that are not `current_`.
  std::size_t current_ = 0;
};

class RunStore {
 public:
  RunStore(std::size_t memory_bytes_max, std::string temp_dir)
      : memory_bytes_max_(memory_bytes_max), temp_dir_(std::move(temp_dir)) {}
  // Runs keep the order in which they are added. Errors: io.
  Result<> add(Run run);
  Result<Merge> merge();  // Ends the use of the store, but must not outlive it.
  bool has_spilled() const { return file_ != nullptr; }

 private:
  Result<> spill();

  struct Spilled {
    std::uint64_t offset, size;
  };
  std::size_t memory_bytes_max_;
  std::string temp_dir_;
  std::vector<Run> runs_;
  std::size_t memory_bytes_ = 0;
  std::unique_ptr<SpillFile> file_;
  std::vector<Spilled> spilled_;
};

}  // namespace pharos::ingest
