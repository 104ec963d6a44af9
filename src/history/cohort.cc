// history/cohort.cc: runs of target and returning events by period.
#include "history/cohort.h"

#include <algorithm>
#include <memory>
#include <mutex>

#include "cel/arena.h"
#include "engine/event.h"
#include "history/event_facts.h"
#include "history/grouping.h"
#include "history/segment.h"
#include "history/threads.h"

namespace pharos::history {
namespace {

using insight::RetentionEvent;

constexpr std::size_t piece_accounts = 4'096;

insight::PeriodUnit unit_of(Period period) {
  if (period == Period::day) return insight::PeriodUnit::day;
  return period == Period::week ? insight::PeriodUnit::week : insight::PeriodUnit::month;
}

// Whether nothing but the times of one run decides, so that whole periods are taken at a time.
bool is_plain(const CohortQuestion& question) {
  return question.plan.first_time && !question.plan.cumulative &&
         question.plan.minimum_occurrences <= 1 && !question.target.filter &&
         !question.returning.filter && question.target.type == question.returning.type;
}

// The matrices of one thread.
struct Sums {
  std::vector<std::unique_ptr<insight::RetentionTally>> tallies;  // By group; not of plain ones.
  std::vector<std::vector<std::uint64_t>> counts;
  std::vector<std::vector<std::int64_t>> sums;
};

class Worker {
 public:
  Worker(const Frame& frame, const CohortQuestion& question, const insight::Periods& periods,
         std::vector<std::int64_t> starts, std::size_t group_count, Sums& own)
      : frame_(frame),
        question_(question),
        periods_(periods),
        starts_(std::move(starts)),
        count_(starts_.size() - 1),
        target_(frame, question.target.type),
        returning_(frame, question.returning.type),
        own_(own),
        by_period_(count_) {
    own_.tallies.resize(group_count);
    own_.counts.resize(group_count);
    own_.sums.resize(group_count);
  }

  void add(Position position, std::uint32_t group) {
    if (own_.counts[group].empty()) {
      own_.counts[group].resize(count_ * count_);
      own_.sums[group].resize(count_ * count_);
    }
    if (is_plain(question_))
      add_plain(position, group);
    else
      add_any(position, group);
  }

 private:
  // By an event of ascending times: the period moves on with it.
  void add_plain(Position position, std::uint32_t group) {
    const Run run = frame_.run(question_.target.type, position, target_scratch_);
    if (run.size() == 0) return;
    const std::int64_t* const times = run.family->times.data();
    std::uint32_t event = run.range.from;
    if (times[event] < starts_.front() || times[event] >= starts_.back()) return;
    const auto first = std::upper_bound(starts_.begin(), starts_.end(), times[event]);
    auto period = static_cast<std::size_t>(first - starts_.begin()) - 1;
    const std::size_t row = period;
    std::uint64_t* const counts = own_.counts[group].data() + row * count_;
    std::int64_t* const sums = own_.sums[group].data() + row * count_;
    const std::int64_t* const amounts =
        question_.sum ? run.family->properties[*question_.sum].cells.data() : nullptr;
    while (event < run.range.to && period < count_) {
      const std::int64_t end = starts_[period + 1];
      const std::uint32_t from = event;
      std::int64_t sum = 0;
      if (amounts != nullptr) {
        for (; event < run.range.to && times[event] < end; ++event)
          sum += amounts[event] > engine::cell_null ? amounts[event] : 0;
      } else {
        while (event < run.range.to && times[event] < end) ++event;
      }
      if (event > from || period == row) ++counts[period - row];
      sums[period - row] += sum;
      ++period;
    }
  }

  void add_any(Position position, std::uint32_t group) {
    auto& tally = own_.tallies[group];
    if (!tally) tally = std::make_unique<insight::RetentionTally>(question_.plan, periods_);
    events_.clear();
    std::ranges::fill(by_period_, 0);
    const Run target = frame_.run(question_.target.type, position, target_scratch_);
    each(target, question_.target, target_, [&](std::uint32_t event) {
      events_.push_back({.at = {target.family->times[event]}, .target = true});
    });
    const bool merged = !events_.empty();
    const Run returning = frame_.run(question_.returning.type, position, returning_scratch_);
    each(returning, question_.returning, returning_, [&](std::uint32_t event) {
      const Instant at{returning.family->times[event]};
      events_.push_back({.at = at, .returning = true});
      const auto period = periods_.index_of(at);
      if (!question_.sum || !period || *period < 0) return;
      const std::int64_t amount = returning.family->properties[*question_.sum].cells[event];
      if (amount > engine::cell_null) by_period_[static_cast<std::size_t>(*period)] += amount;
    });
    if (!merged) return;
    std::ranges::stable_sort(events_, {}, &RetentionEvent::at);
    tally->add(events_);
    if (question_.sum) add_sums(group);
  }

  // To the cohorts that the account is in.
  void add_sums(std::uint32_t group) {
    joined_.assign(count_, 0);
    for (const RetentionEvent& event : events_) {
      if (!event.target) continue;
      const auto period = periods_.index_of(event.at);
      if (period && *period >= 0) joined_[static_cast<std::size_t>(*period)] = 1;
      if (question_.plan.first_time) break;
    }
    for (std::size_t row = 0; row < count_; ++row)
      if (joined_[row] != 0)
        for (std::size_t column = 0; row + column < count_; ++column)
          own_.sums[group][row * count_ + column] += by_period_[row + column];
  }

  template <class Take>
  void each(const Run& run, const EventMatch& match, EventFacts& facts, Take take) {
    for (std::uint32_t event = run.range.from; event < run.range.to; ++event) {
      if (run.family->times[event] >= starts_.back()) return;
      facts.set(*run.family, event);
      if (!match.filter || cel::evaluate(*match.filter, facts, arena_).is_true()) take(event);
    }
  }

  const Frame& frame_;
  const CohortQuestion& question_;
  const insight::Periods& periods_;
  std::vector<std::int64_t> starts_;  // And the end of the last, or of the question.
  std::size_t count_;
  EventFacts target_, returning_;
  Sums& own_;
  std::vector<std::int64_t> by_period_;
  std::vector<std::uint8_t> joined_;
  std::vector<RetentionEvent> events_;
  RunScratch target_scratch_, returning_scratch_;
  cel::Arena arena_;
};

void merge(const Sums& from, const insight::RetentionPlan& plan, const insight::Periods& periods,
           Sums& to) {
  for (std::size_t group = 0; group < from.counts.size(); ++group) {
    if (from.counts[group].empty()) continue;
    to.counts[group].resize(from.counts[group].size());
    to.sums[group].resize(from.sums[group].size());
    for (std::size_t i = 0; i < from.counts[group].size(); ++i) {
      to.counts[group][i] += from.counts[group][i];
      to.sums[group][i] += from.sums[group][i];
    }
    if (!from.tallies[group]) continue;
    if (!to.tallies[group])
      to.tallies[group] = std::make_unique<insight::RetentionTally>(plan, periods);
    to.tallies[group]->merge(*from.tallies[group]);
  }
}

// The earliest target of any account; `until` if there is none.
Instant first_target(const Frame& frame, const EventMatch& target, Instant until) {
  RunScratch scratch;
  std::int64_t first = until.ms;
  for (Position position = 0; position < frame.account_count(); ++position) {
    const Run run = frame.run(target.type, position, scratch);
    if (run.size() > 0) first = std::min(first, run.family->times[run.range.from]);
  }
  return {first};
}

}  // namespace

Result<CohortAnswer> cohort(const Frame& frame, const CohortQuestion& question, int threads) {
  const Instant until = question.until == never ? frame.clock() : question.until;
  const Zone& zone = frame.schema().zone;
  const Instant from =
      question.from != instant_min ? question.from : first_target(frame, question.target, until);
  const Calendar calendar(question.period, zone, from, std::max(from, until));
  const std::size_t count = calendar.count();
  if (count > static_cast<std::size_t>(insight::period_count_max))
    return fail(ErrorCode::limit, "{} periods; at most {} are taken: choose longer ones", count,
                insight::period_count_max);
  const insight::Periods periods({.unit = unit_of(question.period),
                                  .zone = zone,
                                  .start = zone.local(Instant{calendar.start(0)}),
                                  .count = static_cast<int>(count),
                                  .week_start = 0});
  std::vector<std::int64_t> starts;
  for (std::size_t i = 0; i <= count; ++i) starts.push_back(calendar.start(i));
  starts.back() = std::min(starts.back(), until.ms + 1);

  const std::vector<Position> accounts =
      question.accounts != nullptr ? *question.accounts : matching(frame, nullptr, until, threads);
  const Grouping grouping(frame, question.by, until);
  Sums total;
  total.tallies.resize(grouping.group_count());
  total.counts.resize(grouping.group_count());
  total.sums.resize(grouping.group_count());
  std::mutex mutex;
  in_pieces((accounts.size() + piece_accounts - 1) / piece_accounts, threads, [&]() -> Work {
    const std::shared_ptr<Sums> own(new Sums, [&](Sums* sums) {
      {
        const std::scoped_lock lock(mutex);
        merge(*sums, question.plan, periods, total);
      }
      delete sums;
    });
    const auto worker =
        std::make_shared<Worker>(frame, question, periods, starts, grouping.group_count(), *own);
    return [&, worker, own](std::size_t piece) {
      const std::size_t end = std::min(accounts.size(), (piece + 1) * piece_accounts);
      for (std::size_t i = piece * piece_accounts; i < end; ++i)
        worker->add(accounts[i], grouping.group_of(accounts[i]));
    };
  });

  CohortAnswer answer;
  for (std::size_t i = 0; i < count; ++i) answer.periods.push_back(calendar.name(i));
  for (std::uint32_t group = 0; group < grouping.group_count(); ++group) {
    if (total.counts[group].empty()) continue;
    CohortMatrix matrix{grouping.key(group), std::move(total.counts[group]),
                        std::move(total.sums[group])};
    if (const auto& tally = total.tallies[group])
      for (std::size_t row = 0; row < count; ++row)
        for (std::size_t column = 0; row + column < count; ++column)
          matrix.counts[row * count + column] =
              tally->count(static_cast<int>(row), static_cast<int>(column));
    answer.matrices.push_back(std::move(matrix));
  }
  std::ranges::sort(answer.matrices, {}, &CohortMatrix::key);
  return answer;
}

}  // namespace pharos::history
