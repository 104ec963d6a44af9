// journal/rooms.cc: versions in `meta`, and tables that are copied without being understood.
#include "journal/rooms.h"

#include <set>

#include "base/text.h"
#include "journal/seal.h"

namespace pharos::journal {
namespace {

using store::Database;
using store::quoted_identifier;
using store::Statement;

struct Made {
  std::string type, name, sql;
};

// Everything that was made by a statement; SQLite's own tables have none that could be run.
Result<std::vector<Made>> made_in(Database& database) {
  auto query = TRY(database.prepare(
      "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT GLOB "
      "'sqlite_*' ORDER BY type = 'view', name"));
  TRY(query->query({}));
  std::vector<Made> made;
  while (TRY(query->step()))
    made.push_back(
        {std::string(query->text(0)), std::string(query->text(1)), std::string(query->text(2))});
  return made;
}

// A value of whatever type, borrowed from the row.
store::Bind value_at(const Statement& row, int column, std::string_view type) {
  if (type == "integer") return row.integer(column);
  if (type == "real") return row.real(column);
  if (type == "text") return row.text(column);
  if (type == "blob") return row.blob(column);
  return nullptr;
}

// One table, from both of its ends: a damaged page in its middle takes only what is on it.
class TableCopy {
 public:
  TableCopy(Database& from, Database& to, const std::string& table)
      : from_(from), to_(to), table_(table) {}

  // The draft's faults are errors; those of the damaged file end a walk.
  Result<KeptTable> run() {
    TRY(find_columns());
    KeptTable kept{.name = table_};
    kept.is_whole = TRY(walk(""));
    if (!kept.is_whole) {
      std::string backwards;
      for (const std::string& column : keys_)
        backwards += (backwards.empty() ? "" : ", ") + column + " DESC";
      TRY(walk("ORDER BY " + backwards));
    }
    auto count = TRY(to_.prepare("SELECT count(*) FROM " + quoted_identifier(table_)));
    TRY(count->query({}));
    if (TRY(count->step())) kept.rows = static_cast<std::uint64_t>(count->integer(0));
    return kept;
  }

 private:
  // As the draft has them: it was made by the same statement.
  Result<> find_columns() {
    auto query = TRY(to_.prepare("SELECT name, pk FROM pragma_table_info(?) ORDER BY pk"));
    TRY(query->query_with(std::string_view(table_)));
    while (TRY(query->step())) {
      columns_.push_back(quoted_identifier(query->text(0)));
      if (query->integer(1) > 0) keys_.push_back(columns_.back());
    }
    if (keys_.empty()) keys_.push_back("rowid");
    return {};
  }

  // Whether it came to the end.
  Result<bool> walk(const std::string& order) {
    std::string columns, values, marks;
    for (const std::string& column : columns_) {
      const std::string comma = columns.empty() ? "" : ", ";
      columns += comma + column;
      values += comma + column + ", typeof(" + column + ")";
      marks += comma + "?";
    }
    auto insert = TRY(to_.prepare(fmt::format("INSERT OR IGNORE INTO {} ({}) VALUES ({})",
                                              quoted_identifier(table_), columns, marks)));
    auto rows = from_.prepare(
        fmt::format("SELECT {} FROM {} {}", values, quoted_identifier(table_), order));
    if (!rows || !(*rows)->query({})) return false;
    for (;;) {
      const Result<bool> has_row = (*rows)->step();
      if (!has_row || !*has_row) return has_row.has_value();
      std::vector<store::Bind> binds;
      for (int i = 0; i < static_cast<int>(columns_.size()); ++i)
        binds.push_back(value_at(**rows, 2 * i, (*rows)->text(2 * i + 1)));
      // A row that its own table refuses is damage as well.
      if (const Result<> inserted = insert->run(binds);
          !inserted && inserted.error().code != ErrorCode::conflict)
        return std::unexpected(inserted.error());
    }
  }

  Database& from_;
  Database& to_;
  const std::string table_;
  std::vector<std::string> columns_, keys_;
};

Result<> copy_versions(Database& from, Database& to) {
  auto query = from.prepare("SELECT key, value FROM meta");
  if (!query || !(*query)->query({})) return {};
  auto insert = TRY(to.prepare("INSERT OR REPLACE INTO meta VALUES (?, ?)"));
  while ((*query)->step().value_or(false)) {
    if (!(*query)->text(0).starts_with(room_key)) continue;
    if (parse_int64((*query)->text(1)).value_or(0) < 1) continue;
    TRY(insert->run_with((*query)->text(0), (*query)->text(1)));
  }
  return {};
}

}  // namespace

Result<int> room_version(Database& database, std::string_view room) {
  auto query = TRY(database.prepare("SELECT value FROM meta WHERE key = ?"));
  const std::string key = std::string(room_key) + std::string(room);
  TRY(query->query_with(std::string_view(key)));
  if (!TRY(query->step())) return 0;
  const auto version = parse_int64(query->text(0));
  if (!version || *version < 1 || *version > 1'000'000)
    return fail(ErrorCode::corrupt, "meta {}: {} is no version; see pharos verify", quoted(key),
                quoted(query->text(0)));
  return static_cast<int>(*version);
}

Result<> store_room_version(Database& database, std::string_view room, int version) {
  auto insert = TRY(database.prepare("INSERT OR REPLACE INTO meta VALUES (?, ?)"));
  const std::string key = std::string(room_key) + std::string(room);
  const std::string value = std::to_string(version);
  TRY(insert->run_with(std::string_view(key), std::string_view(value)));
  return seal_schema(database);
}

Result<KeptRooms> keep_rooms(const std::string& damaged, Database& draft) {
  KeptRooms kept;
  const auto from = store::open_sqlite(damaged, store::OpenMode::read);
  const auto found = from ? made_in(**from) : std::unexpected(from.error());
  if (!found) {
    kept.is_readable = false;
    return kept;
  }
  std::set<std::string> known;
  for (const Made& own : TRY(made_in(draft))) known.insert(own.name);
  std::vector<Made> others;
  for (const Made& made : *found)
    if (!known.contains(made.name)) others.push_back(made);
  for (const Made& made : others) {
    if (made.type != "table") continue;
    if (!draft.execute(made.sql)) {  // Its text is damaged: SQLite did not get far enough to know.
      kept.tables.push_back({.name = made.name, .rows = 0, .is_whole = false});
      continue;
    }
    kept.tables.push_back(TRY(TableCopy(**from, draft, made.name).run()));
  }
  // After the rows: a trigger may forbid to write them. What does not fit what was kept is left.
  for (const Made& made : others)
    if (made.type != "table") static_cast<void>(draft.execute(made.sql));
  TRY(copy_versions(**from, draft));
  TRY(seal_schema(draft));
  return kept;
}

}  // namespace pharos::journal
