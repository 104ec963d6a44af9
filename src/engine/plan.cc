// engine/plan.cc: collects the window functions of all rules into shared series, and lays out
// words.
#include "engine/plan.h"

#include <algorithm>

namespace pharos::engine {
namespace {

using cel::AggregateKind;
using cel::PropertyType;

template <class T>
std::uint32_t index_of(std::vector<T>& items, const T& item) {
  const auto found = std::find(items.begin(), items.end(), item);
  if (found != items.end()) return static_cast<std::uint32_t>(found - items.begin());
  items.push_back(item);
  return static_cast<std::uint32_t>(items.size() - 1);
}

bool is_exact(PropertyType type) {
  return type == PropertyType::int_ || type == PropertyType::money;
}

class Planner {
 public:
  explicit Planner(const playbook::Playbook& playbook) : playbook_(playbook) {
    plan_.events.resize(playbook.schema.events.size());
    plan_.attributes = Cells(playbook.schema.attributes);
  }

  void add_lifecycle();
  std::uint32_t add_rule(const cel::Rule& rule);
  void add_query(const cel::Rule& rule) { plan_.queries.push_back(add_rule(rule)); }
  Plan finish();

 private:
  std::uint32_t add_measure(const cel::Rule& rule, const cel::Aggregate& aggregate);
  std::uint32_t find_stream(std::uint32_t event, const cel::Rule* filter);
  void find_edges(Stream& stream, const cel::Window& window, Measure& measure);
  cel::Turn turn_by_event(std::uint32_t rule, std::uint32_t event) const;
  bool reads_track(std::uint32_t rule, std::uint32_t track) const;
  // `turn` says which way something can turn a rule.
  template <class TurnOf>
  Touched touched_by(const TurnOf& turn) const;
  void find_touched();
  void order_edges(std::uint32_t stream);
  void lay_out_block(std::uint32_t stream);
  void lay_out();
  std::uint32_t place(std::uint32_t bytes);

  const playbook::Playbook& playbook_;
  Plan plan_;
};

std::uint32_t Planner::add_rule(const cel::Rule& rule) {
  PlanRule planned{&rule, {}, {}, {}};
  planned.by_clock = planned.by_time = cel::turn_by_clock(rule);
  for (std::uint32_t i = 0; i < rule.aggregates.size(); ++i) {
    const Read read{add_measure(rule, rule.aggregates[i]), turn_by(rule, i, cel::Cause::time),
                    cel::bounds_of(rule, i)};
    planned.by_time.to_true |= read.by_time.to_true;
    planned.by_time.from_true |= read.by_time.from_true;
    planned.reads.push_back(read);
  }
  plan_.rules.push_back(std::move(planned));
  return static_cast<std::uint32_t>(plan_.rules.size() - 1);
}

// Streams of one event with the same filter text are one.
std::uint32_t Planner::find_stream(std::uint32_t event, const cel::Rule* filter) {
  for (std::uint32_t i = 0; i < plan_.streams.size(); ++i) {
    const Stream& stream = plan_.streams[i];
    if (stream.event != event || (stream.filter == nullptr) != (filter == nullptr)) continue;
    if (filter == nullptr || filter->text == stream.filter->text) return i;
  }
  Stream stream;
  stream.event = event;
  stream.filter = filter;
  plan_.streams.push_back(std::move(stream));
  return static_cast<std::uint32_t>(plan_.streams.size() - 1);
}

void Planner::find_edges(Stream& stream, const cel::Window& window, Measure& measure) {
  if (window.kind == cel::WindowKind::rolling) {
    measure.older = index_of(stream.edges, Edge{false, window.length, Period::day, 0});
    if (measure.kind == AggregateKind::growth)
      measure.oldest = index_of(stream.edges, Edge{false, 2 * window.length, Period::day, 0});
  } else if (window.kind == cel::WindowKind::calendar) {
    const auto edge = [&](int offset) {
      return index_of(stream.edges, Edge{true, {}, window.period, offset});
    };
    measure.older = edge(window.offset);
    if (window.offset < 0) measure.newer = edge(window.offset + 1);
  }
}

std::uint32_t Planner::add_measure(const cel::Rule& rule, const cel::Aggregate& aggregate) {
  const cel::Rule* filter =
      aggregate.filter < 0 ? nullptr : &rule.filters[static_cast<std::size_t>(aggregate.filter)];
  Measure measure;
  measure.kind = aggregate.kind;
  measure.stream = find_stream(aggregate.event, filter);
  Stream& stream = plan_.streams[measure.stream];
  if (aggregate.property != cel::property_none) {
    Column column{aggregate.property, PropertyType::string};
    if (aggregate.property >= 0)
      column.type = playbook_.schema.events[aggregate.event]
                        .properties[static_cast<std::size_t>(aggregate.property)]
                        .type;
    measure.column = index_of(stream.columns, column);
    measure.type = column.type;
  }
  if (aggregate.kind != AggregateKind::since) find_edges(stream, aggregate.window, measure);
  const bool sums = aggregate.kind == AggregateKind::sum || aggregate.kind == AggregateKind::avg ||
                    aggregate.kind == AggregateKind::growth;
  if (measure.column != none && sums && is_exact(measure.type)) {
    measure.total = index_of(stream.totals, Total{measure.column, false});
    if (aggregate.kind == AggregateKind::avg)
      measure.presence = index_of(stream.totals, Total{measure.column, true});
  }
  if (measure.column != none && aggregate.kind == AggregateKind::count)
    measure.presence = index_of(stream.totals, Total{measure.column, true});
  return index_of(plan_.measures, measure);
}

void Planner::add_lifecycle() {
  for (const playbook::Node& node : playbook_.nodes) {
    NodePlan planned;
    if (node.condition) planned.condition = add_rule(*node.condition);
    if (node.lapse) planned.lapse = add_rule(node.lapse->when);
    plan_.nodes.push_back(std::move(planned));
  }
  plan_.open_first = Bits(plan_.nodes.size());
  for (std::uint32_t n = 0; n < playbook_.nodes.size(); ++n) {
    const std::int32_t after = playbook_.nodes[n].after;
    if (after < 0) {
      plan_.open_first.set(n);
      continue;
    }
    plan_.nodes[n].after = static_cast<std::uint32_t>(after);
    plan_.nodes[plan_.nodes[n].after].children.push_back(n);
  }
  // `after` may name a node below, so dependents are found by walking up from each node.
  for (std::uint32_t n = 0; n < playbook_.nodes.size(); ++n)
    for (std::int32_t up = playbook_.nodes[n].after; up >= 0;
         up = playbook_.nodes[static_cast<std::uint32_t>(up)].after)
      plan_.nodes[static_cast<std::uint32_t>(up)].dependents.push_back(n);
  for (const playbook::Segment& segment : playbook_.segments)
    plan_.segments.push_back(add_rule(segment.when));
}

cel::Turn Planner::turn_by_event(std::uint32_t rule, std::uint32_t event) const {
  const cel::Rule& r = *plan_.rules[rule].rule;
  if (event == playbook::event_account_updated && !r.attributes.empty()) return {true, true};
  cel::Turn turn;
  for (std::uint32_t i = 0; i < r.aggregates.size(); ++i) {
    if (r.aggregates[i].event != event) continue;
    const cel::Turn by_one = turn_by(r, i, cel::Cause::arrival);
    turn.to_true |= by_one.to_true;
    turn.from_true |= by_one.from_true;
  }
  return turn;
}

// Its position on a track is what all of its nodes decide.
bool Planner::reads_track(std::uint32_t rule, std::uint32_t track) const {
  return std::ranges::any_of(plan_.rules[rule].rule->nodes, [&](std::uint32_t node) {
    return playbook_.nodes[node].track == track;
  });
}

template <class TurnOf>
Touched Planner::touched_by(const TurnOf& turn) const {
  Touched touched{Bits(plan_.nodes.size()), Bits(plan_.nodes.size()), Bits(plan_.segments.size()),
                  Bits(plan_.segments.size())};
  for (std::uint32_t n = 0; n < plan_.nodes.size(); ++n) {
    const NodePlan& node = plan_.nodes[n];
    const bool when = playbook_.nodes[n].trigger == playbook::Trigger::when;
    if (when && turn(node.condition).to_true) touched.entries.set(n);
    if (node.lapse == none) continue;
    const cel::Turn lapse = turn(node.lapse);
    if (lapse.to_true) touched.lapses.set(n);
    // A node is entered again only when it would not lapse at once.
    if (when && lapse.from_true) touched.entries.set(n);
  }
  for (std::uint32_t s = 0; s < plan_.segments.size(); ++s) {
    const cel::Turn segment = turn(plan_.segments[s]);
    if (segment.to_true) touched.outside.set(s);
    if (segment.from_true) touched.inside.set(s);
  }
  return touched;
}

void Planner::find_touched() {
  for (std::uint32_t e = 0; e < plan_.events.size(); ++e) {
    EventPlan& event = plan_.events[e];
    event.touched = touched_by([&](std::uint32_t rule) { return turn_by_event(rule, e); });
    for (std::uint32_t n = 0; n < plan_.nodes.size(); ++n) {
      const playbook::Node& declared = playbook_.nodes[n];
      if (declared.trigger == playbook::Trigger::on && declared.on == e)
        event.touched.entries.set(n);
    }
    event.touches = event.touched.any();
  }
  for (std::uint32_t n = 0; n < plan_.nodes.size(); ++n) {
    Touched& touched = plan_.nodes[n].touched;
    touched = touched_by([&](std::uint32_t rule) {
      const bool reads = reads_track(rule, playbook_.nodes[n].track);
      return cel::Turn{reads, reads};
    });
    touched.lapses.set(n);
    touched.entries.set(n);
    for (const std::uint32_t child : plan_.nodes[n].children) touched.entries.set(child);
    for (std::uint32_t m = 0; m < plan_.nodes.size(); ++m) {
      const std::uint32_t condition = plan_.nodes[m].condition;  // Of an `on` as well.
      if (condition != none && reads_track(condition, playbook_.nodes[n].track))
        touched.entries.set(m);
    }
  }
  plan_.timed = touched_by([&](std::uint32_t rule) { return plan_.rules[rule].by_time; });
  plan_.all = touched_by([](std::uint32_t) { return cel::Turn{true, true}; });
  plan_.all.entries.fill();
  for (std::uint32_t s = 0; s < plan_.streams.size(); ++s)
    plan_.events[plan_.streams[s].event].streams.push_back(s);
}

// Newer edges first: shorter lengths, later periods. Measures are renumbered to match.
void Planner::order_edges(std::uint32_t stream) {
  Stream& s = plan_.streams[stream];
  std::vector<std::uint32_t> order(s.edges.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, [&](std::uint32_t a, std::uint32_t b) {
    const Edge &x = s.edges[a], &y = s.edges[b];
    if (x.calendar != y.calendar) return !x.calendar;
    return x.calendar ? x.offset > y.offset : x.length < y.length;
  });
  std::vector<Edge> edges;
  std::vector<std::uint32_t> place(order.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    edges.push_back(s.edges[order[i]]);
    place[order[i]] = i;
  }
  s.edges = std::move(edges);
  for (Measure& m : plan_.measures) {
    if (m.stream != stream) continue;
    if (m.older != none) m.older = place[m.older];
    if (m.newer != none) m.newer = place[m.newer];
    if (m.oldest != none) m.oldest = place[m.oldest];
  }
}

// In front of the entries: where they lie (2 words), positions of the edges, for each edge a sum
// for each total, and what measures keep.
void Planner::lay_out_block(std::uint32_t stream) {
  Stream& s = plan_.streams[stream];
  s.block_words = s.sums() + static_cast<std::uint32_t>(s.edges.size() * s.totals.size());
  for (const std::uint32_t m : s.kept_window) {
    plan_.measures[m].own = s.block_words;
    s.block_words += 2;
  }
}

std::uint32_t Planner::place(std::uint32_t bytes) {
  const std::uint32_t at = plan_.record_bytes;
  plan_.record_bytes += bytes;
  return at;
}

// Words of 8 bytes first, then narrower ones, so that each is aligned.
void Planner::lay_out() {
  plan_.slot_count = static_cast<std::uint32_t>(plan_.nodes.size());
  for (std::uint32_t n = 0; n < plan_.nodes.size(); ++n)
    if (playbook_.nodes[n].due) {
      plan_.nodes[n].due_slot = plan_.slot_count++;
      plan_.with_due.push_back(n);
    }
  const auto bits = [&](std::size_t count) {
    return place(static_cast<std::uint32_t>((count + 63) / 64 * 8));
  };
  plan_.record_bytes = sizeof(Head);
  plan_.held = bits(plan_.nodes.size());
  plan_.open = bits(plan_.nodes.size());
  plan_.known = bits(plan_.slot_count);
  plan_.member_of = bits(plan_.segments.size());
  for (Stream& stream : plan_.streams) stream.all_time.assign(stream.totals.size(), none);
  for (std::uint32_t m = 0; m < plan_.measures.size(); ++m) {
    Measure& measure = plan_.measures[m];
    Stream& stream = plan_.streams[measure.stream];
    const bool all = measure.older == none;
    bool keeps = false;
    switch (measure.kind) {
      case AggregateKind::min:
      case AggregateKind::max:
      case AggregateKind::distinct: keeps = true; break;
      case AggregateKind::first:
      case AggregateKind::last: keeps = all; break;
      case AggregateKind::sum:
      case AggregateKind::avg: keeps = all && measure.type == PropertyType::double_; break;
      case AggregateKind::since:
        if (stream.latest == none) stream.latest = place(8);
        break;
      case AggregateKind::count:
      case AggregateKind::growth: break;
    }
    if (keeps) (all ? stream.kept_all : stream.kept_window).push_back(m);
    if (keeps && all) measure.own = place(16);
    for (const std::uint32_t total : {measure.total, measure.presence})
      if (all && total != none && stream.all_time[total] == none) stream.all_time[total] = place(8);
  }
  plan_.attributes_at = place((plan_.attributes.bytes() + 7) / 8 * 8);
  for (std::uint32_t s = 0; s < plan_.streams.size(); ++s) {
    order_edges(s);
    lay_out_block(s);
    if (!plan_.streams[s].edges.empty()) plan_.streams[s].ring = place(4);
  }
  for (const Measure& measure : plan_.measures) {
    Stream& stream = plan_.streams[measure.stream];
    if (measure.kind == AggregateKind::count && measure.older == none && measure.column == none &&
        stream.count == none)
      stream.count = place(4);
  }
  plan_.record_bytes = (plan_.record_bytes + 7) / 8 * 8;
}

Plan Planner::finish() {
  find_touched();
  lay_out();
  return std::move(plan_);
}

}  // namespace

Plan make_plan(const playbook::Playbook& playbook, const std::vector<cel::Rule>& queries,
               bool queries_only) {
  Planner planner(playbook);
  if (!queries_only) planner.add_lifecycle();
  for (const cel::Rule& query : queries) planner.add_query(query);
  return planner.finish();
}

}  // namespace pharos::engine
