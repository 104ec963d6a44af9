// sim/moments.cc: instants from windows, calendar periods, durations and times of all kinds.
#include "sim/moments.h"

#include <algorithm>
#include <map>
#include <regex>

namespace pharos::sim {
namespace {

// '36h' '90m' '1.5h' are not made; whole numbers and one unit are.
void collect_literals(const std::string& text, Constants& constants) {
  static const std::regex duration(R"(duration\('(\d+)(h|m|s|ms)'\))");
  static const std::regex timestamp(R"(timestamp\('([^']+)'\))");
  for (auto at = std::sregex_iterator(text.begin(), text.end(), duration);
       at != std::sregex_iterator(); ++at)
    if (const auto length = parse_duration((*at)[1].str() + (*at)[2].str()))
      constants.durations.push_back(*length);
  for (auto at = std::sregex_iterator(text.begin(), text.end(), timestamp);
       at != std::sregex_iterator(); ++at)
    if (const auto instant = parse_instant((*at)[1].str())) constants.literals.push_back(*instant);
}

void collect(const cel::Rule& rule, Constants& constants) {
  collect_literals(rule.text, constants);
  for (const cel::Aggregate& aggregate : rule.aggregates) {
    if (aggregate.window.kind == cel::WindowKind::rolling)
      constants.windows.push_back(aggregate.window.length);
    if (aggregate.window.kind == cel::WindowKind::calendar) constants.calendar = true;
  }
}

template <class T>
void sort_unique(std::vector<T>& items) {
  std::ranges::sort(items);
  items.erase(std::unique(items.begin(), items.end()), items.end());
}

class Moments {
 public:
  Moments(Instant from, Instant until) : from_(from), until_(until) {}
  void add(Instant instant) {
    if (instant > from_ && instant <= until_) moments_.insert(instant);
  }
  // A comparison flips where its sides are equal, or a millisecond beside.
  void add_around(Instant instant) {
    for (const std::int64_t beside : {-1, 0, 1}) add({instant.ms + beside});
  }
  void add_around(Instant instant, const Constants& constants) {
    add_around(instant);
    for (const Duration length : constants.durations) {
      add_around(instant + length);
      add_around(instant - length);
    }
  }
  std::set<Instant> take() { return std::move(moments_); }

 private:
  Instant from_, until_;
  std::set<Instant> moments_;
};

// Times that a life's events and attributes speak of.
std::vector<Instant> times_of(const playbook::Playbook& playbook, const Life& life) {
  std::vector<Instant> times;
  const auto collect_given = [&](const std::vector<Given>& given,
                                 const std::vector<cel::Property>& properties) {
    for (std::size_t i = 0; i < given.size(); ++i)
      if (properties[i].type == cel::PropertyType::time && given[i].cell > engine::cell_null)
        times.push_back({given[i].cell});
  };
  collect_given(life.attributes, playbook.schema.attributes);
  for (const Applied& applied : life.events) {
    times.push_back(applied.fact.time);
    collect_given(applied.fact.properties, playbook.schema.events[applied.fact.type].properties);
  }
  sort_unique(times);
  return times;
}

// The greatest time of each type of event.
std::vector<Instant> latest_times(const Life& life) {
  std::map<std::uint32_t, Instant> latest;
  for (const Applied& applied : life.events) {
    Instant& time = latest.emplace(applied.fact.type, instant_min).first->second;
    time = std::max(time, applied.fact.time);
  }
  std::vector<Instant> times;
  for (const auto& [type, time] : latest) times.push_back(time);
  return times;
}

}  // namespace

Constants constants_of(const playbook::Playbook& playbook) {
  Constants constants;
  for (const playbook::Node& node : playbook.nodes) {
    if (node.condition) collect(*node.condition, constants);
    if (node.lapse) collect(node.lapse->when, constants);
    if (node.due) constants.durations.push_back(*node.due);
  }
  for (const playbook::Segment& segment : playbook.segments) collect(segment.when, constants);
  sort_unique(constants.windows);
  sort_unique(constants.durations);
  sort_unique(constants.literals);
  return constants;
}

std::set<Instant> fixed_moments(const playbook::Playbook& playbook, const Constants& constants,
                                const Life& life, Instant from, Instant until) {
  Moments moments(from, until);
  for (const Applied& applied : life.events) {
    for (const Duration window : constants.windows) {
      moments.add(applied.fact.time + window);
      moments.add(applied.fact.time + 2 * window);
    }
  }
  for (const Instant time : times_of(playbook, life)) moments.add_around(time, constants);
  // since(x) + since(y) == d at half of x + y + d.
  const std::vector<Instant> latest = latest_times(life);
  for (const Instant a : latest)
    for (const Instant b : latest)
      for (const Duration length : constants.durations)
        moments.add_around({(a.ms + b.ms + length.ms) / 2});
  for (const Instant literal : constants.literals) moments.add_around(literal, constants);
  if (constants.calendar) {  // Weeks, months, quarters and years begin with a day.
    const Zone& zone = playbook.schema.zone;
    for (Instant start = zone.start_of(Period::day, from, 1); start <= until;
         start = zone.start_of(Period::day, start, 1))
      moments.add(start);
  }
  return moments.take();
}

Instant next_node_moment(const Constants& constants, const Life& life, Instant from) {
  Instant next = never;
  const auto look_around = [&](Instant instant) {
    for (const std::int64_t beside : {-1, 0, 1})
      if (const Instant at{instant.ms + beside}; at > from) next = std::min(next, at);
  };
  for (const NodeState& node : life.nodes) {
    if (node.entry == 0) continue;
    for (const Instant base : {node.entered_at, node.released_at}) {
      look_around(base);
      for (const Duration length : constants.durations) look_around(base + length);
    }
  }
  return next;
}

}  // namespace pharos::sim
