// engine/plan.h: a playbook laid out for folding: which series an account keeps, how long, and
// which nodes and rules an event of each type can touch.
#pragma once

#include <cstdint>
#include <vector>

#include "cel/monotony.h"
#include "cel/rule.h"
#include "engine/bits.h"
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

// All events of one type that pass one filter. Word offsets count from the start of the account's
// record. `edges` are ordered so that an entry passes the newer edge of a window first.
struct Stream {
  std::uint32_t event = 0;
  const cel::Rule* filter = nullptr;
  std::vector<Column> columns;
  std::vector<Edge> edges;
  std::vector<Total> totals;
  std::vector<std::uint32_t> kept;  // Measures with words of their own.
  std::uint32_t ring = 0;    // 3 words: buffer, (first, size), (capacity, count of all time).
  std::uint32_t latest = 0;  // 1 word: greatest time; instant_min if none.
  std::uint32_t sums = 0;    // totals.size() words: over all time, modulo 2^64.
  std::uint32_t passed = 0;  // For each edge: position in the ring, then a sum for each total.
  std::uint32_t edge_words() const { return 1 + static_cast<std::uint32_t>(totals.size()); }
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
  std::uint32_t word = none;      // 2 words of its own: min, max, first, last of all time; caches.
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
  std::vector<std::uint32_t>
      dependents;                    // Nodes below it through `after`, transitively, ascending.
  std::uint32_t entered_at = 0;      // 1 word
  std::uint32_t status = 0;          // 1 word: entry count << 8 | flags
  std::uint32_t released_at = none;  // 1 word, for nodes with a due time.
  Touched touched;                   // By a transition of this node.
};

// Words of an account's record, in front of the streams.
inline constexpr std::uint32_t word_clock = 0;
inline constexpr std::uint32_t word_first_at = 1;
inline constexpr std::uint32_t word_seq = 2;
inline constexpr std::uint32_t word_birth = 3;    // Ticks of the fold before the account was live.
inline constexpr std::uint32_t word_changed = 4;  // seq of the event that last changed attributes.
inline constexpr std::uint32_t word_attributes = 5;

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
  std::uint32_t segment_words = 0;  // First of the words that hold one bit a segment.
  std::uint32_t record_words = 0;
  std::uint32_t attribute_count = 0;
};

// The playbook and the queries must outlive the plan.
Plan make_plan(const playbook::Playbook& playbook, const std::vector<cel::Rule>& queries,
               bool queries_only);

}  // namespace pharos::engine
