// cli/node_table.cc: one table a track and group; nodes stand below their stages.
#include "cli/node_table.h"

#include <algorithm>

#include "base/document.h"
#include "cli/show.h"
#include "cli/table.h"

namespace pharos::cli {
namespace {

constexpr std::size_t bar_width = 10;

Table make_table(const Shell& shell) {
  return Table({{std::string(shell.say({"stage, node", "阶段、节点"}))},
                {std::string(shell.say({"entered", "进入过"})), Align::right},
                {""},
                {std::string(shell.say({"at", "当前"})), Align::right},
                {std::string(shell.say({"overdue", "逾期"})), Align::right},
                {std::string(shell.say({"conversion", "转化率"})), Align::right},
                {std::string(shell.say({"median", "中位用时"})), Align::right},
                {std::string(shell.say({"p90", "九成用时"})), Align::right}});
}

// A stage stands above its nodes, with the team that owns it.
void add_stage(const Shell& shell, const playbook::Stage& stage, Table& table) {
  const std::string label = label_of(stage.label, stage.name, shell.language);
  table.add_heading(stage.owner.empty() ? label : label + " · " + stage.owner);
}

void add_line(const Shell& shell, const NodeReport& report, const insight::NodeLine& line,
              std::uint64_t entered_max, Table& table) {
  const playbook::Node& node = report.playbook.nodes[line.node];
  const bool branch = node.trigger == playbook::Trigger::branch;
  table.add({(branch ? "  ↳ " : "  ") + label_of(node.label, node.name, shell.language),
             count_text(line.entered), bar(line.entered, entered_max, bar_width),
             count_text(line.at), node.due ? count_text(line.overdue) : "-",
             share_text(line.converted, line.eligible), duration_text(line.median),
             duration_text(line.p90)});
}

void print_track(const Shell& shell, const NodeReport& report, const NodeGroup& group,
                 const playbook::Track& track) {
  const auto first = group.lines.begin() + track.node_first;
  const auto end = first + track.node_count;
  std::uint64_t entered_max = 0;
  for (auto line = first; line != end; ++line) entered_max = std::max(entered_max, line->entered);
  Table table = make_table(shell);
  std::optional<std::uint32_t> stage;
  for (auto line = first; line != end; ++line) {
    const std::uint32_t own = report.playbook.nodes[line->node].stage;
    if (own != stage) add_stage(shell, report.playbook.stages[own], table);
    add_line(shell, report, *line, entered_max, table);
    stage = own;
  }
  shell.print("\n{}\n{}", shell.strong(label_of(track.label, track.name, shell.language)),
              table.text(2));
}

std::string group_name(const NodeReport& report, const NodeGroup& group, Language language) {
  std::string name;
  for (std::size_t i = 0; i < report.by.size(); ++i) {
    const std::string& attribute = report.playbook.schema.attributes[report.by[i]].name;
    const auto label = report.playbook.attribute_labels.find(attribute);
    const std::string title = label == report.playbook.attribute_labels.end()
                                  ? attribute
                                  : label_of(label->second, attribute, language);
    name += fmt::format("{}{} {}", i > 0 ? ", " : "", title, group.values[i]);
  }
  return name;
}

void put_line(Document& document, const NodeReport& report, const insight::NodeLine& line) {
  const playbook::Node& node = report.playbook.nodes[line.node];
  document.open_object();
  document.key("track").text(report.playbook.tracks[node.track].name);
  document.key("stage").text(report.playbook.stages[node.stage].name);
  document.key("node").text(node.name);
  document.key("entered").count(line.entered);
  document.key("at").count(line.at);
  document.key("overdue").count(line.overdue);
  document.key("after");
  if (node.after < 0)
    document.null();
  else
    document.text(report.playbook.nodes[static_cast<std::size_t>(node.after)].name);
  document.key("eligible").count(line.eligible);
  document.key("converted").count(line.converted);
  document.key("median_ms");
  if (line.median)
    document.integer(line.median->ms);
  else
    document.null();
  document.key("p90_ms");
  if (line.p90)
    document.integer(line.p90->ms);
  else
    document.null();
  document.close_object();
}

}  // namespace

void print_nodes(const Shell& shell, const NodeReport& report) {
  const Zone& zone = report.playbook.schema.zone;
  const std::string time = fmt::format("{} ({})", local_minute(report.clock, zone), zone.name());
  for (const NodeGroup& group : report.groups) {
    if (&group != &report.groups.front()) shell.print("\n");
    const std::string name = group_name(report, group, shell.language);
    const std::string count = shell.language == Language::zh
                                  ? count_text(group.account_count)
                                  : counted(group.account_count, "account");
    shell.print("{}\n", shell.strong((name.empty() ? "" : name + ": ") +
                                     (shell.language == Language::zh
                                          ? fmt::format("{} 个客户，截至 {}", count, time)
                                          : fmt::format("{} as of {}", count, time))));
    for (std::size_t i = 0; i < report.playbook.tracks.size(); ++i)
      if (!report.track || *report.track == i)
        print_track(shell, report, group, report.playbook.tracks[i]);
  }
  if (report.groups.empty()) shell.print("{}\n", shell.say({"No accounts.", "没有客户。"}));
}

std::string node_document(const NodeReport& report) {
  Document document;
  document.open_object();
  document.key("as_of").text(format_instant(report.clock));
  document.key("groups").open_list();
  for (const NodeGroup& group : report.groups) {
    document.open_object();
    document.key("by").open_object();
    for (std::size_t i = 0; i < report.by.size(); ++i)
      document.key(report.playbook.schema.attributes[report.by[i]].name).text(group.values[i]);
    document.close_object();
    document.key("accounts").count(group.account_count);
    document.key("nodes").open_list();
    for (const insight::NodeLine& line : group.lines)
      if (!report.track || *report.track == report.playbook.nodes[line.node].track)
        put_line(document, report, line);
    document.close_list().close_object();
  }
  document.close_list().close_object();
  return document.take();
}

}  // namespace pharos::cli
