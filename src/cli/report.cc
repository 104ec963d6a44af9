// cli/report.cc: pharos report, and which accounts a report counts in which group.
#include "cli/report.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/population.h"
#include "cli/queries.h"
#include "cli/question.h"
#include "cli/reading.h"
#include "cli/show.h"
#include "insight/node_report.h"
#include "journal/workspace.h"

namespace pharos::cli {
namespace {

constexpr std::size_t group_count_max = 200;

// What --by and --where come to: a group for each account that counts.
struct Grouping {
  std::vector<NodeGroup> groups;
  bool everyone = false;                                  // One group of all; `group_of` is empty.
  std::unordered_map<std::string, std::size_t> group_of;  // By account id.
};

// False if there is no such track; it was complained about.
bool parse_track(const Shell& shell, const std::string& name, const playbook::Playbook& playbook,
                 std::optional<std::uint32_t>& index) {
  if (name.empty()) return true;
  std::vector<std::string> names;
  for (const playbook::Track& track : playbook.tracks) names.push_back(track.name);
  const auto found = std::ranges::find(names, name);
  if (found != names.end()) {
    index = static_cast<std::uint32_t>(found - names.begin());
    return true;
  }
  const std::string hint = did_you_mean(name, names);
  shell.complain("--track: there is no track \"{}\" in playbook {}{}{}", name, playbook.name,
                 hint.empty() ? "" : "\n  ", hint);
  return false;
}

// Of all accounts: nobody has to be looked up.
Grouping one_group(std::uint64_t account_count) {
  Grouping grouping;
  grouping.groups.push_back({.values = {}, .account_count = account_count, .lines = {}});
  grouping.everyone = true;
  return grouping;
}

// `rules`: an attribute each, in the order of --by, and then, if there is one, --where.
Result<Grouping> group_accounts(const Shell& shell, journal::Workspace& workspace,
                                const std::string& dir, const std::vector<cel::Rule>& rules,
                                std::size_t by_count, Instant as_of) {
  const cel::Schema& schema = workspace.playbook().schema;
  const auto population = TRY(Population::open(shell, workspace, dir, rules, as_of));
  const std::vector<Population::Place> accounts =
      population->matching(rules.size() > by_count ? &rules.back() : nullptr);
  std::vector<std::vector<std::string>> values(accounts.size());
  for (std::size_t i = 0; i < by_count; ++i)
    population->each_value(rules[i], accounts, [&](std::size_t at, const cel::Value& value) {
      values[at].push_back(value_text(value, schema));
    });
  std::map<std::vector<std::string>, std::vector<Population::Place>> members;
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    members[std::move(values[i])].push_back(accounts[i]);
    if (members.size() > group_count_max)
      return fail(ErrorCode::limit,
                  "--by gives more than {} groups; take an attribute with fewer values",
                  group_count_max);
  }
  Grouping grouping;
  for (const auto& [group, places] : members) {
    for (const Population::Place place : places)
      grouping.group_of.emplace(population->id(place), grouping.groups.size());
    grouping.groups.push_back({.values = group, .account_count = places.size(), .lines = {}});
  }
  if (by_count == 0 && grouping.groups.empty()) grouping.groups.emplace_back();
  return grouping;
}

// Adds each account's moves to its group as the journal hands them out, account by account.
class Feed {
 public:
  Feed(insight::NodeTally& tally, const Grouping& grouping, Instant as_of)
      : tally_(tally), grouping_(grouping), as_of_(as_of) {}

  void take(const journal::TransitionRow& row) {
    if (row.account != account_) {
      finish();
      account_ = row.account;
    }
    if (row.at <= as_of_) moves_.push_back({row.node, row.kind, row.at});
  }
  void finish() {
    if (moves_.empty()) return;
    const auto group = grouping_.group_of.find(account_);
    if (grouping_.everyone)
      tally_.add(0, moves_);
    else if (group != grouping_.group_of.end())
      tally_.add(group->second, moves_);
    moves_.clear();
  }

 private:
  insight::NodeTally& tally_;
  const Grouping& grouping_;
  const Instant as_of_;
  std::string account_;
  std::vector<insight::Move> moves_;
};

}  // namespace

Result<std::optional<NodeReport>> make_node_report(const Shell& shell,
                                                   journal::Workspace& workspace,
                                                   const ReportOptions& options) {
  const playbook::Playbook& playbook = workspace.playbook();
  const journal::Stats stats = TRY(workspace.stats());
  const auto by = parse_by(shell, options.by, playbook);
  const auto as_of = parse_as_of(shell, options.as_of, playbook.schema.zone, stats, Ahead::refused);
  std::optional<std::uint32_t> track;
  if (!by || !as_of || !parse_track(shell, options.track, playbook, track))
    return std::optional<NodeReport>();
  std::vector<cel::Rule> rules;
  for (const std::uint32_t attribute : *by) {
    const std::string text = "account." + playbook.schema.attributes[attribute].name;
    rules.push_back(compile_query(shell, playbook, {"--by", text}, {}).value());
  }
  if (!options.where.empty()) {
    auto rule = compile_query(shell, playbook, {"--where", options.where}, cel::Kind::boolean);
    if (!rule) return std::optional<NodeReport>();
    rules.push_back(std::move(*rule));
  }
  const Instant clock = *as_of == never ? clock_of(stats) : *as_of;
  const bool everyone = options.where.empty() && by->empty() && *as_of == never;
  const Grouping grouping =
      everyone ? one_group(stats.accounts)
               : TRY(group_accounts(shell, workspace, options.dir, rules, by->size(), *as_of));
  insight::NodeTally tally(playbook, grouping.groups.size());
  Feed feed(tally, grouping, clock);
  TRY(workspace.each_transition([&](const journal::TransitionRow& row) -> Result<> {
    feed.take(row);
    return {};
  }));
  feed.finish();
  NodeReport report{playbook, *by, grouping.groups, track, clock};
  for (std::size_t i = 0; i < report.groups.size(); ++i) report.groups[i].lines = tally.lines(i);
  return report;
}

Result<Exit> run_report(const Shell& shell, const ReportOptions& options) {
  if (options.kind == "funnel") return run_funnel_report(shell, options);
  if (options.kind == "cohort") return run_cohort_report(shell, options);
  if (options.kind != "nodes")
    return shell.misused("there is no report \"{}\"; there are: nodes, funnel, cohort",
                         options.kind);
  const auto workspace = TRY(journal::Workspace::open_to_read(options.dir));
  const auto report = TRY(make_node_report(shell, *workspace, options));
  if (!report) return Exit::usage;
  if (shell.json)
    shell.write(node_document(*report));
  else
    print_nodes(shell, *report);
  return Exit::done;
}

}  // namespace pharos::cli
