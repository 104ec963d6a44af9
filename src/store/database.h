// store/database.h: a narrow door to one SQL database: statements and rows, no business type.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/error.h"

namespace pharos::store {

// What a column can hold. string_view and span are borrowed for the call that takes them.
using Blob = std::span<const std::byte>;
using Bind = std::variant<std::nullptr_t, std::int64_t, double, std::string_view, Blob>;

enum class OpenMode : std::uint8_t { create, write, read };

// A prepared statement; reset and reusable. Belongs to its database and thread.
class Statement {
 public:
  virtual ~Statement() = default;
  // Runs a statement without result rows.
  virtual Result<> run(std::span<const Bind> binds) = 0;
  // Starts a query; then step() until it is false.
  virtual Result<> query(std::span<const Bind> binds) = 0;
  virtual Result<bool> step() = 0;
  virtual bool is_null(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual double real(int column) const = 0;
  virtual std::string_view text(int column) const = 0;  // Until the next step.
  virtual Blob blob(int column) const = 0;
  virtual int column_count() const = 0;
  virtual std::string_view column_name(int column) const = 0;

  template <class... T>
  Result<> run_with(const T&... values) {
    const Bind binds[] = {Bind(values)..., Bind(nullptr)};
    return run(std::span(binds, sizeof...(values)));
  }
  template <class... T>
  Result<> query_with(const T&... values) {
    const Bind binds[] = {Bind(values)..., Bind(nullptr)};
    return query(std::span(binds, sizeof...(values)));
  }
};

// One connection; one thread at a time. Durable at commit.
class Database {
 public:
  virtual ~Database() = default;
  virtual Result<> execute(std::string_view sql) = 0;  // One or more statements, no rows.
  virtual Result<std::unique_ptr<Statement>> prepare(std::string_view sql) = 0;
  // One that may write waits for its turn (turn.h), then for the transaction that is under way.
  virtual Result<> begin() = 0;
  virtual Result<> commit() = 0;
  virtual Result<> rollback() = 0;
  // Whether another connection waits in begin(): who holds a long transaction ends it then.
  virtual bool is_awaited() const = 0;

  // Commits append to a log, and now and then one of them has to move its pages into the file. From
  // this call on none does: the caller sees to it, on another connection if it likes.
  virtual void keep_log() = 0;
  struct Log {
    std::uint64_t pages = 0;  // In the log; of those, how many are in the file too.
    std::uint64_t moved = 0;
  };
  virtual std::uint64_t log_pages() const = 0;  // As this connection's last commit left it.
  // Moves what can be moved without waiting for readers or for a writer. A log that was moved to
  // its end begins anew with the next commit. Not within a transaction.
  virtual Result<Log> move_log() = 0;

  // What one reader sees now, into an empty file, page by page, and made durable. Others read and
  // write meanwhile; the log grows by what they write. Not within a transaction. Errors: io.
  using Copied = std::function<void(std::uint64_t bytes, std::uint64_t bytes_total)>;
  virtual Result<> copy_to(const std::string& path, const Copied& copied) = 0;
};

// SQLite: WAL, synchronous=FULL; what is locked is waited for up to 10 s. create: the file must not
// exist; write and read: it must. Errors: io, not_found, conflict, corrupt (not a database),
// unavailable (locked).
Result<std::unique_ptr<Database>> open_sqlite(const std::string& path, OpenMode mode);
// A database of its own that nobody else sees and that is gone with its object; it may grow past
// the memory.
Result<std::unique_ptr<Database>> open_sqlite_scratch();

// Makes the names in the folder of a file outlive a loss of power, as its contents do.
Result<> sync_folder_of(const std::string& path);

// A name within SQL text: in double quotes, those within doubled.
std::string quoted_identifier(std::string_view name);

}  // namespace pharos::store
