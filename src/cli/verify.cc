// cli/verify.cc: pharos verify.
#include "base/document.h"
#include "cli/commands.h"
#include "cli/progress_bar.h"
#include "cli/show.h"
#include "journal/workspace.h"

namespace pharos::cli {
namespace {

std::string document_of(const journal::VerifyReport& report) {
  Document document;
  document.open_object();
  document.key("ok").boolean(report.faults.empty());
  document.key("events").count(report.events);
  document.key("blocks").count(report.blocks);
  document.key("rows").count(report.rows);
  document.key("lost").count(report.lost);
  document.key("faults").open_list();
  for (const std::string& fault : report.faults) document.text(fault);
  document.close_list().close_object();
  return document.take();
}

}  // namespace

Result<Exit> run_verify(const Shell& shell, const VerifyOptions& options) {
  const auto workspace = TRY(journal::Workspace::open_to_read(options.dir));
  journal::VerifyReport report;
  {
    ProgressBar bar(shell, std::string(shell.say({"Verifying", "核对"})), Unit::events);
    report = TRY(workspace->verify(
        [&](std::uint64_t done, std::uint64_t total) { bar.update(done, total); }));
  }
  const Exit exit = report.faults.empty() ? Exit::done : Exit::failed;
  if (shell.json) {
    shell.write(document_of(report));
    return exit;
  }
  for (const std::string& fault : report.faults) shell.complain("{}", fault);
  const std::uint64_t faults = report.faults.size();
  if (shell.language == Language::zh)
    shell.print("{}：重放 {} 个事件（{} 块），核对 {} 行：{}", options.dir,
                count_text(report.events), count_text(report.blocks), count_text(report.rows),
                faults == 0 ? "完好" : count_text(faults) + " 处错误");
  else
    shell.print("{}: {} in {} replayed, {} compared: {}", options.dir,
                counted(report.events, "event"), counted(report.blocks, "block"),
                counted(report.rows, "row"), faults == 0 ? "ok" : counted(faults, "fault"));
  if (report.lost > 0)
    shell.tell({"; lost, and marked by a repair: {1}", "；修复时标记为丢失的事件：{0} 个"},
               count_text(report.lost), counted(report.lost, "event"));
  shell.print("\n");
  return exit;
}

}  // namespace pharos::cli
