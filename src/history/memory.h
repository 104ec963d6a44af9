// history/memory.h: a run of bytes that is a file, mapped, or nobody's.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "base/error.h"

namespace pharos::history {

// Owns a mapping; unmapped with the object.
class Memory {
 public:
  Memory() = default;
  // Zeroed, and gone with the object.
  static Result<Memory> anonymous(std::size_t bytes);
  // A new file of that size, to be written; replaces one that is there.
  static Result<Memory> create(const std::string& path, std::size_t bytes);
  // A file as it is, to be read. Errors: not_found, io.
  static Result<Memory> open(const std::string& path);
  Memory(Memory&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        bytes_(std::exchange(other.bytes_, 0)),
        file_(std::exchange(other.file_, -1)) {}
  Memory& operator=(Memory&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    std::swap(file_, other.file_);
    return *this;
  }
  ~Memory();

  std::byte* data() { return data_; }
  const std::byte* data() const { return data_; }
  std::size_t bytes() const { return bytes_; }
  // What was written is on disk when this returns.
  Result<> sync();

 private:
  std::byte* data_ = nullptr;
  std::size_t bytes_ = 0;
  int file_ = -1;
};

}  // namespace pharos::history
