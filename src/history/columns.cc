// history/columns.cc: attributes as they are or were, and windows.
#include "history/columns.h"

#include <algorithm>

#include "history/application.h"
#include "history/values.h"
#include "playbook/model.h"

namespace pharos::history {

using cel::Column;
using cel::Kind;
using cel::Rows;
using cel::Truth;

FrameColumns::FrameColumns(const Frame& frame, const cel::Rule& rule, Instant now)
    : frame_(frame), rule_(rule), now_(now), aggregators_(rule.aggregates.size()) {}

FrameColumns::Buffer& FrameColumns::buffer_of(
    std::map<std::uint32_t, std::unique_ptr<Buffer>>& buffers, std::uint32_t index) {
  auto& buffer = buffers[index];
  if (!buffer) buffer = std::make_unique<Buffer>();
  return *buffer;
}

// What the updates up to `now_` come to, applied in the order of the fold.
Values FrameColumns::attribute_then(std::uint32_t index, const Rows& rows) {
  const bool coded = is_coded(frame_.schema().attributes[index].type);
  then_.cells.assign(coded ? 0 : rows.size, engine::cell_absent);
  then_.codes.assign(coded ? rows.size : 0, code_absent);
  for (std::size_t i = 0; i < rows.size; ++i) {
    const auto position = static_cast<Position>(rows.first + i);
    const Run run = frame_.run(playbook::event_account_updated, position, scratch_);
    const auto apply = [&](std::uint32_t event) {
      if (run.family->times[event] > now_.ms) return;
      const Values& values = run.family->properties[index];
      if (coded && values.codes[event] != code_absent) then_.codes[i] = values.codes[event];
      if (!coded && values.cells[event] != engine::cell_absent)
        then_.cells[i] = values.cells[event];
    };
    if (frame_.directory().irregular[position] == 0) {
      for (std::uint32_t event = run.range.from; event < run.range.to; ++event) apply(event);
    } else {
      for (const std::uint32_t event :
           in_order_of_application(*run.family, run.range, frame_.directory().joints, position))
        apply(event);
    }
  }
  return {then_.cells, then_.codes};
}

Column FrameColumns::attribute(std::uint32_t index, const Rows& rows) {
  const cel::Property& property = frame_.schema().attributes[index];
  const Directory& directory = frame_.directory();
  Values values;
  if (now_.ms >= directory.updated_at) {
    const Values& all = directory.attributes[index];
    if (is_coded(property.type))
      values.codes = all.codes.subspan(rows.first, rows.size);
    else
      values.cells = all.cells.subspan(rows.first, rows.size);
  } else {
    values = attribute_then(index, rows);
  }
  Buffer& buffer = buffer_of(attributes_, index);
  Column column{.kind = kind_of(property.type), .texts = {}, .error = not_set};
  if (column.kind == Kind::string) {
    if (buffer.texts.empty()) {
      if (property.type == cel::PropertyType::enum_)
        buffer.texts = {property.values.begin(), property.values.end()};
      else
        buffer.texts = views_of(
            directory.texts[frame_.text_columns().of(playbook::event_account_updated, index)]);
    }
    const auto none = static_cast<std::uint32_t>(buffer.texts.size());
    for (std::size_t i = 0; i < rows.size; ++i) buffer.codes[i] = std::min(values.codes[i], none);
    column.codes = buffer.codes.data();
    column.texts = buffer.texts;
    return column;
  }
  column.missing = buffer.missing.data();
  if (column.kind == Kind::boolean) {
    for (std::size_t i = 0; i < rows.size; ++i) {
      buffer.missing[i] = values.codes[i] >= code_null ? 1 : 0;
      buffer.truths[i] = values.codes[i] == 1 ? Truth::yes : Truth::no;
    }
    column.truths = buffer.truths.data();
    return column;
  }
  for (std::size_t i = 0; i < rows.size; ++i) {
    buffer.missing[i] = values.cells[i] <= engine::cell_null ? 1 : 0;
    buffer.bits[i] = values.cells[i];
  }
  column.bits = buffer.bits.data();
  column.reals = reinterpret_cast<const double*>(buffer.bits.data());
  return column;
}

Column FrameColumns::aggregate(std::uint32_t index, const Rows& rows) {
  auto& aggregator = aggregators_[index];
  if (!aggregator)
    aggregator = std::make_unique<Aggregator>(frame_, rule_, rule_.aggregates[index], now_);
  Buffer& buffer = buffer_of(aggregates_, index);
  const Kind kind = aggregator->kind();
  const auto none = static_cast<std::uint32_t>(aggregator->texts().size());
  for (std::size_t i = 0; i < rows.size; ++i) {
    if (rows.needed != nullptr && rows.needed[i] == 0) continue;
    const Answer answer = aggregator->read(static_cast<Position>(rows.first + i));
    buffer.missing[i] = answer.present ? 0 : 1;
    buffer.bits[i] = answer.bits;
    if (kind == Kind::string)
      buffer.codes[i] = answer.present ? static_cast<std::uint32_t>(answer.bits) : none;
    if (kind == Kind::boolean) buffer.truths[i] = answer.bits != 0 ? Truth::yes : Truth::no;
  }
  Column column{.kind = kind, .texts = aggregator->texts(), .error = aggregator->error()};
  if (kind == Kind::string) {
    column.codes = buffer.codes.data();
    return column;
  }
  column.truths = buffer.truths.data();
  column.bits = buffer.bits.data();
  column.reals = reinterpret_cast<const double*>(buffer.bits.data());
  column.missing = buffer.missing.data();
  return column;
}

Column FrameColumns::node(std::uint32_t, cel::NodeField, const Rows&) {
  return {.kind = Kind::null, .texts = {}, .error = "nodes are not kept here"};
}

}  // namespace pharos::history
