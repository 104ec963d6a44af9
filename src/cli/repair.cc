// cli/repair.cc: pharos repair.
#include "journal/repair.h"

#include "base/document.h"
#include "cli/commands.h"
#include "cli/faults.h"
#include "cli/files.h"
#include "cli/progress_bar.h"
#include "cli/show.h"

namespace pharos::cli {
namespace {

using journal::LostEvents;
using journal::RepairReport;

void add_time(Document& document, std::string_view key, Instant time) {
  document.key(key);
  if (time == never || time == instant_min)
    document.null();
  else
    document.text(format_instant(time));
}

std::string document_of(const RepairReport& report) {
  Document document;
  document.open_object();
  document.key("was_sound").boolean(report.was_sound);
  document.key("path").text(report.path);
  document.key("aside").text(report.aside);
  document.key("events").count(report.events);
  document.key("blocks").count(report.blocks);
  document.key("rows").count(report.rows);
  document.key("playbook_version").integer(report.playbook_version);
  document.key("lost").open_list();
  for (const LostEvents& lost : report.lost) {
    document.open_object();
    document.key("seq_first").count(lost.seq_first);
    document.key("seq_last").count(lost.seq_last);
    add_time(document, "time_first", lost.time_first);
    add_time(document, "time_last", lost.time_last);
    document.key("times_are_theirs").boolean(lost.times_are_theirs);
    document.close_object();
  }
  document.close_list();
  document.key("end_is_unknown").boolean(report.end_is_unknown);
  document.key("accounts_renamed").count(report.accounts_renamed);
  document.key("members_renamed").count(report.members_renamed);
  document.key("rooms_are_readable").boolean(report.rooms.is_readable);
  document.key("kept").open_list();
  for (const journal::KeptTable& table : report.rooms.tables) {
    document.open_object();
    document.key("table").text(table.name);
    document.key("rows").count(table.rows);
    document.key("is_whole").boolean(table.is_whole);
    document.close_object();
  }
  document.close_list().close_object();
  return document.take();
}

std::string time_text(const Shell& shell, Instant time) {
  if (time == never || time == instant_min) return std::string(shell.say({"?", "?"}));
  return format_instant(time);
}

void print_lost(const Shell& shell, const LostEvents& lost) {
  shell.tell({"  lost: events {} to {}", "  丢失：事件 {} 至 {}"}, lost.seq_first, lost.seq_last);
  const std::string first = time_text(shell, lost.time_first);
  const std::string last = time_text(shell, lost.time_last);
  if (lost.times_are_theirs)
    shell.tell({", of {} to {}\n", "，时间 {} 至 {}\n"}, first, last);
  else
    shell.tell({"; their neighbours in the journal are of {} and {}\n",
                "；日志中其前后事件的时间为 {} 与 {}\n"},
               first, last);
}

// Operators, keys: what no journal can tell again.
void print_kept(const Shell& shell, const journal::KeptRooms& rooms) {
  std::uint64_t rows = 0;
  for (const journal::KeptTable& table : rooms.tables) rows += table.rows;
  if (!rooms.tables.empty())
    shell.tell({"  of other tables: {1} in {2} kept\n", "  其他表格：保留 {0} 行\n"},
               count_text(rows), counted(rows, "row"), counted(rooms.tables.size(), "table"));
  for (const journal::KeptTable& table : rooms.tables)
    if (!table.is_whole)
      shell.tell({"  of table {} rows are lost\n", "  表 {} 有行丢失\n"}, table.name);
  if (!rooms.is_readable)
    shell.tell({"  whether there were operators and keys cannot be told: make them again\n",
                "  是否存有操作员与密钥，无法判断，请重新建立\n"});
}

void print_report(const Shell& shell, const RepairReport& report) {
  shell.tell({"{0}: {3} in {4} kept, {5} made again; it verifies\n",
              "{0}：保留 {1} 个事件（{2} 块），重建表格，核对完好\n"},
             report.path, count_text(report.events), count_text(report.blocks),
             counted(report.events, "event"), counted(report.blocks, "block"),
             counted(report.rows, "row"));
  for (const LostEvents& lost : report.lost) print_lost(shell, lost);
  if (report.lost.empty() && !report.end_is_unknown)
    shell.tell({"  no event is lost\n", "  没有丢失事件\n"});
  if (report.end_is_unknown)
    shell.tell({"  whether more events stood behind the last one cannot be told\n",
                "  最后一个事件之后是否还有事件，无法判断\n"});
  if (report.accounts_renamed + report.members_renamed > 0)
    shell.tell(
        {"  without their ids, as \"lost account N\" and \"lost member N\": {}, {}\n",
         "  编号已丢失，改称 \"lost account N\"、\"lost member N\"：{2} 个客户，{3} 个成员\n"},
        counted(report.accounts_renamed, "account"), counted(report.members_renamed, "member"),
        count_text(report.accounts_renamed), count_text(report.members_renamed));
  print_kept(shell, report.rooms);
  if (!report.lost.empty() || report.end_is_unknown)
    shell.tell({"  Import the files of that time again: what is there is ignored.\n",
                "  请重新导入该时段的文件：已有的事件会被忽略。\n"});
  if (!report.aside.empty())
    shell.tell({"The damaged file is kept as {}\n", "损坏的文件保留为 {}\n"}, report.aside);
}

}  // namespace

Result<Exit> run_repair(const Shell& shell, const RepairOptions& options) {
  journal::RepairOptions repair{.to = options.to, .playbook = {}, .now = shell.now, .progress = {}};
  if (!options.playbook.empty()) {
    const playbook::Loaded loaded = playbook::load(options.playbook, read_document);
    show_faults(shell, loaded.diagnostics, texts_of(loaded, options.playbook));
    if (!loaded.playbook)
      return fail(ErrorCode::invalid, "{} has faults; nothing was repaired", options.playbook);
    repair.playbook = loaded.sources;
  }
  RepairReport report;
  {
    ProgressBar bar(shell, std::string(shell.say({"Repairing", "修复"})), Unit::events);
    repair.progress = [&](std::uint64_t done, std::uint64_t total) { bar.update(done, total); };
    report = TRY(journal::repair(options.dir, repair));
  }
  if (shell.json)
    shell.write(document_of(report));
  else if (report.was_sound)
    shell.tell({"{} is sound; nothing was changed\n", "{} 完好，未作改动\n"}, options.dir);
  else
    print_report(shell, report);
  return Exit::done;
}

}  // namespace pharos::cli
