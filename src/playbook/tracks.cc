// playbook/tracks.cc: tracks and their stages.
#include <fmt/format.h>

#include "base/text.h"
#include "playbook/draft.h"
#include "playbook/words.h"

namespace pharos::playbook {
namespace {

class Tracks {
 public:
  explicit Tracks(Draft& draft) : draft_(draft), book_(draft.book), faults_(draft.faults) {}

  void read_track(const Outline& key, const Outline& value) {
    auto name = read_name(faults_, key, "a track");
    if (!name) return;
    if (find_attribute(book_, *name) || is_cel_word(*name))
      faults_.error(key.place,
                    fmt::format("{} cannot be the name of a track: {}", quoted(*name),
                                is_cel_word(*name) ? "it is a word of the rule language"
                                                   : "an attribute has it"),
                    "Rules name nodes as TRACK.NODE; choose another name.");
    if (book_.tracks.size() == track_count_max)
      return faults_.error(key.place,
                           fmt::format("a playbook has at most {} tracks", track_count_max));
    Track track;
    track.name = *std::move(name);
    track.node_first = static_cast<std::uint32_t>(book_.nodes.size());
    track.place = key.place;
    book_.tracks.push_back(std::move(track));
    read_stages(key, value);
    Track& done = book_.tracks.back();
    done.node_count = static_cast<std::uint32_t>(book_.nodes.size()) - done.node_first;
  }

 private:
  // A list of stages; or a map of the track's label and its stages.
  void read_stages(const Outline& key, const Outline& value) {
    const Outline* stages = &value;
    if (value.kind == OutlineKind::map) {
      Fields fields(faults_, value, "a track", {"label", "stages"});
      if (const Outline* label = fields.find("label"))
        book_.tracks.back().label = read_label(faults_, *label);
      stages = fields.need("stages", "a list of stages");
      if (!stages) return;
    }
    if (stages->kind != OutlineKind::list || stages->items.empty())
      return report_kind(faults_, *stages,
                         fmt::format("a list of stages for track {}", quoted(key.text)));
    for (const Outline& stage : stages->items) read_stage(stage);
  }

  void read_stage(const Outline& map) {
    Fields fields(faults_, map, "a stage", {"stage", "label", "owner", "goal", "nodes"});
    const Outline* key = fields.need("stage", "its name");
    const Outline* nodes = fields.need("nodes", "a list of nodes");
    if (book_.stages.size() == stage_count_max)
      return faults_.error(map.place,
                           fmt::format("a playbook has at most {} stages", stage_count_max));
    Stage stage;
    stage.track = static_cast<std::uint32_t>(book_.tracks.size() - 1);
    stage.place = key ? key->place : map.place;
    if (key) stage.name = read_name(faults_, *key, "a stage").value_or("");
    check_fresh(stage);
    if (const Outline* label = fields.find("label")) stage.label = read_label(faults_, *label);
    if (const Outline* owner = fields.find("owner"))
      stage.owner = read_team(draft_, *owner, "owner");
    draft_.goal_metrics.push_back(nullptr);
    if (const Outline* goal = fields.find("goal")) stage.goal = read_goal(*goal);
    book_.stages.push_back(std::move(stage));
    if (!nodes) return;
    if (nodes->kind != OutlineKind::list || nodes->items.empty())
      return report_kind(
          faults_, *nodes,
          fmt::format("a list of nodes for stage {}", quoted(book_.stages.back().name)));
    for (const Outline& node : nodes->items) read_node(draft_, node);
  }

  void check_fresh(const Stage& stage) {
    for (const Stage& other : book_.stages)
      if (other.track == stage.track && other.name == stage.name && !stage.name.empty())
        faults_.error(stage.place,
                      fmt::format("stage {} stands twice in track {}; first at {}:{}:{}",
                                  quoted(stage.name), quoted(book_.tracks[stage.track].name),
                                  other.place.file, other.place.line, other.place.column));
  }

  std::optional<Goal> read_goal(const Outline& map) {
    Fields fields(faults_, map, "a goal", {"metric", "target"});
    Goal goal;
    if (const Outline* metric = fields.need("metric", "the name of a metric"))
      if (auto name = read_name(faults_, *metric, "a metric")) {
        goal.metric = *std::move(name);
        draft_.goal_metrics.back() = metric;
      }
    if (const Outline* target = fields.find("target")) goal.target = read_target(*target);
    return goal;
  }

  // "500", "1,000,000", "12.5%".
  std::string read_target(const Outline& value) {
    const std::string* text = read_text(faults_, value, "a number or a percentage as the target");
    if (!text) return "";
    std::string digits;
    for (const char c :
         std::string_view(*text).substr(0, text->ends_with('%') ? text->size() - 1 : text->size()))
      if (c != ',') digits += c;
    if (text->size() > 32 || !parse_double(digits))
      faults_.error(value.place, fmt::format("target {}: expected a number such as 500, 1,000,000 "
                                             "or 12.5%",
                                             shortened(*text)));
    return *text;
  }

  Draft& draft_;
  Playbook& book_;
  Faults& faults_;
};

}  // namespace

void read_tracks(Draft& draft, const Sections& sections) {
  Tracks tracks(draft);
  for (const auto& [key, value] : sections.tracks) tracks.read_track(*key, *value);
}

}  // namespace pharos::playbook
