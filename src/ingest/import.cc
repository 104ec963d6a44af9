// ingest/import.cc: one import from the paths to the last batch.
#include "ingest/import.h"

#include <algorithm>
#include <array>
#include <deque>
#include <future>
#include <memory>

#include "base/excerpt.h"
#include "base/text.h"
#include "ingest/emit.h"
#include "ingest/group.h"
#include "ingest/input.h"
#include "ingest/input_file.h"
#include "ingest/mapper.h"
#include "ingest/plan.h"
#include "ingest/pool.h"
#include "ingest/run.h"

namespace pharos::ingest {
namespace {

// A piece of a file after parsing.
struct Piece {
  std::size_t file = 0;
  Mapped mapped;
  Run run;
  std::unique_ptr<char[]> memory;
};

struct Header {
  std::vector<std::string> names;
  std::size_t bytes = 0;
  std::uint64_t lines = 0;
};

Result<Header> read_header(const InputFile& file, std::string_view bytes) {
  CsvReader reader(bytes, file.delimiter);
  if (!reader.next())
    return fail(ErrorCode::invalid, "{}: is empty; its first line must name the columns",
                file.path);
  if (reader.fault())
    return fail(ErrorCode::invalid, "{}:1: the header cannot be read: {}", file.path,
                reader.fault()->reason);
  if (!is_utf8(reader.record()))
    return fail(ErrorCode::invalid, "{}:1: the header is not UTF-8", file.path);
  Header header;
  for (const std::string_view name : reader.fields()) header.names.emplace_back(trimmed(name));
  header.bytes = reader.position();
  header.lines = reader.lines_read();
  return header;
}

class Import {
 public:
  Import(const playbook::Playbook& playbook, const ImportOptions& options,
         const ImportCallbacks& callbacks)
      : options_(options),
        callbacks_(callbacks),
        format_(playbook),
        context_{playbook, format_, options.time_newest},
        runs_(options.memory_bytes_max, options.temp_dir),
        pool_(std::max(1U, options.threads)) {}

  Result<ImportSummary> run();

 private:
  Result<> make_plans();
  Result<> read_file(std::size_t index);
  Result<> retire();
  Result<> group_rows(std::size_t file, const Mapped& mapped);
  Result<> finish_groups(std::size_t file);
  void count(std::size_t file, const Made& made);
  void report(std::size_t file, std::uint64_t line, Fault fault, std::string row);

  const ImportOptions& options_;
  const ImportCallbacks& callbacks_;
  RecordFormat format_;
  EventContext context_;
  std::vector<InputFile> files_;
  JoinTables tables_;
  std::vector<FilePlan> plans_;
  RunStore runs_;
  ImportSummary summary_;
  std::uint64_t bytes_read_ = 0;      // Of the files before the one at hand.
  std::vector<std::uint64_t> lines_;  // Of each file, so far.
  std::vector<GroupTable> groups_;    // Of the file at hand, by its plan's rows.
  std::vector<std::unique_ptr<char[]>> spare_;
  std::deque<std::future<Piece>> pending_;
  Pool pool_;  // Last: its threads use what stands above.
};

// Every file's columns are held against the map before any row is read.
Result<> Import::make_plans() {
  Diagnostics diagnostics;
  for (const InputFile& file : files_) {
    if (!file.map) {
      plans_.push_back(native_plan());
      continue;
    }
    Header header;
    if (file.format == Format::csv) {
      Chunker chunker = TRY(Chunker::open(file.path, file.format, file.delimiter));
      const Chunk chunk = TRY(chunker.next());
      header = TRY(read_header(file, chunk.bytes()));
    }
    const PlanInput input{.playbook = context_.playbook,
                          .map = *file.map,
                          .path = file.path,
                          .format = file.format,
                          .delimiter = file.delimiter,
                          .header = std::move(header.names),
                          .tables = tables_,
                          .find_file = [&](const std::string& name) {
                            return find_joined_file(name, file.path, files_);
                          }};
    plans_.push_back(TRY(make_plan(input, diagnostics)));
  }
  if (diagnostics.empty()) return {};
  std::string all;
  for (const Diagnostic& diagnostic : diagnostics) {
    all += (all.empty() ? "" : "\n") + format_diagnostic(diagnostic);
    if (options_.map && diagnostic.place.file == options_.map->path)
      all += format_excerpt(excerpt_at(options_.map->text, diagnostic.place));
  }
  return fail(ErrorCode::invalid, "{}", all);
}

Result<ImportSummary> Import::run() {
  InputFiles found = TRY(find_input_files(options_));
  files_ = std::move(found.files);
  summary_.ignored = std::move(found.ignored);
  for (const InputFile& file : files_) {
    summary_.files.push_back({file.path, file.bytes, 0, 0, 0});
    summary_.bytes += file.bytes;
  }
  lines_.resize(files_.size());
  TRY(make_plans());
  for (std::size_t i = 0; i < files_.size(); ++i) TRY(read_file(i));
  while (!pending_.empty()) TRY(retire());
  if (options_.dry_run || summary_.events == 0) return std::move(summary_);
  Merge merge = TRY(runs_.merge());
  TRY(emit(std::move(merge), format_, summary_.events, callbacks_));
  return std::move(summary_);
}

Result<> Import::read_file(std::size_t index) {
  const InputFile& file = files_[index];
  const FilePlan& plan = plans_[index];
  const bool grouped =
      std::ranges::any_of(plan.rows, [](const RowsPlan& rows) { return !rows.group.empty(); });
  Chunker chunker = TRY(Chunker::open(file.path, file.format, file.delimiter));
  const std::size_t pending_max = 2 * std::size_t{std::max(1U, options_.threads)} + 1;
  bool first = true;
  while (true) {
    std::unique_ptr<char[]> memory;
    if (!spare_.empty()) {
      memory = std::move(spare_.back());
      spare_.pop_back();
    }
    Chunk next = TRY(chunker.next(std::move(memory)));
    if (next.size == 0) break;
    std::size_t begin = 0;
    if (first && file.format == Format::csv) {
      const Header header = TRY(read_header(file, next.bytes()));
      begin = header.bytes;
      lines_[index] = header.lines;
    }
    first = false;
    pending_.push_back(
        pool_.submit([this, index, begin, &plan, chunk = std::move(next)]() mutable -> Piece {
          Piece piece;
          piece.file = index;
          Mapper(context_, plan).map(chunk.bytes().substr(begin), piece.mapped);
          if (!options_.dry_run) piece.run = make_run(piece.mapped.made.records);
          piece.mapped.made.records = std::string();
          piece.memory = std::move(chunk.memory);
          return piece;
        }));
    while (pending_.size() >= pending_max) TRY(retire());
    if (callbacks_.progress)
      callbacks_.progress(ImportPhase::reading,
                          std::min(bytes_read_ + chunker.bytes_stored_read(), summary_.bytes),
                          summary_.bytes);
  }
  bytes_read_ += file.bytes;
  if (!grouped) return {};
  while (!pending_.empty()) TRY(retire());
  return finish_groups(index);
}

// Takes in the oldest piece: pieces come in the order of their rows.
Result<> Import::retire() {
  Piece piece = pending_.front().get();
  pending_.pop_front();
  spare_.push_back(std::move(piece.memory));
  const std::size_t file = piece.file;
  Mapped& mapped = piece.mapped;
  summary_.rows += mapped.rows;
  summary_.files[file].rows += mapped.rows;
  count(file, mapped.made);
  for (RowReject& reject : mapped.rejects)
    report(file, lines_[file] + reject.line + 1, std::move(reject.fault), std::move(reject.row));
  TRY(group_rows(file, mapped));
  lines_[file] += mapped.lines;
  return runs_.add(std::move(piece.run));
}

void Import::count(std::size_t file, const Made& made) {
  summary_.events += made.events;
  summary_.files[file].events += made.events;
  summary_.links += made.links;
  summary_.first_at = std::min(summary_.first_at, made.first_at);
  summary_.last_at = std::max(summary_.last_at, made.last_at);
}

void Import::report(std::size_t file, std::uint64_t line, Fault fault, std::string row) {
  ++summary_.rejected;
  ++summary_.rejected_by_code[fault.code];
  ++summary_.files[file].rejected;
  if (!callbacks_.reject) return;
  callbacks_.reject({files_[file].path, line, fault.code, std::move(fault.reason), std::move(row)});
}

Result<> Import::group_rows(std::size_t file, const Mapped& mapped) {
  if (mapped.group_index.empty()) return {};
  const FilePlan& plan = plans_[file];
  if (groups_.empty())
    for (const RowsPlan& rows : plan.rows) groups_.emplace_back(rows);
  std::string_view packed = mapped.group_rows;
  for (const GroupRow& row : mapped.group_index) {
    const auto added = groups_[row.rows].add(packed, lines_[file] + row.line + 1);
    if (!added) return fail(added.error().code, "{}: {}", files_[file].path, added.error().message);
  }
  return {};
}

// The events of a file's groups, in the order of the groups' first rows.
Result<> Import::finish_groups(std::size_t file) {
  constexpr std::size_t run_bytes = 1U << 20;
  Mapper mapper(context_, plans_[file]);
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    const GroupTable& table = groups_[i];
    Made made;
    for (std::size_t group = 0; group < table.size(); ++group) {
      if (!mapper.map_group(table, group, plans_[file].rows[i], made))
        report(file, table.line(group), mapper.fault(), "");
      if (made.records.size() < run_bytes && group + 1 < table.size()) continue;
      count(file, made);
      if (!options_.dry_run) TRY(runs_.add(make_run(made.records)));
      made = {};
    }
  }
  groups_.clear();
  return {};
}

}  // namespace

std::string_view name_of(RejectCode code) {
  constexpr std::array<std::string_view, 17> names = {
      "bad_json",      "bad_csv",       "wrong_column_count", "missing_field", "unknown_field",
      "unknown_event", "unknown_value", "bad_time",           "future_time",   "bad_amount",
      "bad_number",    "wrong_type",    "bad_condition",      "missing_row",   "bad_link",
      "too_long",      "invalid_utf8"};
  return names[static_cast<std::size_t>(code)];
}

Result<ImportSummary> import_files(const playbook::Playbook& playbook, const ImportOptions& options,
                                   const ImportCallbacks& callbacks) {
  return Import(playbook, options, callbacks).run();
}

}  // namespace pharos::ingest
