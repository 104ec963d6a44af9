// playbook/after.cc: the order of nodes: what each comes after, and where lapses lead.
#include <fmt/format.h>

#include "base/text.h"
#include "playbook/draft.h"

namespace pharos::playbook {
namespace {

// The nodes of one track, by index into Playbook::nodes.
class Order {
 public:
  Order(Draft& draft, const Track& track)
      : faults_(draft.faults),
        nodes_(draft.book.nodes),
        drafts_(draft.nodes),
        track_(track),
        first_(track.node_first),
        end_(track.node_first + track.node_count) {
    for (std::uint32_t i = first_; i < end_; ++i) names_.push_back(nodes_[i].name);
  }

  void resolve() {
    for (std::uint32_t i = first_; i < end_; ++i) resolve_after(i);
    for (std::uint32_t i = first_; i < end_; ++i) resolve_lapse(i);
    report_circles();
    for (std::uint32_t i = first_; i < end_; ++i) check_reachable(i);
  }

 private:
  std::int32_t find(std::string_view name) const {
    for (std::uint32_t i = first_; i < end_; ++i)
      if (nodes_[i].name == name) return static_cast<std::int32_t>(i);
    return -1;
  }

  void resolve_after(std::uint32_t i) {
    Node& node = nodes_[i];
    if (node.trigger == Trigger::branch) return;
    const Outline* after = drafts_[i].after;
    node.after = after ? named_after(node, *after) : default_after(i);
    if (node.after < 0 && !after && drafts_[i].due)
      faults_.error(drafts_[i].due->place,
                    fmt::format("node {} has due:, but comes after no node", quoted(node.name)),
                    "due: counts from the entry of the node before.");
  }

  std::int32_t named_after(const Node& node, const Outline& value) {
    const std::string* text = read_text(faults_, value, "the name of a node for after");
    if (!text) return -1;
    const std::int32_t found = find(*text);
    if (found < 0) {
      faults_.error(value.place,
                    fmt::format("node {} comes after {}, which is not a node of track {}",
                                quoted(node.name), shortened(*text), quoted(track_.name)),
                    faults_.near(*text, names_));
    } else if (nodes_[found].trigger == Trigger::branch) {
      faults_.error(value.place,
                    fmt::format("node {} comes after {}, which is a branch", quoted(node.name),
                                quoted(*text)),
                    "Name the node of the main line that must be held.");
      return -1;
    }
    return found;
  }

  // The nearest node above that is neither optional nor a branch.
  std::int32_t default_after(std::uint32_t i) const {
    while (i-- > first_)
      if (!nodes_[i].optional && nodes_[i].trigger != Trigger::branch)
        return static_cast<std::int32_t>(i);
    return -1;
  }

  void resolve_lapse(std::uint32_t i) {
    const Outline* to = drafts_[i].lapse_to;
    if (!to) return;
    const std::string* text = read_text(faults_, *to, "the name of a branch for to");
    if (!text) return;
    const std::int32_t found = find(*text);
    const std::string start = fmt::format("the lapse of {} leads to {}, which ",
                                          quoted(nodes_[i].name), shortened(*text));
    if (found < 0) {
      faults_.error(to->place,
                    start + fmt::format("is not a node of track {}", quoted(track_.name)),
                    faults_.near(*text, names_));
    } else if (nodes_[found].trigger != Trigger::branch) {
      faults_.error(
          to->place, start + "is not a branch",
          fmt::format("Mark node {} with branch: true, or name a branch.", quoted(*text)));
    } else if (found == static_cast<std::int32_t>(i)) {
      faults_.error(to->place, start + "is the branch itself");
    } else if (drafts_[i].lapse_when) {
      nodes_[i].lapse = Lapse{.when = {}, .to = found};
    }
  }

  // Follows `after` from every node; a circle is told once, at its first node in declared order.
  void report_circles() {
    std::vector<std::uint32_t> met(end_ - first_, 0);  // By which walk; 0: not yet.
    for (std::uint32_t i = first_; i < end_; ++i) {
      const std::uint32_t walk = i - first_ + 1;
      std::int32_t at = static_cast<std::int32_t>(i);
      while (at >= 0 && met[at - first_] == 0) {
        met[at - first_] = walk;
        at = nodes_[at].after;
      }
      if (at >= 0 && met[at - first_] == walk) report_circle(static_cast<std::uint32_t>(at));
    }
  }

  void report_circle(std::uint32_t start) {
    std::uint32_t first = start;
    std::uint32_t at = start;
    do {
      at = static_cast<std::uint32_t>(nodes_[at].after);
      first = std::min(first, at);
    } while (at != start);
    std::string circle = nodes_[first].name;
    at = first;
    do {
      at = static_cast<std::uint32_t>(nodes_[at].after);
      circle += " -> " + nodes_[at].name;
    } while (at != first);
    const Outline* after = drafts_[first].after;
    faults_.error(after ? after->place : nodes_[first].place,
                  "after: goes in a circle, so none of these can ever be entered: " + circle);
  }

  void check_reachable(std::uint32_t i) {
    if (nodes_[i].trigger != Trigger::branch || nodes_[i].name.empty()) return;
    for (std::uint32_t other = first_; other < end_; ++other) {
      const Outline* to = drafts_[other].lapse_to;
      if (to && to->text == nodes_[i].name) return;
    }
    faults_.warning(nodes_[i].place,
                    fmt::format("no lapse leads to branch {}, so no account ever gets there",
                                quoted(nodes_[i].name)));
  }

  Faults& faults_;
  std::vector<Node>& nodes_;
  const std::vector<NodeDraft>& drafts_;
  const Track& track_;
  std::uint32_t first_, end_;
  std::vector<std::string> names_;
};

}  // namespace

void resolve_order(Draft& draft) {
  for (const Track& track : draft.book.tracks) Order(draft, track).resolve();
}

}  // namespace pharos::playbook
