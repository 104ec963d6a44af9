// store/draft_file.h: a file that has its name only once it is whole and on the disk.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace pharos::store {

// An empty file at `path` for one process; what an earlier one left there is thrown away. Unless it
// was kept it is gone with its object.
class DraftFile {
 public:
  // Errors: unavailable (another process is at it), io.
  static Result<DraftFile> create(const std::string& path, unsigned mode);
  DraftFile(DraftFile&& other) noexcept
      : path_(std::move(other.path_)), file_(std::exchange(other.file_, -1)) {}
  DraftFile& operator=(DraftFile&& other) = delete;
  ~DraftFile();

  const std::string& path() const { return path_; }
  Result<> write(std::string_view bytes);
  Result<> sync();
  // Gives it its name in the same folder, for good. Errors: conflict (there is such a file), io.
  Result<> keep(const std::string& name);

 private:
  DraftFile(std::string path, int file) : path_(std::move(path)), file_(file) {}
  std::unexpected<Error> failed(std::string_view doing) const;
  void remove_tails() const;

  std::string path_;
  int file_ = -1;  // Holds the lock that keeps other processes off. -1: kept, or moved from.
};

}  // namespace pharos::store
