// access/schema.cc: the SQL of the tables.
#include "access/schema.h"

#include "access/transaction.h"
#include "journal/rooms.h"
#include "journal/schema.h"

namespace pharos::access {
namespace {

using store::Database;

constexpr std::string_view tables = R"sql(
CREATE TABLE operator (
  id INTEGER NOT NULL PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  locale TEXT NOT NULL,
  role TEXT NOT NULL,
  teams TEXT NOT NULL,
  scope TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('invited', 'active', 'disabled')),
  password TEXT,
  totp_secret BLOB,
  totp_confirmed INTEGER NOT NULL DEFAULT 0,
  totp_step INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE operator_recovery (
  operator INTEGER NOT NULL,
  sum BLOB NOT NULL,
  PRIMARY KEY (operator, sum)
) STRICT, WITHOUT ROWID;
CREATE TABLE operator_link (
  sum BLOB NOT NULL PRIMARY KEY,
  purpose TEXT NOT NULL CHECK (purpose IN ('first_owner', 'invitation', 'password_reset')),
  operator INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE operator_session (
  id INTEGER NOT NULL PRIMARY KEY,
  sum BLOB NOT NULL UNIQUE,
  operator INTEGER NOT NULL,
  address TEXT NOT NULL,
  agent TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;
CREATE INDEX operator_session_by_operator ON operator_session (operator, created_at);
CREATE TABLE operator_role (
  name TEXT NOT NULL PRIMARY KEY,
  grants TEXT NOT NULL,
  scope TEXT NOT NULL,
  sees_personal INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE api_key (
  name TEXT NOT NULL PRIMARY KEY,
  sum BLOB NOT NULL UNIQUE,
  grants TEXT NOT NULL,
  scope TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE audit (
  number INTEGER NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL,
  address TEXT NOT NULL,
  chain BLOB NOT NULL
) STRICT;
CREATE TABLE audit_head (
  only INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
  number INTEGER NOT NULL,
  chain BLOB NOT NULL
) STRICT;
INSERT INTO audit_head VALUES (1, 0, zeroblob(32));
CREATE TRIGGER audit_keeps_rows BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit: rows are never deleted'); END;
CREATE TRIGGER audit_keeps_values BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit: rows are never changed'); END;
)sql";

constexpr std::string_view room = "access";

Result<int> known_version(Database& database, const std::string& path) {
  const int version = TRY(journal::room_version(database, room));
  if (version > schema_newest)
    return fail(ErrorCode::invalid, "{}: its operators are of a newer Pharos (version {}); upgrade",
                path, version);
  return version;
}

}  // namespace

Result<bool> has_schema(Database& database, const std::string& path) {
  return TRY(known_version(database, path)) > 0;
}

Result<> ensure_schema(Database& database, const std::string& path) {
  if (TRY(has_schema(database, path))) return {};
  Transaction transaction = TRY(Transaction::begin(database));
  if (TRY(has_schema(database, path))) return {};  // Another process was faster.
  TRY(database.execute(tables));
  TRY(journal::store_room_version(database, room, schema_newest));
  return transaction.commit();
}

Result<std::unique_ptr<Database>> open_room(const std::string& dir) {
  const std::string path = dir + "/pharos.db";
  auto database = store::open_sqlite(path, store::OpenMode::write);
  if (!database && database.error().code == ErrorCode::not_found)
    return fail(ErrorCode::not_found, "{}: no workspace; make one with pharos init", dir);
  if (!database) return std::unexpected(database.error());
  TRY(journal::check_schema(**database, path));
  TRY(ensure_schema(**database, path));
  return database;
}

}  // namespace pharos::access
