// cli/accounts.cc: pharos accounts: any rule over all accounts, with any columns.
#include <algorithm>
#include <compare>
#include <deque>
#include <span>

#include "base/document.h"
#include "cli/commands.h"
#include "cli/population.h"
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
  Population::Place account;
  Key key;
};

// The rules of a command line, and where each stands among them.
struct Plan {
  std::vector<cel::Rule> rules;
  std::optional<std::size_t> where, order;
  bool descending = false;
  std::size_t column_first = 0;
  std::vector<std::string> columns;

  const cel::Rule* rule(std::optional<std::size_t> index) const {
    return index ? &rules[*index] : nullptr;
  }
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
    if (rule) plan.rules.push_back(std::move(*rule));
    return plan.rules.size() - 1;
  };
  if (!options.where.empty()) plan.where = add("--where", options.where, cel::Kind::boolean);
  if (!options.order.empty()) {
    const Ordering ordering = parse_ordering(options.order);
    plan.order = add("--order", ordering.text, {});
    plan.descending = ordering.descending;
  }
  plan.column_first = plan.rules.size();
  if (!options.count) {
    plan.columns =
        options.columns.empty() ? default_columns(playbook) : split_expressions(options.columns);
    for (const std::string& column : plan.columns) add("--columns", column, {});
  }
  if (!sound) return std::nullopt;
  return plan;
}

std::vector<Match> find_matches(const Plan& plan, Population& population) {
  const std::vector<Population::Place> found = population.matching(plan.rule(plan.where));
  std::vector<Match> matches;
  for (const Population::Place account : found) matches.push_back({account, {}});
  if (plan.order)
    population.each_value(
        plan.rules[*plan.order], found,
        [&](std::size_t i, const cel::Value& value) { matches[i].key = key_of(value); });
  std::ranges::sort(matches, [&](const Match& a, const Match& b) {
    if (plan.order) {
      if (a.key.missing != b.key.missing) return b.key.missing;
      if (const int order = compared(a.key, b.key); order != 0)
        return plan.descending ? order > 0 : order < 0;
    }
    return population.id(a.account) < population.id(b.account);
  });
  return matches;
}

// The accounts that are shown, and a value for each of them and each column.
class Sheet {
 public:
  Sheet(const Plan& plan, std::span<const Match> shown, Population& population,
        const cel::Schema& schema) {
    std::vector<std::size_t> order(shown.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::sort(order, {}, [&](std::size_t i) { return shown[i].account; });
    std::vector<Population::Place> places;
    for (const std::size_t i : order) places.push_back(shown[i].account);
    for (const Match& match : shown) ids_.push_back(population.id(match.account));
    for (std::size_t c = 0; c < plan.columns.size(); ++c) {
      std::vector<cel::Value>& column = columns_.emplace_back(shown.size());
      population.each_value(
          plan.rules[plan.column_first + c], places,
          [&](std::size_t i, const cel::Value& value) { column[order[i]] = kept(value, schema); });
    }
  }
  std::size_t row_count() const { return ids_.size(); }
  std::string_view id(std::size_t row) const { return ids_[row]; }
  const cel::Value& value(std::size_t row, std::size_t column) const {
    return columns_[column][row];
  }

 private:
  // What lies elsewhere becomes text of our own.
  cel::Value kept(const cel::Value& value, const cel::Schema& schema) {
    switch (value.kind()) {
      case cel::Kind::error: return cel::Value::error("");
      case cel::Kind::string: return cel::Value::string(texts_.emplace_back(value.as_string()));
      case cel::Kind::bytes:
      case cel::Kind::list:
      case cel::Kind::map:
      case cel::Kind::type:
      case cel::Kind::optional:
        return cel::Value::string(texts_.emplace_back(cel::format_value(value, schema)));
      default: return value;
    }
  }
  std::vector<std::string_view> ids_;
  std::vector<std::vector<cel::Value>> columns_;
  std::deque<std::string> texts_;
};

std::string document_of(const Plan& plan, std::size_t count, const Sheet& sheet,
                        const cel::Schema& schema, Instant clock) {
  Document document;
  document.open_object();
  document.key("as_of").text(format_instant(clock));
  document.key("count").count(count);
  if (!plan.columns.empty()) {
    document.key("accounts").open_list();
    for (std::size_t i = 0; i < sheet.row_count(); ++i) {
      document.open_object();
      document.key("account").text(sheet.id(i));
      for (std::size_t c = 0; c < plan.columns.size(); ++c) {
        document.key(plan.columns[c]);
        put_value(document, sheet.value(i, c), schema);
      }
      document.close_object();
    }
    document.close_list();
  }
  document.close_object();
  return document.take();
}

Table table_of(const Shell& shell, const Plan& plan, const Sheet& sheet,
               const cel::Schema& schema) {
  std::vector<Column> columns{{std::string(shell.say({"account", "客户"}))}};
  for (std::size_t c = 0; c < plan.columns.size(); ++c) {
    bool numeric = false;
    for (std::size_t i = 0; i < sheet.row_count(); ++i)
      numeric = numeric || is_numeric(sheet.value(i, c).kind());
    columns.push_back({plan.columns[c], numeric ? Align::right : Align::left});
  }
  Table table(std::move(columns));
  for (std::size_t i = 0; i < sheet.row_count(); ++i) {
    std::vector<std::string> row{std::string(sheet.id(i))};
    for (std::size_t c = 0; c < plan.columns.size(); ++c)
      row.push_back(value_text(sheet.value(i, c), schema));
    table.add(std::move(row));
  }
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
  const auto population =
      TRY(Population::open(shell, *workspace, options.dir, plan->rules, *as_of));
  const std::vector<Match> matches = find_matches(*plan, *population);

  std::size_t shown = matches.size();
  if (options.limit > 0) shown = std::min(shown, static_cast<std::size_t>(options.limit));
  if (options.limit < 0 && !shell.json) shown = std::min(shown, page_rows);
  const Instant clock = *as_of == never ? clock_of(stats) : *as_of;
  const Sheet sheet(*plan, std::span(matches).first(shown), *population, playbook.schema);
  if (shell.json) {
    shell.write(document_of(*plan, matches.size(), sheet, playbook.schema, clock));
    return Exit::done;
  }
  if (options.count) {
    shell.print("{}\n", count_text(matches.size()));
    return Exit::done;
  }
  if (!matches.empty()) shell.print("{}\n", table_of(shell, *plan, sheet, playbook.schema).text());
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
