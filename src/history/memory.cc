// history/memory.cc: memory and files by mmap(2).
#include "history/memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace pharos::history {
namespace {

std::unexpected<Error> failed(const std::string& what, const char* act) {
  return fail(ErrorCode::io, "{}: cannot {}: {}", what, act, std::strerror(errno));
}

}  // namespace

Memory::~Memory() {
  if (data_ != nullptr) ::munmap(data_, bytes_);
  if (file_ >= 0) ::close(file_);
}

Result<Memory> Memory::anonymous(std::size_t bytes) {
  Memory memory;
  if (bytes == 0) return memory;
  void* const data =
      ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (data == MAP_FAILED) return failed("memory", "take it");
  memory.data_ = static_cast<std::byte*>(data);
  memory.bytes_ = bytes;
  return memory;
}

Result<Memory> Memory::create(const std::string& path, std::size_t bytes) {
  Memory memory;
  memory.file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (memory.file_ < 0) return failed(path, "make it");
  if (bytes == 0) return memory;
  // Taken now, so that a full disk is an error here and not a signal at some later store.
  if (const int code = ::posix_fallocate(memory.file_, 0, static_cast<off_t>(bytes)); code != 0) {
    errno = code;
    return failed(path, "fill it");
  }
  void* const data = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, memory.file_, 0);
  if (data == MAP_FAILED) return failed(path, "map it");
  memory.data_ = static_cast<std::byte*>(data);
  memory.bytes_ = bytes;
  return memory;
}

Result<Memory> Memory::open(const std::string& path) {
  Memory memory;
  memory.file_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (memory.file_ < 0 && errno == ENOENT)
    return fail(ErrorCode::not_found, "{}: there is no such file", path);
  struct stat status;
  if (memory.file_ < 0 || ::fstat(memory.file_, &status) != 0) return failed(path, "open it");
  const auto bytes = static_cast<std::size_t>(status.st_size);
  if (bytes == 0) return memory;
  void* const data = ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, memory.file_, 0);
  if (data == MAP_FAILED) return failed(path, "map it");
  memory.data_ = static_cast<std::byte*>(data);
  memory.bytes_ = bytes;
  return memory;
}

Result<> Memory::sync() {
  if (file_ >= 0 && ::fdatasync(file_) != 0) return failed("a file of the cache", "sync it");
  return {};
}

}  // namespace pharos::history
