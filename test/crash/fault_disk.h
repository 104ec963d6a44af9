// crash/fault_disk.h: a disk that fails as told, below SQLite: it stands as the default VFS of the
// process, so the code under test opens its databases as ever.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/seeded.h"

namespace pharos::crash {

enum class Fault : std::uint8_t {
  io_error,     // The call fails, once.
  dead_disk,    // It fails, and every call after it.
  disk_full,    // Writes fail from here on, the first one after half of its bytes.
  short_write,  // Half of the bytes are written, then an error; once.
  failed_sync,  // The sync fails, and part of what it was to make durable never will be.
  power_cut,    // Everything stops; what was not synced is lost, or half of it, sector by sector.
};
inline constexpr int fault_count = 6;
std::string_view name_of(Fault fault);

struct Plan {
  Fault fault = Fault::io_error;
  std::uint64_t call = 0;  // The n-th call, from 1, that the fault fits.
  std::uint64_t seed = 1;  // What a loss of power keeps.
};

// Watches the files below one folder. Writes go through to them, so that everyone reads what was
// written; beside that it keeps what of it is durable. Any thread.
class FaultDisk {
 public:
  // Registers itself with SQLite at the first call; never goes away.
  static FaultDisk& instance();

  // From now on files below `folder` are watched. None is open, and what is there is durable.
  void watch(const std::string& folder);
  void arm(const Plan& plan);
  // The power fails now, whatever the plan was. No file is open any more; in the folder lies what a
  // disk would hold.
  void cut_power(std::uint64_t seed);
  // Ends all faults. After a power cut the folder holds what was left.
  void settle();
  bool has_struck() const { return has_struck_; }

  // For the VFS.
  enum class Call : std::uint8_t { open, read, write, truncate, sync, remove, size };
  // What the call is to return, or 0 to go on. May be told how many bytes still go through.
  int admit(Call call, const std::string& path, int bytes, int& bytes_through);
  bool is_watched(const std::string& path) const;
  void note_open(const std::string& path);
  void note_write(const std::string& path, std::string_view bytes, std::int64_t offset);
  void note_truncate(const std::string& path, std::int64_t size);
  void note_sync(const std::string& path);
  void note_remove(const std::string& path);

 private:
  struct Change {
    std::int64_t offset = 0;  // Or the new size.
    std::string bytes;
    bool is_truncation = false;
  };
  struct Image {
    std::string durable;
    std::vector<Change> pending;
  };
  struct Name {
    std::optional<std::string> durable;  // What the name leads to if nothing more is synced.
    std::unique_ptr<Image> now;          // Null: removed.
    bool is_durable = false;             // The name leads to `now` for good.
  };
  static void apply(const Change& change, std::string& image);
  std::string survivor_of(const Image& image);
  void lose_part(Image& image);
  void write_survivors();

  std::string folder_;
  mutable std::mutex mutex_;
  std::map<std::string, Name> names_;
  std::optional<Plan> plan_;
  std::uint64_t calls_ = 0;
  bool has_struck_ = false;
  bool is_dead_ = false;
  bool is_full_ = false;
  bool is_cut_ = false;
  Seeded seeded_{1};
};

}  // namespace pharos::crash
