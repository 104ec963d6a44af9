// ingest/map.h: how rows of foreign files become events: a checked map.yaml. docs/import.md has the
// language.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "base/zone.h"
#include "cel/rule.h"
#include "playbook/model.h"

namespace pharos::ingest {

// As written: a column of the file ("order_id"), of a joined file ("order.order_status"), a
// computed one, or a path into a JSON object ("customer.id"). Looked up when the file's header is
// known.
struct ColumnName {
  std::string text;
  Place place;
};

enum class ValueKind : std::uint8_t {
  column,    // The first of `columns` that is not empty.
  latest,    // The latest of `columns` that are not empty; of times only.
  pattern,   // literals[0] columns[0] literals[1] ... : "placed:{order_id}:{seller_id}".
  constant,  // `text`.
  rule,      // `rule`, over columns as strings.
  count,
  sum,
  first,
  min,
  max,  // Over the rows of a group; of columns[0], but for count.
};

// Where one text of an event comes from.
struct Value {
  ValueKind kind = ValueKind::column;
  std::vector<ColumnName> columns;
  std::vector<std::string> literals;
  std::string text;  // The constant; or what stands in for an empty column.
  std::optional<cel::Rule> rule;
  Place place;
};

enum class TimeKind : std::uint8_t { iso, pattern, unix_seconds, unix_ms };

struct TimeFormat {
  TimeKind kind = TimeKind::iso;  // RFC 3339; with a zone also without offset, or a date alone.
  std::string pattern;            // "%d/%m/%Y %H:%M"
  std::optional<Zone> zone;       // Of times that do not name one.
};

struct PropertyMap {
  std::string name;
  Value value;
  Place place;
};

enum class ExtraColumns : std::uint8_t { none, unmapped, listed };

inline constexpr int rank_max = 255;

// One event out of a row (or out of a group of rows).
struct EventMap {
  std::optional<cel::Rule> condition;
  std::optional<std::uint32_t> type;  // Into Schema::events; empty: `name` says it, row by row.
  std::optional<Value> name;
  std::optional<Value> account;  // link: `to`.
  std::optional<Value> member;
  std::optional<Value> id;  // Empty: made from the contents.
  std::optional<Value> time;
  TimeFormat time_format;
  std::vector<PropertyMap> properties;  // link: `from`.
  ExtraColumns extra = ExtraColumns::none;
  std::vector<ColumnName> extra_columns;
  std::optional<int> rank;  // Among events of the same time: lower first.
  Place place;
};

enum class MissingRow : std::uint8_t { reject, skip, keep };

struct JoinMap {
  std::string alias;
  std::string file;
  std::vector<std::pair<ColumnName, ColumnName>> on;  // Ours, theirs.
  bool many = false;                                  // One row of ours becomes one per match.
  MissingRow missing = MissingRow::reject;
  Place place;
};

struct ComputedColumn {
  std::string name;
  Value value;
};

// One reading of a file's rows.
struct RowsMap {
  std::vector<JoinMap> joins;
  std::vector<ComputedColumn> columns;
  std::optional<cel::Rule> condition;
  std::vector<ColumnName> group;  // Empty: every row for itself.
  std::vector<EventMap> events;
  Place place;
};

enum class Format : std::uint8_t { csv, ndjson };

struct FileMap {
  std::string name;  // A file name or a glob (* and ?); .gz and .zst need not be written.
  std::optional<Format> format;   // Else by the file's name.
  std::optional<char> delimiter;  // Else a comma; a tab for .tsv.
  std::vector<RowsMap> rows;
  Place place;
};

struct Map {
  std::string path;
  std::vector<FileMap> files;  // The first that fits a file is used.
  std::string text;  // Of the document: to show what is at fault once the files are there.
};

struct LoadedMap {
  std::optional<Map> map;   // Empty if there is an error among the diagnostics.
  Diagnostics diagnostics;  // All faults of the text in one pass, in order of place.
};

// `path` is how places name the document. Columns are checked when the files are there.
LoadedMap load_map(std::string_view text, const std::string& path,
                   const playbook::Playbook& playbook);

}  // namespace pharos::ingest
