// engine/view.cc: attributes, windows, nodes and the event at hand as CEL values.
#include "engine/view.h"

#include <algorithm>
#include <bit>

namespace pharos::engine {
namespace {

using cel::PropertyType;
using cel::Value;

constexpr std::string_view not_set = "not set";

Value plain_value(Cell cell, const cel::Property& property) {
  switch (property.type) {
    case PropertyType::bool_: return Value::boolean(cell != 0);
    case PropertyType::int_: return Value::integer(cell);
    case PropertyType::double_: return Value::real(std::bit_cast<double>(cell));
    case PropertyType::enum_: return Value::string(property.values[static_cast<std::size_t>(cell)]);
    case PropertyType::money: return Value::money({cell});
    case PropertyType::time: return Value::timestamp(Instant{cell});
    case PropertyType::string: break;
  }
  return Value::null();
}

// A cell of a batch; absent and null are errors.
Value value_of_cell(Cell cell, const cel::Property& property, const EventBatch& batch) {
  if (cell == cell_absent || cell == cell_null) return Value::error(not_set);
  if (property.type == PropertyType::string) return Value::string(batch.view(text_of(cell)));
  return plain_value(cell, property);
}

}  // namespace

Value View::evaluate(std::uint32_t rule, cel::Arena& arena, Wait wait) {
  bind(rule);
  wait_ = wait;
  ++lane_.evaluations;
  return cel::evaluate(*rule_->rule, *this, arena);
}

Value View::attribute(std::uint32_t index) {
  const Cell cell = state_.plan.attributes.get(record_ + state_.plan.attributes_at, index);
  if (cell == cell_absent) return Value::error(not_set);
  const cel::Property& property = state_.playbook->schema.attributes[index];
  if (property.type == PropertyType::string)
    return Value::string(lane_.series.symbols.view(static_cast<std::uint32_t>(cell)));
  return plain_value(cell, property);
}

Value View::aggregate(std::uint32_t index) {
  const Read& read = rule_->reads[index];
  const Measure& measure = state_.plan.measures[read.measure];
  const Stream& stream = state_.plan.streams[measure.stream];
  Series series(state_.plan, measure.stream, record_, lane_.series);
  const Value value = series.read(measure, now_, state_.playbook->schema.events[stream.event]);
  if (waits_for(read.by_time)) look_again_at(series.next_change(measure, now_, read.bounds));
  return value;
}

Value View::node(std::uint32_t index, cel::NodeField field) {
  if (state_.plan.nodes.empty()) return Value::error("nodes are not kept here");
  const Nodes nodes = state_.nodes(account_);
  switch (field) {
    case cel::NodeField::entered: return Value::boolean(nodes.entry(index) > 0);
    case cel::NodeField::held: return Value::boolean(nodes.is_held(index));
    case cel::NodeField::at:
      return Value::boolean(state_.at(account_, state_.playbook->nodes[index].track) ==
                            static_cast<std::int32_t>(index));
    case cel::NodeField::overdue: return Value::boolean(nodes.is_overdue(index));
    case cel::NodeField::entry: return Value::integer(nodes.entry(index));
    case cel::NodeField::entered_at:
      if (nodes.entry(index) == 0) return Value::error("not entered yet");
      return Value::timestamp(nodes.entered_at(index));
  }
  return Value::null();
}

Value View::property(std::uint32_t index) {
  return value_of_cell(batch_->cells[event_->cells + index],
                       state_.playbook->schema.events[event_->type].properties[index], *batch_);
}

Value View::member() {
  if (event_->member_number == no_member) return Value::error(not_set);
  return Value::string(MemberKey::id_of(state_.members.view(event_->member_number.value)));
}

void View::changes_at(Instant instant) {
  if (waits_for(rule_->by_clock)) look_again_at(instant);
}

void View::look_again_at(Instant instant) {
  if (instant == never) return;
  earliest_change_ = std::min(earliest_change_, std::max(instant, now_ + Duration{1}));
}

}  // namespace pharos::engine
