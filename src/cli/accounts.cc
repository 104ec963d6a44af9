// cli/accounts.cc: pharos accounts: any rule over all accounts, with any columns.
#include <algorithm>
#include <compare>

#include "cel/arena.h"
#include "cli/commands.h"
#include "cli/document.h"
#include "cli/queries.h"
#include "cli/reading.h"
#include "cli/show.h"
#include "cli/table.h"
#include "journal/workspace.h"

namespace pharos::cli {
namespace {

constexpr std::size_t page_rows = 50;  // For people who name no limit.

// What rows are ordered by; what cannot be computed comes last either way.
struct Key {
  bool missing = true;
  double number = 0;
  std::int64_t whole = 0;  // Tells apart what a double cannot.
  std::string text;
};

Key key_of(const cel::Value& value) {
  Key key{.missing = false, .number = 0, .whole = 0, .text = {}};
  switch (value.kind()) {
    case cel::Kind::boolean: key.whole = value.as_boolean() ? 1 : 0; break;
    case cel::Kind::integer: key.whole = value.as_integer(); break;
    case cel::Kind::money: key.whole = value.as_money().minor; break;
    case cel::Kind::timestamp: key.whole = value.as_instant().ms; break;
    case cel::Kind::duration: key.whole = value.as_duration_nanos(); break;
    case cel::Kind::real: key.number = value.as_real(); break;
    case cel::Kind::string: key.text = value.as_string(); break;
    default: key.missing = true;
  }
  if (value.kind() != cel::Kind::real) key.number = static_cast<double>(key.whole);
  return key;
}

// Negative: `a` comes before `b` when ordered upwards.
int compared(const Key& a, const Key& b) {
  if (a.number != b.number) return a.number < b.number ? -1 : 1;
  if (a.whole != b.whole) return a.whole < b.whole ? -1 : 1;
  return a.text.compare(b.text);
}

struct Match {
  engine::AccountNumber account;
  Key key;
};

// The rules of a command line, and where each stands among the queries of the fold.
struct Plan {
  ReplayRequest request;
  std::optional<std::uint32_t> where, order;
  bool descending = false;
  std::uint32_t column_first = 0;
  std::vector<std::string> columns;
};

std::vector<std::string> default_columns(const playbook::Playbook& playbook) {
  std::vector<std::string> columns;
  for (const cel::Property& attribute : playbook.schema.attributes)
    columns.push_back(attribute.name);
  return columns;
}

// None if something does not check; all faults were shown.
std::optional<Plan> make_plan(const Shell& shell, const AccountsOptions& options,
                              const playbook::Playbook& playbook) {
  Plan plan;
  bool sound = true;
  const auto add = [&](std::string option, std::string text, std::optional<cel::Kind> kind) {
    auto rule = compile_query(shell, playbook, {std::move(option), std::move(text)}, kind);
    sound = sound && rule.has_value();
    if (rule) plan.request.queries.push_back(std::move(*rule));
    return static_cast<std::uint32_t>(plan.request.queries.size()) - 1;
  };
  if (!options.where.empty()) plan.where = add("--where", options.where, cel::Kind::boolean);
  if (!options.order.empty()) {
    const Ordering ordering = parse_ordering(options.order);
    plan.order = add("--order", ordering.text, {});
    plan.descending = ordering.descending;
  }
  plan.column_first = static_cast<std::uint32_t>(plan.request.queries.size());
  if (!options.count) {
    plan.columns =
        options.columns.empty() ? default_columns(playbook) : split_expressions(options.columns);
    for (const std::string& column : plan.columns) add("--columns", column, {});
  }
  plan.request.lifecycle = reads_nodes(plan.request.queries);
  if (!sound) return std::nullopt;
  return plan;
}

std::vector<Match> find_matches(const Plan& plan, engine::Fold& fold) {
  cel::Arena arena;
  std::vector<Match> matches;
  for (const engine::AccountNumber account : live_accounts(fold)) {
    if (plan.where && !fold.query(account, *plan.where, arena).is_true()) continue;
    Match match{account, {}};
    if (plan.order) match.key = key_of(fold.query(account, *plan.order, arena));
    matches.push_back(std::move(match));
  }
  std::ranges::sort(matches, [&](const Match& a, const Match& b) {
    if (plan.order) {
      if (a.key.missing != b.key.missing) return b.key.missing;
      if (const int order = compared(a.key, b.key); order != 0)
        return plan.descending ? order > 0 : order < 0;
    }
    return fold.account_id(a.account) < fold.account_id(b.account);
  });
  return matches;
}

std::string document_of(const Plan& plan, const std::vector<Match>& matches, std::size_t shown,
                        engine::Fold& fold, const cel::Schema& schema, Instant clock) {
  cel::Arena arena;
  Document document;
  document.open_object();
  document.key("as_of").text(format_instant(clock));
  document.key("count").count(matches.size());
  if (!plan.columns.empty()) {
    document.key("accounts").open_list();
    for (std::size_t i = 0; i < shown; ++i) {
      document.open_object();
      document.key("account").text(fold.account_id(matches[i].account));
      for (std::uint32_t c = 0; c < plan.columns.size(); ++c) {
        document.key(plan.columns[c]);
        put_value(document, fold.query(matches[i].account, plan.column_first + c, arena), schema);
      }
      document.close_object();
    }
    document.close_list();
  }
  document.close_object();
  return document.take();
}

Table table_of(const Shell& shell, const Plan& plan, const std::vector<Match>& matches,
               std::size_t shown, engine::Fold& fold, const cel::Schema& schema) {
  cel::Arena arena;
  std::vector<std::vector<std::string>> rows;
  std::vector<bool> numeric(plan.columns.size(), false);
  for (std::size_t i = 0; i < shown; ++i) {
    std::vector<std::string> row{std::string(fold.account_id(matches[i].account))};
    for (std::uint32_t c = 0; c < plan.columns.size(); ++c) {
      const cel::Value value = fold.query(matches[i].account, plan.column_first + c, arena);
      numeric[c] = numeric[c] || is_numeric(value.kind());
      row.push_back(value_text(value, schema));
    }
    rows.push_back(std::move(row));
  }
  std::vector<Column> columns{{std::string(shell.say({"account", "客户"}))}};
  for (std::size_t c = 0; c < plan.columns.size(); ++c)
    columns.push_back({plan.columns[c], numeric[c] ? Align::right : Align::left});
  Table table(std::move(columns));
  for (auto& row : rows) table.add(std::move(row));
  return table;
}

}  // namespace

Result<Exit> run_accounts(const Shell& shell, const AccountsOptions& options) {
  const auto workspace = TRY(journal::Workspace::open_to_read(options.dir));
  const playbook::Playbook& playbook = workspace->playbook();
  const journal::Stats stats = TRY(workspace->stats());
  const auto as_of = parse_as_of(shell, options.as_of, playbook.schema.zone, stats, Ahead::allowed);
  auto plan = make_plan(shell, options, playbook);
  if (!as_of || !plan) return Exit::usage;
  plan->request.as_of = *as_of;
  engine::Fold fold = TRY(replay(shell, *workspace, plan->request));
  const std::vector<Match> matches = find_matches(*plan, fold);

  std::size_t shown = matches.size();
  if (options.limit > 0) shown = std::min(shown, static_cast<std::size_t>(options.limit));
  if (options.limit < 0 && !shell.json) shown = std::min(shown, page_rows);
  const Instant clock = *as_of == never ? clock_of(stats) : *as_of;
  if (shell.json) {
    shell.write(document_of(*plan, matches, shown, fold, playbook.schema, clock));
    return Exit::done;
  }
  if (options.count) {
    shell.print("{}\n", count_text(matches.size()));
    return Exit::done;
  }
  if (!matches.empty())
    shell.print("{}\n", table_of(shell, *plan, matches, shown, fold, playbook.schema).text());
  const std::string time = clock_text(clock, playbook.schema);
  shell.tell({"{0} as of {2}", "{1} 个客户，截至 {2}"}, counted(matches.size(), "account"),
             count_text(matches.size()), time);
  if (shown < matches.size())
    shell.tell({"; {} shown, --limit 0 shows all", "；显示 {} 个，--limit 0 显示全部"},
               count_text(shown));
  shell.print("\n");
  return Exit::done;
}

}  // namespace pharos::cli
