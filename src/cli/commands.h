// cli/commands.h: what each command is given, and the functions that carry them out. Each lies in
// the file of its name. An error is printed by the caller, and ends with Exit::failed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/shell.h"

namespace pharos::cli {

struct InitOptions {
  std::string dir;
  std::string pack, playbook;  // One of them.
};
Result<Exit> run_init(const Shell& shell, const InitOptions& options);

struct FilesOptions {
  std::vector<std::string> files;
};
Result<Exit> run_check(const Shell& shell, const FilesOptions& options);
Result<Exit> run_test(const Shell& shell, const FilesOptions& options);

struct ImportOptions {
  std::string dir;
  std::vector<std::string> files;
  std::string map, until, rejects;  // Empty: none.
  bool dry_run = false;
  bool no_history = false;  // Leave its columns to the first question.
};
Result<Exit> run_import(const Shell& shell, const ImportOptions& options);

struct ReportOptions {
  std::string dir;
  std::string kind;  // nodes, funnel, cohort
  std::string by, where, as_of;
  std::string track;                                  // nodes
  std::string steps, mode = "ordered", window, from;  // funnel
  std::vector<std::string> without;
  std::string target, returning, period = "month", sum;  // cohort
  int minimum = 1;
  bool recurring = false, cumulative = false;
};
Result<Exit> run_report(const Shell& shell, const ReportOptions& options);
Result<Exit> run_funnel_report(const Shell& shell, const ReportOptions& options);
Result<Exit> run_cohort_report(const Shell& shell, const ReportOptions& options);

struct AccountsOptions {
  std::string dir;
  std::string where, columns, order, as_of;
  std::int64_t limit = -1;  // -1: as many as fit a page of people, all for machines; 0: all.
  bool count = false;
};
Result<Exit> run_accounts(const Shell& shell, const AccountsOptions& options);

struct AccountOptions {
  std::string dir;
  std::string id;
  std::int64_t events = 10;  // The last ones.
};
Result<Exit> run_account(const Shell& shell, const AccountOptions& options);
Result<Exit> run_why(const Shell& shell, const AccountOptions& options);

struct BacktestOptions {
  std::string dir;
  std::string playbook;
  std::string until, account;  // Empty: none.
  std::size_t limit = 20;      // Of accounts that are shown.
};
Result<Exit> run_backtest(const Shell& shell, const BacktestOptions& options);

struct ExportOptions {
  std::string dir;
  std::string kind;
  std::string format = "csv";
  std::string out;  // Empty: standard output.
};
Result<Exit> run_export(const Shell& shell, const ExportOptions& options);

struct VerifyOptions {
  std::string dir;
};
Result<Exit> run_verify(const Shell& shell, const VerifyOptions& options);

struct BackupOptions {
  std::string dir, file;
};
Result<Exit> run_backup(const Shell& shell, const BackupOptions& options);

struct RestoreOptions {
  std::string file, dir;
};
Result<Exit> run_restore(const Shell& shell, const RestoreOptions& options);

struct AuditOptions {
  std::string act;  // verify, export
  std::string dir;
  std::string head;  // Empty: none was noted.
};
Result<Exit> run_audit(const Shell& shell, const AuditOptions& options);

struct CalcOptions {
  std::string kind;
  std::vector<std::string> files;  // None: standard input.
};
Result<Exit> run_calc(const Shell& shell, const CalcOptions& options);

struct RepairOptions {
  std::string dir;
  std::string to, playbook;  // Empty: in place; the one in the file.
};
Result<Exit> run_repair(const Shell& shell, const RepairOptions& options);

struct PublishOptions {
  std::string dir;
  std::string playbook;
};
Result<Exit> run_publish(const Shell& shell, const PublishOptions& options);

struct CelOptions {
  std::optional<std::string> expression;  // "-": from standard input. Or else cases.
  std::optional<std::string> bindings;    // JSON, or @FILE.
  std::vector<std::string> cases;
};
Result<Exit> run_cel(const Shell& shell, const CelOptions& options);

struct ServeOptions {
  std::string dir;
  std::string listen, config;  // Empty: as the settings say; no file.
  bool open = false;           // No keys.
};
Result<Exit> run_serve(const Shell& shell, const ServeOptions& options);

struct KeysOptions {
  std::string act;  // add, list, revoke
  std::string dir;
  std::string name;
  std::string scope = "events:create";
  std::string rows;  // CEL over attributes.
  std::string expires = "365d";
};
Result<Exit> run_keys(const Shell& shell, const KeysOptions& options);

struct OwnerOptions {
  std::string dir, email;
  std::string url = "http://127.0.0.1:8080";  // Where the console is.
  bool without_second_factor = false;
};
Result<Exit> run_owner(const Shell& shell, const OwnerOptions& options);

struct ConfigOptions {
  std::string act;  // check
  std::string file;
};
Result<Exit> run_config(const Shell& shell, const ConfigOptions& options);

struct DemoOptions {
  std::string dir;  // Empty: ./pharos-demo.
  std::uint32_t merchants = 10'000;
  std::uint64_t seed = 618;
};
Result<Exit> run_demo(const Shell& shell, const DemoOptions& options);

}  // namespace pharos::cli
