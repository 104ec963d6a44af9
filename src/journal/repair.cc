// journal/repair.cc: what is sound goes into a draft, which is verified; then the files change
// over.
#include "journal/repair.h"

#include <filesystem>
#include <map>
#include <optional>

#include "journal/blocks.h"
#include "journal/draft.h"
#include "journal/lock.h"
#include "journal/playbooks.h"
#include "journal/rooms.h"
#include "journal/salvage.h"
#include "journal/schema.h"
#include "journal/verify.h"
#include "store/database.h"

namespace pharos::journal {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view tails[] = {"", "-wal", "-shm"};
std::string file_of(const std::string& dir) {
  return dir + "/pharos.db";
}

// "2026-11-24T23:06:17.123Z" as "20261124T230617Z", for the name of a file.
std::string stamp_of(Instant now) {
  std::string stamp;
  for (const char c : format_instant(now).substr(0, 19))
    if (c != '-' && c != ':') stamp += c;
  return stamp + "Z";
}

// The second name of the damaged file, where an earlier repair was stopped between its renames; or
// none.
std::optional<std::string> aside_of(const std::string& dir) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(dir, ignored)) {
    const std::string path = entry.path().string();
    if (path.starts_with(file_of(dir) + ".damaged-") && !path.ends_with("-wal") &&
        fs::equivalent(path, file_of(dir), ignored))
      return path;
  }
  return std::nullopt;
}

// By the name that its log goes by, which moves to the second one after the file has it.
std::string damaged_file_of(const std::string& dir) {
  const std::optional<std::string> aside = aside_of(dir);
  std::error_code ignored;
  return aside && fs::exists(*aside + "-wal", ignored) ? *aside : file_of(dir);
}

bool is_sound(const std::string& dir, const Progress& progress) {
  const auto workspace = Workspace::open_to_read(dir);
  if (!workspace) return false;
  const auto report = (*workspace)->verify(progress);
  return report && report->faults.empty();
}

struct Rules {
  std::map<int, FoundPlaybook> versions;
  int newest = 0;
  playbook::Playbook playbook;
};

// The newest version has to be there: an older one would rule in its place unasked.
Result<Rules> choose_rules(const Salvage& salvage, const std::string& path,
                           const RepairOptions& options) {
  Rules rules{.versions = salvage.playbooks(), .newest = salvage.version_last(), .playbook = {}};
  if (!options.playbook.empty()) {
    ++rules.newest;
    rules.versions[rules.newest] = {options.now, options.playbook};
  }
  const auto at = rules.versions.find(rules.newest);
  if (at == rules.versions.end())
    return fail(
        ErrorCode::corrupt,
        "{}: the documents of its playbook are lost; give the playbook with --playbook FILE", path);
  auto loaded = load_checked(at->second.sources);
  if (!loaded && options.playbook.empty())
    return fail(loaded.error().code,
                "{}\n{}: its playbook is damaged; give it with --playbook FILE",
                loaded.error().message, path);
  rules.playbook = TRY(std::move(loaded));
  return rules;
}

Result<> make_draft(const std::string& path, const Rules& rules) {
  auto database = TRY(store::open_sqlite(path, store::OpenMode::create));
  TRY(database->begin());
  TRY(create_schema(*database, rules.playbook));
  for (const auto& [version, found] : rules.versions)
    TRY(store_playbook(*database, version, found.published_at, found.sources));
  return database->commit();
}

Result<> check_draft(const std::string& path, const Rules& rules, const Progress& progress,
                     RepairReport& report) {
  auto database = TRY(store::open_sqlite(path, store::OpenMode::read));
  const VerifyReport verified = TRY(verify(*database, path, rules.playbook, progress));
  report.rows = verified.rows;
  if (verified.faults.empty()) return {};
  return fail(ErrorCode::corrupt, "{}: what is sound does not make a sound whole: {}", path,
              verified.faults.front());
}

Result<> keep_others(const std::string& damaged, const std::string& draft, RepairReport& report) {
  auto database = TRY(store::open_sqlite(draft, store::OpenMode::write));
  TRY(database->begin());
  report.rooms = TRY(keep_rooms(damaged, *database));
  return database->commit();
}

// Whether SQLite still finds its way to the end of the damaged journal, and it is that of the
// draft.
bool is_end_known(const std::string& damaged, const std::string& draft) {
  auto database = store::open_sqlite(damaged, store::OpenMode::read);
  auto drafted = store::open_sqlite(draft, store::OpenMode::read);
  if (!database || !drafted) return false;
  auto check = (*database)->prepare("PRAGMA integrity_check(block)");
  if (!check || !(*check)->query({}) || !(*check)->step().value_or(false)) return false;
  if ((*check)->text(0) != "ok") return false;
  const auto tail = read_tail(**database), tail_drafted = read_tail(**drafted);
  return tail && tail_drafted && tail->seq == tail_drafted->seq;
}

// Gives the damaged file a second name, then its first one to the draft. At every moment one of the
// two is whole under a name of its own.
Result<> change_over(const std::string& dir, const std::string& draft, Instant now,
                     RepairReport& report) {
  const std::string path = file_of(dir);
  std::error_code failure;
  const std::optional<std::string> aside = aside_of(dir);
  report.aside = aside.value_or(fmt::format("{}.damaged-{}", path, stamp_of(now)));
  if (!aside) {
    fs::create_hard_link(path, report.aside, failure);
    if (failure) fs::copy_file(path, report.aside, failure);
    if (failure) return fail(ErrorCode::io, "{}: cannot put it aside: {}", path, failure.message());
    TRY(store::sync_folder_of(path));
  }
  // The log is of the damaged file: the draft must not meet it. If it moved earlier, what goes by
  // its first name now is of somebody who opened the damaged file since.
  const std::string log = path + "-wal", log_aside = report.aside + "-wal";
  if (fs::exists(log_aside, failure))
    fs::remove(log, failure);
  else if (fs::exists(log, failure))
    fs::rename(log, log_aside, failure);
  if (failure) return fail(ErrorCode::io, "{}: cannot put it aside: {}", log, failure.message());
  fs::remove(path + "-shm", failure);
  fs::remove_all(dir + "/cache", failure);  // Of the damaged file too; it is made again.
  TRY(store::sync_folder_of(path));
  fs::rename(draft, path, failure);
  if (failure) return fail(ErrorCode::io, "{}: cannot rename: {}", draft, failure.message());
  return store::sync_folder_of(path);
}

Result<> repair_into(const std::string& target, const std::string& damaged,
                     const RepairOptions& options, RepairReport& report) {
  const Salvage salvage = TRY(Salvage::read(damaged));
  const Rules rules = TRY(choose_rules(salvage, damaged, options));
  report.playbook_version = rules.newest;
  const std::string draft = file_of(target) + ".repaired";
  std::error_code ignored;
  for (const std::string_view tail : tails) fs::remove(draft + std::string(tail), ignored);
  TRY(make_draft(draft, rules));
  TRY(Draft(draft, salvage, rules.playbook, report).write(options.progress));
  TRY(keep_others(damaged, draft, report));
  TRY(check_draft(draft, rules, options.progress, report));
  report.end_is_unknown = salvage.is_cut_short() || !is_end_known(damaged, draft);
  return {};
}

}  // namespace

Result<RepairReport> repair(const std::string& dir, const RepairOptions& options) {
  const bool in_place = options.to.empty();
  const std::string target = in_place ? dir : options.to;
  std::error_code failure;
  if (!fs::exists(file_of(dir), failure))
    return fail(ErrorCode::not_found, "{}: there is no pharos.db to repair", dir);
  // Also of a folder that is only read, so that nobody writes there meanwhile; if it can be had.
  Result<Lock> source_lock = Lock::take(dir);
  if (!source_lock && (in_place || source_lock.error().code == ErrorCode::unavailable))
    return std::unexpected(source_lock.error());
  const std::string damaged = damaged_file_of(dir);
  RepairReport report;
  report.path = file_of(target);
  if (damaged == file_of(dir) && is_sound(dir, options.progress)) {
    report.was_sound = true;
    return report;
  }
  std::optional<Lock> target_lock;
  if (!in_place) {
    if (fs::exists(file_of(target), failure))
      return fail(ErrorCode::conflict, "{}: there is a workspace already", target);
    fs::create_directories(target, failure);
    if (failure) return fail(ErrorCode::io, "{}: cannot make it: {}", target, failure.message());
    target_lock = TRY(Lock::take(target));
  }
  TRY(repair_into(target, damaged, options, report));
  const std::string draft = file_of(target) + ".repaired";
  if (in_place) {
    TRY(change_over(dir, draft, options.now, report));
    return report;
  }
  fs::rename(draft, file_of(target), failure);
  if (failure) return fail(ErrorCode::io, "{}: cannot rename: {}", draft, failure.message());
  TRY(store::sync_folder_of(draft));
  return report;
}

}  // namespace pharos::journal
