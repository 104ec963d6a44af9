// ingest/event_maker.cc: the checks that every event passes, and the filling of its record.
#include "ingest/event_maker.h"

#include <algorithm>
#include <bit>

#include "base/text.h"
#include "ingest/json.h"

namespace pharos::ingest {
namespace {

bool is_whole_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

TypeNames::TypeNames(const std::vector<cel::EventType>& types)
    : types_(types), slots_(std::bit_ceil(types.size() * 4 + 1), none) {
  for (std::uint32_t type = 0; type < types.size(); ++type) {
    std::size_t at = place_of(types[type].name);
    while (slots_[at] != none) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = type;
  }
}

std::size_t TypeNames::place_of(std::string_view name) const {
  return quick_hash(name) & (slots_.size() - 1);
}

std::uint32_t TypeNames::find(std::string_view name) const {
  for (std::size_t at = place_of(name); slots_[at] != none; at = (at + 1) & (slots_.size() - 1))
    if (quick_equal(types_[slots_[at]].name, name)) return slots_[at];
  return none;
}

EventMaker::EventMaker(const EventContext& context, const FilePlan& plan)
    : context_(context),
      types_(context.playbook.schema.events),
      type_names_(types_),
      native_readers_{TimeReader({}), CellReader(context.playbook.schema.currency.digits, {})},
      records_(context.format) {
  const int digits = context.playbook.schema.currency.digits;
  for (const RowsPlan& rows : plan.rows)
    for (const EventPlan& event : rows.events)
      readers_.emplace(&event, Readers{TimeReader(event.map->time_format),
                                       CellReader(digits, event.map->time_format.zone)});
}

bool EventMaker::fail(RejectCode code, std::string reason) {
  fault_ = {code, std::move(reason)};
  return false;
}

bool EventMaker::fail(std::optional<Fault>&& fault) {
  fault_ = std::move(*fault);
  return false;
}

bool EventMaker::read_made(const Source& source, std::span<const Field> fields, Field& field) {
  const Value& value = *source.value;
  field = {};
  switch (value.kind) {
    case ValueKind::rule: return read_rule(source, fields, field);
    case ValueKind::constant: field = Field::of(value.text); return true;
    case ValueKind::pattern: {
      std::string& text = texts_.add();
      text = value.literals[0];
      for (std::size_t i = 0; i < source.slots.size(); ++i) {
        text += fields[source.slots[i]].given_text();
        text += value.literals[i + 1];
      }
      field = Field::of(text);
      return true;
    }
    default: break;
  }
  for (const std::uint32_t slot : source.slots) {
    field = fields[slot];
    if (!field.is_empty()) return true;
  }
  if (!value.text.empty()) field = Field::of(value.text);
  return true;
}

bool EventMaker::read_rule(const Source& source, std::span<const Field> fields, Field& field) {
  const cel::Value value = formulas_.read(source.formula, fields);
  std::string& text = texts_.add();
  switch (value.kind()) {
    case cel::Kind::null: return true;
    case cel::Kind::string: text = value.as_string(); break;
    case cel::Kind::integer: text = std::to_string(value.as_integer()); break;
    case cel::Kind::uinteger: text = std::to_string(value.as_uinteger()); break;
    case cel::Kind::real: text = fmt::format("{}", value.as_real()); break;
    case cel::Kind::boolean: text = value.as_boolean() ? "true" : "false"; break;
    case cel::Kind::timestamp: text = format_instant(value.as_instant()); break;
    case cel::Kind::error:
      return fail(
          RejectCode::bad_condition,
          fmt::format("{} cannot be computed: {}", source.formula.rule->text, value.as_string()));
    default:
      return fail(
          RejectCode::wrong_type,
          fmt::format("{} gives no text, number, time, true or false", source.formula.rule->text));
  }
  field = Field::of(text);
  return true;
}

bool EventMaker::holds(const Formula& formula, std::span<const Field> fields, bool& holds) {
  const cel::Value value = formulas_.read(formula, fields);
  if (value.is_error())
    return fail(RejectCode::bad_condition,
                fmt::format("{} cannot be computed: {}", formula.rule->text, value.as_string()));
  holds = value.is_true();
  return true;
}

bool EventMaker::take_id(const Field& field, std::string_view what, bool needed,
                         std::string_view& id) {
  id = {};
  if (field.is_empty())
    return needed ? fail(RejectCode::missing_field, fmt::format("{} is missing", what)) : true;
  const std::string_view text = field.text();
  const bool fits =
      field.kind() == FieldKind::text ||
      (field.kind() == FieldKind::number && (field.is_whole() || is_whole_number(text)));
  if (!fits)
    return fail(RejectCode::wrong_type,
                fmt::format("{} is {}; expected a text or a whole number", what, shown(field)));
  if (text.size() > engine::id_bytes_max)
    return fail(RejectCode::too_long, fmt::format("{} has {} bytes; at most {} are allowed", what,
                                                  text.size(), engine::id_bytes_max));
  id = text;
  return true;
}

bool EventMaker::take_source(const std::optional<Source>& source, std::span<const Field> fields,
                             std::string_view what, bool needed, std::string_view& id) {
  Field field;
  if (source && !read(*source, fields, field)) return false;
  return take_id(field, what, needed, id);
}

bool EventMaker::take_type(const Field& field) {
  if (field.is_empty()) return fail(RejectCode::missing_field, "the name of the event is missing");
  const std::uint32_t found = type_names_.find(field.text());
  if (found != TypeNames::none && field.kind() == FieldKind::text) {
    draft_.type = found;
    return true;
  }
  if (field.kind() != FieldKind::text)
    return fail(RejectCode::wrong_type,
                fmt::format("the name of the event is {}; expected a text", shown(field)));
  std::vector<std::string> names;
  for (const cel::EventType& type : types_) names.push_back(type.name);
  const std::string hint = did_you_mean(cut_text(field.text(), 64), names);
  return fail(RejectCode::unknown_event,
              fmt::format("{} is not an event of playbook {}{}{}", shown(field),
                          quoted(context_.playbook.name), hint.empty() ? "" : ". ", hint));
}

bool EventMaker::take_time(TimeReader& reader, const Field& field) {
  if (field.is_empty()) return fail(RejectCode::missing_field, "the time is missing");
  if (field.kind() != FieldKind::text && field.kind() != FieldKind::number)
    return fail(
        RejectCode::wrong_type,
        fmt::format("the time is {}; expected a text such as 2025-01-31T09:30:00Z", shown(field)));
  const auto time = reader.read(field.text());
  if (!time) return fail(RejectCode::bad_time, time.error().message);
  if (*time > context_.time_newest)
    return fail(RejectCode::future_time,
                fmt::format("the time {} is later than {}; is its year or unit right?",
                            format_instant(*time), format_instant(context_.time_newest)));
  time_ = *time;
  return true;
}

bool EventMaker::take_latest(TimeReader& reader, const Source& source,
                             std::span<const Field> fields) {
  Instant latest = instant_min;
  bool any = false;
  for (const std::uint32_t slot : source.slots) {
    if (fields[slot].is_empty()) continue;
    if (!take_time(reader, fields[slot])) return false;
    latest = std::max(latest, time_);
    any = true;
  }
  time_ = latest;
  return any || fail(RejectCode::missing_field, "the time is missing in all its columns");
}

bool EventMaker::take_cell(CellReader& reader, std::size_t property, const Field& field) {
  CellValue& cell = draft_.cells[property];
  if (auto fault = reader.read(types_[draft_.type].properties[property], field, cell))
    return fail(std::move(fault));
  // Only an update can clear something; elsewhere null says as much as nothing.
  if (cell.cell == engine::cell_null && draft_.type > playbook::event_member_updated) cell = {};
  return true;
}

bool EventMaker::take_properties(const EventPlan& plan, CellReader& reader,
                                 std::span<const Field> fields) {
  const std::vector<int>& indexes = plan.property_index[draft_.type];
  for (std::size_t i = 0; i < plan.properties.size(); ++i) {
    Field field;
    if (!read(plan.properties[i], fields, field)) return false;
    if (field.kind() == FieldKind::absent) continue;
    if (indexes[i] < 0)
      add_extra(plan.map->properties[i].name, field);
    else if (!take_cell(reader, static_cast<std::size_t>(indexes[i]), field))
      return false;
  }
  return true;
}

void EventMaker::add_extra(std::string_view name, const Field& field) {
  if (field.kind() == FieldKind::absent) return;
  extra_ += extra_.empty() ? '{' : ',';
  append_json_string(extra_, name);
  extra_ += ':';
  append_json(extra_, field);
}

bool EventMaker::take_extra(const EventPlan& plan, const Row& row) {
  for (const auto& [name, slot] : plan.extra) add_extra(name, row.fields[slot]);
  if (plan.extra_others)
    for (const OtherField& other : row.others) add_extra(other.key, other.field);
  return true;
}

bool EventMaker::check_link() {
  if (draft_.type != playbook::event_link) return true;
  const CellValue& from = draft_.cells[0];
  if (from.cell < 0 || from.text.empty())
    return fail(RejectCode::missing_field, "from is missing: the id that is given up");
  if (from.text.size() > engine::id_bytes_max)
    return fail(RejectCode::too_long, fmt::format("from has {} bytes; at most {} are allowed",
                                                  from.text.size(), engine::id_bytes_max));
  if (from.text == draft_.account)
    return fail(RejectCode::bad_link, fmt::format("{} is linked to itself", shown(from.text)));
  return true;
}

EventMaker::Readers& EventMaker::readers_of(const EventPlan& plan) {
  if (plan_last_ != &plan) {
    readers_last_ = &readers_.at(&plan);
    plan_last_ = &plan;
  }
  return *readers_last_;
}

void EventMaker::begin_event() {
  draft_.cells.assign(types_[draft_.type].properties.size(), {});
  extra_.clear();
}

bool EventMaker::finish(int rank, Made& made) {
  if (draft_.type == playbook::event_member_updated && draft_.member.empty())
    return fail(RejectCode::missing_field, "the member is missing: whom member_updated is about");
  if (!check_link()) return false;
  if (!extra_.empty()) extra_ += '}';
  if (extra_.size() > engine::extra_bytes_max)
    return fail(RejectCode::too_long,
                fmt::format("columns beside the declared properties take {} bytes; at most {} "
                            "are allowed",
                            extra_.size(), engine::extra_bytes_max));
  draft_.extra = extra_;
  const bool link = draft_.type == playbook::event_link;
  draft_.key = sort_key(link, time_, rank);
  records_.append(made.records, draft_);
  ++made.events;
  if (link) {
    ++made.links;
  } else {
    made.first_at = std::min(made.first_at, time_);
    made.last_at = std::max(made.last_at, time_);
  }
  return true;
}

bool EventMaker::make(const EventPlan& plan, const Row& row, Made& made) {
  const std::span<const Field> fields = row.fields;
  if (plan.condition) {
    bool holds_here = false;
    if (!holds(*plan.condition, fields, holds_here)) return false;
    if (!holds_here) return true;
  }
  const EventMap& map = *plan.map;
  if (map.type) {
    draft_.type = *map.type;
  } else {
    Field name;
    if (!read(*plan.name, fields, name) || !take_type(name)) return false;
  }
  if (!take_source(plan.account, fields, "the account", true, draft_.account) ||
      !take_source(plan.member, fields, "the member", false, draft_.member) ||
      !take_source(plan.id, fields, "the id", false, draft_.id))
    return false;
  Readers& readers = readers_of(plan);
  if (plan.time->value->kind == ValueKind::latest) {
    if (!take_latest(readers.time, *plan.time, fields)) return false;
  } else {
    Field time;
    if (!read(*plan.time, fields, time) || !take_time(readers.time, time)) return false;
  }
  begin_event();
  if (!take_properties(plan, readers.cell, fields) || !take_extra(plan, row)) return false;
  const int rank = map.rank.value_or(draft_.type < playbook::event_first_declared ? 0 : 1);
  return finish(rank, made);
}

bool EventMaker::make_native(const Row& row, Made& made) {
  const std::span<const Field> fields = row.fields;
  if (!take_type(fields[native_name]) ||
      !take_id(fields[native_account], "account", true, draft_.account) ||
      !take_id(fields[native_member], "member", false, draft_.member) ||
      !take_id(fields[native_id], "id", false, draft_.id) ||
      !take_time(native_readers_.time, fields[native_time]))
    return false;
  const Field& props = fields[native_props];
  if (props.kind() > FieldKind::null &&
      (props.kind() != FieldKind::json || !props.text().starts_with('{')))
    return fail(RejectCode::wrong_type,
                fmt::format("props is {}; expected an object", shown(props)));
  begin_event();
  const std::vector<cel::Property>& properties = types_[draft_.type].properties;
  for (const OtherField& other : row.others) {
    const auto found = std::ranges::find(properties, other.key, &cel::Property::name);
    if (found == properties.end())
      add_extra(other.key, other.field);
    else if (!take_cell(native_readers_.cell, static_cast<std::size_t>(found - properties.begin()),
                        other.field))
      return false;
  }
  return finish(draft_.type < playbook::event_first_declared ? 0 : 1, made);
}

}  // namespace pharos::ingest
