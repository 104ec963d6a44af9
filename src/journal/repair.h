// journal/repair.h: a new workspace file out of what is sound in a damaged one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/instant.h"
#include "journal/rooms.h"
#include "journal/workspace.h"
#include "playbook/load.h"

namespace pharos::journal {

struct RepairOptions {
  std::string to;                          // A new folder; empty: in place of the damaged file.
  std::vector<playbook::Source> playbook;  // Instead of the documents in the file; may be empty.
  Instant now;                             // Part of the name of the file that is put aside.
  Progress progress = {};
};

// Events that no sound block holds.
struct LostEvents {
  std::uint64_t seq_first = 0, seq_last = 0;
  // The least and greatest time of these events, from their block's row; or, if that is lost as
  // well, of their neighbours in the journal.
  Instant time_first = never, time_last = instant_min;
  bool times_are_theirs = false;
};

struct RepairReport {
  bool was_sound = false;  // Then nothing was done.
  std::uint64_t events = 0, blocks = 0, rows = 0;
  std::vector<LostEvents> lost;
  bool end_is_unknown = false;  // More events may have stood behind the last one.
  std::uint64_t accounts_renamed = 0, members_renamed = 0;  // Their ids were lost.
  int playbook_version = 0;
  KeptRooms rooms;    // Tables that are not the journal's.
  std::string path;   // Of the repaired file.
  std::string aside;  // Of the damaged one, if it had to make room.
};

// Keeps every sound block as it is, in a new file that is verified before it takes its place; the
// damaged file is never written to. Errors: not_found, unavailable (a process writes there),
// conflict (`to` is a workspace), corrupt (no playbook is left: one has to be given), invalid, io.
Result<RepairReport> repair(const std::string& dir, const RepairOptions& options);

}  // namespace pharos::journal
