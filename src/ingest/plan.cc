// ingest/plan.cc: names to slots.
#include "ingest/plan.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"

namespace pharos::ingest {
namespace {

class Planner {
 public:
  Planner(const PlanInput& input, Diagnostics& diagnostics)
      : input_(input), diagnostics_(diagnostics) {}
  Result<FilePlan> make();

 private:
  Result<> plan_joins(const RowsMap& map, RowsPlan& rows);
  void plan_rows(const RowsMap& map, RowsPlan& rows);
  EventPlan plan_event(const EventMap& map, RowsPlan& rows);
  void plan_extra(const EventMap& map, EventPlan& event);
  void plan_property_index(const EventMap& map, EventPlan& event) const;
  void plan_kept(RowsPlan& rows) const;
  std::optional<Source> plan_source(const std::optional<Value>& value, RowsPlan& rows);
  Source plan_source(const Value& value, RowsPlan& rows);
  Formula plan_formula(const cel::Rule& rule, RowsPlan& rows);
  std::uint32_t aggregate_slot(const Value& value, RowsPlan& rows);

  // The slot of a column; an unknown one is reported, and gets a slot all the same.
  std::uint32_t slot_of(const ColumnName& column, RowsPlan& rows);
  std::optional<std::uint32_t> find_slot(std::string_view name, RowsPlan& rows);
  std::optional<std::uint32_t> own_slot(std::string_view name);
  std::vector<std::string> known_names(const RowsPlan& rows) const;
  void report_unknown(const ColumnName& column, const RowsPlan& rows);
  std::uint32_t new_slot() { return static_cast<std::uint32_t>(plan_.slot_count++); }

  const PlanInput& input_;
  Diagnostics& diagnostics_;
  FilePlan plan_;
  // Own columns have the low slots; those of joins, computed columns and aggregates follow.
  std::map<std::string, std::uint32_t, std::less<>> own_;
  std::map<std::string, std::uint32_t, std::less<>> computed_;  // Of the rows at hand.
};

std::optional<std::uint32_t> Planner::own_slot(std::string_view name) {
  if (const auto found = own_.find(name); found != own_.end()) return found->second;
  if (plan_.format == Format::csv) return std::nullopt;
  const auto slot = static_cast<std::uint32_t>(plan_.shape.add(name));
  own_.emplace(name, slot);
  return slot;
}

std::optional<std::uint32_t> Planner::find_slot(std::string_view name, RowsPlan& rows) {
  if (const auto found = computed_.find(name); found != computed_.end()) return found->second;
  const std::size_t point = name.find('.');
  for (JoinPlan& join : rows.joins) {
    if (point == std::string_view::npos || join.map->alias != name.substr(0, point)) continue;
    if (!join.table) return 0;  // Its file was reported.
    const auto& header = join.table->header();
    const auto column = std::ranges::find(header, name.substr(point + 1));
    if (column == header.end()) return std::nullopt;
    const auto index = static_cast<std::size_t>(column - header.begin());
    for (const auto& [theirs, slot] : join.columns)
      if (theirs == index) return slot;
    join.columns.emplace_back(index, new_slot());
    return join.columns.back().second;
  }
  return own_slot(name);
}

std::vector<std::string> Planner::known_names(const RowsPlan& rows) const {
  std::vector<std::string> names = plan_.header;
  for (const auto& [name, slot] : computed_) names.push_back(name);
  for (const JoinPlan& join : rows.joins)
    if (join.table)
      for (const std::string& column : join.table->header())
        names.push_back(join.map->alias + "." + column);
  return names;
}

void Planner::report_unknown(const ColumnName& column, const RowsPlan& rows) {
  std::string hint = did_you_mean(column.text, known_names(rows));
  if (hint.empty()) {
    hint = "Its columns: ";
    for (std::size_t i = 0; i < plan_.header.size() && i < 20; ++i)
      hint += (i == 0 ? "" : ", ") + plan_.header[i];
    hint += plan_.header.size() > 20 ? ", ..." : ".";
  }
  diagnostics_.push_back({Severity::error, column.place,
                          fmt::format("{} is not a column of {}", quoted(column.text), input_.path),
                          std::move(hint)});
}

std::uint32_t Planner::slot_of(const ColumnName& column, RowsPlan& rows) {
  if (const auto slot = find_slot(column.text, rows)) {
    if (plan_.format == Format::csv && std::ranges::count(plan_.header, column.text) > 1)
      diagnostics_.push_back({Severity::error, column.place,
                              fmt::format("the header of {} has the column {} twice", input_.path,
                                          quoted(column.text)),
                              "Rename one of them in the file."});
    return *slot;
  }
  report_unknown(column, rows);
  return 0;
}

Formula Planner::plan_formula(const cel::Rule& rule, RowsPlan& rows) {
  Formula formula{&rule, {}};
  for (const ColumnName& name : names_in(rule)) {
    const std::size_t point = name.text.find('.');
    const std::string first = name.text.substr(0, point);
    const bool joined = std::ranges::any_of(
        rows.joins, [&](const JoinPlan& join) { return join.map->alias == first; });
    // "a.b" is a column of a joined file, a path, or a column of that very name; else "a" is one.
    std::optional<std::uint32_t> slot = find_slot(name.text, rows);
    std::string found = name.text;
    if (!slot && point != std::string::npos && !joined) {
      slot = find_slot(first, rows);
      found = first;
    }
    if (!slot)
      report_unknown(name, rows);
    else
      formula.variables.push_back({found, *slot});
  }
  return formula;
}

std::uint32_t Planner::aggregate_slot(const Value& value, RowsPlan& rows) {
  constexpr std::string_view names[] = {"count", "sum", "first", "min", "max"};
  const auto index =
      static_cast<std::size_t>(value.kind) - static_cast<std::size_t>(ValueKind::count);
  AggregatePlan aggregate;
  aggregate.kind = value.kind;
  aggregate.name =
      fmt::format("{}({})", names[index], value.columns.empty() ? "" : value.columns[0].text);
  for (const AggregatePlan& known : rows.aggregates)
    if (known.name == aggregate.name) return known.slot;
  if (!value.columns.empty()) aggregate.input = slot_of(value.columns[0], rows);
  aggregate.slot = new_slot();
  rows.aggregates.push_back(std::move(aggregate));
  return rows.aggregates.back().slot;
}

Source Planner::plan_source(const Value& value, RowsPlan& rows) {
  Source source;
  source.value = &value;
  if (value.kind >= ValueKind::count) {
    source.slots.push_back(aggregate_slot(value, rows));
    source.is_plain = true;
    return source;
  }
  for (const ColumnName& column : value.columns) source.slots.push_back(slot_of(column, rows));
  if (value.rule) source.formula = plan_formula(*value.rule, rows);
  source.is_plain =
      value.kind == ValueKind::column && source.slots.size() == 1 && value.text.empty();
  return source;
}

std::optional<Source> Planner::plan_source(const std::optional<Value>& value, RowsPlan& rows) {
  if (!value) return std::nullopt;
  return plan_source(*value, rows);
}

void Planner::plan_property_index(const EventMap& map, EventPlan& event) const {
  for (const cel::EventType& type : input_.playbook.schema.events) {
    std::vector<int>& indexes = event.property_index.emplace_back();
    for (const PropertyMap& property : map.properties) {
      const auto found = std::ranges::find(type.properties, property.name, &cel::Property::name);
      indexes.push_back(
          found == type.properties.end() ? -1 : static_cast<int>(found - type.properties.begin()));
    }
  }
}

EventPlan Planner::plan_event(const EventMap& map, RowsPlan& rows) {
  EventPlan event;
  event.map = &map;
  if (map.condition) event.condition = plan_formula(*map.condition, rows);
  event.name = plan_source(map.name, rows);
  event.account = plan_source(map.account, rows);
  event.member = plan_source(map.member, rows);
  event.id = plan_source(map.id, rows);
  event.time = plan_source(map.time, rows);
  for (const PropertyMap& property : map.properties)
    event.properties.push_back(plan_source(property.value, rows));
  plan_property_index(map, event);
  if (map.extra == ExtraColumns::listed)
    for (const ColumnName& column : map.extra_columns)
      event.extra.emplace_back(column.text, slot_of(column, rows));
  return event;
}

// `extra: true`: every column of the file that this event does not read.
void Planner::plan_extra(const EventMap& map, EventPlan& event) {
  if (map.extra != ExtraColumns::unmapped) return;
  std::set<std::uint32_t> used;
  const auto use = [&](const std::optional<Source>& source) {
    if (source) used.insert(source->slots.begin(), source->slots.end());
  };
  for (const auto* source : {&event.name, &event.account, &event.member, &event.id, &event.time})
    use(*source);
  for (const Source& source : event.properties) use(source);
  if (plan_.format == Format::ndjson) {
    plan_.shape.objects[0].others = OtherKeys::collect;
    event.extra_others = true;
    for (const auto& [name, slot] : own_)
      if (!used.contains(slot)) event.extra.emplace_back(name, slot);
    return;
  }
  for (std::uint32_t slot = 0; slot < plan_.header.size(); ++slot)
    if (!used.contains(slot)) event.extra.emplace_back(plan_.header[slot], slot);
}

void Planner::plan_kept(RowsPlan& rows) const {
  std::set<std::uint32_t> kept(rows.group.begin(), rows.group.end());
  const auto keep = [&](const Source& source) {
    kept.insert(source.slots.begin(), source.slots.end());
    for (const Formula::Variable& variable : source.formula.variables) kept.insert(variable.slot);
  };
  for (const EventPlan& event : rows.events) {
    if (event.condition)
      for (const Formula::Variable& variable : event.condition->variables)
        kept.insert(variable.slot);
    for (const auto* source : {&event.name, &event.account, &event.member, &event.id, &event.time})
      if (*source) keep(**source);
    for (const Source& source : event.properties) keep(source);
    for (const auto& [name, slot] : event.extra) kept.insert(slot);
  }
  for (const AggregatePlan& aggregate : rows.aggregates) kept.erase(aggregate.slot);
  rows.kept.assign(kept.begin(), kept.end());
}

Result<> Planner::plan_joins(const RowsMap& map, RowsPlan& rows) {
  for (const JoinMap& join : map.joins) {
    JoinPlan plan;
    plan.map = &join;
    const auto path = input_.find_file(join.file);
    if (!path) {
      diagnostics_.push_back({Severity::error, join.place, path.error().message, ""});
    } else {
      plan.table = TRY(input_.tables.get(join, *path, diagnostics_));
      if (plan.table && !join.many && !plan.table->repeated().empty())
        diagnostics_.push_back(
            {Severity::error, join.place,
             fmt::format("{}: the key {}", *path, plan.table->repeated()),
             "Say many: true if one row shall become several, or join by a key that is unique."});
    }
    for (const auto& [ours, theirs] : join.on) plan.key_slots.push_back(slot_of(ours, rows));
    rows.joins.push_back(std::move(plan));
  }
  return {};
}

void Planner::plan_rows(const RowsMap& map, RowsPlan& rows) {
  rows.map = &map;
  for (const ComputedColumn& column : map.columns) {
    Source source = plan_source(column.value, rows);
    const std::uint32_t slot = new_slot();
    rows.computed.emplace_back(std::move(source), slot);
    if (!computed_.emplace(column.name, slot).second || own_.contains(column.name))
      diagnostics_.push_back({Severity::error, column.value.place,
                              fmt::format("there is a column {} already", quoted(column.name)),
                              "Give the computed one another name."});
  }
  if (map.condition) rows.condition = plan_formula(*map.condition, rows);
  for (const ColumnName& column : map.group) rows.group.push_back(slot_of(column, rows));
  for (const EventMap& event : map.events) rows.events.push_back(plan_event(event, rows));
}

Result<FilePlan> Planner::make() {
  plan_.format = input_.format;
  plan_.delimiter = input_.delimiter;
  plan_.header = input_.header;
  for (std::uint32_t slot = 0; slot < plan_.header.size(); ++slot)
    own_.emplace(plan_.header[slot], slot);
  // A row of NDJSON has at most this many columns in a map of 4 MiB; the rest follows behind.
  constexpr std::size_t json_columns_max = 4'096;
  plan_.slot_count = plan_.format == Format::csv ? plan_.header.size() : json_columns_max;
  for (const RowsMap& map : input_.map.rows) {
    RowsPlan rows;
    computed_.clear();
    TRY(plan_joins(map, rows));
    plan_rows(map, rows);
    plan_.rows.push_back(std::move(rows));
  }
  for (RowsPlan& rows : plan_.rows) {
    for (EventPlan& event : rows.events) plan_extra(*event.map, event);
    plan_kept(rows);
  }
  if (plan_.shape.slot_count > json_columns_max)
    return fail(ErrorCode::limit, "{}: the map names more than {} columns", input_.path,
                json_columns_max);
  return std::move(plan_);
}

}  // namespace

FilePlan native_plan() {
  FilePlan plan;
  plan.format = Format::ndjson;
  plan.native = true;
  for (const std::string_view key : {"id", "account", "member", "name", "time", "props"})
    plan.shape.add(key);
  const int props = plan.shape.add_object(0, "props");
  plan.shape.objects[0].others = OtherKeys::refuse;
  plan.shape.objects[static_cast<std::size_t>(props)].others = OtherKeys::collect;
  plan.slot_count = plan.shape.slot_count;
  return plan;
}

Result<FilePlan> make_plan(const PlanInput& input, Diagnostics& diagnostics) {
  return Planner(input, diagnostics).make();
}

}  // namespace pharos::ingest
