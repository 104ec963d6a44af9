// ingest/event_maker.h: from the fields of one row (or group) to checked events, as records.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ingest/cell.h"
#include "ingest/formula.h"
#include "ingest/plan.h"
#include "ingest/record.h"
#include "ingest/row.h"
#include "ingest/time_reader.h"
#include "playbook/model.h"

namespace pharos::ingest {

// What rows became, and how many.
struct Made {
  std::string records;
  std::uint64_t events = 0;
  std::uint64_t links = 0;
  Instant first_at = never;  // Links do not count.
  Instant last_at = instant_min;
};

struct EventContext {
  const playbook::Playbook& playbook;
  const RecordFormat& format;
  Instant time_newest = instant_max;
};

// Texts that must live as long as their row does.
class TextPool {
 public:
  std::string& add() {
    if (used_ == texts_.size()) texts_.emplace_back();
    std::string& text = texts_[used_++];
    text.clear();
    return text;
  }
  void clear() { used_ = 0; }

 private:
  std::deque<std::string> texts_;
  std::size_t used_ = 0;
};

// Event types by name: asked once an event, of names that are few and known.
class TypeNames {
 public:
  explicit TypeNames(const std::vector<cel::EventType>& types);
  static constexpr std::uint32_t none = 0xFFFF'FFFF;
  std::uint32_t find(std::string_view name) const;

 private:
  std::size_t place_of(std::string_view name) const;
  const std::vector<cel::EventType>& types_;
  std::vector<std::uint32_t> slots_;  // A power of two, at most a quarter full.
};

// One thread at a time. Of what it answers with false, fault() says why.
class EventMaker {
 public:
  EventMaker(const EventContext& context, const FilePlan& plan);

  // Forgets the texts of the row before.
  void begin_row() { texts_.clear(); }
  bool read(const Source& source, std::span<const Field> fields, Field& field) {
    if (!source.is_plain) return read_made(source, fields, field);
    field = fields[source.slots[0]];
    return true;
  }
  bool holds(const Formula& formula, std::span<const Field> fields, bool& holds);
  // Appends the event, unless its condition says no.
  bool make(const EventPlan& plan, const Row& row, Made& made);
  bool make_native(const Row& row, Made& made);
  const Fault& fault() const { return fault_; }

 private:
  struct Readers {  // Of one event plan.
    TimeReader time;
    CellReader cell;
  };
  bool fail(RejectCode code, std::string reason);
  bool fail(std::optional<Fault>&& fault);
  bool read_made(const Source& source, std::span<const Field> fields, Field& field);
  bool read_rule(const Source& source, std::span<const Field> fields, Field& field);
  bool take_id(const Field& field, std::string_view what, bool needed, std::string_view& id);
  bool take_type(const Field& field);
  bool take_source(const std::optional<Source>& source, std::span<const Field> fields,
                   std::string_view what, bool needed, std::string_view& id);
  bool take_time(TimeReader& reader, const Field& field);
  bool take_latest(TimeReader& reader, const Source& source, std::span<const Field> fields);
  bool take_cell(CellReader& reader, std::size_t property, const Field& field);
  bool take_properties(const EventPlan& plan, CellReader& reader, std::span<const Field> fields);
  void add_extra(std::string_view name, const Field& field);
  bool take_extra(const EventPlan& plan, const Row& row);
  bool check_link();
  bool finish(int rank, Made& made);
  void begin_event();
  Readers& readers_of(const EventPlan& plan);

  const EventContext& context_;
  const std::vector<cel::EventType>& types_;
  TypeNames type_names_;
  std::unordered_map<const EventPlan*, Readers> readers_;
  const EventPlan* plan_last_ = nullptr;  // Mostly there is but one.
  Readers* readers_last_ = nullptr;
  Readers native_readers_;
  FormulaReader formulas_;
  RecordWriter records_;
  TextPool texts_;
  EventDraft draft_;
  Instant time_;
  std::string extra_;
  Fault fault_{};
};

}  // namespace pharos::ingest
