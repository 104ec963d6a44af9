// cli/backtest.cc: pharos backtest: what would have happened under another playbook.
#include "history/backtest.h"

#include "base/document.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/faults.h"
#include "cli/files.h"
#include "cli/life_text.h"
#include "cli/population.h"
#include "cli/reading.h"
#include "cli/show.h"
#include "cli/table.h"
#include "history/replay.h"
#include "playbook/load.h"

namespace pharos::cli {
namespace {

using history::NodeChange;
using history::Step;

struct Findings {
  const history::Backtest& result;
  const history::Frame& frame;
  Instant until;
};

std::string step_text(const Shell& shell, const std::optional<Step>& step, const Zone& zone) {
  if (!step) return std::string(shell.say({"nothing more", "再无经过"}));
  const engine::Transition as{{}, 0, step->kind, step->entry, step->at, 0};
  return fmt::format("{} {} {}", local_minute(step->at, zone), kind_text(shell, as), step->path);
}

void put_step(Document& document, const std::optional<Step>& step) {
  if (!step) {
    document.null();
    return;
  }
  document.open_object();
  document.key("node").text(step->path);
  document.key("kind").text(transition_name(step->kind));
  document.key("entry").count(step->entry);
  document.key("at").text(format_instant(step->at));
  document.close_object();
}

std::string document_of(const Findings& found) {
  const history::Backtest& result = found.result;
  Document document;
  document.open_object();
  document.key("as_of").text(format_instant(found.until));
  document.key("accounts").count(result.accounts);
  document.key("differ").count(result.differ);
  document.key("transitions_before").count(result.transitions_before);
  document.key("transitions_after").count(result.transitions_after);
  document.key("nodes").open_list();
  for (const NodeChange& node : result.nodes) {
    document.open_object();
    document.key("node").text(node.path);
    document.key("declared_before").boolean(node.is_before);
    document.key("declared_after").boolean(node.is_after);
    document.key("entered_before").count(node.entered_before);
    document.key("entered_after").count(node.entered_after);
    document.key("only_before").count(node.only_before);
    document.key("only_after").count(node.only_after);
    document.key("earlier").count(node.earlier);
    document.key("later").count(node.later);
    document.key("at_before").count(node.at_before);
    document.key("at_after").count(node.at_after);
    document.close_object();
  }
  document.close_list();
  document.key("segments").open_list();
  for (const history::SegmentDifference& segment : result.segments) {
    document.open_object();
    document.key("segment").text(segment.name);
    document.key("declared_before").boolean(segment.is_before);
    document.key("declared_after").boolean(segment.is_after);
    document.key("in_before").count(segment.in_before);
    document.key("in_after").count(segment.in_after);
    document.close_object();
  }
  document.close_list();
  document.key("examples").open_list();
  for (const history::Parting& parting : result.partings) {
    document.open_object();
    document.key("account").text(found.frame.directory().id(parting.position));
    document.key("before");
    put_step(document, parting.before);
    document.key("after");
    put_step(document, parting.after);
    document.close_object();
  }
  document.close_list().close_object();
  return document.take();
}

std::string declared(std::uint64_t count, bool is_declared) {
  return is_declared ? count_text(count) : "-";
}

void print_nodes(const Shell& shell, const history::Backtest& result) {
  const auto number = [&](const Words& heading) {
    return Column{std::string(shell.say(heading)), Align::right};
  };
  Table table({{std::string(shell.say({"node", "节点"}))},
               number({"entered", "已进入"}),
               number({"new rules", "新规则"}),
               number({"lost", "减少"}),
               number({"gained", "增加"}),
               number({"earlier", "提前"}),
               number({"later", "推后"}),
               number({"at", "停留"}),
               number({"new rules", "新规则"})});
  for (const NodeChange& node : result.nodes)
    table.add({node.path, declared(node.entered_before, node.is_before),
               declared(node.entered_after, node.is_after), count_text(node.only_before),
               count_text(node.only_after), count_text(node.earlier), count_text(node.later),
               declared(node.at_before, node.is_before), declared(node.at_after, node.is_after)});
  shell.print("{}", table.text());
}

void print_segments(const Shell& shell, const history::Backtest& result) {
  if (result.segments.empty()) return;
  Table table({{std::string(shell.say({"segment", "分群"}))},
               {std::string(shell.say({"in", "在内"})), Align::right},
               {std::string(shell.say({"new rules", "新规则"})), Align::right}});
  for (const history::SegmentDifference& segment : result.segments)
    table.add({segment.name, declared(segment.in_before, segment.is_before),
               declared(segment.in_after, segment.is_after)});
  shell.print("\n{}", table.text());
}

void print_findings(const Shell& shell, const Findings& found) {
  const history::Backtest& result = found.result;
  const Zone& zone = found.frame.schema().zone;
  print_nodes(shell, result);
  print_segments(shell, result);
  if (!result.partings.empty()) {
    Table table({{std::string(shell.say({"account", "客户"}))},
                 {std::string(shell.say({"first difference: now", "首个差异：现规则"}))},
                 {std::string(shell.say({"under the new rules", "新规则下"}))}});
    for (const history::Parting& parting : result.partings)
      table.add({std::string(found.frame.directory().id(parting.position)),
                 step_text(shell, parting.before, zone), step_text(shell, parting.after, zone)});
    shell.print("\n{}", table.text());
  }
  shell.tell(
      {"\n{0} of {1} accounts differ, as of {2}\n", "\n{1} 个客户中有 {0} 个不同，截至 {2}\n"},
      count_text(result.differ), count_text(result.accounts),
      clock_text(found.until, found.frame.schema()));
}

std::string document_of(const std::string& id, const history::TwoLives& lives) {
  Document document;
  document.open_object();
  document.key("account").text(id);
  const auto put = [&](const char* name, const std::vector<Step>& steps) {
    document.key(name).open_list();
    for (const Step& step : steps) put_step(document, step);
    document.close_list();
  };
  put("before", lives.before);
  put("after", lives.after);
  document.close_object();
  return document.take();
}

// Side by side, until and from where the two part.
void print_lives(const Shell& shell, const history::TwoLives& lives, const Zone& zone) {
  Table table({{""},
               {std::string(shell.say({"now", "现规则"}))},
               {std::string(shell.say({"under the new rules", "新规则下"}))}});
  const std::size_t count = std::max(lives.before.size(), lives.after.size());
  for (std::size_t i = 0; i < count; ++i) {
    const auto at = [&](const std::vector<Step>& steps) {
      return i < steps.size() ? std::optional(steps[i]) : std::nullopt;
    };
    const auto before = at(lives.before), after = at(lives.after);
    table.add({before == after ? "" : "≠", step_text(shell, before, zone),
               step_text(shell, after, zone)});
  }
  shell.print("{}", table.text());
}

Result<history::Position> find_account(const history::Frame& frame, const std::string& id) {
  const history::Directory& directory = frame.directory();
  for (std::size_t number = 0; number < directory.accounts.size(); ++number)
    if (directory.accounts.view(number) == id) return directory.positions[number];
  return fail(ErrorCode::not_found, "there is no account {}", quoted(id));
}

}  // namespace

Result<Exit> run_backtest(const Shell& shell, const BacktestOptions& options) {
  const playbook::Loaded loaded = playbook::load(options.playbook, read_document);
  show_faults(shell, loaded.diagnostics, texts_of(loaded, options.playbook));
  if (!loaded.playbook) return Exit::failed;
  const auto workspace = TRY(journal::Workspace::open_to_read(options.dir));
  const playbook::Playbook& now = workspace->playbook();
  const journal::Stats stats = TRY(workspace->stats());
  const auto until = parse_as_of(shell, options.until, now.schema.zone, stats, Ahead::allowed);
  if (!until) return Exit::usage;

  const auto frame = TRY(open_frame(shell, *workspace, options.dir));
  // Other events or attributes: history once more, in the columns that they ask for.
  std::unique_ptr<const history::Frame> own;
  if (!history::fits(*frame, *loaded.playbook))
    own = TRY(history::Frame::read(*workspace, loaded.playbook->schema, thread_count(), {}));
  const history::Version before{now, *frame}, after{*loaded.playbook, own ? *own : *frame};
  if (!options.account.empty()) {
    const history::Position position = TRY(find_account(*frame, options.account));
    const history::TwoLives lives = history::two_lives(before, after, position, *until);
    if (shell.json)
      shell.write(document_of(options.account, lives));
    else
      print_lives(shell, lives, now.schema.zone);
    return Exit::done;
  }
  const history::Backtest result =
      history::backtest(before, after, *until, thread_count(), options.limit);
  const Findings found{result, *frame, *until == never ? frame->clock() : *until};
  if (shell.json)
    shell.write(document_of(found));
  else
    print_findings(shell, found);
  return Exit::done;
}

}  // namespace pharos::cli
