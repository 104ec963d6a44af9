// cli/why_text.cc: transitions from first to last, then the doors that are open.
#include "cli/why_text.h"

#include "cli/life_text.h"
#include "cli/show.h"

namespace pharos::cli {
namespace {

void print_findings(const Shell& shell, const std::vector<cel::Finding>& findings) {
  for (const cel::Finding& finding : findings) shell.print("      {}\n", finding_text(finding));
}

void print_reason(const Shell& shell, const playbook::Playbook& playbook,
                  const engine::Reason& reason) {
  shell.print("  {}  {}  {}\n", local_time(reason.transition.at, playbook.schema.zone),
              shell.strong(node_text(playbook, reason.transition.node, shell.language)),
              kind_text(shell, reason.transition));
  std::string because = reason_text(shell, reason);
  if (!reason.event_id.empty()) because += fmt::format(" ({})", reason.event_id);
  shell.print("    {}\n", because);
  const std::string place = shell.faint(place_text(reason.place));
  if (reason.rule.empty())
    shell.print("    {}\n", place);
  else
    shell.print("    {}  {}\n", reason.rule, place);
  print_findings(shell, reason.findings);
}

void print_missing(const Shell& shell, const playbook::Playbook& playbook,
                   const engine::Missing& missing, Instant clock) {
  std::string line = shell.strong(node_text(playbook, missing.node, shell.language));
  if (missing.due != never) {
    const std::string time = local_minute(missing.due, playbook.schema.zone);
    line += missing.overdue ? shell.told({"  overdue since {} ({})", "  自 {} 起逾期（{}）"}, time,
                                         format_duration_short(clock - missing.due))
                            : shell.told({"  due {} (in {})", "  应于 {} 前（还有 {}）"}, time,
                                         format_duration_short(missing.due - clock));
  }
  shell.print("  {}\n", line);
  if (!missing.waits_for.empty())
    shell.tell({"    waits for {}\n", "    等待 {}\n"}, missing.waits_for);
  print_findings(shell, missing.findings);
}

}  // namespace

void print_why(const Shell& shell, const playbook::Playbook& playbook, const Explained& explained) {
  shell.print("{}\n", shell.strong(shell.told({"{} as of {}", "{}，截至 {}"}, explained.account,
                                              clock_text(explained.clock, playbook.schema))));
  const auto& reasons = explained.life.reasons;
  std::size_t first = 0;
  if (explained.reasons_max > 0 && reasons.size() > explained.reasons_max)
    first = reasons.size() - explained.reasons_max;
  if (first > 0) shell.tell({"  ... {} before\n", "  ……此前 {} 次\n"}, first);
  for (std::size_t i = first; i < reasons.size(); ++i) print_reason(shell, playbook, reasons[i]);
  if (explained.life.missing.empty()) return;
  shell.print("\n{}\n", shell.strong(shell.say({"Next", "接下来"})));
  for (const engine::Missing& missing : explained.life.missing)
    print_missing(shell, playbook, missing, explained.clock);
}

}  // namespace pharos::cli
