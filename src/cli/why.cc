// cli/why.cc: pharos why: the reason of each transition, and what the next nodes still need.
#include "base/document.h"
#include "cli/commands.h"
#include "cli/life_text.h"
#include "cli/population.h"
#include "cli/show.h"
#include "cli/why_text.h"
#include "engine/explain.h"
#include "journal/workspace.h"

namespace pharos::cli {
namespace {

void put_findings(Document& document, const std::vector<cel::Finding>& findings) {
  document.key("findings").open_list();
  for (const cel::Finding& finding : findings) {
    document.open_object();
    document.key("text").text(finding.text);
    document.key("holds").boolean(finding.holds);
    document.key("is").text(finding.is);
    document.key("needs").text(finding.needs);
    document.close_object();
  }
  document.close_list();
}

void put_node(Document& document, const playbook::Playbook& playbook, std::uint32_t node) {
  const playbook::Node& declared = playbook.nodes[node];
  document.key("track").text(playbook.tracks[declared.track].name);
  document.key("node").text(declared.name);
}

void put_reason(Document& document, const playbook::Playbook& playbook,
                const engine::Reason& reason) {
  document.open_object();
  put_node(document, playbook, reason.transition.node);
  document.key("kind").text(transition_name(reason.transition.kind));
  document.key("entry").count(reason.transition.entry);
  document.key("at").text(format_instant(reason.transition.at));
  document.key("because").text(reason.because);
  document.key("rule").text(reason.rule);
  document.key("place").text(place_text(reason.place));
  document.key("by_timer").boolean(reason.by_timer);
  document.key("event").text(reason.event);
  document.key("event_id").text(reason.event_id);
  put_findings(document, reason.findings);
  document.close_object();
}

void put_missing(Document& document, const playbook::Playbook& playbook,
                 const engine::Missing& missing) {
  document.open_object();
  put_node(document, playbook, missing.node);
  document.key("waits_for").text(missing.waits_for);
  document.key("due");
  if (missing.due == never)
    document.null();
  else
    document.text(format_instant(missing.due));
  document.key("overdue").boolean(missing.overdue);
  put_findings(document, missing.findings);
  document.close_object();
}

std::string document_of(const playbook::Playbook& playbook, const std::string& account,
                        const engine::Life& life) {
  Document document;
  document.open_object();
  document.key("account").text(account);
  document.key("transitions").open_list();
  for (const engine::Reason& reason : life.reasons) put_reason(document, playbook, reason);
  document.close_list();
  document.key("next").open_list();
  for (const engine::Missing& missing : life.missing) put_missing(document, playbook, missing);
  document.close_list().close_object();
  return document.take();
}

}  // namespace

Result<Exit> run_why(const Shell& shell, const AccountOptions& options) {
  const auto workspace = TRY(journal::Workspace::open_to_read(options.dir));
  const auto frame = TRY(open_frame(shell, *workspace, options.dir));
  const auto history = TRY(read_account(*workspace, *frame, options.id));
  const engine::Life life = engine::explain_life(workspace->playbook(), history.history,
                                                 history.ticks_before, history.clock);
  if (shell.json)
    shell.write(document_of(workspace->playbook(), history.id, life));
  else
    print_why(shell, workspace->playbook(), {history.id, life, history.clock});
  return Exit::done;
}

}  // namespace pharos::cli
