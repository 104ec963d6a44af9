// store/draft_file.cc: a lock on the draft, and a rename that takes nobody's place.
#include "store/draft_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "store/database.h"

namespace pharos::store {
namespace {

// Whether the name still leads to the file: another process may have kept it, or thrown it away,
// between our open and our lock.
bool is_at(int file, const std::string& path) {
  struct stat here, there;
  return ::fstat(file, &here) == 0 && ::stat(path.c_str(), &there) == 0 &&
         here.st_ino == there.st_ino && here.st_dev == there.st_dev;
}

std::string_view advice_of(int code) {
  if (code == ENOSPC || code == EDQUOT) return "; free some disk space";
  if (code == EACCES || code == EROFS || code == EPERM)
    return "; check the permissions of the folder, or choose another";
  return "";
}

}  // namespace

std::unexpected<Error> DraftFile::failed(std::string_view doing) const {
  const int code = errno;
  return fail(ErrorCode::io, "{}: cannot {}: {}{}", path_, doing, std::strerror(code),
              advice_of(code));
}

Result<DraftFile> DraftFile::create(const std::string& path, unsigned mode) {
  for (;;) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, mode);
    if (file < 0) return DraftFile(path, -1).failed("create");
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
      const bool is_held = errno == EWOULDBLOCK;
      auto error = DraftFile(path, -1).failed("lock");
      ::close(file);
      if (!is_held) return error;
      return fail(ErrorCode::unavailable, "{}: another process writes it; wait for that one", path);
    }
    if (!is_at(file, path)) {
      ::close(file);
      continue;
    }
    DraftFile draft(path, file);
    draft.remove_tails();
    if (::ftruncate(file, 0) != 0) return draft.failed("empty");
    return draft;
  }
}

DraftFile::~DraftFile() {
  if (file_ < 0) return;
  remove_tails();
  ::unlink(path_.c_str());
  ::close(file_);
}

// SQLite would take a log that lies beside the file for the file's own.
void DraftFile::remove_tails() const {
  for (const char* tail : {"-wal", "-shm", "-journal"}) ::unlink((path_ + tail).c_str());
}

Result<> DraftFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed("write");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<> DraftFile::sync() {
  if (::fsync(file_) != 0) return failed("sync");
  return {};
}

Result<> DraftFile::keep(const std::string& name) {
  TRY(sync());
  remove_tails();
  int done = ::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, name.c_str(), RENAME_NOREPLACE);
  // Not every file system knows that; there the look before has to do.
  if (done != 0 && errno == EINVAL)
    done = ::access(name.c_str(), F_OK) == 0 ? (errno = EEXIST, -1)
                                             : ::rename(path_.c_str(), name.c_str());
  if (done != 0 && errno == EEXIST)
    return fail(ErrorCode::conflict, "{}: there is a file already", name);
  if (done != 0) return failed("rename");
  ::close(std::exchange(file_, -1));
  return sync_folder_of(name);
}

}  // namespace pharos::store
