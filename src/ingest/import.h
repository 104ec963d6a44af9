// ingest/import.h: files in, checked and time-sorted batches of events out. Knows no journal.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/instant.h"
#include "engine/event.h"
#include "ingest/map.h"
#include "playbook/model.h"

namespace pharos::ingest {

struct ImportOptions {
  // Files, or directories of which every file is taken that the map names (without a map: every
  // .ndjson and .jsonl). CSV or NDJSON by the name; .gz and .zst are unpacked.
  std::vector<std::string> paths;
  // Without: native events, {"id"?,"account","member"?,"name","time","props"?} a line.
  std::optional<Map> map = std::nullopt;
  Instant time_newest = instant_max;          // Rows with a later time are refused.
  std::size_t memory_bytes_max = 512U << 20;  // Of parsed rows; more is spilled to `temp_dir`.
  std::string temp_dir = "/tmp";              // The file there is unlinked as soon as it is open.
  unsigned threads = 2;                       // Parsers, beside the calling thread.
  bool dry_run = false;                       // Check everything, emit nothing.
};

// Closed; spelled as in reports.
enum class RejectCode : std::uint8_t {
  bad_json,
  bad_csv,
  wrong_column_count,
  missing_field,
  unknown_field,
  unknown_event,
  unknown_value,
  bad_time,
  future_time,
  bad_amount,
  bad_number,
  wrong_type,
  bad_condition,
  missing_row,
  bad_link,
  too_long,
  invalid_utf8,
};
std::string_view name_of(RejectCode code);

// A row that gives no event (of several events of one row: none of them is taken).
struct Reject {
  std::string file;
  std::uint64_t line = 0;  // Counts from 1; of a CSV row over several lines, the first.
  RejectCode code = RejectCode::bad_json;
  std::string reason;  // What was found and what was expected, with the nearest name.
  std::string row;  // Raw text, cut after reject_row_bytes_max; bytes that are no UTF-8 as U+FFFD.
};
inline constexpr std::size_t reject_row_bytes_max = 4'096;

struct FileSummary {
  std::string path;
  std::uint64_t bytes = 0;  // As stored.
  std::uint64_t rows = 0;
  std::uint64_t events = 0;
  std::uint64_t rejected = 0;
};

struct ImportSummary {
  std::uint64_t rows = 0;    // Headers and empty lines are none.
  std::uint64_t events = 0;  // Emitted, or what would have been; links included.
  std::uint64_t links = 0;
  std::uint64_t rejected = 0;  // Rows.
  std::map<RejectCode, std::uint64_t> rejected_by_code;
  std::uint64_t bytes = 0;
  Instant first_at = never;  // Of events; links do not count.
  Instant last_at = instant_min;
  std::vector<FileSummary> files;    // In the order in which they were read.
  std::vector<std::string> ignored;  // CSV and NDJSON files of a directory that were not asked for.
};

enum class ImportPhase : std::uint8_t {
  reading,   // In bytes as stored.
  emitting,  // In events.
};

// All are called from the thread that called import_files().
struct ImportCallbacks {
  // Batches in order of time, all links first; at most engine::batch_events_max events each.
  // Nothing is emitted before every file was read to its end. An error ends the import with it.
  std::function<Result<>(engine::EventBatch&&)> sink;
  std::function<void(const Reject&)> reject;  // In order of file and line. May be empty.
  std::function<void(ImportPhase, std::uint64_t done, std::uint64_t total)> progress;  // As well.
};

// Order of events: time, rank (account_updated, member_updated 0, others 1 unless the map says
// `rank:`), then the order of files, lines, and of the events of one row.
// Errors: invalid (a map that does not fit a file's columns: one line a fault; a broken archive),
// not_found (a path), limit (joined or grouped rows past their limit), io.
Result<ImportSummary> import_files(const playbook::Playbook& playbook, const ImportOptions& options,
                                   const ImportCallbacks& callbacks);

}  // namespace pharos::ingest
