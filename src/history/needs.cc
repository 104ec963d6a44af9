// history/needs.cc: what rules name, gathered.
#include "history/needs.h"

#include "cel/tree.h"

namespace pharos::history {
namespace {

class Gatherer {
 public:
  explicit Gatherer(const playbook::Playbook& playbook) {
    const auto& events = playbook.schema.events;
    needs_.types.resize(events.size());
    needs_.members.resize(events.size());
    for (const cel::EventType& event : events)
      needs_.properties.emplace_back(event.properties.size());
  }
  // `event`: the type at hand when the rule is evaluated; or -1.
  void add(const cel::Rule& rule, std::int64_t event) {
    if (!rule.attributes.empty()) {
      needs_.types[playbook::event_account_updated] = true;
      auto& all = needs_.properties[playbook::event_account_updated];
      all.assign(all.size(), true);
    }
    if (event >= 0) add_event_parts(rule, static_cast<std::size_t>(event));
    for (const cel::Aggregate& aggregate : rule.aggregates) {
      needs_.types[aggregate.event] = true;
      if (aggregate.property >= 0)
        needs_.properties[aggregate.event][static_cast<std::size_t>(aggregate.property)] = true;
      if (aggregate.property == cel::property_member) needs_.members[aggregate.event] = true;
      if (aggregate.filter >= 0)
        add_event_parts(rule.filters[static_cast<std::size_t>(aggregate.filter)], aggregate.event);
    }
  }
  void add_type(std::uint32_t type) { needs_.types[type] = true; }
  void add(const playbook::Node& node) {
    const bool on = node.trigger == playbook::Trigger::on;
    if (on) add_type(node.on);
    if (node.condition) add(*node.condition, on ? std::int64_t{node.on} : -1);
    if (node.lapse) add(node.lapse->when, -1);
  }
  Needs take() { return std::move(needs_); }

 private:
  void add_event_parts(const cel::Rule& rule, std::size_t event) {
    for (const cel::Node& node : rule.tree->nodes) {
      if (node.kind == cel::NodeKind::property) needs_.properties[event][node.a] = true;
      if (node.kind == cel::NodeKind::member) needs_.members[event] = true;
    }
  }
  Needs needs_;
};

// Whether a node that is held is never released.
bool stays(const playbook::Playbook& playbook, std::uint32_t index) {
  const playbook::Node& node = playbook.nodes[index];
  bool stays = node.trigger != playbook::Trigger::branch && !node.lapse;
  for (std::int32_t up = node.after; up >= 0;
       up = playbook.nodes[static_cast<std::size_t>(up)].after)
    stays = stays && !playbook.nodes[static_cast<std::size_t>(up)].lapse;
  return stays;
}

}  // namespace

Needs needs_of(const playbook::Playbook& playbook, const std::vector<cel::Rule>& queries,
               bool queries_only) {
  Gatherer gatherer(playbook);
  for (const cel::Rule& query : queries) gatherer.add(query, -1);
  if (!queries_only) {
    for (const playbook::Node& node : playbook.nodes) gatherer.add(node);
    for (const playbook::Segment& segment : playbook.segments) gatherer.add(segment.when, -1);
  }
  return gatherer.take();
}

std::vector<Ending> endings_of(const playbook::Playbook& playbook,
                               const std::vector<cel::Rule>& queries, bool queries_only) {
  std::vector<Ending> endings;
  if (queries_only) return endings;
  Gatherer always(playbook);
  for (const cel::Rule& query : queries) always.add(query, -1);
  for (const playbook::Segment& segment : playbook.segments) always.add(segment.when, -1);
  std::vector<std::vector<bool>> by_node;
  for (const playbook::Node& node : playbook.nodes) {
    Gatherer own(playbook);
    own.add(node);
    by_node.push_back(own.take().types);
  }
  const std::vector<bool> for_ever = always.take().types;
  for (std::uint32_t type = 0; type < for_ever.size(); ++type) {
    Ending ending{type, {}};
    bool ends = !for_ever[type];
    for (std::uint32_t node = 0; node < by_node.size(); ++node) {
      if (!by_node[node][type]) continue;
      ending.nodes.push_back(node);
      ends = ends && stays(playbook, node);
    }
    if (ends && !ending.nodes.empty()) endings.push_back(std::move(ending));
  }
  return endings;
}

}  // namespace pharos::history
