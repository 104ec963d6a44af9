// bench/ask.cc: workloads W2, W3, W4, W5 and W7 in process, over the columns of a workspace's
// history. Each question is put three times. Prints a line of JSON each time, and writes the
// answer.
//
//   bench_ask w2|w3|w4|w5|w7 WORKSPACE AS_OF ANSWER
//
// W2 to W5 are what the commands backtest, accounts --where, report funnel and report cohort ask.
// W7 walks the runs of an account here; no command asks for exactly this.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "base/text.h"
#include "cel/rule.h"
#include "engine/fold.h"
#include "history/cohort.h"
#include "history/funnel.h"
#include "history/replay.h"
#include "history/segment.h"
#include "history/threads.h"
#include "journal/workspace.h"

namespace pharos {
namespace {

using Clock = std::chrono::steady_clock;
using history::Frame;
using history::Position;
using history::Run;

constexpr std::size_t piece_accounts = 4'096;
constexpr int repeats = 3;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}
int threads() {
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

std::uint32_t type_named(const Frame& frame, std::string_view name) {
  const auto& events = frame.schema().events;
  const auto found = std::ranges::find(events, name, &cel::EventType::name);
  ASSERT(found != events.end());
  return static_cast<std::uint32_t>(found - events.begin());
}
std::optional<std::uint32_t> property_named(const Frame& frame, std::uint32_t type,
                                            std::string_view name) {
  const auto& properties = frame.schema().events[type].properties;
  const auto found = std::ranges::find(properties, name, &cel::Property::name);
  if (found == properties.end()) return std::nullopt;
  return static_cast<std::uint32_t>(found - properties.begin());
}

// Minor units of the events of a run.
std::span<const std::int64_t> amounts_of(const Run& run, std::uint32_t property) {
  return run.family->properties[property].cells.subspan(run.range.from, run.size());
}

std::uint32_t attribute_named(const Frame& frame, std::string_view name) {
  const auto& attributes = frame.schema().attributes;
  const auto found = std::ranges::find(attributes, name, &cel::Property::name);
  ASSERT(found != attributes.end());
  return static_cast<std::uint32_t>(found - attributes.begin());
}

std::string segment(const Frame& frame, const cel::Rule& rule, Instant as_of) {
  const std::vector<Position> found = history::matching(frame, &rule, as_of, threads());
  std::int64_t sum = 0;
  for (const Position position : found)
    sum += parse_int64(frame.directory().id(position)).value_or(0);
  return fmt::format("{},{}\n", found.size(), sum);
}

cel::Rule segment_rule(const Frame& frame) {
  const auto compiled = cel::compile(
      "industry == 'beauty' && sum(order_paid.amount, '30d') >= 5000.00 && count(login, '7d') == 0",
      {"w3", 1, 1}, {.use = cel::Use::query, .schema = &frame.schema(), .event = -1, .metrics = {}},
      cel::Kind::boolean);
  ASSERT(compiled.rule);
  return *compiled.rule;
}

history::EventMatch event_named(const Frame& frame, std::string_view name) {
  return {.type = type_named(frame, name), .filter = {}};
}

// Accounts at each of four steps, by month of the lead and industry.
Result<std::string> funnel(const Frame& frame) {
  history::FunnelQuestion question;
  for (const auto* name : {"lead_created", "contract_signed", "store_opened", "order_paid"})
    question.steps.push_back(event_named(frame, name));
  question.mode = history::FunnelMode::first;
  question.window = 90 * day;
  question.by = {attribute_named(frame, "industry")};
  question.period = Period::month;
  const history::FunnelAnswer answer = TRY(history::funnel(frame, question, threads()));
  std::string text;
  for (const history::FunnelLine& line : answer.lines)
    text += fmt::format("{},{},{},{},{},{}\n", line.key[1], line.key[0], line.tally.count(0),
                        line.tally.count(1), line.tally.count(2), line.tally.count(3));
  return text;
}

// Accounts and amounts by month of the first order and months later.
Result<std::string> cohorts(const Frame& frame) {
  history::CohortQuestion question;
  question.target = question.returning = event_named(frame, "order_paid");
  question.plan.first_time = true;
  question.period = Period::month;
  question.sum = property_named(frame, question.target.type, "amount");
  const history::CohortAnswer answer = TRY(history::cohort(frame, question, threads()));
  std::string text;
  const std::size_t count = answer.periods.size();
  for (const history::CohortMatrix& matrix : answer.matrices)
    for (std::size_t row = 0; row < count; ++row)
      for (std::size_t column = 0; row + column < count; ++column)
        if (const std::size_t cell = row * count + column; matrix.counts[cell] > 0)
          text += fmt::format("{},{},{},{}\n", answer.periods[row], column, matrix.counts[cell],
                              matrix.sums[cell]);
  return text;
}

// All lives again under the playbook: node, label, accounts, sum of entry times.
std::string replay(const Frame& frame, const playbook::Playbook& playbook) {
  struct Entries {
    std::uint64_t accounts = 0;
    std::int64_t sum_ms = 0;
  };
  std::vector<Entries> total(playbook.nodes.size());
  std::mutex mutex;
  const std::vector<cel::Rule> no_queries;
  const std::size_t count = frame.account_count();
  history::in_pieces((count + piece_accounts - 1) / piece_accounts, threads(), [&] {
    const auto reader =
        std::make_shared<history::LifeReader>(frame, playbook, no_queries, false, never, false);
    return [&, reader](std::size_t piece) {
      engine::Fold fold(playbook, {.queries = {}, .queries_only = false, .history = {}});
      engine::Effects effects;
      std::vector<Entries> own(total.size());
      const std::size_t end = std::min(count, (piece + 1) * piece_accounts);
      for (std::size_t i = piece * piece_accounts; i < end; ++i) {
        effects.clear();
        reader->read(static_cast<Position>(i), fold, effects);
        for (const engine::Transition& transition : effects.transitions) {
          if (transition.kind != engine::TransitionKind::entered || transition.entry != 1) continue;
          ++own[transition.node].accounts;
          own[transition.node].sum_ms += transition.at.ms;
        }
      }
      const std::lock_guard lock(mutex);
      for (std::size_t node = 0; node < own.size(); ++node) {
        total[node].accounts += own[node].accounts;
        total[node].sum_ms += own[node].sum_ms;
      }
    };
  });
  std::string text;
  for (std::size_t node = 0; node < total.size(); ++node)
    text += fmt::format("{},{},{},{}\n", node + 1, playbook.nodes[node].name, total[node].accounts,
                        total[node].sum_ms);
  return text;
}

// Point reads: where an account stands, what it did lately, and its last events whole.
class Reader {
 public:
  Reader(const Frame& frame, std::vector<std::uint8_t> nodes, Instant as_of)
      : frame_(frame), nodes_(std::move(nodes)), as_of_(as_of) {
    order_ = type_named(frame, "order_paid");
    login_ = type_named(frame, "login");
    amount_ = *property_named(frame, order_, "amount");
    for (std::uint32_t type = 0; type < frame.schema().events.size(); ++type)
      if (frame.schema().events[type].name != "account_updated") types_.push_back(type);
    for (std::size_t i = 0; i < types_.size(); ++i) scratch_.emplace_back();
    rows_.reserve(50);
  }

  // The node, orders, cents, logins and ids of the last events, added up.
  std::int64_t read(Position position) {
    std::int64_t sum = nodes_[position];
    std::vector<Run>& runs = runs_;
    runs.clear();
    for (std::size_t i = 0; i < types_.size(); ++i) {
      runs.push_back(frame_.run(types_[i], position, scratch_[i]));
      if (types_[i] == order_) sum += orders(runs.back());
      if (types_[i] == login_) sum += within(runs.back(), 7 * day);
    }
    take_last(50);
    for (const Row& row : rows_) sum += row.id;
    return sum;
  }

 private:
  struct Row {
    std::int64_t id = 0, time = 0, amount = 0;
    std::string_view name, category, channel;
  };
  std::int64_t within(const Run& run, Duration window) const {
    const auto times = run.times();
    return std::ranges::upper_bound(times, as_of_.ms) -
           std::ranges::upper_bound(times, (as_of_ - window).ms);
  }
  std::int64_t orders(const Run& run) const {
    const std::int64_t count = within(run, 30 * day);
    const auto last = std::ranges::upper_bound(run.times(), as_of_.ms) - run.times().begin();
    const auto amounts = amounts_of(run, amount_);
    std::int64_t cents = 0;
    for (auto i = last - count; i < last; ++i) cents += amounts[static_cast<std::size_t>(i)];
    return count + cents;
  }
  std::string_view text_of(const Run& run, std::size_t type, std::string_view property,
                           std::size_t at) const {
    const auto index = property_named(frame_, types_[type], property);
    if (!index) return {};
    const std::uint32_t code = run.family->properties[*index].codes[at];
    if (code >= history::code_null) return {};
    return frame_.directory().texts[frame_.text_columns().of(types_[type], *index)].view(code);
  }
  // The latest events of all types, whole.
  void take_last(std::size_t count) {
    rows_.clear();
    while (rows_.size() < count) {
      std::size_t latest = runs_.size();
      for (std::size_t i = 0; i < runs_.size(); ++i)
        if (runs_[i].size() > 0 &&
            (latest == runs_.size() || runs_[i].times().back() > runs_[latest].times().back()))
          latest = i;
      if (latest == runs_.size()) return;
      Run& run = runs_[latest];
      const std::size_t at = --run.range.to;
      const auto amount = property_named(frame_, types_[latest], "amount");
      rows_.push_back({.id = run.family->id_numbers[at],
                       .time = run.family->times[at],
                       .amount = amount ? run.family->properties[*amount].cells[at] : 0,
                       .name = frame_.schema().events[types_[latest]].name,
                       .category = text_of(run, latest, "category", at),
                       .channel = text_of(run, latest, "channel", at)});
    }
  }

  const Frame& frame_;
  std::vector<std::uint8_t> nodes_;  // By position.
  Instant as_of_;
  std::uint32_t order_ = 0, login_ = 0, amount_ = 0;
  std::vector<std::uint32_t> types_;
  std::deque<history::RunScratch> scratch_;
  std::vector<Run> runs_;
  std::vector<Row> rows_;
};

std::uint64_t splitmix(std::uint64_t number) {
  std::uint64_t z = number * 0x9E3779B97F4A7C15;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

Result<> read_points(journal::Workspace& workspace, const Frame& frame, Instant as_of) {
  std::map<std::string, Position, std::less<>> positions;
  for (Position i = 0; i < frame.account_count(); ++i)
    positions.emplace(frame.directory().id(i), i);
  std::vector<std::uint8_t> nodes(frame.account_count());
  TRY(workspace.each_transition([&](const journal::TransitionRow& row) -> Result<> {
    std::uint8_t& node = nodes[positions.find(row.account)->second];
    node = std::max(node, static_cast<std::uint8_t>(row.node + 1));
    return {};
  }));
  std::vector<Position> asked;
  for (std::uint64_t i = 1; i <= 2'000; ++i)
    asked.push_back(
        positions.find(std::to_string(splitmix(i) % frame.account_count() + 1))->second);
  Reader reader(frame, std::move(nodes), as_of);
  std::vector<double> times;
  std::int64_t sum = 0;
  for (const Position position : asked) {
    const auto start = Clock::now();
    sum += reader.read(position);
    times.push_back(seconds_since(start) * 1e6);
  }
  std::ranges::sort(times);
  fmt::print(R"({{"p50_us":{:.2f},"p99_us":{:.2f},"reads":2000,"checksum":"{}"}})"
             "\n",
             times[times.size() / 2], times[times.size() * 99 / 100], sum);
  return {};
}

Result<> run(const std::string& workload, const std::string& dir, Instant as_of,
             const std::string& path) {
  const auto workspace = TRY(journal::Workspace::open_to_read(dir));
  const auto start = Clock::now();
  const auto frame = TRY(Frame::open(*workspace, dir, threads(), {}));
  const double open_s = seconds_since(start);
  std::optional<cel::Rule> rule;
  if (workload == "w3") rule = segment_rule(*frame);
  for (int i = 0; i < repeats; ++i) {
    if (workload == "w7") {
      TRY(read_points(*workspace, *frame, as_of));
      continue;
    }
    const auto asked = Clock::now();
    const std::clock_t cpu = std::clock();  // Of all threads.
    const std::string answer = workload == "w2"   ? replay(*frame, workspace->playbook())
                               : workload == "w3" ? segment(*frame, *rule, as_of)
                               : workload == "w4" ? TRY(funnel(*frame))
                                                  : TRY(cohorts(*frame));
    const double seconds = seconds_since(asked);
    fmt::print(R"({{"seconds":{:.6f},"cpu_s":{:.6f},"open_s":{:.4f}}})"
               "\n",
               seconds, static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC, open_s);
    std::FILE* const file = std::fopen(path.c_str(), "wb");
    if (!file) return fail(ErrorCode::io, "{}: cannot be written", path);
    std::fwrite(answer.data(), 1, answer.size(), file);
    std::fclose(file);
  }
  return {};
}

}  // namespace
}  // namespace pharos

int main(int argc, char** argv) {
  const std::string_view known[] = {"w2", "w3", "w4", "w5", "w7"};
  const auto as_of = pharos::parse_instant(argc == 5 ? argv[3] : "");
  if (!as_of || std::ranges::find(known, argv[1]) == std::end(known)) {
    fmt::print(stderr, "bench_ask w2|w3|w4|w5|w7 WORKSPACE AS_OF ANSWER\n");
    return 2;
  }
  const auto done = pharos::run(argv[1], argv[2], *as_of, argv[4]);
  if (!done) fmt::print(stderr, "bench_ask: {}\n", done.error().message);
  return done ? 0 : 1;
}
