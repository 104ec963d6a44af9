// crash/fault_disk.cc: which call fails, and what a loss of power leaves.
#include "crash/fault_disk.h"

#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "crash/fault_vfs.h"

namespace pharos::crash {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t sector_bytes = 512;

std::string contents_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool fits(Fault fault, FaultDisk::Call call) {
  using Call = FaultDisk::Call;
  switch (fault) {
    case Fault::io_error:
    case Fault::dead_disk: return true;
    case Fault::disk_full: return call == Call::write;
    case Fault::short_write: return call == Call::write;
    case Fault::failed_sync: return call == Call::sync;
    case Fault::power_cut: return call != Call::read && call != Call::size;
  }
  return false;
}

int error_of(FaultDisk::Call call) {
  switch (call) {
    case FaultDisk::Call::open: return SQLITE_CANTOPEN;
    case FaultDisk::Call::read: return SQLITE_IOERR_READ;
    case FaultDisk::Call::write: return SQLITE_IOERR_WRITE;
    case FaultDisk::Call::truncate: return SQLITE_IOERR_TRUNCATE;
    case FaultDisk::Call::sync: return SQLITE_IOERR_FSYNC;
    case FaultDisk::Call::remove: return SQLITE_IOERR_DELETE;
    case FaultDisk::Call::size: return SQLITE_IOERR_FSTAT;
  }
  return SQLITE_IOERR;
}

}  // namespace

std::string_view name_of(Fault fault) {
  switch (fault) {
    case Fault::io_error: return "I/O error";
    case Fault::dead_disk: return "dead disk";
    case Fault::disk_full: return "full disk";
    case Fault::short_write: return "short write";
    case Fault::failed_sync: return "failed sync";
    case Fault::power_cut: return "power cut";
  }
  return "";
}

FaultDisk& FaultDisk::instance() {
  static FaultDisk* const disk = [] {
    auto* made = new FaultDisk;
    register_vfs(*made);
    return made;
  }();
  return *disk;
}

void FaultDisk::watch(const std::string& folder) {
  const std::lock_guard guard(mutex_);
  folder_ = folder + "/";
  names_.clear();
  plan_.reset();
  is_dead_ = is_full_ = is_cut_ = has_struck_ = false;
}

void FaultDisk::arm(const Plan& plan) {
  const std::lock_guard guard(mutex_);
  plan_ = plan;
  calls_ = 0;
  has_struck_ = false;
  seeded_ = Seeded(plan.seed);
}

void FaultDisk::cut_power(std::uint64_t seed) {
  const std::lock_guard guard(mutex_);
  seeded_ = Seeded(seed);
  is_cut_ = true;
}

void FaultDisk::settle() {
  const std::lock_guard guard(mutex_);
  if (is_cut_) write_survivors();
  names_.clear();
  plan_.reset();
  is_dead_ = is_full_ = is_cut_ = false;
}

bool FaultDisk::is_watched(const std::string& path) const {
  const std::lock_guard guard(mutex_);
  return !folder_.empty() && path.starts_with(folder_) && !path.ends_with("-shm");
}

int FaultDisk::admit(Call call, const std::string& path, int bytes, int& bytes_through) {
  bytes_through = 0;
  if (!is_watched(path)) return SQLITE_OK;
  const std::lock_guard guard(mutex_);
  if (is_dead_) return error_of(call);
  if (is_full_ && call == Call::write) return SQLITE_FULL;
  if (!plan_ || !fits(plan_->fault, call) || ++calls_ != plan_->call) return SQLITE_OK;
  has_struck_ = true;
  switch (plan_->fault) {
    case Fault::io_error: break;
    case Fault::dead_disk: is_dead_ = true; break;
    case Fault::disk_full:
      is_full_ = true;
      bytes_through = bytes / 2;
      return SQLITE_FULL;
    case Fault::short_write: bytes_through = bytes / 2; break;
    case Fault::failed_sync:
      if (const auto at = names_.find(path); at != names_.end() && at->second.now)
        lose_part(*at->second.now);
      break;
    case Fault::power_cut:
      is_dead_ = is_cut_ = true;
      bytes_through = bytes;  // It was on its way: pending, and as likely lost as the rest.
      break;
  }
  return error_of(call);
}

void FaultDisk::note_open(const std::string& path) {
  const std::lock_guard guard(mutex_);
  Name& name = names_[path];
  if (name.now) return;
  name.now = std::make_unique<Image>();
  // A file that was there before it was first opened is durable; a new one only once synced.
  name.is_durable = !name.durable && fs::exists(path) && fs::file_size(path) > 0;
  if (name.is_durable) name.now->durable = contents_of(path);
}

void FaultDisk::note_write(const std::string& path, std::string_view bytes, std::int64_t offset) {
  const std::lock_guard guard(mutex_);
  if (const auto at = names_.find(path); at != names_.end() && at->second.now)
    at->second.now->pending.push_back({offset, std::string(bytes), false});
}

void FaultDisk::note_truncate(const std::string& path, std::int64_t size) {
  const std::lock_guard guard(mutex_);
  if (const auto at = names_.find(path); at != names_.end() && at->second.now)
    at->second.now->pending.push_back({size, {}, true});
}

void FaultDisk::note_sync(const std::string& path) {
  const std::lock_guard guard(mutex_);
  const auto at = names_.find(path);
  if (at == names_.end() || !at->second.now) return;
  for (const Change& change : at->second.now->pending) apply(change, at->second.now->durable);
  at->second.now->pending.clear();
  at->second.is_durable = true;  // SQLite syncs the folder of a new log with its first sync.
  at->second.durable.reset();
}

void FaultDisk::note_remove(const std::string& path) {
  const std::lock_guard guard(mutex_);
  const auto at = names_.find(path);
  if (at == names_.end() || !at->second.now) return;
  if (at->second.is_durable) at->second.durable = survivor_of(*at->second.now);
  at->second.now.reset();
  at->second.is_durable = false;
}

void FaultDisk::apply(const Change& change, std::string& image) {
  const auto offset = static_cast<std::size_t>(change.offset);
  if (change.is_truncation) {
    image.resize(std::min(image.size(), offset));
    return;
  }
  if (image.size() < offset + change.bytes.size()) image.resize(offset + change.bytes.size());
  image.replace(offset, change.bytes.size(), change.bytes);
}

// All of the pending changes, none, the first few, some of them, or some of their sectors.
std::string FaultDisk::survivor_of(const Image& image) {
  std::string left = image.durable;
  const std::uint64_t way = seeded_.below(5);
  const std::uint64_t first = seeded_.below(image.pending.size() + 1);
  for (std::size_t i = 0; i < image.pending.size(); ++i) {
    const Change& change = image.pending[i];
    if (way == 0) break;
    if (way == 1 || (way == 2 && i < first)) apply(change, left);
    if (way == 3 && seeded_.chance(0.5)) apply(change, left);
    if (way != 4) continue;
    if (change.is_truncation) {
      if (seeded_.chance(0.5)) apply(change, left);
      continue;
    }
    for (std::size_t at = 0; at < change.bytes.size(); at += sector_bytes) {
      if (seeded_.chance(0.5))
        apply({change.offset + static_cast<std::int64_t>(at), change.bytes.substr(at, sector_bytes),
               false},
              left);
    }
  }
  return left;
}

// As a kernel does that drops dirty pages which it could not write: they read as written, and no
// later sync takes them along.
void FaultDisk::lose_part(Image& image) {
  image.durable = survivor_of(image);
  image.pending.clear();
}

void FaultDisk::write_survivors() {
  for (const auto& [path, name] : names_) {
    std::optional<std::string> left = name.durable;
    if (name.now && (name.is_durable || seeded_.chance(0.5)))
      left = survivor_of(*name.now);
    else if (!name.now && seeded_.chance(0.5))
      left.reset();  // The removal reached the disk.
    fs::remove(path);
    if (left) std::ofstream(path, std::ios::binary) << *left;
  }
  for (const auto& entry : fs::directory_iterator(folder_))
    if (entry.path().string().ends_with("-shm")) fs::remove(entry.path());
}

}  // namespace pharos::crash
