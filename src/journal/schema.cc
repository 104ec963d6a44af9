// journal/schema.cc: the SQL of all tables. docs/journal.md tells what the columns mean.
#include "journal/schema.h"

#include <algorithm>

#include "base/text.h"
#include "journal/seal.h"

namespace pharos::journal {
namespace {

using playbook::Playbook;
using store::Database;
using store::quoted_identifier;

constexpr std::string_view journal_tables = R"sql(
CREATE TABLE meta (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE playbook (
  version INTEGER NOT NULL PRIMARY KEY,
  published_at INTEGER NOT NULL
) STRICT;
CREATE TABLE playbook_source (
  version INTEGER NOT NULL,
  position INTEGER NOT NULL,
  path TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (version, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE block (
  number INTEGER NOT NULL PRIMARY KEY,
  slot INTEGER NOT NULL,
  seq_first INTEGER NOT NULL,
  event_count INTEGER NOT NULL,
  time_first INTEGER,
  time_last INTEGER,
  tick INTEGER,
  bytes INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  chain INTEGER NOT NULL,
  data BLOB NOT NULL
) STRICT;
)sql";

// The columns of attributes go where the braces are.
constexpr std::string_view account_table = R"sql(
CREATE TABLE account (
  slot INTEGER NOT NULL,
  account TEXT NOT NULL,
  number INTEGER NOT NULL,
  first_at INTEGER NOT NULL,{}
  PRIMARY KEY (slot, account)
) STRICT, WITHOUT ROWID;
)sql";
constexpr std::string_view member_table = R"sql(
CREATE TABLE member (
  slot INTEGER NOT NULL,
  account TEXT NOT NULL,
  member TEXT NOT NULL,
  number INTEGER NOT NULL,
  first_at INTEGER NOT NULL,{}
  PRIMARY KEY (slot, account, member)
) STRICT, WITHOUT ROWID;
)sql";
constexpr std::string_view other_tables = R"sql(
CREATE TABLE alias (
  slot INTEGER NOT NULL,
  alias TEXT NOT NULL,
  account TEXT NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (slot, alias)
) STRICT, WITHOUT ROWID;
CREATE INDEX alias_by_account ON alias (account);
CREATE TABLE transition (
  slot INTEGER NOT NULL,
  account TEXT NOT NULL,
  step INTEGER NOT NULL,
  track TEXT NOT NULL,
  node TEXT NOT NULL,
  kind TEXT NOT NULL,
  entry INTEGER NOT NULL,
  at INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (slot, account, step)
) STRICT, WITHOUT ROWID;
CREATE TABLE segment_change (
  slot INTEGER NOT NULL,
  account TEXT NOT NULL,
  step INTEGER NOT NULL,
  segment TEXT NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (slot, account, step)
) STRICT, WITHOUT ROWID;
)sql";

// Who is, or was, in which segment from when to when; left_at is null while the account is in it.
constexpr std::string_view membership_view = R"sql(
CREATE VIEW segment_membership AS
SELECT slot, account, segment, at AS entered_at,
  (SELECT gone.at FROM segment_change AS gone
   WHERE gone.slot = came.slot AND gone.account = came.account AND gone.segment = came.segment
     AND gone.step > came.step AND gone.kind = 'left'
   ORDER BY gone.step LIMIT 1) AS left_at
FROM segment_change AS came WHERE kind = 'entered';
)sql";

std::string_view sql_type_of(cel::PropertyType type) {
  switch (type) {
    case cel::PropertyType::double_: return "REAL";
    case cel::PropertyType::string:
    case cel::PropertyType::enum_: return "TEXT";
    default: return "INTEGER";
  }
}

std::string attribute_columns(const std::vector<cel::Property>& attributes) {
  std::string columns;
  for (const cel::Property& attribute : attributes)
    columns +=
        fmt::format("\n  {} {},", quoted_identifier(attribute.name), sql_type_of(attribute.type));
  return columns;
}

Result<> check_names(const std::vector<cel::Property>& attributes) {
  constexpr std::string_view reserved[] = {"slot", "account", "member", "number", "first_at"};
  for (const cel::Property& attribute : attributes) {
    if (std::ranges::find(reserved, attribute.name) != std::end(reserved))
      return fail(ErrorCode::invalid, "attribute {} has the name of a column; choose another",
                  quoted(attribute.name));
  }
  return {};
}

// A time for people: 2025-01-01T00:16:18.658Z.
std::string readable(std::string_view column) {
  const std::string name = quoted_identifier(column);
  return fmt::format("strftime('%Y-%m-%dT%H:%M:%fZ', {0} / 1000.0, 'unixepoch') AS {0}", name);
}

// `transition_readable` and so on: the same rows with times for people.
std::string readable_view(std::string_view table, const std::vector<std::string_view>& plain,
                          const std::vector<std::string_view>& times,
                          const std::vector<cel::Property>& attributes = {}) {
  std::string columns;
  const auto add = [&](const std::string& column) {
    columns += (columns.empty() ? "" : ", ") + column;
  };
  for (const std::string_view column : plain) add(quoted_identifier(column));
  for (const std::string_view column : times) add(readable(column));
  for (const cel::Property& attribute : attributes) {
    add(attribute.type == cel::PropertyType::time ? readable(attribute.name)
                                                  : quoted_identifier(attribute.name));
  }
  return fmt::format(
      "DROP VIEW IF EXISTS {0}_readable;\nCREATE VIEW {0}_readable AS SELECT {1} FROM {0};\n",
      table, columns);
}

Result<> create_views(Database& database, const Playbook& playbook) {
  TRY(database.execute(
      readable_view("account", {"account", "number"}, {"first_at"}, playbook.schema.attributes)));
  TRY(database.execute(readable_view("member", {"account", "member", "number"}, {"first_at"},
                                     playbook.member_attributes)));
  TRY(database.execute(readable_view(
      "transition", {"account", "step", "track", "node", "kind", "entry", "seq"}, {"at"})));
  TRY(database.execute(
      readable_view("segment_change", {"account", "step", "segment", "kind", "seq"}, {"at"})));
  TRY(database.execute(
      readable_view("segment_membership", {"account", "segment"}, {"entered_at", "left_at"})));
  return database.execute(readable_view("block", {"number", "seq_first", "event_count", "bytes"},
                                        {"time_first", "time_last", "tick"}));
}

Result<> widen_table(Database& database, std::string_view table,
                     const std::vector<cel::Property>& attributes) {
  TRY(check_names(attributes));
  auto query = TRY(database.prepare(fmt::format("SELECT * FROM {} LIMIT 0", table)));
  std::vector<std::string> columns;
  for (int i = 0; i < query->column_count(); ++i) columns.emplace_back(query->column_name(i));
  for (const cel::Property& attribute : attributes) {
    if (std::ranges::find(columns, attribute.name) != columns.end()) continue;
    TRY(database.execute(fmt::format("ALTER TABLE {} ADD COLUMN {} {}", table,
                                     quoted_identifier(attribute.name),
                                     sql_type_of(attribute.type))));
  }
  return {};
}

}  // namespace

std::span<const DerivedTable> derived_tables() {
  static const DerivedTable tables[] = {{"account", {"slot", "account"}},
                                        {"member", {"slot", "account", "member"}},
                                        {"alias", {"slot", "alias"}},
                                        {"transition", {"slot", "account", "step"}},
                                        {"segment_change", {"slot", "account", "step"}}};
  return tables;
}

Result<> create_derived(Database& database, const Playbook& playbook) {
  TRY(check_names(playbook.schema.attributes));
  TRY(check_names(playbook.member_attributes));
  TRY(database.execute(
      fmt::format(fmt::runtime(account_table), attribute_columns(playbook.schema.attributes))));
  TRY(database.execute(
      fmt::format(fmt::runtime(member_table), attribute_columns(playbook.member_attributes))));
  return database.execute(other_tables);
}

Result<> create_schema(Database& database, const Playbook& playbook) {
  TRY(database.execute(journal_tables));
  TRY(create_derived(database, playbook));
  TRY(database.execute(membership_view));
  TRY(create_views(database, playbook));
  TRY(database.execute(fmt::format(
      "INSERT INTO meta VALUES ('application', 'pharos'), ('schema', '{}')", schema_newest)));
  return seal_schema(database);
}

Result<> check_schema(Database& database, const std::string& path) {
  const auto foreign = [&] {
    return fail(ErrorCode::invalid, "{}: a SQLite database, but not one of Pharos", path);
  };
  const auto prepared = database.prepare("SELECT value FROM meta WHERE key = ?");
  if (!prepared) {
    if (prepared.error().code != ErrorCode::invalid) return std::unexpected(prepared.error());
    return foreign();  // It has no such table.
  }
  store::Statement& query = **prepared;
  TRY(query.query_with(std::string_view("application")));
  if (!TRY(query.step()) || query.text(0) != "pharos") return foreign();
  TRY(query.query_with(std::string_view("schema")));
  if (!TRY(query.step())) return foreign();
  const auto schema = parse_int64(query.text(0));
  if (!schema || *schema < 1) return foreign();
  if (*schema > schema_newest)
    return fail(ErrorCode::invalid, "{}: schema {} is of a newer Pharos; upgrade", path, *schema);
  return {};
}

Result<> widen_schema(Database& database, const Playbook& playbook) {
  TRY(widen_table(database, "account", playbook.schema.attributes));
  TRY(widen_table(database, "member", playbook.member_attributes));
  TRY(create_views(database, playbook));
  return seal_schema(database);
}

}  // namespace pharos::journal
