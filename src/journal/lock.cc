// journal/lock.cc: flock(2) on a file of the folder.
#include "journal/lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"

namespace pharos::journal {
namespace {

std::string holder_of(int file) {
  char text[32];
  const ssize_t size = ::pread(file, text, sizeof text, 0);
  const std::string_view pid = trimmed({text, size < 0 ? 0 : static_cast<std::size_t>(size)});
  return parse_int64(pid) ? fmt::format("process {}", pid) : "another process";
}

}  // namespace

Result<Lock> Lock::take(const std::string& dir) {
  const std::string path = dir + "/lock";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) return fail(ErrorCode::io, "{}: cannot open: {}", path, std::strerror(errno));
  Lock lock(file);
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK)
      return fail(ErrorCode::io, "{}: cannot lock: {}", path, std::strerror(errno));
    return fail(ErrorCode::unavailable,
                "{}: {} writes here; a workspace has one writer, stop that one first", dir,
                holder_of(file));
  }
  const std::string pid = fmt::format("{}\n", ::getpid());
  if (::ftruncate(file, 0) != 0 ||
      ::pwrite(file, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size()))
    return fail(ErrorCode::io, "{}: cannot write: {}", path, std::strerror(errno));
  return lock;
}

Lock::~Lock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace pharos::journal
