// store/turn.h: who writes next: a place in front of the lock of SQLite, which has no queue.
#pragma once

#include <string>
#include <utility>

namespace pharos::store {

// SQLite gives its lock to whoever asks at the right moment. A writer that begins anew as soon as
// it has committed never leaves such a moment to those that ask now and then, so everyone who wants
// to write holds the turn while he waits: the writer then finds it taken, and stands behind. It is
// held with flock(2) on a file `turn` in the folder of the database, across processes, and falls
// with its holder.
class Turn {
 public:
  // Where the file cannot be had (a folder that is only read) there are no turns.
  static Turn of_folder(const std::string& folder);
  Turn() = default;
  Turn(Turn&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  Turn& operator=(Turn&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }
  ~Turn();

  // Waits for it, but not for ever: the lock behind it decides.
  void take() const;
  void give() const;
  // Whether somebody else holds it.
  bool is_taken() const;

 private:
  explicit Turn(int file) : file_(file) {}
  int file_ = -1;
};

}  // namespace pharos::store
