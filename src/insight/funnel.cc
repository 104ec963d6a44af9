// insight/funnel.cc: ordered and strict funnels.
//
// Of two attempts, the one that starts later is never ahead: its k-th step comes no earlier. So, as
// the starts move on, the place where a step is looked for only moves on as well, and all attempts
// of an account together read its moments once for each step.
#include "insight/funnel.h"

#include <algorithm>
#include <bit>

#include "insight/funnel_moments.h"
#include "insight/funnel_unordered.h"
#include "insight/funnel_verdict.h"

namespace pharos::insight {

Result<> check(const FunnelPlan& plan) {
  ASSERT(plan.step_count >= 1 && plan.step_count <= step_count_max);
  for (const auto [from, to] : plan.exclusions) {
    if (from < 0 || from >= to || to >= plan.step_count)
      return fail(ErrorCode::invalid,
                  "an exclusion from step {} to step {} does not lie in {} steps", from, to,
                  plan.step_count);
    if (plan.order == FunnelOrder::unordered && (from != 0 || to != plan.step_count - 1))
      return fail(ErrorCode::invalid, "an exclusion of an unordered funnel must span all steps");
  }
  return {};
}

// Ways to take events of one time that are looked at for one account; after that, the one that
// gets furthest is taken. Without a bound there may be exponentially many.
constexpr std::int64_t choices_max = 100'000;

// The place where step k was last looked for, and what its moment filled.
struct Hop {
  std::size_t moment = 0;
  std::size_t filled_of = SIZE_MAX;  // The moment that `filled` was worked out for.
  int filled = 0;
};

struct FunnelRunner::Scratch {
  Moments moments;
  ExclusionTimes exclusions;
  std::array<Hop, step_count_max> hops;
  std::array<Instant, step_count_max> at{};
  UnorderedFunnel unordered;
  std::vector<std::uint32_t> nexts;  // By moment, then step: the next moment that matches it.
  std::int64_t choices_left = 0;

  FunnelOutcome ordered(const FunnelPlan& plan);
  FunnelOutcome strict(const FunnelPlan& plan);
  int attempt(const FunnelPlan& plan, std::size_t start);
  int filled(std::size_t moment, int from, int step_count);
  bool has_choices() const;
  FunnelOutcome with_choices(const FunnelPlan& plan);
  void explore(const FunnelPlan& plan, std::size_t here, int level, Verdict& verdict);
  void strict_attempt(const FunnelPlan& plan, std::size_t start, int level, Verdict& verdict);
};

// Attempts meet the same moment at the same step again and again: the last answer is kept.
int FunnelRunner::Scratch::filled(std::size_t moment, int from, int step_count) {
  Hop& hop = hops[from];
  if (hop.filled_of != moment) {
    hop.filled_of = moment;
    hop.filled = moments.furthest(moments.all[moment], from, step_count);
  }
  return hop.filled;
}

// The level of the attempt that starts in this moment, and in `at` when it reached each step.
int FunnelRunner::Scratch::attempt(const FunnelPlan& plan, std::size_t start) {
  const Instant end = moments.all[start].at + plan.window;
  int level = 0;
  for (std::size_t here = start;;) {
    const int next = filled(here, level, plan.step_count);
    while (level < next) at[level++] = moments.all[here].at;
    if (level == plan.step_count) return level;
    std::size_t& there = hops[level].moment;
    there = std::max(there, here + 1);
    while (there < moments.all.size() && (moments.all[there].any >> level & 1) == 0) ++there;
    if (there == moments.all.size() || moments.all[there].at > end) return level;
    here = there;
  }
}

FunnelOutcome FunnelRunner::Scratch::ordered(const FunnelPlan& plan) {
  hops.fill({});
  Verdict verdict;
  for (std::size_t start = 0; start < moments.all.size(); ++start) {
    if ((moments.all[start].any & 1) == 0) continue;
    const int level = attempt(plan, start);
    if (level == plan.step_count && verdict.is_settled(level, at[level - 1])) break;
    verdict.consider(level, at, plan, exclusions);
  }
  return verdict.outcome();
}

// Events of one time, some of which match several steps, may be taken in ways that differ in when
// the later steps are reached; then it depends on the way whether an exclusion taints the attempt.
bool FunnelRunner::Scratch::has_choices() const {
  return std::ranges::any_of(
      moments.all, [](const Moment& moment) { return !moment.is_plain && moment.count() > 1; });
}

// All attempts that go on from this moment with `level` steps filled before it.
void FunnelRunner::Scratch::explore(const FunnelPlan& plan, std::size_t here, int level,
                                    Verdict& verdict) {
  const Moment& moment = moments.all[here];
  std::uint64_t ends = moments.ends(moment, level, plan.step_count);
  bool is_first = true;  // The furthest one; it is always looked at.
  while (ends != 0 && (is_first || choices_left-- > 0)) {
    const int end = 63 - std::countl_zero(ends);
    ends ^= std::uint64_t{1} << end;
    is_first = false;
    std::fill(at.begin() + level, at.begin() + end, moment.at);
    const std::size_t next =
        end == plan.step_count ? moments.all.size() : nexts[here * step_count_max + end];
    if (next < moments.all.size() && moments.all[next].at <= at[0] + plan.window)
      explore(plan, next, end, verdict);
    else
      verdict.consider(end, at, plan, exclusions);
  }
}

FunnelOutcome FunnelRunner::Scratch::with_choices(const FunnelPlan& plan) {
  const std::size_t count = moments.all.size();
  nexts.resize(count * step_count_max);
  std::array<std::uint32_t, step_count_max> next;
  next.fill(static_cast<std::uint32_t>(count));
  for (std::size_t i = count; i-- > 0;) {
    std::ranges::copy(next, nexts.begin() + static_cast<std::ptrdiff_t>(i * step_count_max));
    for (StepMask rest = moments.all[i].any; rest != 0; rest &= rest - 1)
      next[std::countr_zero(rest)] = static_cast<std::uint32_t>(i);
  }
  choices_left = choices_max;
  Verdict verdict;
  for (std::size_t start = 0; start < count; ++start)
    if (moments.all[start].any & 1) explore(plan, start, 0, verdict);
  return verdict.outcome();
}

// Goes on from `level` steps filled in the start's moment: each moment that follows must be used
// up, to its last event, before the next one.
void FunnelRunner::Scratch::strict_attempt(const FunnelPlan& plan, std::size_t start, int level,
                                           Verdict& verdict) {
  std::fill_n(at.begin(), level, moments.all[start].at);
  for (std::size_t here = start + 1; level < plan.step_count && here < moments.all.size(); ++here) {
    const Moment& moment = moments.all[here];
    if (moment.at > at[0] + plan.window) break;
    const int next = moments.furthest(moment, level, plan.step_count);
    const auto used = static_cast<std::uint32_t>(next - level);
    while (level < next) at[level++] = moment.at;
    if (used < moment.count()) break;
  }
  verdict.consider(level, at, plan, exclusions);
}

// The events of the start's moment that are not taken come before it, in the order that suits it.
FunnelOutcome FunnelRunner::Scratch::strict(const FunnelPlan& plan) {
  Verdict verdict;
  for (std::size_t start = 0; start < moments.all.size(); ++start) {
    const int most = moments.furthest(moments.all[start], 0, plan.step_count);
    for (int level = 1; level <= most; ++level) strict_attempt(plan, start, level, verdict);
  }
  return verdict.outcome();
}

FunnelRunner::FunnelRunner(FunnelPlan plan)
    : plan_(std::move(plan)), scratch_(std::make_unique<Scratch>()) {
  ASSERT(check(plan_).has_value());
}
FunnelRunner::~FunnelRunner() = default;
FunnelRunner::FunnelRunner(FunnelRunner&&) noexcept = default;

FunnelOutcome FunnelRunner::run(std::span<const FunnelEvent> events) {
  Scratch& scratch = *scratch_;
  scratch.moments.gather(events, plan_.order == FunnelOrder::strict);
  if (plan_.order == FunnelOrder::unordered)
    return scratch.unordered.run(plan_, scratch.moments, events);
  scratch.exclusions.gather(events, plan_);
  if (plan_.order == FunnelOrder::strict) return scratch.strict(plan_);
  if (!plan_.exclusions.empty() && scratch.has_choices()) return scratch.with_choices(plan_);
  return scratch.ordered(plan_);
}

void keep_first_ever(std::span<FunnelEvent> events, StepMask first_ever) {
  StepMask open = first_ever;
  for (FunnelEvent& event : events) {
    const StepMask found = event.steps & open;
    event.steps = (event.steps & ~first_ever) | found;
    open &= ~found;
  }
}

}  // namespace pharos::insight
