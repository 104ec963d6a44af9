// crash/fault_vfs.cc: a VFS that asks the disk before each call and tells it afterwards; the rest
// goes to the VFS below as it is. https://sqlite.org/vfs.html
#include "crash/fault_vfs.h"

#include <sqlite3.h>

#include <new>
#include <string>

#include "base/error.h"
#include "crash/fault_disk.h"

namespace pharos::crash {
namespace {

using Call = FaultDisk::Call;

// Pages in the log that make a commit move it into the file: few, so that rounds meet that too.
constexpr int log_pages_max = 12;

struct Vfs {
  sqlite3_vfs vfs;  // First: SQLite knows it by this.
  sqlite3_vfs* below;
  FaultDisk* disk;
};
Vfs* vfs_of(sqlite3_vfs* vfs) {
  return reinterpret_cast<Vfs*>(vfs);
}

// In memory that SQLite gives; the file of the VFS below lies behind it.
struct File {
  sqlite3_file file;  // First.
  FaultDisk* disk;
  std::string* path;
  sqlite3_file* below() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
File* file_of(sqlite3_file* file) {
  return reinterpret_cast<File*>(file);
}

int close(sqlite3_file* base) {
  File* file = file_of(base);
  const int code = file->below()->pMethods->xClose(file->below());
  delete file->path;
  return code;
}

int read(sqlite3_file* base, void* bytes, int count, sqlite3_int64 offset) {
  File* file = file_of(base);
  int through = 0;
  if (const int code = file->disk->admit(Call::read, *file->path, count, through)) return code;
  return file->below()->pMethods->xRead(file->below(), bytes, count, offset);
}

int write(sqlite3_file* base, const void* bytes, int count, sqlite3_int64 offset) {
  File* file = file_of(base);
  int through = 0;
  const int fault = file->disk->admit(Call::write, *file->path, count, through);
  const int size = fault == SQLITE_OK ? count : through;
  if (size > 0) {
    const int code = file->below()->pMethods->xWrite(file->below(), bytes, size, offset);
    if (code != SQLITE_OK) return code;
    file->disk->note_write(
        *file->path, {static_cast<const char*>(bytes), static_cast<std::size_t>(size)}, offset);
  }
  return fault;
}

int truncate(sqlite3_file* base, sqlite3_int64 size) {
  File* file = file_of(base);
  int through = 0;
  if (const int code = file->disk->admit(Call::truncate, *file->path, 0, through)) return code;
  file->disk->note_truncate(*file->path, size);
  return file->below()->pMethods->xTruncate(file->below(), size);
}

int sync(sqlite3_file* base, int flags) {
  File* file = file_of(base);
  int through = 0;
  if (const int code = file->disk->admit(Call::sync, *file->path, 0, through)) return code;
  // What is durable is kept by the disk; the true one need not work for it.
  if (file->disk->is_watched(*file->path)) {
    file->disk->note_sync(*file->path);
    return SQLITE_OK;
  }
  return file->below()->pMethods->xSync(file->below(), flags);
}

int file_size(sqlite3_file* base, sqlite3_int64* size) {
  File* file = file_of(base);
  int through = 0;
  if (const int code = file->disk->admit(Call::size, *file->path, 0, through)) return code;
  return file->below()->pMethods->xFileSize(file->below(), size);
}

int lock(sqlite3_file* base, int level) {
  return file_of(base)->below()->pMethods->xLock(file_of(base)->below(), level);
}
int unlock(sqlite3_file* base, int level) {
  return file_of(base)->below()->pMethods->xUnlock(file_of(base)->below(), level);
}
int check_reserved_lock(sqlite3_file* base, int* held) {
  return file_of(base)->below()->pMethods->xCheckReservedLock(file_of(base)->below(), held);
}
int file_control(sqlite3_file* base, int operation, void* argument) {
  // The short log of the rounds stays as it is.
  if (operation == SQLITE_FCNTL_PRAGMA && file_of(base)->disk->is_watched(*file_of(base)->path) &&
      std::string_view(static_cast<char**>(argument)[1]) == "wal_autocheckpoint")
    return SQLITE_OK;
  return file_of(base)->below()->pMethods->xFileControl(file_of(base)->below(), operation,
                                                        argument);
}
int sector_size(sqlite3_file* base) {
  return file_of(base)->below()->pMethods->xSectorSize(file_of(base)->below());
}
int device_characteristics(sqlite3_file* base) {
  return file_of(base)->below()->pMethods->xDeviceCharacteristics(file_of(base)->below());
}
int shm_map(sqlite3_file* base, int page, int size, int extend, void volatile** at) {
  return file_of(base)->below()->pMethods->xShmMap(file_of(base)->below(), page, size, extend, at);
}
int shm_lock(sqlite3_file* base, int offset, int count, int flags) {
  return file_of(base)->below()->pMethods->xShmLock(file_of(base)->below(), offset, count, flags);
}
void shm_barrier(sqlite3_file* base) {
  file_of(base)->below()->pMethods->xShmBarrier(file_of(base)->below());
}
int shm_unmap(sqlite3_file* base, int remove) {
  return file_of(base)->below()->pMethods->xShmUnmap(file_of(base)->below(), remove);
}

// Version 2: without the calls for mapped memory, so that every read comes by here.
const sqlite3_io_methods methods = {2,
                                    close,
                                    read,
                                    write,
                                    truncate,
                                    sync,
                                    file_size,
                                    lock,
                                    unlock,
                                    check_reserved_lock,
                                    file_control,
                                    sector_size,
                                    device_characteristics,
                                    shm_map,
                                    shm_lock,
                                    shm_barrier,
                                    shm_unmap,
                                    nullptr,
                                    nullptr};

int open(sqlite3_vfs* base, const char* path, sqlite3_file* opened, int flags, int* flags_out) {
  Vfs* vfs = vfs_of(base);
  File* file = file_of(opened);
  opened->pMethods = nullptr;
  const std::string name = path == nullptr ? "" : path;
  int through = 0;
  if (const int code = vfs->disk->admit(Call::open, name, 0, through)) return code;
  if (vfs->disk->is_watched(name)) vfs->disk->note_open(name);
  const int code = vfs->below->xOpen(vfs->below, path, file->below(), flags, flags_out);
  if (code != SQLITE_OK) return code;
  file->disk = vfs->disk;
  file->path = new std::string(name);
  opened->pMethods = &methods;
  return SQLITE_OK;
}

int remove(sqlite3_vfs* base, const char* path, int sync_folder) {
  Vfs* vfs = vfs_of(base);
  int through = 0;
  if (const int code = vfs->disk->admit(Call::remove, path, 0, through)) return code;
  if (vfs->disk->is_watched(path)) vfs->disk->note_remove(path);
  return vfs->below->xDelete(vfs->below, path, sync_folder);
}

int access(sqlite3_vfs* base, const char* path, int flags, int* out) {
  return vfs_of(base)->below->xAccess(vfs_of(base)->below, path, flags, out);
}
int full_pathname(sqlite3_vfs* base, const char* path, int size, char* out) {
  return vfs_of(base)->below->xFullPathname(vfs_of(base)->below, path, size, out);
}

// Runs for each new connection, before anything else does.
int shorten_log(sqlite3* handle, char**, const sqlite3_api_routines*) {
  return sqlite3_wal_autocheckpoint(handle, log_pages_max);
}

}  // namespace

void register_vfs(FaultDisk& disk) {
  sqlite3_vfs* below = sqlite3_vfs_find(nullptr);
  auto* vfs = new Vfs{*below, below, &disk};
  vfs->vfs.zName = "fault";
  vfs->vfs.szOsFile = static_cast<int>(sizeof(File)) + below->szOsFile;
  vfs->vfs.pNext = nullptr;
  vfs->vfs.xOpen = open;
  vfs->vfs.xDelete = remove;
  vfs->vfs.xAccess = access;
  vfs->vfs.xFullPathname = full_pathname;
  ASSERT(sqlite3_vfs_register(&vfs->vfs, 1) == SQLITE_OK);
  sqlite3_auto_extension(reinterpret_cast<void (*)()>(shorten_log));
}

}  // namespace pharos::crash
