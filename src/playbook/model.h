// playbook/model.h: a playbook after checking: every name resolved to an index, every rule
// compiled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "cel/rule.h"
#include "cel/schema.h"

namespace pharos::playbook {

// The first events of every schema, so that the journal treats all events alike.
inline constexpr std::uint32_t event_account_updated = 0;  // Properties: the attributes, in order.
inline constexpr std::uint32_t event_member_updated =
    1;                                          // Properties: member attributes, in order.
inline constexpr std::uint32_t event_link = 2;  // Property 0: `from` (string); account: `to`.
inline constexpr std::uint32_t event_first_declared = 3;

// What one playbook may hold. An event type has at most as many properties as a mask of 64 bits.
inline constexpr std::size_t track_count_max = 64;
inline constexpr std::size_t stage_count_max = 256;
inline constexpr std::size_t node_count_max = 1'000;
inline constexpr std::size_t attribute_count_max = 200;
inline constexpr std::size_t event_count_max = 500;
inline constexpr std::size_t property_count_max = 64;
inline constexpr std::size_t enum_value_count_max = 1'000;
inline constexpr std::size_t segment_count_max = 1'000;
inline constexpr std::size_t metric_count_max = 1'000;
inline constexpr std::size_t team_count_max = 200;
inline constexpr std::size_t touchpoint_count_max = 32;  // In one list of a node.
inline constexpr std::size_t rule_bytes_max = 16'384;

enum class Model : std::uint8_t { platform, service };

std::string_view name_of(Model model);

// Names for people by language ("en", "zh"); empty: the name itself. A label that the playbook
// gives as one text stands here under every language.
using Label = std::map<std::string, std::string>;

enum class TouchKind : std::uint8_t { task, webhook, email, message };

// What an account receives at a node. Parsed and checked; carried out by a later release.
struct Touchpoint {
  TouchKind kind = TouchKind::task;
  std::string name;    // The task, the webhook, the template.
  std::string to;      // Team; may be empty for webhooks.
  std::string sla;     // "2 business days"; empty if none.
  double holdout = 0;  // Share that is left out, 0..1.
  Duration interval;   // every: how often while the node is held.
  Label label;
  Place place;
};

enum class Trigger : std::uint8_t { on, when, branch };

struct Lapse {
  cel::Rule when;
  std::int32_t to = -1;  // Branch node, or -1.
};

struct Node {
  std::string name;
  std::uint32_t track = 0;
  std::uint32_t stage = 0;  // Into Playbook::stages.
  std::int32_t after = -1;  // Node that must be held; -1: none.
  Trigger trigger = Trigger::branch;
  std::uint32_t on = 0;                // Trigger::on: event type.
  std::optional<cel::Rule> condition;  // `if` of on, or `when`.
  bool optional = false;
  std::optional<Duration> due;
  std::optional<Lapse> lapse;
  std::vector<Touchpoint> enter, overdue, lapsed, every;
  Label label;
  Place place;
};

struct Goal {
  std::string metric;
  std::string target;  // As written; empty if none.
};

struct Stage {
  std::string name;
  std::uint32_t track = 0;
  std::string owner;  // Team; may be empty.
  std::optional<Goal> goal;
  Label label;
  Place place;
};

struct Track {
  std::string name;
  std::uint32_t node_first = 0;  // Nodes of a track are consecutive, in declared order.
  std::uint32_t node_count = 0;
  Label label;
  Place place;
};

struct Segment {
  std::string name;
  cel::Rule when;
  Label label;
};

struct Metric {
  std::string name;
  cel::Rule value;  // Use::metric
  Label label;
};

// `gmv: active_merchants * orders_per_merchant * aov`: a metric and what multiplies or adds up to
// it.
struct Branching {
  std::string metric;
  std::string formula;
  std::vector<std::string> parts;  // Metrics named in it, in order.
  Place place;
};

struct Playbook {
  std::string name;
  Model model = Model::platform;
  cel::Schema schema;  // attributes, events (the three above first), nodes as in `nodes`
  std::vector<cel::Property> member_attributes;
  std::vector<Track> tracks;
  std::vector<Stage> stages;
  std::vector<Node> nodes;
  std::vector<Segment> segments;
  std::vector<Metric> metrics;
  std::vector<Branching> tree;
  std::vector<std::string> teams;
  // By name; of properties as "order_paid.amount"; of the values of an enum as "size.smb",
  // "order_paid.channel.web" or, of a member attribute, "member.role.owner".
  std::map<std::string, Label> attribute_labels, member_attribute_labels, event_labels,
      property_labels, value_labels, team_labels;
  Label label;
};

// "main.activated"
std::string node_path(const Playbook& playbook, std::uint32_t node);
// The node of a path; none if there is no such node.
std::optional<std::uint32_t> find_node(const Playbook& playbook, std::string_view path);
std::optional<std::uint32_t> find_track(const Playbook& playbook, std::string_view name);
std::optional<std::uint32_t> find_segment(const Playbook& playbook, std::string_view name);
std::optional<std::uint32_t> find_event(const Playbook& playbook, std::string_view name);
std::optional<std::uint32_t> find_attribute(const Playbook& playbook, std::string_view name);

// The label in a language, else in English, else in any, else the name itself.
std::string label_of(const Label& label, std::string_view name, std::string_view language);

}  // namespace pharos::playbook
