// store/sqlite.cc: the embedded database. Written on the C interface of SQLite, not on SQLiteCpp:
// that one reports by exceptions and drops the extended code, and both cost more than they give
// here.
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

#include "store/database.h"
#include "store/turn.h"

namespace pharos::store {
namespace {

constexpr std::chrono::milliseconds busy_wait_max{10'000};
// A lock that is free for a moment is not missed by much.
constexpr std::chrono::milliseconds busy_ask_again_max{10};
constexpr int copy_pages = 256;  // At a time: 1 MiB.
// Frames after which a commit moves the log into the file: 16 MiB of pages. A larger log syncs the
// file less often and writes a page that changed twice only once.
constexpr int log_pages_max = 4'096;
constexpr int cache_kib = 65'536;

ErrorCode code_of(int sqlite_code) {
  switch (sqlite_code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return ErrorCode::unavailable;
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT: return ErrorCode::corrupt;
    case SQLITE_CONSTRAINT: return ErrorCode::conflict;
    case SQLITE_TOOBIG: return ErrorCode::limit;
    case SQLITE_ERROR:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE: return ErrorCode::invalid;
    default: return ErrorCode::io;
  }
}

// What to do about it, for the failures that people can mend.
std::string_view advice_of(int sqlite_code) {
  switch (sqlite_code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return "; another process holds it, try again when that is done";
    case SQLITE_NOTADB: return "; the file is not a SQLite database";
    case SQLITE_FULL: return "; free some disk space";
    case SQLITE_IOERR: return "; the disk or its file system fails, the system's log has more";
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY: return "; check the permissions of the file and its folder";
    default: return "";
  }
}

// What the system said to SQLite, where it was the system.
std::string cause_of(sqlite3* handle, int sqlite_code) {
  const int primary = sqlite_code & 0xFF;
  const int code = sqlite3_system_errno(handle);
  if ((primary != SQLITE_IOERR && primary != SQLITE_CANTOPEN) || code == 0) return "";
  return fmt::format(": {}", std::strerror(code));
}

std::unexpected<Error> failed(sqlite3* handle, const std::string& path, std::string_view doing) {
  const int code = sqlite3_extended_errcode(handle);
  return fail(code_of(code), "{}: cannot {}: {}{} (SQLite {}){}", path, doing,
              sqlite3_errmsg(handle), cause_of(handle, code), code, advice_of(code));
}

class SqliteStatement final : public Statement {
 public:
  SqliteStatement(sqlite3* handle, sqlite3_stmt* statement, const std::string& path)
      : handle_(handle), statement_(statement), path_(path) {}
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;
  ~SqliteStatement() override { sqlite3_finalize(statement_); }

  Result<> run(std::span<const Bind> binds) override {
    TRY(bind(binds));
    const int code = sqlite3_step(statement_);
    if (code != SQLITE_DONE && code != SQLITE_ROW) {
      auto error = failed(handle_, path_, "write");
      sqlite3_reset(statement_);
      return error;
    }
    sqlite3_reset(statement_);
    return {};
  }

  Result<> query(std::span<const Bind> binds) override { return bind(binds); }

  Result<bool> step() override {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) {
      sqlite3_reset(statement_);  // Lets go of the view that the query held.
      return false;
    }
    auto error = failed(handle_, path_, "read");
    sqlite3_reset(statement_);
    return error;
  }

  bool is_null(int column) const override {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }
  std::int64_t integer(int column) const override {
    return sqlite3_column_int64(statement_, column);
  }
  double real(int column) const override { return sqlite3_column_double(statement_, column); }
  std::string_view text(int column) const override {
    const auto* begin = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    if (begin == nullptr) return {};
    return {begin, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }
  Blob blob(int column) const override {
    const auto* begin = static_cast<const std::byte*>(sqlite3_column_blob(statement_, column));
    if (begin == nullptr) return {};
    return {begin, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }
  int column_count() const override { return sqlite3_column_count(statement_); }
  std::string_view column_name(int column) const override {
    return sqlite3_column_name(statement_, column);
  }

 private:
  Result<> bind(std::span<const Bind> binds) {
    sqlite3_reset(statement_);
    ASSERT(static_cast<int>(binds.size()) == sqlite3_bind_parameter_count(statement_));
    for (int i = 0; i < static_cast<int>(binds.size()); ++i) {
      const int code = std::visit([&](const auto& value) { return bind_one(i + 1, value); },
                                  binds[static_cast<std::size_t>(i)]);
      if (code != SQLITE_OK) return failed(handle_, path_, "bind a value");
    }
    return {};
  }
  // Text and blobs are not copied: they are borrowed until the next bind or the end of the call.
  template <class T>
  int bind_one(int position, const T& value) {
    if constexpr (std::is_same_v<T, std::nullptr_t>) {
      return sqlite3_bind_null(statement_, position);
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
      return sqlite3_bind_int64(statement_, position, value);
    } else if constexpr (std::is_same_v<T, double>) {
      return sqlite3_bind_double(statement_, position, value);
    } else if constexpr (std::is_same_v<T, std::string_view>) {
      const char* begin = value.data() == nullptr ? "" : value.data();
      return sqlite3_bind_text64(statement_, position, begin, value.size(), SQLITE_STATIC,
                                 SQLITE_UTF8);
    } else {
      if (value.empty()) return sqlite3_bind_zeroblob(statement_, position, 0);
      return sqlite3_bind_blob64(statement_, position, value.data(), value.size(), SQLITE_STATIC);
    }
  }

  sqlite3* handle_;
  sqlite3_stmt* statement_;
  const std::string& path_;  // The database's own.
};

Result<std::unique_ptr<Database>> open_handle(const std::string& path, int flags);

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(sqlite3* handle, std::string path) : handle_(handle), path_(std::move(path)) {
    if (handle_ != nullptr) sqlite3_busy_handler(handle_, wait_for_lock, this);
  }
  SqliteDatabase(const SqliteDatabase&) = delete;
  SqliteDatabase& operator=(const SqliteDatabase&) = delete;
  ~SqliteDatabase() override { sqlite3_close_v2(handle_); }

  Result<> execute(std::string_view sql) override {
    if (sqlite3_exec(handle_, std::string(sql).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
      return failed(handle_, path_, fmt::format("execute \"{}\"", sql.substr(0, 80)));
    return {};
  }

  Result<std::unique_ptr<Statement>> prepare(std::string_view sql) override {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK)
      return failed(handle_, path_, fmt::format("prepare \"{}\"", sql.substr(0, 80)));
    return std::make_unique<SqliteStatement>(handle_, statement, path_);
  }

  // IMMEDIATE: a writer waits for its turn here, not in the middle of its statements.
  Result<> begin() override {
    if (sqlite3_db_readonly(handle_, "main") == 1) return execute("BEGIN");
    if (!turn_ && !path_.empty())
      turn_ = Turn::of_folder(std::filesystem::path(path_).parent_path().string());
    if (turn_) turn_->take();
    auto begun = execute("BEGIN IMMEDIATE");
    if (turn_) turn_->give();
    return begun;
  }
  Result<> commit() override { return execute("COMMIT"); }
  Result<> rollback() override {
    // Some failures (a full disk) have rolled back already.
    if (sqlite3_get_autocommit(handle_) != 0) return {};
    return execute("ROLLBACK");
  }
  bool is_awaited() const override { return turn_ && turn_->is_taken(); }

  void keep_log() override { sqlite3_wal_hook(handle_, note_log, this); }
  std::uint64_t log_pages() const override { return log_pages_; }
  Result<Log> move_log() override {
    int pages = 0, moved = 0;
    const int code =
        sqlite3_wal_checkpoint_v2(handle_, "main", SQLITE_CHECKPOINT_PASSIVE, &pages, &moved);
    // Busy: another connection is at it.
    if (code != SQLITE_OK && code != SQLITE_BUSY) return failed(handle_, path_, "move the log");
    return Log{static_cast<std::uint64_t>(std::max(pages, 0)),
               static_cast<std::uint64_t>(std::max(moved, 0))};
  }

  // Within one read view, which a commit elsewhere does not touch: SQLite would begin anew.
  Result<> copy_to(const std::string& path, const Copied& copied) override {
    TRY(execute("BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1"));
    auto done = copy_view(path, copied);
    TRY(rollback());
    return done;
  }

 private:
  Result<> copy_view(const std::string& path, const Copied& copied) {
    const auto target = TRY(open_handle(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
    // Half a copy is thrown away, so nothing has to be undone; its end is synced.
    TRY(target->execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = FULL"));
    sqlite3* const to = static_cast<SqliteDatabase&>(*target).handle_;
    sqlite3_backup* const backup = sqlite3_backup_init(to, "main", handle_, "main");
    if (backup == nullptr) return failed(to, path, "write");
    const std::uint64_t page_bytes = page_size();
    int code = SQLITE_OK;
    while (code == SQLITE_OK) {
      code = sqlite3_backup_step(backup, copy_pages);
      const auto total = static_cast<std::uint64_t>(sqlite3_backup_pagecount(backup));
      const auto left = static_cast<std::uint64_t>(sqlite3_backup_remaining(backup));
      if (copied) copied((total - left) * page_bytes, total * page_bytes);
    }
    sqlite3_backup_finish(backup);  // Leaves the first failure with the target.
    if (code != SQLITE_DONE) return failed(to, path, "copy the database");
    return {};
  }
  std::uint64_t page_size() const {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(handle_, "PRAGMA page_size", -1, &statement, nullptr);
    const bool has_row = sqlite3_step(statement) == SQLITE_ROW;
    const auto bytes = has_row ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return static_cast<std::uint64_t>(bytes);
  }

  // SQLite asks before each further try; 0 gives up.
  static int wait_for_lock(void* self, int tries) {
    using std::chrono::steady_clock;
    SqliteDatabase& database = *static_cast<SqliteDatabase*>(self);
    if (tries == 0) database.busy_since_ = steady_clock::now();
    if (steady_clock::now() - database.busy_since_ >= busy_wait_max) return 0;
    std::this_thread::sleep_for(std::min(std::chrono::milliseconds(1 + tries), busy_ask_again_max));
    return 1;
  }
  static int note_log(void* self, sqlite3*, const char*, int pages) {
    static_cast<SqliteDatabase*>(self)->log_pages_ = static_cast<std::uint64_t>(pages);
    return SQLITE_OK;
  }

  sqlite3* handle_;
  std::string path_;
  std::uint64_t log_pages_ = 0;
  std::optional<Turn> turn_;  // From the first begin() on.
  std::chrono::steady_clock::time_point busy_since_;
};

Result<std::unique_ptr<Database>> open_handle(const std::string& path, int flags) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  auto database = std::make_unique<SqliteDatabase>(handle, path);
  if (code != SQLITE_OK) return failed(handle, path, "open");
  sqlite3_extended_result_codes(handle, 1);
  return database;
}

}  // namespace

Result<std::unique_ptr<Database>> open_sqlite(const std::string& path, OpenMode mode) {
  std::error_code ignored;
  const bool exists = std::filesystem::exists(path, ignored);
  if (mode == OpenMode::create && exists)
    return fail(ErrorCode::conflict, "{}: there is a file already", path);
  if (mode != OpenMode::create && !exists)
    return fail(ErrorCode::not_found, "{}: there is no such file", path);
  if (exists && !std::filesystem::is_regular_file(path, ignored))
    return fail(ErrorCode::invalid, "{}: not a file", path);

  int flags = SQLITE_OPEN_READWRITE;
  if (mode == OpenMode::create) flags |= SQLITE_OPEN_CREATE;
  if (mode == OpenMode::read) flags = SQLITE_OPEN_READONLY;
  auto database = TRY(open_handle(path, flags));
  // The first look at the file: it fails on what is not a database.
  TRY(database->execute("SELECT 1 FROM sqlite_schema LIMIT 1"));
  if (mode != OpenMode::read) {
    TRY(
        database->execute(fmt::format("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                                      "PRAGMA wal_autocheckpoint = {}",
                                      log_pages_max)));
  }
  TRY(database->execute(fmt::format("PRAGMA cache_size = -{}", cache_kib)));
  if (mode == OpenMode::create) TRY(sync_folder_of(path));
  return database;
}

Result<std::unique_ptr<Database>> open_sqlite_scratch() {
  auto database = TRY(open_handle("", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
  TRY(database->execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF"));
  return database;
}

Result<> sync_folder_of(const std::string& path) {
  std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (folder.empty()) folder = ".";
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = file >= 0 && ::fsync(file) == 0;
  const int code = errno;
  if (file >= 0) ::close(file);
  if (!synced) return fail(ErrorCode::io, "{}: cannot sync: {}", folder.string(), strerror(code));
  return {};
}

std::string quoted_identifier(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) {
    if (c == '"') text += '"';
    text += c;
  }
  return text + '"';
}

}  // namespace pharos::store
