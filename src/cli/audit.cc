// cli/audit.cc: pharos audit: who changed what, checked row by row, and out again.
#include "access/audit.h"

#include "access/schema.h"
#include "base/document.h"
#include "cli/commands.h"
#include "cli/show.h"
#include "journal/schema.h"
#include "store/database.h"

namespace pharos::cli {
namespace {

using access::AuditReport;
using access::AuditRow;

constexpr std::size_t flush_bytes = 1U << 18;

// Only to be read. A workspace without operators has no audit yet.
Result<std::unique_ptr<store::Database>> open_audit(const std::string& dir) {
  const std::string path = dir + "/pharos.db";
  auto database = store::open_sqlite(path, store::OpenMode::read);
  if (!database && database.error().code == ErrorCode::not_found)
    return fail(ErrorCode::not_found, "{}: no workspace; make one with pharos init", dir);
  if (!database) return std::unexpected(database.error());
  TRY(journal::check_schema(**database, path));
  if (!TRY(access::has_schema(**database, path)))
    return fail(ErrorCode::not_found, "{}: nobody was ever invited, so there is no audit", dir);
  return database;
}

std::string document_of(const AuditReport& report) {
  Document document;
  document.open_object();
  document.key("ok").boolean(!report.fault);
  document.key("rows").integer(report.rows);
  document.key("head");
  if (report.head.number == 0)
    document.null();
  else
    document.text(fmt::format("{}:{}", report.head.number, report.head.chain));
  document.key("fault");
  if (report.fault) {
    document.open_object();
    document.key("row").integer(report.fault->number);
    document.key("what").text(report.fault->what);
    document.close_object();
  } else {
    document.null();
  }
  document.close_object();
  return document.take();
}

Result<Exit> verify(const Shell& shell, const AuditOptions& options) {
  std::optional<access::AuditHead> noted;
  if (!options.head.empty()) noted = TRY(access::parse_audit_head(options.head));
  const auto database = TRY(open_audit(options.dir));
  const AuditReport report = TRY(access::verify_audit(*database, noted));
  const Exit exit = report.fault ? Exit::failed : Exit::done;
  if (shell.json) {
    shell.write(document_of(report));
    return exit;
  }
  const auto rows = static_cast<std::uint64_t>(report.rows);
  if (report.fault) {
    shell.complain("{}: audit row {} {}", options.dir, report.fault->number, report.fault->what);
    shell.tell({"{0}: rows that are sound before it: {1}\n", "{0}：其前 {1} 行完好\n"}, options.dir,
               count_text(rows), counted(rows, "row"));
    return exit;
  }
  shell.tell({"{0}: {2} of the audit: ok\n", "{0}：审计 {1} 行：完好\n"}, options.dir,
             count_text(rows), counted(rows, "row"));
  if (report.head.number > 0)
    shell.tell({"head {0}:{1}\n", "末行 {0}:{1}\n"}, report.head.number, report.head.chain);
  return exit;
}

std::string line_of(const AuditRow& row) {
  Document document(Layout::one_line);
  const auto json = [&](std::string_view key, const std::string& text) {
    document.key(key);
    if (text.empty())
      document.null();
    else
      document.raw(text);
  };
  document.open_object();
  document.key("number").integer(row.number);
  document.key("at").text(format_instant(row.at));
  document.key("actor").text(row.actor);
  document.key("action").text(row.action);
  document.key("subject").text(row.subject);
  json("before", row.before);
  json("after", row.after);
  document.key("address").text(row.address);
  document.key("chain").text(row.chain);
  document.close_object();
  return document.take();
}

Result<Exit> write_all(const Shell& shell, const AuditOptions& options) {
  const auto database = TRY(open_audit(options.dir));
  std::string text;
  TRY(access::each_audit_row(*database, [&](const AuditRow& row) {
    text += line_of(row);
    if (text.back() != '\n') text += '\n';
    if (text.size() >= flush_bytes) {
      shell.write(text);
      text.clear();
    }
    return std::ferror(shell.out) == 0;
  }));
  shell.write(text);
  return Exit::done;
}

}  // namespace

Result<Exit> run_audit(const Shell& shell, const AuditOptions& options) {
  return options.act == "verify" ? verify(shell, options) : write_all(shell, options);
}

}  // namespace pharos::cli
