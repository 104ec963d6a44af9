// ingest/map_value.h: the small parts of a map: columns, patterns, aggregates, constants, time
// formats.
#pragma once

#include <optional>
#include <string_view>

#include "ingest/map.h"
#include "playbook/outline.h"
#include "playbook/reading.h"

namespace pharos::ingest {

// Each reports what does not fit and answers with none.
std::optional<ColumnName> read_column(playbook::Faults& faults, const playbook::Outline& node);
// One column, or a list of them.
std::vector<ColumnName> read_columns(playbook::Faults& faults, const playbook::Outline& node);

// order_id | "placed:{order_id}" | sum(price) | {column: [a, b], default: x} | {value: 3} |
// {cel: "..."}; with `time` also {latest: [a, b]}, and format and zone may stand beside.
std::optional<Value> read_value(playbook::Faults& faults, const playbook::Outline& node,
                                std::string_view expected, bool time = false);

std::optional<cel::Rule> read_rule(playbook::Faults& faults, const playbook::Outline& node,
                                   std::optional<cel::Kind> result);

std::optional<Zone> read_zone(playbook::Faults& faults, const playbook::Outline& node);
// iso | unix | unix_ms | "%d/%m/%Y %H:%M"
void read_time_format(playbook::Faults& faults, const playbook::Outline& node, TimeFormat& format);

constexpr bool is_aggregate(ValueKind kind) {
  return kind >= ValueKind::count;
}

}  // namespace pharos::ingest
