// sim/playbook_maker.cc: tracks, stages and nodes around made-up conditions.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/condition.h"
#include "sim/generator.h"

namespace pharos::sim {
namespace {

struct NodeDraft {
  std::string name;
  bool branch = false;
  bool optional = false;
  int after = -1;      // By index, or -1.
  bool named = false;  // `after` is written out.
};

class PlaybookMaker {
 public:
  explicit PlaybookMaker(Seeded& seeded) : seeded_(seeded), conditions_(seeded, vocabulary_) {}

  MadePlaybook make() {
    constexpr std::array zones{"UTC",           "Asia/Shanghai",       "America/New_York",
                               "Europe/Berlin", "Australia/Lord_Howe", "America/Havana"};
    choose_lengths();
    draft_tracks();
    std::string text =
        fmt::format("playbook: sim\nmodel: platform\ntimezone: {}\ncurrency: CNY\n{}tracks:\n",
                    zones[seeded_.below(zones.size())], schema_yaml);
    for (std::size_t t = 0; t < tracks_.size(); ++t) text += track_text(t);
    text += "segments:\n";
    for (std::uint64_t s = 0, count = 1 + seeded_.below(4); s < count; ++s)
      text += fmt::format("  s{}: \"{}\"\n", s, conditions_.condition(""));
    MadePlaybook made{std::move(text), {}};
    for (int q = 0; q < 4; ++q) made.queries.push_back(conditions_.number());
    made.queries.push_back(conditions_.condition(""));
    return made;
  }

 private:
  // Few lengths, so that they meet each other: windows, steps and gaps often are the same.
  void choose_lengths() {
    const std::vector<std::string> all{"90s", "1h", "6h", "24h", "3d", "7d", "30d"};
    for (int i = 0; i < 2; ++i) vocabulary_.windows.push_back(all[seeded_.below(all.size())]);
    const std::vector<std::string> lengths{"90s", "1h", "6h", "24h", "36h", "168h"};
    for (int i = 0; i < 2; ++i)
      vocabulary_.durations.push_back(lengths[seeded_.below(lengths.size())]);
  }

  void draft_tracks() {
    constexpr std::array names{"main", "ads", "side"};
    tracks_.resize(1 + seeded_.below(names.size()));
    for (std::size_t t = 0; t < tracks_.size(); ++t) {
      std::vector<NodeDraft>& nodes = tracks_[t];
      nodes.resize(2 + seeded_.below(4));
      for (std::size_t n = 0; n < nodes.size(); ++n) {
        nodes[n].name = fmt::format("n{}", n);
        nodes[n].branch = n > 0 && seeded_.chance(0.2);
        nodes[n].optional = !nodes[n].branch && seeded_.chance(0.15);
        vocabulary_.nodes.push_back(fmt::format("{}.{}", names[t], nodes[n].name));
      }
      for (std::size_t n = 0; n < nodes.size(); ++n)
        for (std::size_t up = 0; up < n; ++up)
          if (!nodes[up].branch && !nodes[up].optional) nodes[n].after = static_cast<int>(up);
      for (NodeDraft& node : nodes)
        if (!node.branch && seeded_.chance(0.25)) name_after(nodes, node);
    }
  }

  // Another node of the main line, above or below, if that makes no circle.
  void name_after(std::vector<NodeDraft>& nodes, NodeDraft& node) {
    const int to = static_cast<int>(seeded_.below(nodes.size()));
    for (int at = to; at >= 0; at = nodes[static_cast<std::size_t>(at)].after)
      if (&nodes[static_cast<std::size_t>(at)] == &node) return;
    if (nodes[static_cast<std::size_t>(to)].branch) return;
    node.after = to;
    node.named = true;
  }

  std::string track_text(std::size_t t) {
    constexpr std::array names{"main", "ads", "side"};
    const std::vector<NodeDraft>& nodes = tracks_[t];
    const std::size_t second = seeded_.below(nodes.size());  // 0: one stage only.
    std::string text = fmt::format("  {}:\n", names[t]);
    for (std::size_t n = 0; n < nodes.size(); ++n) {
      if (n == 0 || n == second) text += fmt::format("    - stage: stage_{}\n      nodes:\n", n);
      text += node_text(t, nodes[n]);
    }
    return text;
  }

  std::string node_text(std::size_t t, const NodeDraft& node) {
    const std::vector<NodeDraft>& nodes = tracks_[t];
    std::string text = fmt::format("        - node: {}\n", node.name);
    const auto field = [&](std::string_view key, std::string_view value) {
      text += fmt::format("          {}: {}\n", key, value);
    };
    const auto rule = [&](std::string_view key, const std::string& value) {
      field(key, "\"" + value + "\"");
    };
    if (node.branch) {
      field("branch", "true");
    } else if (seeded_.chance(0.5)) {
      std::string event(event_names[seeded_.below(event_names.size())]);
      if (seeded_.chance(0.08)) event = conditions_.one_of({"account_updated", "member_updated"});
      field("on", event);
      if (seeded_.chance(0.4)) rule("if", conditions_.condition(event, 1));
    } else {
      rule("when", conditions_.condition(""));
    }
    if (node.optional) field("optional", "true");
    if (node.named) field("after", nodes[static_cast<std::size_t>(node.after)].name);
    if (!node.branch && node.after >= 0 && seeded_.chance(0.4))
      field("due", conditions_.duration());
    if (seeded_.chance(node.branch ? 0.25 : 0.45)) {
      const std::string to = branch_for(nodes, node);
      const std::string when = lapse_condition(t);
      if (to.empty())
        rule("lapse", when);
      else
        field("lapse", fmt::format("{{when: \"{}\", to: {}}}", when, to));
    }
    return text;
  }

  // Mostly it asks for nodes of tracks above only: one that asks for its own may contradict itself.
  std::string lapse_condition(std::size_t t) {
    if (seeded_.chance(0.1)) return conditions_.condition("", 1);
    std::size_t above = 0;
    for (std::size_t track = 0; track < t; ++track) above += tracks_[track].size();
    Vocabulary lower = vocabulary_;
    if (above > 0) {
      lower.nodes.resize(above);
      return ConditionMaker(seeded_, lower).condition("", 1);
    }
    return conditions_.condition("", 1, false);
  }

  // A branch to lapse to, if there is another one; now and then none although there is.
  std::string branch_for(const std::vector<NodeDraft>& nodes, const NodeDraft& node) {
    std::vector<std::string> branches;
    for (const NodeDraft& other : nodes)
      if (other.branch && &other != &node) branches.push_back(other.name);
    if (branches.empty() || seeded_.chance(0.15)) return "";
    return conditions_.pick(branches);
  }

  Seeded& seeded_;
  Vocabulary vocabulary_;
  ConditionMaker conditions_;
  std::vector<std::vector<NodeDraft>> tracks_;
};

}  // namespace

MadePlaybook make_playbook(Seeded& seeded) {
  return PlaybookMaker(seeded).make();
}

}  // namespace pharos::sim
