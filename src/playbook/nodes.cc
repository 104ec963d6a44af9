// playbook/nodes.cc: one node of a stage.
#include <fmt/format.h>

#include "base/text.h"
#include "playbook/draft.h"
#include "playbook/words.h"

namespace pharos::playbook {
namespace {

class NodeReader {
 public:
  NodeReader(Draft& draft, const Outline& map)
      : draft_(draft),
        book_(draft.book),
        faults_(draft.faults),
        map_(map),
        fields_(draft.faults, map, "a node",
                {"node", "label", "on", "if", "when", "after", "optional", "branch", "due", "lapse",
                 "enter", "overdue", "lapsed", "every"}) {}

  void read() {
    if (!fields_.is_map()) return;
    if (book_.nodes.size() >= node_count_max)
      return faults_.error(map_.place,
                           fmt::format("a playbook has at most {} nodes", grouped(node_count_max)));
    draft_node_.map = &map_;
    node_.track = static_cast<std::uint32_t>(book_.tracks.size() - 1);
    node_.stage = static_cast<std::uint32_t>(book_.stages.size() - 1);
    read_node_name();
    if (const Outline* label = fields_.find("label")) node_.label = read_label(faults_, *label);
    if (const Outline* flag = fields_.find("optional"))
      node_.optional = read_bool(faults_, *flag, "optional").value_or(false);
    read_trigger();
    read_due();
    read_lapse();
    read_touch_lists();
    draft_node_.after = fields_.find("after");
    book_.nodes.push_back(std::move(node_));
    draft_.nodes.push_back(draft_node_);
  }

 private:
  void read_node_name() {
    node_.place = map_.place;
    const Outline* key = fields_.need("node", "its name");
    if (!key) return;
    node_.place = key->place;
    node_.name = read_name(faults_, *key, "a node").value_or("");
    if (is_cel_word(node_.name))
      faults_.error(key->place,
                    fmt::format("{} cannot be the name of a node: it is a word of the "
                                "rule language",
                                quoted(node_.name)),
                    "Choose another name.");
    const std::uint32_t first = book_.tracks.back().node_first;
    for (std::size_t i = first; i < book_.nodes.size() && !node_.name.empty(); ++i) {
      const Node& other = book_.nodes[i];
      if (other.name != node_.name) continue;
      faults_.error(key->place,
                    fmt::format("node {} stands twice in track {}; first at {}:{}:{}",
                                quoted(node_.name), quoted(book_.tracks.back().name),
                                other.place.file, other.place.line, other.place.column));
      break;
    }
  }

  // Exactly one of: on (with or without if), when, branch: true.
  void read_trigger() {
    const Outline* on = fields_.find("on");
    const Outline* when = fields_.find("when");
    const Outline* condition = fields_.find("if");
    const Outline* branch = fields_.find("branch");
    const std::string name = quoted(node_.name);
    if (branch && read_bool(faults_, *branch, "branch").value_or(true)) {
      node_.trigger = Trigger::branch;
      for (const auto* key : {"on", "when", "if", "after", "due", "optional"})
        if (const Outline* found = fields_.find(key))
          faults_.error(found->place,
                        fmt::format("node {} is a branch, so it has no {}:", name, key),
                        "A branch is reached only by the lapse of another node.");
      return;
    }
    if (on && when)
      faults_.error(when->place, fmt::format("node {} has both on: and when:", name),
                    "For a condition at an event, write on: with if:.");
    else if (!on && !when)
      faults_.error(
          node_.place, fmt::format("node {} has neither on: nor when:", name),
          "Say by which event (on:) or condition (when:) it is entered, or branch: true.");
    if (condition && !on)
      faults_.error(condition->place, fmt::format("node {} has if: without on:", name),
                    "Write when: for a condition that holds at any time.");
    node_.trigger = on ? Trigger::on : Trigger::when;
    draft_node_.on = on;
    draft_node_.condition = on ? condition : when;
  }

  void read_due() {
    const Outline* due = fields_.find("due");
    if (!due) return;
    draft_node_.due = due;
    node_.due = read_duration(faults_, *due, "due");
  }

  // A condition; or a map of the condition and the branch it leads to.
  void read_lapse() {
    const Outline* lapse = fields_.find("lapse");
    if (!lapse) return;
    if (lapse->kind != OutlineKind::map) {
      draft_node_.lapse_when = lapse;
      return;
    }
    Fields fields(faults_, *lapse, "a lapse", {"when", "to"});
    draft_node_.lapse_when = fields.need("when", "a condition");
    draft_node_.lapse_to = fields.find("to");
  }

  void read_touch_lists() {
    const std::string& owner = book_.stages.back().owner;
    if (const Outline* list = fields_.find("enter"))
      node_.enter = read_touchpoints(draft_, *list, TouchList::enter, owner);
    if (const Outline* list = fields_.find("lapsed"))
      node_.lapsed = read_touchpoints(draft_, *list, TouchList::lapsed, owner);
    if (const Outline* list = fields_.find("every"))
      node_.every = read_touchpoints(draft_, *list, TouchList::every, owner);
    const Outline* overdue = fields_.find("overdue");
    if (!overdue) return;
    node_.overdue = read_touchpoints(draft_, *overdue, TouchList::overdue, owner);
    if (!draft_node_.due && node_.trigger != Trigger::branch)
      faults_.error(overdue->place,
                    fmt::format("node {} has overdue: without due:", quoted(node_.name)),
                    "Say with due: how long the step may take.");
  }

  Draft& draft_;
  Playbook& book_;
  Faults& faults_;
  const Outline& map_;
  Fields fields_;
  Node node_;
  NodeDraft draft_node_;
};

}  // namespace

void read_node(Draft& draft, const Outline& map) {
  NodeReader(draft, map).read();
}

}  // namespace pharos::playbook
