// journal/backup.cc: copies into a draft, checks the draft, gives it its name.
#include "journal/backup.h"

#include <filesystem>
#include <fstream>
#include <optional>

#include "journal/lock.h"
#include "journal/playbooks.h"
#include "journal/schema.h"
#include "journal/verify.h"
#include "store/database.h"
#include "store/draft_file.h"

namespace pharos::journal {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view magic("SQLite format 3\0", 16);
constexpr std::size_t header_bytes = 100;
constexpr std::size_t piece_bytes = 1U << 20;
constexpr std::string_view draft_name = "pharos.db.restored";

void take(const VerifyReport& verified, BackupReport& report) {
  report.events = verified.events;
  report.blocks = verified.blocks;
  report.rows = verified.rows;
  report.lost = verified.lost;
}

std::string told_faults(const VerifyReport& verified) {
  const std::size_t more = verified.faults.size() - 1;
  return verified.faults.front() + (more == 0 ? "" : fmt::format(" (and {} more)", more));
}

Result<> check_copy(const std::string& draft, const std::string& dir, BackupReport& report) {
  auto database = TRY(store::open_sqlite(draft, store::OpenMode::read));
  const VerifyReport verified = TRY(verify_file(*database, draft));
  take(verified, report);
  if (verified.faults.empty()) return {};
  return fail(ErrorCode::corrupt,
              "{}: it is damaged, and no backup was made: {}; see pharos verify", dir,
              told_faults(verified));
}

// What can be said without SQLite, which would want to write beside the file.
Result<std::ifstream> open_backup(const std::string& file) {
  std::error_code failure;
  if (!fs::exists(file, failure))
    return fail(ErrorCode::not_found, "{}: there is no such file", file);
  if (!fs::is_regular_file(file, failure))
    return fail(ErrorCode::invalid, "{}: not a file; give the file that pharos backup wrote", file);
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(ErrorCode::io, "{}: cannot open; check its permissions", file);
  std::string head(header_bytes, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  if (static_cast<std::size_t>(in.gcount()) < head.size() || !head.starts_with(magic))
    return fail(ErrorCode::corrupt, "{}: not a backup of Pharos", file);
  const std::uintmax_t log_bytes = fs::file_size(file + "-wal", failure);
  if (!failure && log_bytes > 0)
    return fail(ErrorCode::invalid,
                "{}: a log lies beside it, so it is the file of a workspace in use, not a backup; "
                "make one with pharos backup",
                file);
  in.seekg(0);
  return in;
}

Result<std::uint64_t> copy(std::ifstream in, const std::string& file, store::DraftFile& draft,
                           const BackupProgress& progress) {
  std::error_code failure;
  const std::uint64_t total = fs::file_size(file, failure);
  std::string piece(piece_bytes, '\0');
  std::uint64_t done = 0;
  while (in) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    const auto size = static_cast<std::size_t>(in.gcount());
    TRY(draft.write(std::string_view(piece).substr(0, size)));
    done += size;
    if (progress.copied) progress.copied(done, total);
  }
  if (in.bad() || done != total)
    return fail(ErrorCode::io, "{}: cannot read it to its end, or it changes meanwhile", file);
  TRY(draft.sync());
  return done;
}

// Faults are of the backup, so they name it, not its copy.
Result<> check_restored(const std::string& draft, const std::string& file,
                        const BackupProgress& progress, BackupReport& report) {
  const auto damaged = [&](std::string_view what) {
    return fail(
        ErrorCode::corrupt,
        "{}: damaged, and nothing was restored: {}; take another backup, or see what pharos "
        "repair can keep of this one",
        file, what);
  };
  auto database = store::open_sqlite(draft, store::OpenMode::read);
  if (!database && database.error().code == ErrorCode::corrupt)
    return damaged("it is cut off, or not a database");
  if (!database) return std::unexpected(database.error());
  TRY(check_schema(**database, file));
  const Version version = TRY(newest_playbook(**database, file));
  const auto verified = verify(**database, draft, version.playbook, progress.checked);
  if (!verified && verified.error().code == ErrorCode::io) return std::unexpected(verified.error());
  if (!verified) return damaged(verified.error().message);
  if (!verified->faults.empty()) return damaged(told_faults(*verified));
  take(*verified, report);
  return {};
}

Result<> check_is_free(const std::string& dir) {
  std::error_code failure;
  if (!fs::exists(dir, failure)) return {};
  if (!fs::is_directory(dir, failure))
    return fail(ErrorCode::conflict, "{}: a file of that name exists; give a new folder", dir);
  fs::directory_iterator entries(dir, failure);
  if (failure) return fail(ErrorCode::io, "{}: cannot read: {}", dir, failure.message());
  for (const auto& entry : entries) {
    const std::string name = entry.path().filename().string();
    if (name != "lock" && name != "turn" && !name.starts_with(draft_name))
      return fail(ErrorCode::conflict,
                  "{}: it is not empty ({}); a workspace is restored into a new folder", dir, name);
  }
  return {};
}

// The folder, if it was not there before, goes again unless it was kept.
class NewFolder {
 public:
  static Result<NewFolder> make(const std::string& dir) {
    std::error_code failure;
    NewFolder folder(fs::exists(dir, failure) ? "" : dir);
    fs::create_directories(dir, failure);
    if (failure) return fail(ErrorCode::io, "{}: cannot make it: {}", dir, failure.message());
    return folder;
  }
  NewFolder(NewFolder&& other) noexcept : made_(std::exchange(other.made_, {})) {}
  NewFolder& operator=(NewFolder&&) = delete;
  ~NewFolder() {
    std::error_code ignored;
    if (made_.empty()) return;
    for (const char* name : {"/lock", "/turn"}) fs::remove(made_ + name, ignored);
    fs::remove(made_, ignored);
  }
  Result<> keep() {
    if (made_.empty()) return {};
    TRY(store::sync_folder_of(fs::absolute(made_).lexically_normal().string()));
    made_.clear();
    return {};
  }

 private:
  explicit NewFolder(std::string made) : made_(std::move(made)) {}
  std::string made_;  // Empty: it was there.
};

}  // namespace

Result<BackupReport> backup(const std::string& dir, const std::string& file,
                            const BackupProgress& progress) {
  std::error_code failure;
  if (fs::exists(file, failure))
    return fail(ErrorCode::conflict, "{}: there is a file already; backups are never overwritten",
                file);
  // Says what is wrong with a folder that is no workspace.
  TRY(Workspace::open_to_read(dir));
  auto draft = TRY(store::DraftFile::create(file + ".draft", 0600));
  auto database = TRY(store::open_sqlite(dir + "/pharos.db", store::OpenMode::read));
  BackupReport report;
  TRY(database->copy_to(draft.path(), progress.copied));
  TRY(check_copy(draft.path(), dir, report));
  report.bytes = fs::file_size(draft.path(), failure);
  TRY(draft.keep(file));
  return report;
}

Result<BackupReport> restore(const std::string& file, const std::string& dir,
                             const BackupProgress& progress) {
  auto in = TRY(open_backup(file));
  TRY(check_is_free(dir));
  auto folder = TRY(NewFolder::make(dir));
  const Lock lock = TRY(Lock::take(dir));
  TRY(check_is_free(dir));  // Now that nobody else can be at it.
  auto draft = TRY(store::DraftFile::create(fmt::format("{}/{}", dir, draft_name), 0644));
  BackupReport report;
  report.bytes = TRY(copy(std::move(in), file, draft, progress));
  TRY(check_restored(draft.path(), file, progress, report));
  TRY(draft.keep(dir + "/pharos.db"));
  TRY(folder.keep());
  return report;
}

}  // namespace pharos::journal
