// journal/backup.h: a workspace in one file, taken while it is served, and back again.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/error.h"
#include "journal/workspace.h"

namespace pharos::journal {

struct BackupReport {
  std::uint64_t bytes = 0;  // Of the file.
  std::uint64_t events = 0, blocks = 0;
  std::uint64_t rows = 0;  // Compared with a replay; restore() only.
  std::uint64_t lost = 0;  // As VerifyReport has it.
};

// Two parts of the work, one behind the other; in bytes, and in events.
struct BackupProgress {
  std::function<void(std::uint64_t done, std::uint64_t total)> copied = {};
  std::function<void(std::uint64_t done, std::uint64_t total)> checked = {};
};

// Everything that was durable at one instant, tables of other rooms (operators, keys, the audit)
// with it; a process that writes there goes on meanwhile. The file has its name once it is whole,
// checked (verify_file) and on the disk; until then it is FILE.draft. Only its owner may read it:
// it holds the sums of passwords and keys. Errors: not_found, conflict (there is such a file),
// corrupt (the workspace is damaged), unavailable, io.
Result<BackupReport> backup(const std::string& dir, const std::string& file,
                            const BackupProgress& progress);

// Makes a workspace of it in a folder that is new, or holds nothing but what a restore that was
// stopped left. It is verified against a replay before it becomes one. Errors: not_found, conflict
// (the folder holds something), corrupt (not a backup, or damaged), unavailable, io.
Result<BackupReport> restore(const std::string& file, const std::string& dir,
                             const BackupProgress& progress);

}  // namespace pharos::journal
