// server/keys.cc: the table api_key, and a copy of it in memory for those who ask often.
#include "server/keys.h"

#include <algorithm>
#include <chrono>
#include <span>

#include "access/secret.h"
#include "base/text.h"
#include "journal/schema.h"
#include "journal/seal.h"

namespace pharos::server {
namespace {

constexpr std::string_view secret_prefix = "phk_";  // So that scanners of leaked secrets know it.
constexpr std::size_t name_bytes_max = 64;
constexpr std::chrono::seconds copy_age_max{1};

constexpr std::string_view table_sql = R"sql(
CREATE TABLE api_key (
  name TEXT NOT NULL PRIMARY KEY,
  secret_sha256 TEXT NOT NULL UNIQUE,
  scopes TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT, WITHOUT ROWID;
)sql";

Instant wall_clock() {
  using namespace std::chrono;
  return {duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
}

std::string sum_of(std::string_view secret) {
  return access::hex_of(access::sha256(secret));
}

std::string make_secret() {
  const std::string bytes = access::random_bytes(access::token_bytes);
  return std::string(secret_prefix) + access::hex_of(std::as_bytes(std::span(bytes)));
}

std::string scopes_text(const std::vector<Scope>& scopes) {
  std::string text;
  for (const Scope scope : scopes) text += (text.empty() ? "" : " ") + std::string(name_of(scope));
  return text;
}

std::vector<Scope> scopes_in(std::string_view text) {
  std::vector<Scope> scopes;
  for (const std::string_view name : split(text, ' '))
    if (const auto scope = scope_of(name)) scopes.push_back(*scope);
  return scopes;
}

Result<bool> has_table(store::Database& database) {
  auto query = TRY(
      database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'api_key'"));
  TRY(query->query({}));
  return TRY(query->step());
}

Result<std::unique_ptr<store::Database>> open_workspace_database(const std::string& dir,
                                                                 store::OpenMode mode) {
  const std::string path = dir + "/pharos.db";
  auto database = store::open_sqlite(path, mode);
  if (!database && database.error().code == ErrorCode::not_found)
    return fail(ErrorCode::not_found,
                "{}: there is no workspace (no pharos.db); pharos init makes one", dir);
  if (!database) return std::unexpected(database.error());
  TRY(journal::check_schema(**database, path));
  return *std::move(database);
}

class OpenKeys final : public Keys {
 public:
  std::optional<Principal> find(std::string_view) override {
    return Principal{"open", {Scope::events_write, Scope::metrics_read}};
  }
};

class StoredKeys final : public Keys {
 public:
  explicit StoredKeys(std::unique_ptr<store::Database> database) : database_(std::move(database)) {}

  std::optional<Principal> find(std::string_view secret) override {
    if (secret.empty()) return std::nullopt;
    const std::string sum = sum_of(secret);
    const std::lock_guard lock(mutex_);
    // A table that cannot be read lets nobody in.
    if (Clock::now() >= copied_at_ + copy_age_max && !copy()) rows_.clear();
    const auto found = rows_.find(sum);
    if (found == rows_.end() || found->second.expires_at <= wall_clock()) return std::nullopt;
    return found->second.principal;
  }

 private:
  struct Row {
    Principal principal;
    Instant expires_at;
  };
  Result<> copy() {
    copied_at_ = Clock::now();
    rows_.clear();
    if (!TRY(has_table(*database_))) return {};
    auto query = TRY(database_->prepare(
        "SELECT name, scopes, expires_at, secret_sha256 FROM api_key WHERE revoked_at IS NULL"));
    TRY(query->query({}));
    while (TRY(query->step()))
      rows_.emplace(query->text(3), Row{{std::string(query->text(0)), scopes_in(query->text(1))},
                                        {query->integer(2)}});
    return {};
  }

  std::mutex mutex_;
  std::unique_ptr<store::Database> database_;
  Clock::time_point copied_at_ = Clock::time_point::min() + copy_age_max;
  std::unordered_map<std::string, Row> rows_;  // By the sum of the secret.
};

}  // namespace

bool Principal::may(Scope scope) const {
  return std::ranges::find(scopes, scope) != scopes.end();
}

std::unique_ptr<Keys> open_keys() {
  return std::make_unique<OpenKeys>();
}

Result<std::unique_ptr<Keys>> stored_keys(const std::string& dir) {
  auto database = TRY(open_workspace_database(dir, store::OpenMode::read));
  return std::make_unique<StoredKeys>(std::move(database));
}

Result<KeyStore> KeyStore::open(const std::string& dir) {
  return KeyStore(TRY(open_workspace_database(dir, store::OpenMode::write)));
}

Result<> KeyStore::make_table() {
  if (TRY(has_table(*database_))) return {};
  TRY(database_->execute(table_sql));
  return journal::seal_schema(*database_);
}

Result<std::string> KeyStore::add(const std::string& name, const std::vector<Scope>& scopes,
                                  Instant now, Instant expires_at) {
  if (trimmed(name).empty() || name.size() > name_bytes_max || !is_utf8(name))
    return fail(ErrorCode::invalid, "a key's name has 1 to {} bytes of UTF-8", name_bytes_max);
  const std::string secret = make_secret();
  const std::string sum = sum_of(secret), scopes_joined = scopes_text(scopes);
  TRY(database_->begin());
  const auto insert = [&]() -> Result<> {
    TRY(make_table());
    auto known = TRY(database_->prepare("SELECT 1 FROM api_key WHERE name = ?"));
    TRY(known->query_with(std::string_view(name)));
    if (TRY(known->step()))
      return fail(ErrorCode::conflict, "there is a key {} already; choose another name",
                  quoted(name));
    auto row = TRY(database_->prepare("INSERT INTO api_key VALUES (?, ?, ?, ?, ?, NULL)"));
    return row->run_with(std::string_view(name), std::string_view(sum),
                         std::string_view(scopes_joined), now.ms, expires_at.ms);
  };
  if (Result<> inserted = insert(); !inserted) {
    TRY(database_->rollback());
    return std::unexpected(inserted.error());
  }
  TRY(database_->commit());
  return secret;
}

Result<std::vector<KeyRow>> KeyStore::list() {
  std::vector<KeyRow> rows;
  if (!TRY(has_table(*database_))) return rows;
  auto query = TRY(database_->prepare(
      "SELECT name, scopes, created_at, expires_at, revoked_at FROM api_key ORDER BY name"));
  TRY(query->query({}));
  while (TRY(query->step())) {
    KeyRow row{std::string(query->text(0)),
               scopes_in(query->text(1)),
               {query->integer(2)},
               {query->integer(3)}};
    if (!query->is_null(4)) row.revoked_at = Instant{query->integer(4)};
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<> KeyStore::revoke(const std::string& name, Instant now) {
  const std::vector<KeyRow> rows = TRY(list());
  if (std::ranges::find(rows, name, &KeyRow::name) == rows.end()) {
    std::vector<std::string> names;
    for (const KeyRow& row : rows) names.push_back(row.name);
    const std::string hint = did_you_mean(name, names);
    return fail(ErrorCode::not_found, "there is no key {}{}{}", quoted(name),
                hint.empty() ? "" : ". ", hint);
  }
  auto update = TRY(database_->prepare(
      "UPDATE api_key SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL"));
  return update->run_with(now.ms, std::string_view(name));
}

}  // namespace pharos::server
