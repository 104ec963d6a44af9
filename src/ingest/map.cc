// ingest/map.cc: from YAML text to a checked map, with every fault in one pass.
#include "ingest/map.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "ingest/cell.h"
#include "ingest/map_value.h"
#include "playbook/reading.h"

namespace pharos::ingest {
namespace {

using playbook::Faults;
using playbook::Fields;
using playbook::Outline;
using playbook::OutlineKind;
using playbook::Playbook;

// What an event takes from the rows, the file and the map around it where it says nothing itself.
struct Defaults {
  std::optional<Value> account, member, time;
  TimeFormat time_format;
  std::optional<int> rank;
  ExtraColumns extra = ExtraColumns::none;
  std::vector<ColumnName> extra_columns;
  bool grouped = false;
};

class MapReader {
 public:
  MapReader(Faults& faults, const Playbook& playbook) : faults_(faults), playbook_(playbook) {
    for (const cel::EventType& event : playbook.schema.events) event_names_.push_back(event.name);
  }
  Map read(const Outline& root, const std::string& path);

 private:
  void read_file(const Outline& name, const Outline& node, const TimeFormat& format, Map& map);
  RowsMap read_rows(const Outline& node, Defaults defaults, bool in_file);
  void read_joins(const Outline& node, RowsMap& rows);
  void read_on(const Outline& node, JoinMap& join);
  void read_defaults(const Outline& node, Defaults& defaults);
  EventMap read_event(const Outline& node, const Defaults& defaults, bool with_condition);
  void read_link(const Outline& node, EventMap& event);
  void read_type(const Outline& node, EventMap& event);
  void read_properties(const Outline& node, EventMap& event);
  void check_property(const Outline& key, PropertyMap& property, const EventMap& event);
  void check_grouping(const EventMap& event, bool grouped);

  Faults& faults_;
  const Playbook& playbook_;
  std::vector<std::string> event_names_;
};

// The keys of an event; Fields takes a list that is known when the program is built.
#define EVENT_KEYS \
  "event", "link", "account", "member", "id", "time", "zone", "if", "props", "extra", "rank"
#define ROWS_KEYS "join", "columns", "group", "events", EVENT_KEYS

Map MapReader::read(const Outline& root, const std::string& path) {
  Map map;
  map.path = path;
  Fields fields(faults_, root, "a map", {"zone", "files"});
  TimeFormat format;
  if (const Outline* zone = fields.find("zone")) format.zone = read_zone(faults_, *zone);
  const Outline* files = fields.need("files", "file names, each with what its rows are");
  if (!files) return map;
  if (files->kind != OutlineKind::map || files->members.empty()) {
    playbook::report_kind(faults_, *files, "file names, each with what its rows are");
    return map;
  }
  for (const auto& [name, node] : files->members) read_file(name, node, format, map);
  return map;
}

void MapReader::read_file(const Outline& name, const Outline& node, const TimeFormat& format,
                          Map& map) {
  FileMap file;
  file.name = name.text;
  file.place = name.place;
  if (name.text.find('/') != std::string::npos)
    faults_.error(name.place, fmt::format("{} names a folder; expected the name of a file or a "
                                          "pattern such as orders-*.csv",
                                          quoted(name.text)));
  Fields fields(faults_, node, "a file", {"format", "delimiter", "rows", ROWS_KEYS});
  if (!fields.is_map()) return;
  if (const Outline* value = fields.find("format")) {
    if (value->text == "csv" || value->text == "ndjson")
      file.format = value->text == "csv" ? Format::csv : Format::ndjson;
    else
      playbook::report_kind(faults_, *value, "csv or ndjson");
  }
  if (const Outline* value = fields.find("delimiter")) {
    if (value->text.size() == 1 &&
        std::string_view("\"\r\n").find(value->text[0]) == std::string_view::npos)
      file.delimiter = value->text[0];
    else
      playbook::report_kind(faults_, *value, "one ASCII character, such as \";\" or \"\\t\"");
  }
  Defaults defaults;
  defaults.time_format = format;
  if (const Outline* rows = fields.find("rows")) {
    read_defaults(node, defaults);
    for (const std::string_view key :
         {"join", "columns", "group", "events", "event", "link", "id", "if", "props"})
      if (const Outline* both = fields.find(key))
        faults_.error(both->place, fmt::format("{} belongs into the entries of rows here", key));
    if (rows->kind != OutlineKind::list || rows->items.empty())
      playbook::report_kind(faults_, *rows, "a list of ways to read the rows");
    for (const Outline& item : rows->items) file.rows.push_back(read_rows(item, defaults, false));
  } else {
    file.rows.push_back(read_rows(node, defaults, true));
  }
  map.files.push_back(std::move(file));
}

void MapReader::read_defaults(const Outline& node, Defaults& defaults) {
  if (const Outline* value = node.find("account"))
    defaults.account = read_value(faults_, *value, "the column of the account");
  if (const Outline* value = node.find("member"))
    defaults.member = read_value(faults_, *value, "the column of the member");
  if (const Outline* value = node.find("zone"))
    defaults.time_format.zone = read_zone(faults_, *value);
  if (const Outline* value = node.find("time")) {
    defaults.time = read_value(faults_, *value, "the column of the time", true);
    const std::optional<Zone> zone = defaults.time_format.zone;
    defaults.time_format = {.kind = TimeKind::iso, .pattern = {}, .zone = zone};
    if (value->kind == OutlineKind::map) {
      if (const Outline* format = value->find("format"))
        read_time_format(faults_, *format, defaults.time_format);
      if (const Outline* own = value->find("zone"))
        defaults.time_format.zone = read_zone(faults_, *own);
    }
  }
  if (const Outline* value = node.find("rank")) {
    const auto rank = value->kind == OutlineKind::scalar ? parse_int64(value->text) : std::nullopt;
    if (rank && *rank >= 0 && *rank <= rank_max)
      defaults.rank = static_cast<int>(*rank);
    else
      playbook::report_kind(faults_, *value, fmt::format("a rank from 0 to {}", rank_max));
  }
  if (const Outline* value = node.find("extra")) {
    defaults.extra = ExtraColumns::listed;
    defaults.extra_columns.clear();
    if (value->kind == OutlineKind::list)
      defaults.extra_columns = read_columns(faults_, *value);
    else if (const auto all = playbook::read_bool(faults_, *value, "extra (or a list of columns)"))
      defaults.extra = *all ? ExtraColumns::unmapped : ExtraColumns::none;
  }
}

RowsMap MapReader::read_rows(const Outline& node, Defaults defaults, bool in_file) {
  RowsMap rows;
  rows.place = node.place;
  if (!in_file && !Fields(faults_, node, "an entry of rows", {ROWS_KEYS}).is_map()) return rows;
  if (const Outline* join = node.find("join")) read_joins(*join, rows);
  if (const Outline* columns = node.find("columns")) {
    if (columns->kind != OutlineKind::map)
      playbook::report_kind(faults_, *columns, "a map of names and what they are made of");
    for (const auto& [name, value] : columns->members)
      if (auto made = read_value(faults_, value, "a column, a pattern or {cel: ...}")) {
        if (is_aggregate(made->kind))
          faults_.error(value.place, "a computed column belongs to one row, not to a group");
        rows.columns.push_back({name.text, std::move(*made)});
      }
  }
  if (const Outline* condition = node.find("if"))
    rows.condition = read_rule(faults_, *condition, cel::Kind::boolean);
  if (const Outline* group = node.find("group")) rows.group = read_columns(faults_, *group);
  defaults.grouped = !rows.group.empty();

  const Outline* events = node.find("events");
  if (!events) {
    read_defaults(node, defaults);
    rows.events.push_back(read_event(node, defaults, false));
    return rows;
  }
  read_defaults(node, defaults);
  for (const std::string_view key : {"event", "link", "id", "props"})
    if (const Outline* both = node.find(key))
      faults_.error(both->place, fmt::format("{} belongs into the entries of events here", key));
  if (events->kind != OutlineKind::list || events->items.empty()) {
    playbook::report_kind(faults_, *events, "a list of events");
    return rows;
  }
  for (const Outline& item : events->items) {
    if (!Fields(faults_, item, "an event", {EVENT_KEYS}).is_map()) continue;
    Defaults own = defaults;
    read_defaults(item, own);
    rows.events.push_back(read_event(item, own, true));
  }
  return rows;
}

void MapReader::read_joins(const Outline& node, RowsMap& rows) {
  if (node.kind != OutlineKind::map) {
    playbook::report_kind(faults_, node, "a map of names, each with file and on");
    return;
  }
  for (const auto& [alias, value] : node.members) {
    JoinMap join;
    join.alias = alias.text;
    join.place = alias.place;
    if (!is_name(alias.text))
      faults_.error(alias.place,
                    fmt::format("{} is not a name for a joined file", quoted(alias.text)));
    Fields fields(faults_, value, "a joined file", {"file", "on", "many", "missing"});
    if (const Outline* file = fields.need("file", "the name of a CSV file"))
      if (const std::string* text = playbook::read_text(faults_, *file, "the name of a CSV file"))
        join.file = *text;
    if (const Outline* on = fields.need("on", "the column that both files share"))
      read_on(*on, join);
    if (const Outline* many = fields.find("many"))
      join.many = playbook::read_bool(faults_, *many, "many").value_or(false);
    if (join.many) join.missing = MissingRow::skip;
    if (const Outline* missing = fields.find("missing")) {
      constexpr std::array<std::string_view, 3> known = {"reject", "skip", "keep"};
      const auto found = std::ranges::find(known, missing->text);
      if (found == known.end())
        playbook::report_kind(faults_, *missing,
                              "reject, skip (drop the row) or keep (with empty columns)");
      else
        join.missing = static_cast<MissingRow>(found - known.begin());
    }
    rows.joins.push_back(std::move(join));
  }
}

void MapReader::read_on(const Outline& node, JoinMap& join) {
  if (node.kind != OutlineKind::map) {
    for (ColumnName& column : read_columns(faults_, node)) join.on.emplace_back(column, column);
    return;
  }
  for (const auto& [ours, theirs] : node.members)
    if (auto column = read_column(faults_, theirs))
      join.on.emplace_back(ColumnName{ours.text, ours.place}, std::move(*column));
}

EventMap MapReader::read_event(const Outline& node, const Defaults& defaults, bool with_condition) {
  EventMap event;
  event.place = node.place;
  event.account = defaults.account;
  event.member = defaults.member;
  event.time = defaults.time;
  event.time_format = defaults.time_format;
  event.rank = defaults.rank;
  event.extra = defaults.extra;
  event.extra_columns = defaults.extra_columns;
  if (with_condition)
    if (const Outline* condition = node.find("if"))
      event.condition = read_rule(faults_, *condition, cel::Kind::boolean);
  if (const Outline* id = node.find("id"))
    event.id = read_value(faults_, *id, "a column or a pattern for the id");

  const Outline* type = node.find("event");
  const Outline* link = node.find("link");
  if (type && link)
    faults_.error(link->place, "event and link exclude each other");
  else if (link)
    read_link(*link, event);
  else if (type)
    read_type(*type, event);
  else
    faults_.error(node.place, "the event has no name; expected event or link");
  if (!event.account && !link)
    faults_.error(node.place, "the event has no account; expected the column that names it");
  if (!event.time)
    faults_.error(node.place, "the event has no time; expected the column that holds it");
  if (const Outline* props = node.find("props")) {
    if (link)
      faults_.error(props->place, "a link has no props");
    else
      read_properties(*props, event);
  }
  check_grouping(event, defaults.grouped);
  return event;
}

void MapReader::read_link(const Outline& node, EventMap& event) {
  event.type = playbook::event_link;
  event.extra = ExtraColumns::none;
  event.extra_columns.clear();
  Fields fields(faults_, node, "a link", {"from", "to"});
  if (const Outline* from = fields.need("from", "the id that is given up"))
    if (auto value = read_value(faults_, *from, "the id that is given up"))
      event.properties.push_back({"from", std::move(*value), from->place});
  if (const Outline* to = fields.need("to", "the id that remains"))
    event.account = read_value(faults_, *to, "the id that remains");
}

void MapReader::read_type(const Outline& node, EventMap& event) {
  if (node.kind == OutlineKind::map) {
    event.name = read_value(faults_, node, "the name of an event");
    return;
  }
  const std::string* name =
      playbook::read_text(faults_, node, "the name of an event, or {column: ...}");
  if (!name) return;
  const auto found = std::ranges::find(event_names_, *name);
  if (found == event_names_.end()) {
    faults_.error(node.place,
                  fmt::format("{} is not an event of playbook {}", playbook::shortened(*name),
                              quoted(playbook_.name)),
                  faults_.near(*name, event_names_));
  } else if (*name == "link") {
    faults_.error(node.place, "write a link as link: {from: ..., to: ...}");
  } else {
    event.type = static_cast<std::uint32_t>(found - event_names_.begin());
  }
}

void MapReader::read_properties(const Outline& node, EventMap& event) {
  if (node.kind != OutlineKind::map) {
    playbook::report_kind(faults_, node, "a map of properties and their columns");
    return;
  }
  for (const auto& [key, value] : node.members) {
    PropertyMap property;
    property.name = key.text;
    property.place = key.place;
    auto source = read_value(faults_, value, "a column, a pattern, {value: ...} or {cel: ...}");
    if (source) property.value = std::move(*source);
    check_property(key, property, event);
    if (source) event.properties.push_back(std::move(property));
  }
}

// The property is declared, and a constant fits its type.
void MapReader::check_property(const Outline& key, PropertyMap& property, const EventMap& event) {
  if (!event.type && !event.name) return;  // Reported already.
  const cel::Property* declared = nullptr;
  std::set<std::string> names;
  for (std::uint32_t type = 0; type < playbook_.schema.events.size(); ++type) {
    if (event.type && *event.type != type) continue;
    for (const cel::Property& candidate : playbook_.schema.events[type].properties) {
      names.insert(candidate.name);
      if (candidate.name == property.name) declared = &candidate;
    }
  }
  if (!declared) {
    const std::vector<std::string> known(names.begin(), names.end());
    std::string hint = faults_.near(property.name, known);
    if (hint.empty()) hint = "Declare it in the playbook, or name its column under extra.";
    const std::string of =
        event.type ? "event " + quoted(event_names_[*event.type]) : "any event of the playbook";
    faults_.error(key.place,
                  fmt::format("{} is not a property of {}", playbook::shortened(property.name), of),
                  std::move(hint));
    return;
  }
  if (property.value.kind != ValueKind::constant || !event.type) return;
  CellReader reader(playbook_.schema.currency.digits, event.time_format.zone);
  CellValue cell;
  if (auto fault = reader.read(*declared, Field::of(property.value.text), cell))
    faults_.error(property.value.place, fault->reason);
}

void MapReader::check_grouping(const EventMap& event, bool grouped) {
  if (grouped) return;
  const auto check = [&](const Value& value) {
    if (is_aggregate(value.kind))
      faults_.error(value.place,
                    "count, sum, first, min and max need a group: list the columns "
                    "that rows must share");
  };
  for (const auto& value : {event.account, event.member, event.id, event.time, event.name})
    if (value) check(*value);
  for (const PropertyMap& property : event.properties) check(property.value);
}

}  // namespace

LoadedMap load_map(std::string_view text, const std::string& path, const Playbook& playbook) {
  LoadedMap loaded;
  Faults faults;
  playbook::OutlineResult outline = playbook::parse_outline(text, path);
  faults.add(std::move(outline.diagnostics));
  if (outline.complete) {
    Map map = MapReader(faults, playbook).read(outline.root, path);
    if (!faults.has_error()) loaded.map = std::move(map);
  }
  const std::string files[] = {path};
  loaded.diagnostics = faults.take(files);
  if (loaded.map) loaded.map->text = text;
  return loaded;
}

}  // namespace pharos::ingest
