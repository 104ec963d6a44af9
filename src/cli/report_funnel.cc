// cli/report_funnel.cc: pharos report funnel: how far accounts get through a series of events.
#include <algorithm>

#include "base/document.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/population.h"
#include "cli/queries.h"
#include "cli/question.h"
#include "cli/reading.h"
#include "cli/show.h"
#include "cli/table.h"

namespace pharos::cli {
namespace {

using history::FunnelLine;
using history::FunnelMode;
using history::FunnelQuestion;

// What was asked, and the words for it.
struct Asked {
  FunnelQuestion question;
  std::optional<cel::Rule> where;
  std::vector<std::string> steps;     // As typed.
  std::vector<std::string> headings;  // Of the groups.
};

bool parse_mode(const Shell& shell, std::string_view text, FunnelQuestion& question) {
  const std::vector<std::string_view> parts = split(text, '+');
  const std::pair<std::string_view, FunnelMode> modes[] = {
      {"ordered", FunnelMode::ordered},
      {"strict", FunnelMode::strict},
      {"unordered", FunnelMode::unordered},
      {"first", FunnelMode::first},
      {"window_funnel", FunnelMode::window_funnel}};
  const auto* const mode =
      std::ranges::find_if(modes, [&](const auto& one) { return one.first == parts[0]; });
  if (mode == std::end(modes)) {
    shell.complain(
        "--mode: there is no mode {}; there are: ordered, strict, unordered, first, window_funnel",
        quoted(parts[0]));
    return false;
  }
  question.mode = mode->second;
  const std::pair<std::string_view, bool insight::WindowFunnelPlan::*> flags[] = {
      {"strict_increase", &insight::WindowFunnelPlan::strict_increase},
      {"strict_once", &insight::WindowFunnelPlan::strict_once},
      {"strict_deduplication", &insight::WindowFunnelPlan::strict_deduplication},
      {"strict_order", &insight::WindowFunnelPlan::strict_order},
      {"allow_reentry", &insight::WindowFunnelPlan::allow_reentry}};
  for (const std::string_view part : std::span(parts).subspan(1)) {
    bool known = false;
    for (const auto& [name, flag] : flags) {
      if (name != part) continue;
      question.flags.*flag = known = true;
    }
    if (known && question.mode == FunnelMode::window_funnel) continue;
    shell.complain(
        "--mode: {} is no flag of {}; window_funnel takes strict_increase, strict_once, "
        "strict_deduplication, strict_order, allow_reentry",
        quoted(part), parts[0]);
    return false;
  }
  return true;
}

// "EVENT" spans all steps; "1-2: EVENT" lies between those two, counted from 1.
bool parse_without(const Shell& shell, std::string_view text, const playbook::Playbook& playbook,
                   FunnelQuestion& question) {
  insight::Exclusion between{0, static_cast<int>(question.steps.size()) - 1};
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    const std::vector<std::string_view> ends = split(text.substr(0, colon), '-');
    const auto from = ends.size() == 2 ? parse_int64(trimmed(ends[0])) : std::nullopt;
    const auto to = ends.size() == 2 ? parse_int64(trimmed(ends[1])) : std::nullopt;
    if (!from || !to || *from < 1 || *to > insight::step_count_max) {
      shell.complain("--without: {} is not a pair of steps such as \"1-2: order_refunded\"",
                     quoted(text.substr(0, colon)));
      return false;
    }
    between = {static_cast<int>(*from) - 1, static_cast<int>(*to) - 1};
    text = text.substr(colon + 1);
  }
  auto match = parse_event(shell, "--without", text, playbook);
  if (match) question.exclusions.push_back({*std::move(match), between});
  return match.has_value();
}

bool parse_steps(const Shell& shell, const ReportOptions& options,
                 const playbook::Playbook& playbook, Asked& asked) {
  if (options.steps.empty() || options.window.empty()) {
    shell.complain("report funnel needs --steps and --window, such as --steps \"{}\" --window 30d",
                   "lead_created, contract_signed");
    return false;
  }
  bool sound = true;
  for (const std::string& text : split_expressions(options.steps)) {
    auto match = parse_event(shell, "--steps", text, playbook);
    sound = sound && match.has_value();
    if (match) asked.question.steps.push_back(*std::move(match));
    asked.steps.push_back(text);
  }
  if (asked.steps.size() > static_cast<std::size_t>(insight::step_count_max)) {
    shell.complain("--steps: {} steps; at most {} are taken", asked.steps.size(),
                   insight::step_count_max);
    return false;
  }
  const Result<Duration> window = parse_duration(options.window);
  if (!window) {
    shell.complain("--window: {}", window.error().message);
    return false;
  }
  asked.question.window = asked.question.flags.window = *window;
  asked.question.flags.step_count = static_cast<int>(asked.steps.size());
  return sound;
}

std::optional<Asked> parse(const Shell& shell, const ReportOptions& options,
                           journal::Workspace& workspace, const journal::Stats& stats) {
  const playbook::Playbook& playbook = workspace.playbook();
  const Zone& zone = playbook.schema.zone;
  Asked asked;
  bool sound = parse_mode(shell, options.mode, asked.question);
  sound = parse_steps(shell, options, playbook, asked) && sound;
  for (const std::string& text : options.without)
    sound = parse_without(shell, text, playbook, asked.question) && sound;
  const auto by = parse_by_period(shell, options.by, playbook);
  const auto until = parse_as_of(shell, options.as_of, zone, stats, Ahead::allowed);
  const auto from = parse_from(shell, options.from, zone);
  if (!options.where.empty()) {
    asked.where = compile_query(shell, playbook, {"--where", options.where}, cel::Kind::boolean);
    sound = sound && asked.where.has_value();
  }
  if (!sound || !by || !until || !from) return std::nullopt;
  if (by->period && asked.question.mode == FunnelMode::window_funnel) {
    shell.complain("--by: chains (window_funnel) do not say when they began; leave out the period");
    return std::nullopt;
  }
  asked.question.by = by->attributes;
  asked.question.period = by->period;
  asked.question.until = *until;
  asked.question.from = *from;
  for (const std::uint32_t attribute : by->attributes)
    asked.headings.push_back(playbook.schema.attributes[attribute].name);
  if (by->period) asked.headings.emplace_back(shell.say({"period", "时期"}));
  return asked;
}

void put_seconds(Document& document, std::optional<double> seconds) {
  if (seconds)
    document.real(*seconds);
  else
    document.null();
}

std::string document_of(const Asked& asked, const history::FunnelAnswer& answer, Instant clock) {
  Document document;
  document.open_object();
  document.key("as_of").text(format_instant(clock));
  document.key("accounts").count(answer.accounts);
  document.key("dropped").count(answer.dropped);
  document.key("steps").open_list();
  for (const std::string& step : asked.steps) document.text(step);
  document.close_list();
  document.key("groups").open_list();
  for (const FunnelLine& line : answer.lines) {
    document.open_object();
    document.key("key").open_list();
    for (const std::string& part : line.key) document.text(part);
    document.close_list();
    document.key("counts").open_list();
    for (int k = 0; k < line.tally.step_count(); ++k) document.count(line.tally.count(k));
    document.close_list();
    document.key("median_s").open_list();
    for (int k = 0; k < line.tally.step_count(); ++k) put_seconds(document, line.tally.median_s(k));
    document.close_list();
    document.key("average_s").open_list();
    for (int k = 0; k < line.tally.step_count(); ++k)
      put_seconds(document, line.tally.average_s(k));
    document.close_list();
    document.close_object();
  }
  document.close_list().close_object();
  return document.take();
}

std::string seconds_text(std::optional<double> seconds) {
  if (!seconds) return "-";
  return format_duration_short(Duration{static_cast<std::int64_t>(*seconds * 1'000)});
}

// One group: a line for each step.
void print_steps(const Shell& shell, const Asked& asked, const insight::FunnelTally& tally) {
  const auto number = [&](const Words& words) {
    return Column{std::string(shell.say(words)), Align::right};
  };
  Table table({{""},
               {std::string(shell.say({"step", "步骤"}))},
               number({"accounts", "客户"}),
               number({"of first", "占首步"}),
               number({"of last", "占上步"}),
               number({"median", "中位时长"}),
               number({"average", "平均时长"})});
  for (int k = 0; k < tally.step_count(); ++k)
    table.add({std::to_string(k + 1), asked.steps[static_cast<std::size_t>(k)],
               count_text(tally.count(k)), share_text(tally.count(k), tally.count(0)),
               k == 0 ? "" : share_text(tally.count(k), tally.count(k - 1)),
               k == 0 ? "" : seconds_text(tally.median_s(k)),
               k == 0 ? "" : seconds_text(tally.average_s(k))});
  shell.print("{}", table.text());
}

// Several: a line for each group, a column for each step.
void print_groups(const Shell& shell, const Asked& asked, const history::FunnelAnswer& answer) {
  std::vector<Column> columns;
  for (const std::string& heading : asked.headings) columns.push_back({heading});
  for (const std::string& step : asked.steps) columns.push_back({step, Align::right});
  columns.push_back({std::string(shell.say({"conversion", "转化率"})), Align::right});
  Table table(std::move(columns));
  for (const FunnelLine& line : answer.lines) {
    std::vector<std::string> row = line.key;
    const int last = line.tally.step_count() - 1;
    for (int k = 0; k <= last; ++k) row.push_back(count_text(line.tally.count(k)));
    row.push_back(share_text(line.tally.count(last), line.tally.count(0)));
    table.add(std::move(row));
  }
  shell.print("{}", table.text());
}

}  // namespace

Result<Exit> run_funnel_report(const Shell& shell, const ReportOptions& options) {
  const auto workspace = TRY(journal::Workspace::open_to_read(options.dir));
  const journal::Stats stats = TRY(workspace->stats());
  auto asked = parse(shell, options, *workspace, stats);
  if (!asked) return Exit::usage;
  const auto frame = TRY(open_frame(shell, *workspace, options.dir));
  std::vector<history::Position> accounts;
  if (asked->where) {
    accounts = accounts_where(*frame, workspace->playbook(), *asked->where, asked->question.until);
    asked->question.accounts = &accounts;
  }
  const auto answer = history::funnel(*frame, asked->question, thread_count());
  if (!answer) return shell.misused("--without: {}", answer.error().message);
  const Instant clock = asked->question.until == never ? frame->clock() : asked->question.until;
  if (shell.json) {
    shell.write(document_of(*asked, *answer, clock));
    return Exit::done;
  }
  if (asked->headings.empty() && !answer->lines.empty())
    print_steps(shell, *asked, answer->lines.front().tally);
  else if (!answer->lines.empty())
    print_groups(shell, *asked, *answer);
  shell.tell({"\n{} accounts looked at, as of {}\n", "\n共 {} 个客户，截至 {}\n"},
             count_text(answer->accounts), clock_text(clock, frame->schema()));
  if (answer->dropped > 0)
    shell.tell({"{} dropped by --without\n", "{} 个因 --without 剔除\n"},
               count_text(answer->dropped));
  return Exit::done;
}

}  // namespace pharos::cli
