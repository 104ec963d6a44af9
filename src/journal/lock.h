// journal/lock.h: one writer a folder.
#pragma once

#include <string>
#include <utility>

#include "base/error.h"

namespace pharos::journal {

// Holds DIR/lock for as long as it lives; the system lets go of it when the process ends, however
// that ends. Inside the file: the number of the process, for messages.
class Lock {
 public:
  // Errors: unavailable (another process holds it; the message names it), io.
  static Result<Lock> take(const std::string& dir);
  Lock(Lock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  Lock& operator=(Lock&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }
  ~Lock();

 private:
  explicit Lock(int file) : file_(file) {}
  int file_ = -1;
};

}  // namespace pharos::journal
