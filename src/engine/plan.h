// engine/plan.h: a playbook laid out for folding: which series an account keeps, how long, and
// which nodes and rules an event of each type can touch.
#pragma once

#include <cstdint>
#include <vector>

#include "cel/monotony.h"
#include "cel/rule.h"
#include "engine/bits.h"
#include "engine/cells.h"
#include "playbook/model.h"

namespace pharos::engine {

inline constexpr std::uint32_t none = 0xFFFF'FFFF;

// A moving boundary in a series: entries behind it are older than a window's length, or lie before
// the start of a calendar period.
struct Edge {
  bool calendar = false;
  Duration length;              // Rolling: behind when time <= now - length.
  Period period = Period::day;  // Calendar: behind when time < start of (period + offset).
  int offset = 0;
  bool operator==(const Edge&) const = default;
};

// A property whose values a series keeps, one word an entry.
struct Column {
  std::int32_t property = cel::property_none;  // Or cel::property_member.
  cel::PropertyType type = cel::PropertyType::int_;
  bool operator==(const Column&) const = default;
};

// A running sum over a column: of its values, or of 1 for each value that is there.
struct Total {
  std::uint32_t column = 0;
  bool presence = false;
  bool operator==(const Total&) const = default;
};

// All events of one type that pass one filter. `edges` are ordered so that an entry passes the
// newer edge of a window first.
//
// Offsets are bytes from the start of the account's record; `none` where no rule needs it. What
// depends on entries inside a window lies in a block with them (series.h), so that a stream without
// live entries takes four bytes.
struct Stream {
  std::uint32_t event = 0;
  const cel::Rule* filter = nullptr;
  std::vector<Column> columns;
  std::vector<Edge> edges;
  std::vector<Total> totals;
  std::vector<std::uint32_t> kept_all;     // Measures over all time with words of their own.
  std::vector<std::uint32_t> kept_window;  // And those over a window.
  std::uint32_t ring = none;               // 4 bytes: handle of the block; with edges only.
  std::uint32_t count = none;              // 4 bytes: of all time.
  std::uint32_t latest = none;             // 8 bytes: greatest time; instant_min if none.
  std::vector<std::uint32_t> all_time;     // 8 bytes a total, modulo 2^64.
  std::uint32_t block_words = 0;           // Words of 8 bytes in front of the entries.
  std::uint32_t sums() const { return 2 + static_cast<std::uint32_t>(edges.size() + 1) / 2; }
  std::uint32_t entry_words() const { return 1 + static_cast<std::uint32_t>(columns.size()); }
};

// One window function of any rule: a stream, and the part of it between two edges.
struct Measure {
  cel::AggregateKind kind = cel::AggregateKind::count;
  std::uint32_t stream = 0;
  std::uint32_t column = none;
  cel::PropertyType type = cel::PropertyType::int_;
  std::uint32_t older = none;     // Edge at which entries leave; none: window `all`.
  std::uint32_t newer = none;     // Edge at which entries come in; none: when they arrive.
  std::uint32_t oldest = none;    // growth: the far edge of the window before.
  std::uint32_t total = none;     // sum, avg, growth of exact numbers.
  std::uint32_t presence = none;  // avg, count(E.property): how many values.
  // 2 words of its own: min, max, distinct; first, last and sums of doubles of all time. Of all
  // time: bytes into the record; of a window: words into the block.
  std::uint32_t own = none;
  bool operator==(const Measure&) const = default;
};

// A window function as a rule reads it.
struct Read {
  std::uint32_t measure = 0;  // Into Plan::measures.
  cel::Turn by_time;          // Which way it can turn the rule as events leave its window.
  cel::Bounds bounds;         // See cel::bounds_of().
};

struct PlanRule {
  const cel::Rule* rule = nullptr;
  std::vector<Read> reads;  // Beside rule->aggregates.
  cel::Turn by_clock;       // Which way comparisons with `now` and since() can turn it.
  cel::Turn by_time;        // Any of these.
};

// The rules that something can turn in a direction that matters, given where the account stands: a
// node that is not held waits to be entered, one that is held to lapse.
struct Touched {
  Bits entries;  // Nodes.
  Bits lapses;   // Nodes.
  Bits outside;  // Segments that it can bring an account into.
  Bits inside;   // Segments that it can take an account out of.
  bool any() const { return entries.any() || lapses.any() || outside.any() || inside.any(); }
};

// What an event of one type sets going.
struct EventPlan {
  std::vector<std::uint32_t> streams;
  Touched touched;
  bool touches = false;  // touched.any()
};

struct NodePlan {
  std::uint32_t condition = none;  // Into Plan::rules.
  std::uint32_t lapse = none;
  std::uint32_t after = none;
  std::vector<std::uint32_t> children;  // Nodes whose `after` it is.
  std::vector<std::uint32_t>
      dependents;                 // Nodes below it through `after`, transitively, ascending.
  std::uint32_t due_slot = none;  // Of nodes with a due time: see nodes.h.
  Touched touched;                // By a transition of this node.
};

// The first bytes of an account's record.
struct Head {
  static constexpr std::uint64_t seq_max = (std::uint64_t{1} << 62) - 1;
  Instant clock;
  Instant timer;     // The next instant to look at it; or never.
  Instant first_at;  // Time of the first event.
  std::uint64_t seq : 62 = 0;
  std::uint64_t is_live : 1 = 0;     // An event of it was applied.
  std::uint64_t is_changed : 1 = 0;  // Its row is to be written again at the end of the batch.
  std::uint64_t changed = 0;         // seq of the event that last changed attributes.
  std::uint32_t birth = 0;           // Ticks of the fold before the account was live.
  std::uint32_t nodes = 0;           // Handle: see nodes.h.
};

struct Plan {
  std::vector<Stream> streams;
  std::vector<Measure> measures;
  std::vector<PlanRule> rules;
  std::vector<EventPlan> events;  // By event type.
  std::vector<NodePlan> nodes;
  std::vector<std::uint32_t> segments;  // Rule of each segment.
  std::vector<std::uint32_t> queries;   // Rule of each query.
  Touched timed;                        // What time alone can turn.
  Touched all;
  std::vector<std::uint32_t> with_due;  // Nodes that have a due time and an `after`.
  Bits open_first;                      // Nodes that wait for nothing.
  Cells attributes;

  // Byte offsets of the record: behind the head one bit a node, a node, a slot of a node, a
  // segment, in words of 64; then what the streams and attributes need.
  std::uint32_t held = 0, open = 0, known = 0, member_of = 0;
  std::uint32_t slot_count = 0;
  std::uint32_t attributes_at = 0;
  std::uint32_t record_bytes = 0;
};

// The playbook and the queries must outlive the plan.
Plan make_plan(const playbook::Playbook& playbook, const std::vector<cel::Rule>& queries,
               bool queries_only);

}  // namespace pharos::engine
