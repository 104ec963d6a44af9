// journal/snapshot.h: what a writer knows at a point of the journal as a file of DIR/cache, so that
// opening does not replay what lies before it. Derived: without it, or if it is not exactly what is
// expected, the journal is replayed from its first block.
#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "engine/image.h"
#include "journal/blocks.h"

namespace pharos::journal {

std::string snapshot_path(const std::string& dir);

// A new file under a name of its own; keep() puts it in place of the one before. Whatever cuts it
// off leaves that one.
class SnapshotWriter {
 public:
  // `made_by` says whose state it is; a reader has to say the same. Errors: io.
  static Result<std::unique_ptr<SnapshotWriter>> create(const std::string& dir,
                                                        std::string_view made_by, const Tail& at);
  ~SnapshotWriter();
  engine::ImageWriter& out() { return out_; }
  Result<> keep();

 private:
  SnapshotWriter(std::string path, int file, std::string_view made_by, const Tail& at);
  void append(std::string_view bytes);
  void write(std::string_view bytes, std::uint64_t offset);

  struct Body;
  std::string path_;  // Of the last; this one has another ending until it is kept.
  int file_;
  std::unique_ptr<Body> body_;
  engine::ImageWriter out_;
};

// A snapshot as it lies on the disk, mapped.
class SnapshotFile {
 public:
  // Errors: not_found; invalid (of another program, playbook or format); corrupt.
  static Result<SnapshotFile> open(const std::string& dir, std::string_view made_by);
  SnapshotFile(SnapshotFile&& other) noexcept;
  SnapshotFile& operator=(SnapshotFile&&) = delete;
  ~SnapshotFile();
  const Tail& at() const { return at_; }
  std::string_view body() const;  // What out() took.

 private:
  SnapshotFile(const char* data, std::size_t bytes) : data_(data), bytes_(bytes) {}
  const char* data_;
  std::size_t bytes_;
  Tail at_;
};

}  // namespace pharos::journal
