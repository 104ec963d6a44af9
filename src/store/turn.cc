// store/turn.cc: flock(2), asked again and again: a wait that the system does would have no end.
#include "store/turn.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <thread>

namespace pharos::store {
namespace {

constexpr std::chrono::milliseconds ask_again{2};
constexpr std::chrono::milliseconds wait_max{10'000};

}  // namespace

Turn Turn::of_folder(const std::string& folder) {
  const std::string path = (folder.empty() ? "." : folder) + "/turn";
  // Reading is enough for flock(2), so a file that another user made serves as well.
  int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) file = ::open(path.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, 0644);
  return Turn(file);
}

Turn::~Turn() {
  if (file_ >= 0) ::close(file_);
}

void Turn::take() const {
  const auto end = std::chrono::steady_clock::now() + wait_max;
  while (file_ >= 0 && ::flock(file_, LOCK_EX | LOCK_NB) != 0) {
    if (std::chrono::steady_clock::now() >= end) return;
    std::this_thread::sleep_for(ask_again);
  }
}

void Turn::give() const {
  if (file_ >= 0) ::flock(file_, LOCK_UN);
}

bool Turn::is_taken() const {
  if (file_ < 0) return false;
  if (::flock(file_, LOCK_SH | LOCK_NB) != 0) return true;
  ::flock(file_, LOCK_UN);
  return false;
}

}  // namespace pharos::store
