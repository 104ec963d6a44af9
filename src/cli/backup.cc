// cli/backup.cc: pharos backup and pharos restore.
#include "journal/backup.h"

#include "base/document.h"
#include "cli/commands.h"
#include "cli/progress_bar.h"
#include "cli/show.h"

namespace pharos::cli {
namespace {

using journal::BackupReport;

void print_document(const Shell& shell, std::string_view path, const BackupReport& report,
                    bool is_restored) {
  Document document;
  document.open_object();
  document.key("path").text(path);
  document.key("bytes").count(report.bytes);
  document.key("events").count(report.events);
  document.key("blocks").count(report.blocks);
  if (is_restored) document.key("rows").count(report.rows);
  document.key("lost").count(report.lost);
  document.close_object();
  shell.write(document.take());
}

// The bar of the copy, then that of the check.
class TwoBars {
 public:
  TwoBars(const Shell& shell, const Words& copying, const Words& checking)
      : bar_(shell, std::string(shell.say(copying)), Unit::bytes), checking_(shell.say(checking)) {}
  journal::BackupProgress progress() {
    return {.copied = [this](std::uint64_t done, std::uint64_t total) { bar_.update(done, total); },
            .checked =
                [this](std::uint64_t done, std::uint64_t total) {
                  if (!checking_.empty()) bar_.restart(std::exchange(checking_, {}), Unit::events);
                  bar_.update(done, total);
                }};
  }

 private:
  ProgressBar bar_;
  std::string checking_;
};

}  // namespace

Result<Exit> run_backup(const Shell& shell, const BackupOptions& options) {
  BackupReport report;
  {
    TwoBars bars(shell, {"Copying", "复制"}, {"Checking", "核对"});
    report = TRY(journal::backup(options.dir, options.file, bars.progress()));
  }
  if (shell.json)
    print_document(shell, options.file, report, false);
  else
    shell.tell({"{0}: {3} in {4}, {5:.1f} MB; checked and on the disk\n",
                "{0}：{1} 个事件（{2} 块），{5:.1f} MB；已核对并写入磁盘\n"},
               options.file, count_text(report.events), count_text(report.blocks),
               counted(report.events, "event"), counted(report.blocks, "block"),
               static_cast<double>(report.bytes) / 1e6);
  return Exit::done;
}

Result<Exit> run_restore(const Shell& shell, const RestoreOptions& options) {
  BackupReport report;
  {
    TwoBars bars(shell, {"Copying", "复制"}, {"Verifying", "核对"});
    report = TRY(journal::restore(options.file, options.dir, bars.progress()));
  }
  if (shell.json)
    print_document(shell, options.dir, report, true);
  else
    shell.tell({"{0}: {4} in {5} replayed, {6} compared: ok\n",
                "{0}：重放 {1} 个事件（{2} 块），核对 {3} 行：完好\n"},
               options.dir, count_text(report.events), count_text(report.blocks),
               count_text(report.rows), counted(report.events, "event"),
               counted(report.blocks, "block"), counted(report.rows, "row"));
  return Exit::done;
}

}  // namespace pharos::cli
