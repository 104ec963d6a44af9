// cli/import.cc: pharos import: files into the journal, and what became of their rows.
#include "ingest/import.h"

#include <algorithm>
#include <chrono>
#include <map>

#include "base/document.h"
#include "cli/commands.h"
#include "cli/faults.h"
#include "cli/files.h"
#include "cli/population.h"
#include "cli/progress_bar.h"
#include "cli/reading.h"
#include "cli/show.h"
#include "cli/table.h"
#include "journal/workspace.h"

namespace pharos::cli {
namespace {

constexpr std::size_t rows_bytes_max = 1U << 30;  // Sorted in memory; more is spilled.
constexpr std::size_t examples_max = 3;           // Of each code, and of conflicts.
// Contracts and renewals may be dated ahead; what lies further ahead is a slip of a clock or a
// unit.
constexpr Duration future_allowance = 366 * day;

// Everything a job comes to.
struct Tally {
  ingest::ImportSummary summary;
  std::uint64_t accepted = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t conflicts = 0;
  std::uint64_t after_until = 0;  // Left out because of --until.
  Instant clock = instant_min;    // Where all clocks stand afterwards.
  Zone zone = Zone::utc();        // Of the playbook.
  double seconds = 0;             // Reading and writing, without the opening of the workspace.
  std::map<ingest::RejectCode, std::vector<ingest::Reject>> rejects;  // First examples.
  std::vector<std::string> conflict_ids;                              // As well.
};

// One import: its options, its callbacks and what they count.
class Job {
 public:
  Job(const Shell& shell, const ImportOptions& options)
      : shell_(shell), options_(options), bar_(shell, "", Unit::bytes) {}

  Result<Exit> run() {
    if (options_.dry_run) {
      workspace_ = TRY(journal::Workspace::open_to_read(options_.dir));
    } else {
      bar_.restart(std::string(shell_.say({"Replaying", "重放"})), Unit::events);
      workspace_ = TRY(journal::Workspace::open_to_write(
          options_.dir,
          [&](std::uint64_t done, std::uint64_t total) { bar_.update(done, total); }));
    }
    bar_.restart(std::string(shell_.say({"Reading", "读取"})), Unit::bytes);
    ingest::ImportOptions import;
    if (!read_options(import)) return Exit::usage;
    if (!options_.map.empty()) TRY(read_map(import));
    if (!options_.rejects.empty()) rejects_ = TRY(Output::create(options_.rejects));
    const auto started = std::chrono::steady_clock::now();
    tally_.zone = workspace_->playbook().schema.zone;
    tally_.summary = TRY(ingest::import_files(workspace_->playbook(), import, callbacks()));
    if (rejects_) TRY(rejects_->finish());
    TRY(rejects_written_);
    if (!options_.dry_run) TRY(close());
    tally_.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    return exit();
  }

  const Tally& tally() const { return tally_; }
  const playbook::Playbook& playbook() const { return workspace_->playbook(); }

 private:
  bool read_options(ingest::ImportOptions& import) {
    import.paths = options_.files;
    import.time_newest = shell_.now + future_allowance;
    import.dry_run = options_.dry_run;
    import.memory_bytes_max = rows_bytes_max;
    import.temp_dir = options_.dir;  // Room for the data is room for sorting it.
    if (options_.until.empty()) return true;
    const auto until = parse_moment(options_.until, workspace_->playbook().schema.zone);
    if (until)
      until_ = *until;
    else
      shell_.complain("--until: {}", until.error().message);
    return until.has_value();
  }

  Result<> read_map(ingest::ImportOptions& import) {
    const std::string text = TRY(read_file(options_.map));
    ingest::LoadedMap loaded = ingest::load_map(text, options_.map, workspace_->playbook());
    show_faults(shell_, loaded.diagnostics, {{options_.map, text}});
    if (!loaded.map)
      return fail(ErrorCode::invalid, "{} has faults; nothing was imported", options_.map);
    import.map = std::move(loaded.map);
    return {};
  }

  ingest::ImportCallbacks callbacks() {
    return {.sink = [this](engine::EventBatch&& batch) { return take(std::move(batch)); },
            .reject = [this](const ingest::Reject& reject) { note(reject); },
            .progress =
                [this](ingest::ImportPhase phase, std::uint64_t done, std::uint64_t total) {
                  if (phase == ingest::ImportPhase::emitting && !emitting_) {
                    emitting_ = true;
                    bar_.restart(std::string(shell_.say({"Importing", "导入"})), Unit::events);
                  }
                  bar_.update(done, total);
                }};
  }

  Result<> take(engine::EventBatch&& batch) {
    if (until_ != never) {
      tally_.after_until += std::erase_if(batch.events, [&](const engine::Event& event) {
        return event.type != playbook::event_link && event.time > until_;
      });
      if (batch.events.empty()) return {};
    }
    const journal::Receipt receipt = TRY(workspace_->append(std::move(batch)));
    tally_.accepted += receipt.accepted;
    tally_.duplicates += receipt.duplicates;
    tally_.conflicts += receipt.conflicts.size();
    for (const journal::Conflict& conflict : receipt.conflicts)
      if (tally_.conflict_ids.size() < examples_max) tally_.conflict_ids.push_back(conflict.id);
    return {};
  }

  void note(const ingest::Reject& reject) {
    auto& examples = tally_.rejects[reject.code];
    if (examples.size() < examples_max) examples.push_back(reject);
    if (!rejects_ || !rejects_written_) return;
    Document document(Layout::one_line);
    document.open_object();
    document.key("file").text(reject.file);
    document.key("line").count(reject.line);
    document.key("code").text(ingest::name_of(reject.code));
    document.key("reason").text(reject.reason);
    document.key("row").text(reject.row);
    document.close_object();
    rejects_written_ = rejects_->write(document.take() + "\n");
  }

  // Moves the clocks to the end of the data; they never go back.
  Result<> close() {
    Instant end = until_;
    if (until_ == never) end = tally_.summary.last_at;
    const journal::Stats stats = TRY(workspace_->stats());
    if (end > stats.tick && stats.events > 0) TRY(workspace_->tick(end));
    TRY(workspace_->flush());
    // Without it the next opening takes longer, and that is all.
    (void)workspace_->save_snapshot();
    tally_.clock = stats.events > 0 ? std::max(end, clock_of(stats)) : instant_min;
    return {};
  }

  Exit exit() const {
    if (options_.dry_run) return tally_.summary.rejected > 0 ? Exit::failed : Exit::done;
    return tally_.summary.rows > 0 && tally_.summary.events == 0 ? Exit::failed : Exit::done;
  }

  const Shell& shell_;
  const ImportOptions& options_;
  ProgressBar bar_;
  std::unique_ptr<journal::Workspace> workspace_;
  Instant until_ = never;
  bool emitting_ = false;
  std::optional<Output> rejects_;
  Result<> rejects_written_;
  Tally tally_;
};

std::string document_of(const Tally& tally, bool dry_run) {
  const ingest::ImportSummary& summary = tally.summary;
  Document document;
  document.open_object();
  document.key("dry_run").boolean(dry_run);
  document.key("rows").count(summary.rows);
  document.key("events").count(summary.events);
  document.key("links").count(summary.links);
  if (!dry_run) {
    document.key("new").count(tally.accepted);
    document.key("duplicates").count(tally.duplicates);
    document.key("conflicts").count(tally.conflicts);
    document.key("conflict_ids").open_list();
    for (const std::string& id : tally.conflict_ids) document.text(id);
    document.close_list();
    document.key("after_until").count(tally.after_until);
  }
  document.key("clock");
  if (tally.clock == instant_min)
    document.null();
  else
    document.text(format_instant(tally.clock));
  document.key("rejected").count(summary.rejected);
  document.key("rejects").open_list();
  for (const auto& [code, count] : summary.rejected_by_code) {
    document.open_object();
    document.key("code").text(ingest::name_of(code));
    document.key("rows").count(count);
    document.key("examples").open_list();
    if (const auto examples = tally.rejects.find(code); examples != tally.rejects.end())
      for (const ingest::Reject& reject : examples->second)
        document.text(fmt::format("{}:{}: {}", reject.file, reject.line, reject.reason));
    document.close_list().close_object();
  }
  document.close_list();
  document.key("files").open_list();
  for (const ingest::FileSummary& file : summary.files) {
    document.open_object();
    document.key("path").text(file.path);
    document.key("bytes").count(file.bytes);
    document.key("rows").count(file.rows);
    document.key("events").count(file.events);
    document.key("rejected").count(file.rejected);
    document.close_object();
  }
  document.close_list().close_object();
  return document.take();
}

void print_files(const Shell& shell, const ingest::ImportSummary& summary) {
  Table table({{std::string(shell.say({"file", "文件"}))},
               {std::string(shell.say({"rows", "行"})), Align::right},
               {std::string(shell.say({"events", "事件"})), Align::right},
               {std::string(shell.say({"rejected", "拒绝"})), Align::right}});
  for (const ingest::FileSummary& file : summary.files)
    table.add(
        {file.path, count_text(file.rows), count_text(file.events), count_text(file.rejected)});
  shell.write(table.text());
  for (const std::string& path : summary.ignored)
    shell.print("{} {}\n", path,
                shell.say({"is not named by the map; ignored", "不在映射文件中，已忽略"}));
}

void print_rejects(const Shell& shell, const Tally& tally) {
  for (const auto& [code, count] : tally.summary.rejected_by_code) {
    shell.tell({"\n{0}: {2}\n", "\n{0}：{1} 行\n"}, ingest::name_of(code), count_text(count),
               counted(count, "row"));
    const auto examples = tally.rejects.find(code);
    if (examples == tally.rejects.end()) continue;
    for (const ingest::Reject& reject : examples->second)
      shell.print("  {}:{}: {}\n", reject.file, reject.line, reject.reason);
  }
}

void print_conflicts(const Shell& shell, const Tally& tally) {
  if (tally.conflicts == 0) return;
  shell.tell({"\nSame id, other contents; not taken: {}\n", "\n编号相同而内容不同，未导入：{}\n"},
             count_text(tally.conflicts));
  for (const std::string& id : tally.conflict_ids) shell.print("  {}\n", id);
}

void print_dry_run(const Shell& shell, const ingest::ImportSummary& summary) {
  if (shell.language == Language::zh)
    shell.print("\n试运行：会导入 {} 个事件，拒绝 {} 行；没有改动。\n", count_text(summary.events),
                count_text(summary.rejected));
  else
    shell.print("\nDry run: {} would be taken, {} rejected; nothing was changed.\n",
                counted(summary.events, "event"), counted(summary.rejected, "row"));
}

// What became of the events, and where the clocks stand.
void print_result(const Shell& shell, const Tally& tally, const ImportOptions& options) {
  const bool chinese = shell.language == Language::zh;
  if (chinese)
    shell.print("\n新增 {} 个，重复 {} 个，冲突 {} 个，拒绝 {} 行", count_text(tally.accepted),
                count_text(tally.duplicates), count_text(tally.conflicts),
                count_text(tally.summary.rejected));
  else
    shell.print("\n{} new, {}, {}, {} rejected", count_text(tally.accepted),
                counted(tally.duplicates, "duplicate"), counted(tally.conflicts, "conflict"),
                counted(tally.summary.rejected, "row"));
  if (!options.until.empty())
    shell.tell({", {} after {} left out", "，{1} 之后的 {0} 个未导入"},
               count_text(tally.after_until), options.until);
  if (shell.out_is_terminal && tally.seconds > 0)
    shell.tell({" ({:.1f} s, {} events/s)", "（{:.1f} 秒，每秒 {} 个事件）"}, tally.seconds,
               count_text(static_cast<std::uint64_t>(static_cast<double>(tally.summary.events) /
                                                     tally.seconds)));
  if (tally.clock != instant_min)
    shell.tell({"\nClocks stand at {} ({})", "\n时钟停在 {}（{}）"},
               local_minute(tally.clock, tally.zone), tally.zone.name());
  shell.print("\n");
}

void print_tally(const Shell& shell, const Tally& tally, const ImportOptions& options) {
  print_files(shell, tally.summary);
  print_rejects(shell, tally);
  print_conflicts(shell, tally);
  if (options.dry_run)
    print_dry_run(shell, tally.summary);
  else
    print_result(shell, tally, options);
}

}  // namespace

Result<Exit> run_import(const Shell& shell, const ImportOptions& options) {
  Tally tally;
  Exit exit;
  {
    Job job(shell, options);
    exit = TRY(job.run());
    if (exit == Exit::usage) return exit;
    tally = job.tally();
  }
  if (shell.json)
    shell.write(document_of(tally, options.dry_run));
  else
    print_tally(shell, tally, options);
  if (options.dry_run || options.no_history) return exit;
  if (const auto refreshed = refresh_history(shell, options.dir); !refreshed)
    shell.complain("the events are in; the first question will take longer: {}",
                   refreshed.error().message);
  return exit;
}

}  // namespace pharos::cli
