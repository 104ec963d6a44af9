// cli/demo_tour.cc: what pharos demo shows, from the whole to one account.
#include "cli/demo_tour.h"

#include <algorithm>
#include <map>

#include "cli/life_text.h"
#include "cli/report.h"
#include "cli/show.h"
#include "cli/table.h"
#include "cli/why_text.h"
#include "engine/explain.h"

namespace pharos::cli {
namespace {

constexpr std::size_t stuck_lines = 5;
constexpr std::size_t reasons_shown = 4;

void print_stuck(const Shell& shell, const NodeReport& report) {
  std::vector<insight::NodeLine> lines = report.groups.front().lines;
  std::erase_if(lines, [](const insight::NodeLine& line) { return line.overdue == 0; });
  std::ranges::stable_sort(lines, std::ranges::greater(), &insight::NodeLine::overdue);
  if (lines.empty()) return;
  const std::uint64_t most = lines.front().overdue;
  Table table({{std::string(shell.say({"next step", "下一步"}))},
               {std::string(shell.say({"due in", "时限"})), Align::right},
               {std::string(shell.say({"overdue", "逾期"})), Align::right},
               {""},
               {std::string(shell.say({"owner", "负责"}))}});
  for (std::size_t i = 0; i < std::min(lines.size(), stuck_lines); ++i) {
    const playbook::Node& node = report.playbook.nodes[lines[i].node];
    table.add({node_text(report.playbook, lines[i].node, shell.language), duration_text(node.due),
               count_text(lines[i].overdue), bar(lines[i].overdue, most, 24),
               report.playbook.stages[node.stage].owner});
  }
  shell.print("\n{}\n{}", shell.strong(shell.say({"Where accounts are stuck", "客户卡在哪里"})),
              table.text(2));
}

// The account to show: overdue at a step with a condition of its own, so that there is something
// to say about what it lacks; of those the one with the longest life up to a page.
struct Candidate {
  std::string account;
  std::size_t moves = 0;
  bool stuck = false;
};
Result<Candidate> find_example(journal::Workspace& workspace) {
  constexpr std::size_t moves_max = 12;
  Candidate best, current;
  std::map<std::uint32_t, engine::TransitionKind> latest;
  const auto close = [&] {
    current.stuck = std::ranges::any_of(latest, [&](const auto& entry) {
      const playbook::Node& node = workspace.playbook().nodes[entry.first];
      return entry.second == engine::TransitionKind::overdue &&
             node.trigger == playbook::Trigger::when;
    });
    if (current.moves <= moves_max &&
        std::pair(current.stuck, current.moves) > std::pair(best.stuck, best.moves))
      best = current;
    latest.clear();
  };
  TRY(workspace.each_transition([&](const journal::TransitionRow& row) -> Result<> {
    if (row.account != current.account) {
      close();
      current = {std::string(row.account), 0, false};
    }
    current.moves += 1;
    latest[row.node] = row.kind;
    return {};
  }));
  close();
  return best;
}

Result<> print_example(const Shell& shell, journal::Workspace& workspace,
                       const std::string& account) {
  const auto history = TRY(workspace.history(account));
  const engine::Life life = engine::explain_life(workspace.playbook(), history.history,
                                                 history.ticks_before, history.clock);
  shell.print(
      "\n{}\n",
      shell.strong(shell.say({"Why one of them is where it is", "其中一个客户为什么在这里"})));
  print_why(shell, workspace.playbook(), {history.id, life, history.clock, reasons_shown});
  return {};
}

}  // namespace

Result<> print_tour(const Shell& shell, journal::Workspace& workspace, const std::string& dir) {
  const journal::Stats stats = TRY(workspace.stats());
  const Zone& zone = workspace.playbook().schema.zone;
  shell.tell({"{}: {} events of {} accounts, {} to {} ({})\n\n",
              "{}：{} 个事件，{} 个客户，{} 至 {}（{}）\n\n"},
             dir, count_text(stats.events), count_text(stats.accounts),
             local_minute(stats.first_at, zone), local_minute(stats.last_at, zone), zone.name());
  ReportOptions options;
  options.dir = dir;
  const auto report = TRY(make_node_report(shell, workspace, options));
  ASSERT(report);
  print_nodes(shell, *report);
  print_stuck(shell, *report);
  const Candidate example = TRY(find_example(workspace));
  if (example.account.empty()) return {};
  TRY(print_example(shell, workspace, example.account));
  shell.print("\n{}\n", shell.strong(shell.say({"Try next", "接下来可以试试"})));
  shell.print("  pharos account {} {}\n", dir, example.account);
  shell.print("  pharos report {} nodes --by size\n", dir);
  shell.print("  pharos accounts {} --where \"sum(order_paid.amount, '30d') > 10000\" --limit 10\n",
              dir);
  return {};
}

}  // namespace pharos::cli
