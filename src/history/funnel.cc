// history/funnel.cc: runs of the steps' types merged by time, and an outcome for each account.
#include "history/funnel.h"

#include <algorithm>
#include <mutex>

#include "cel/arena.h"
#include "history/event_facts.h"
#include "history/grouping.h"
#include "history/segment.h"
#include "history/threads.h"

namespace pharos::history {
namespace {

using insight::FunnelEvent;
using insight::FunnelOutcome;

constexpr std::size_t piece_accounts = 4'096;

// What an event type means to a question.
struct TypeMatches {
  std::uint32_t type = 0;
  // Bits, and the filter that decides: of steps, then of exclusions.
  struct Part {
    std::uint32_t steps = 0, exclusions = 0;
    const cel::Rule* filter = nullptr;
  };
  std::vector<Part> parts;
};

std::vector<TypeMatches> types_of(const FunnelQuestion& question, const Frame& frame) {
  std::vector<TypeMatches> types;
  const auto of = [&](std::uint32_t type) -> TypeMatches& {
    const auto found = std::ranges::find(types, type, &TypeMatches::type);
    if (found != types.end()) return *found;
    types.push_back({type, {}});
    return types.back();
  };
  const auto filter_of = [](const EventMatch& match) {
    return match.filter ? &*match.filter : nullptr;
  };
  for (std::size_t k = 0; k < question.steps.size(); ++k)
    of(question.steps[k].type).parts.push_back({1U << k, 0, filter_of(question.steps[k])});
  for (std::size_t i = 0; i < question.exclusions.size(); ++i) {
    const EventMatch& match = question.exclusions[i].match;
    of(match.type).parts.push_back({0, 1U << i, filter_of(match)});
  }
  // Where any event in between matters, all types are read.
  const bool every = question.mode == FunnelMode::strict ||
                     (question.mode == FunnelMode::window_funnel && question.flags.strict_order);
  if (every)
    for (std::uint32_t type = 0; type < frame.schema().events.size(); ++type) of(type);
  return types;
}

// What one thread needs, and what it found.
class Worker {
 public:
  Worker(const Frame& frame, const FunnelQuestion& question, const std::vector<TypeMatches>& types,
         Instant until)
      : frame_(frame),
        question_(question),
        types_(types),
        until_(until),
        runner_(plan_of(question)),
        chains_(question.flags) {
    for (const TypeMatches& type : types_) facts_.emplace_back(frame, type.type);
    for (std::size_t i = 0; i < std::max(types_.size(), question.steps.size()); ++i)
      scratch_.push_back(std::make_unique<RunScratch>());
  }

  static insight::FunnelPlan plan_of(const FunnelQuestion& question) {
    insight::FunnelPlan plan{.order = insight::FunnelOrder::ordered,
                             .step_count = static_cast<int>(question.steps.size()),
                             .window = question.window,
                             .exclusions = {}};
    if (question.mode == FunnelMode::strict) plan.order = insight::FunnelOrder::strict;
    if (question.mode == FunnelMode::unordered) plan.order = insight::FunnelOrder::unordered;
    for (const auto& excluded : question.exclusions) plan.exclusions.push_back(excluded.between);
    return plan;
  }

  FunnelOutcome read(Position position) {
    if (question_.mode == FunnelMode::first) return first(position);
    gather(position);
    if (question_.mode != FunnelMode::window_funnel) return runner_.run(events_);
    FunnelOutcome outcome;
    outcome.level = chains_.run(events_);
    return outcome;
  }

 private:
  void gather(Position position) {
    events_.clear();
    std::size_t filled = 0;
    for (std::size_t t = 0; t < types_.size(); ++t) {
      const Run run = frame_.run(types_[t].type, position, *scratch_[t]);
      const std::size_t before = events_.size();
      for (std::uint32_t event = run.range.from; event < run.range.to; ++event) {
        const std::int64_t time = run.family->times[event];
        if (time < question_.from.ms) continue;
        if (time > until_.ms) break;
        FunnelEvent one{.at = {time}};
        for (const TypeMatches::Part& part : types_[t].parts) {
          if (part.filter != nullptr && !passes(t, *part.filter, run, event)) continue;
          one.steps |= part.steps;
          one.exclusions |= part.exclusions;
        }
        events_.push_back(one);
      }
      filled += events_.size() > before ? 1 : 0;
    }
    if (filled > 1) std::ranges::stable_sort(events_, {}, &FunnelEvent::at);
  }

  bool passes(std::size_t type, const cel::Rule& filter, const Run& run, std::uint32_t event) {
    facts_[type].set(*run.family, event);
    return cel::evaluate(filter, facts_[type], arena_).is_true();
  }

  FunnelOutcome first(Position position) {
    FunnelOutcome outcome;
    std::int64_t from = question_.from.ms, to = until_.ms;
    for (std::size_t k = 0; k < question_.steps.size(); ++k) {
      const EventMatch& match = question_.steps[k];
      const Run run = frame_.run(match.type, position, *scratch_[k]);
      const auto type = static_cast<std::size_t>(
          std::ranges::find(types_, match.type, &TypeMatches::type) - types_.begin());
      std::uint32_t event = run.range.from;
      while (event < run.range.to && run.family->times[event] < from) ++event;
      if (match.filter)
        while (event < run.range.to && !passes(type, *match.filter, run, event)) ++event;
      if (event == run.range.to || run.family->times[event] > to) break;
      from = run.family->times[event];
      if (k == 0) to = std::min(to, from + question_.window.ms - 1);
      outcome.at[k] = {from};
      outcome.level = static_cast<int>(k) + 1;
    }
    return outcome;
  }

  const Frame& frame_;
  const FunnelQuestion& question_;
  const std::vector<TypeMatches>& types_;
  Instant until_;
  insight::FunnelRunner runner_;
  insight::WindowFunnelRunner chains_;
  std::vector<EventFacts> facts_;  // By type of the question.
  std::vector<std::unique_ptr<RunScratch>> scratch_;
  std::vector<FunnelEvent> events_;
  cel::Arena arena_;
};

// Tallies of one thread: a group's periods one behind the other.
struct Tallies {
  std::vector<std::optional<insight::FunnelTally>> of;
  std::uint64_t dropped = 0;
};

void merge(const Tallies& from, Tallies& to) {
  to.dropped += from.dropped;
  for (std::size_t i = 0; i < to.of.size(); ++i) {
    if (!from.of[i]) continue;
    if (to.of[i])
      to.of[i]->merge(*from.of[i]);
    else
      to.of[i] = from.of[i];
  }
}

}  // namespace

Result<FunnelAnswer> funnel(const Frame& frame, const FunnelQuestion& question, int threads) {
  TRY(insight::check(Worker::plan_of(question)));
  const Instant until = question.until == never ? frame.clock() : question.until;
  const std::vector<TypeMatches> types = types_of(question, frame);
  const std::vector<Position> accounts =
      question.accounts != nullptr ? *question.accounts : matching(frame, nullptr, until, threads);
  const Grouping grouping(frame, question.by, until);
  std::optional<Calendar> calendar;
  if (question.period && !accounts.empty()) {
    std::int64_t first = until.ms;
    for (const Position position : accounts)
      first = std::min(first, frame.directory().firsts[position]);
    calendar.emplace(*question.period, frame.schema().zone, Instant{first}, until);
  }
  const std::size_t periods = calendar ? calendar->count() : 1;

  FunnelAnswer answer;
  answer.accounts = accounts.size();
  answer.levels.resize(frame.account_count());
  Tallies total{
      .of = std::vector<std::optional<insight::FunnelTally>>(grouping.group_count() * periods)};
  std::mutex mutex;
  // A worker's tallies are added when its thread lets go of it.
  const auto share = [&](const Tallies& own) {
    const std::scoped_lock lock(mutex);
    merge(own, total);
  };
  in_pieces((accounts.size() + piece_accounts - 1) / piece_accounts, threads, [&]() -> Work {
    const auto worker = std::make_shared<Worker>(frame, question, types, until);
    const std::shared_ptr<Tallies> own(new Tallies{.of = {}}, [&](Tallies* tallies) {
      share(*tallies);
      delete tallies;
    });
    own->of.resize(total.of.size());
    return [&, worker, own](std::size_t piece) {
      const std::size_t end = std::min(accounts.size(), (piece + 1) * piece_accounts);
      for (std::size_t i = piece * piece_accounts; i < end; ++i) {
        const Position position = accounts[i];
        const FunnelOutcome outcome = worker->read(position);
        answer.levels[position] = static_cast<std::uint8_t>(outcome.level);
        own->dropped += outcome.dropped ? 1 : 0;
        if (outcome.level == 0) continue;
        const std::size_t period = calendar ? calendar->index_of(outcome.at[0].ms) : 0;
        auto& tally = own->of[grouping.group_of(position) * periods + period];
        if (!tally) tally.emplace(static_cast<int>(question.steps.size()));
        tally->add(outcome);
      }
    };
  });
  answer.dropped = total.dropped;
  for (std::size_t group = 0; group < grouping.group_count(); ++group)
    for (std::size_t period = 0; period < periods; ++period) {
      auto& tally = total.of[group * periods + period];
      if (!tally) continue;
      std::vector<std::string> key = grouping.key(static_cast<std::uint32_t>(group));
      if (calendar) key.push_back(calendar->name(period));
      answer.lines.push_back({std::move(key), *std::move(tally)});
    }
  std::ranges::sort(answer.lines, {}, &FunnelLine::key);
  return answer;
}

}  // namespace pharos::history
