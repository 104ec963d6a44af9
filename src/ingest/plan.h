// ingest/plan.h: a map brought together with one file: every column a slot, every property a cell.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "base/error.h"
#include "ingest/formula.h"
#include "ingest/join.h"
#include "ingest/json.h"
#include "ingest/map.h"
#include "playbook/model.h"

namespace pharos::ingest {

// Where a text comes from, by slots.
struct Source {
  const Value* value = nullptr;  // Of the map.
  std::vector<std::uint32_t> slots;
  Formula formula;
  bool is_plain = false;  // Just the field of slots[0]. So are aggregates: they have slots.
};

struct EventPlan {
  const EventMap* map = nullptr;
  std::optional<Formula> condition;
  std::optional<Source> name, account, member, id, time;
  std::vector<Source> properties;  // Beside map->properties.
  // By event type, beside `properties`: which property of the type, or -1: it goes to extra.
  std::vector<std::vector<int>> property_index;
  std::vector<std::pair<std::string, std::uint32_t>> extra;  // Name and slot.
  bool extra_others = false;  // Keys of a JSON row that no column names, too.
};

struct JoinPlan {
  const JoinMap* map = nullptr;
  const JoinTable* table = nullptr;
  std::vector<std::uint32_t> key_slots;
  std::vector<std::pair<std::size_t, std::uint32_t>> columns;  // Theirs, and the slot.
};

struct AggregatePlan {
  ValueKind kind = ValueKind::count;
  std::string name;         // "sum(price)"
  std::uint32_t input = 0;  // Slot; not for count.
  std::uint32_t slot = 0;
};

struct RowsPlan {
  const RowsMap* map = nullptr;
  std::vector<JoinPlan> joins;
  std::vector<std::pair<Source, std::uint32_t>> computed;  // With the slot.
  std::optional<Formula> condition;
  std::vector<std::uint32_t> group;
  std::vector<AggregatePlan> aggregates;
  std::vector<std::uint32_t> kept;  // Slots of a group's first row that its events read.
  std::vector<EventPlan> events;
};

struct FilePlan {
  Format format = Format::csv;
  char delimiter = ',';
  bool native = false;
  std::vector<std::string> header;  // CSV: column i has slot i.
  JsonShape shape;                  // NDJSON.
  std::size_t slot_count = 0;
  std::vector<RowsPlan> rows;
};

// Slots of native events; what stands in "props" comes as the row's others.
enum NativeSlot : std::uint8_t {
  native_id,
  native_account,
  native_member,
  native_name,
  native_time,
  native_props,
};
FilePlan native_plan();

struct PlanInput {
  const playbook::Playbook& playbook;
  const FileMap& map;
  std::string path;  // For messages.
  Format format;
  char delimiter;
  std::vector<std::string> header;  // CSV.
  JoinTables& tables;
  // The file that a join names, or an error that says where it was looked for.
  std::function<Result<std::string>(const std::string& name)> find_file;
};

// What does not fit becomes diagnostics, at their places in the map.
Result<FilePlan> make_plan(const PlanInput& input, Diagnostics& diagnostics);

}  // namespace pharos::ingest
