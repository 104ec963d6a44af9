// cli/report_cohort.cc: pharos report cohort: who came back, by the period in which they began.
#include "history/cohort.h"

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

using history::CohortAnswer;
using history::CohortMatrix;
using history::CohortQuestion;

struct Asked {
  CohortQuestion question;
  std::optional<cel::Rule> where;
  bool is_money = false;  // Of the sums.
};

bool parse_sum(const Shell& shell, const std::string& name, const playbook::Playbook& playbook,
               Asked& asked) {
  if (name.empty()) return true;
  const cel::EventType& event = playbook.schema.events[asked.question.returning.type];
  std::vector<std::string> names;
  for (std::uint32_t p = 0; p < event.properties.size(); ++p) {
    const cel::PropertyType type = event.properties[p].type;
    if (type != cel::PropertyType::money && type != cel::PropertyType::int_) continue;
    names.push_back(event.properties[p].name);
    if (names.back() != name) continue;
    asked.question.sum = p;
    asked.is_money = type == cel::PropertyType::money;
    return true;
  }
  const std::string hint = did_you_mean(name, names);
  shell.complain("--sum: {} is no amount (money, int) of {}{}{}", quoted(name), event.name,
                 hint.empty() ? "" : "\n  ", hint);
  return false;
}

std::optional<Asked> parse(const Shell& shell, const ReportOptions& options,
                           journal::Workspace& workspace, const journal::Stats& stats) {
  const playbook::Playbook& playbook = workspace.playbook();
  const Zone& zone = playbook.schema.zone;
  if (options.target.empty()) {
    shell.complain("report cohort needs --target, an event such as order_paid");
    return std::nullopt;
  }
  Asked asked;
  auto target = parse_event(shell, "--target", options.target, playbook);
  auto returning =
      parse_event(shell, "--returning",
                  options.returning.empty() ? options.target : options.returning, playbook);
  const auto by = parse_by(shell, options.by, playbook);
  const auto until = parse_as_of(shell, options.as_of, zone, stats, Ahead::allowed);
  const auto from = parse_from(shell, options.from, zone);
  if (!options.where.empty()) {
    asked.where = compile_query(shell, playbook, {"--where", options.where}, cel::Kind::boolean);
    if (!asked.where) return std::nullopt;
  }
  if (!target || !returning || !by || !until || !from) return std::nullopt;
  asked.question.target = *std::move(target);
  asked.question.returning = *std::move(returning);
  asked.question.plan = {.first_time = !options.recurring,
                         .cumulative = options.cumulative,
                         .minimum_occurrences = options.minimum};
  asked.question.period = options.period == "day"    ? Period::day
                          : options.period == "week" ? Period::week
                                                     : Period::month;
  asked.question.by = *by;
  asked.question.until = *until;
  asked.question.from = *from;
  if (!parse_sum(shell, options.sum, playbook, asked)) return std::nullopt;
  return asked;
}

std::string amount_text(const Asked& asked, std::int64_t sum, const cel::Schema& schema) {
  return asked.is_money ? value_text(cel::Value::money({sum}), schema)
                        : value_text(cel::Value::integer(sum), schema);
}

std::string document_of(const Asked& asked, const CohortAnswer& answer, const cel::Schema& schema,
                        Instant clock) {
  const std::size_t periods = answer.periods.size();
  Document document;
  document.open_object();
  document.key("as_of").text(format_instant(clock));
  document.key("groups").open_list();
  for (const CohortMatrix& matrix : answer.matrices) {
    document.open_object();
    document.key("key").open_list();
    for (const std::string& part : matrix.key) document.text(part);
    document.close_list();
    document.key("cohorts").open_list();
    for (std::size_t row = 0; row < periods; ++row) {
      document.open_object();
      document.key("cohort").text(answer.periods[row]);
      document.key("counts").open_list();
      for (std::size_t column = 0; row + column < periods; ++column)
        document.count(matrix.counts[row * periods + column]);
      document.close_list();
      if (asked.question.sum) {
        document.key("sums").open_list();
        for (std::size_t column = 0; row + column < periods; ++column) {
          const std::int64_t sum = matrix.sums[row * periods + column];
          put_value(document, asked.is_money ? cel::Value::money({sum}) : cel::Value::integer(sum),
                    schema);
        }
        document.close_list();
      }
      document.close_object();
    }
    document.close_list().close_object();
  }
  document.close_list().close_object();
  return document.take();
}

// `sums`: amounts; else shares of the cohort.
void print_matrix(const Shell& shell, const Asked& asked, const CohortAnswer& answer,
                  const CohortMatrix& matrix, const cel::Schema& schema, bool sums) {
  const std::size_t periods = answer.periods.size();
  std::vector<Column> columns{{std::string(shell.say({"cohort", "群组"}))},
                              {std::string(shell.say({"accounts", "客户"})), Align::right}};
  for (std::size_t column = sums ? 0 : 1; column < periods; ++column)
    columns.push_back({fmt::format("+{}", column), Align::right});
  Table table(std::move(columns));
  for (std::size_t row = 0; row < periods; ++row) {
    const std::uint64_t size = matrix.counts[row * periods];
    if (size == 0) continue;
    std::vector<std::string> cells{answer.periods[row], count_text(size)};
    for (std::size_t column = sums ? 0 : 1; column < periods; ++column) {
      const std::size_t at = row * periods + column;
      if (row + column >= periods)
        cells.emplace_back();
      else
        cells.push_back(sums ? amount_text(asked, matrix.sums[at], schema)
                             : share_text(matrix.counts[at], size));
    }
    table.add(std::move(cells));
  }
  shell.print("{}\n", table.text());
}

}  // namespace

Result<Exit> run_cohort_report(const Shell& shell, const ReportOptions& options) {
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
  const CohortAnswer answer = TRY(history::cohort(*frame, asked->question, thread_count()));
  const Instant clock = asked->question.until == never ? frame->clock() : asked->question.until;
  const cel::Schema& schema = frame->schema();
  if (shell.json) {
    shell.write(document_of(*asked, answer, schema, clock));
    return Exit::done;
  }
  for (const CohortMatrix& matrix : answer.matrices) {
    std::string name;
    for (const std::string& part : matrix.key) name += (name.empty() ? "" : ", ") + part;
    if (!name.empty()) shell.print("{}\n", shell.strong(name));
    print_matrix(shell, *asked, answer, matrix, schema, false);
    if (asked->question.sum) print_matrix(shell, *asked, answer, matrix, schema, true);
  }
  shell.tell({"As of {}\n", "截至 {}\n"}, clock_text(clock, schema));
  return Exit::done;
}

}  // namespace pharos::cli
