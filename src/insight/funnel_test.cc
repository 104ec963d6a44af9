// insight/funnel_test.cc: funnels against the model that tries everything, and the corners by hand.
#include "insight/funnel.h"

#include <gtest/gtest.h>

#include "insight/funnel_model.h"
#include "insight/funnel_runs.h"

namespace pharos::insight {
namespace {

using model::Attempt;
using model::Events;

// "0:a 5:b 5:bx": second, then the steps (a, b, ...) and exclusions (x, y) the event matches; "-"
// matches nothing.
Events events_of(std::string_view text) {
  Events events;
  for (std::size_t at = 0; at < text.size();) {
    FunnelEvent event;
    while (text[at] != ':') event.at.ms = event.at.ms * 10 + 1'000 * (text[at++] - '0');
    for (++at; at < text.size() && text[at] != ' '; ++at)
      if (text[at] >= 'x')
        event.exclusions |= 1U << (text[at] - 'x');
      else if (text[at] != '-')
        event.steps |= 1U << (text[at] - 'a');
    while (at < text.size() && text[at] == ' ') ++at;
    events.push_back(event);
  }
  return events;
}

// "2 @0,5", "dropped" or "0".
std::string outcome_of(const FunnelPlan& plan, std::string_view events) {
  FunnelRunner runner(plan);
  const FunnelOutcome outcome = runner.run(events_of(events));
  if (outcome.dropped) return "dropped";
  std::string text = fmt::format("{}", outcome.level);
  for (int step = 0; step < outcome.level; ++step)
    text += fmt::format("{}{}", step == 0 ? " @" : ",", outcome.at[step].ms / 1'000);
  return text;
}

FunnelPlan plan_of(FunnelOrder order, int steps, int window_s,
                   std::vector<Exclusion> exclusions = {}) {
  return {order, steps, window_s * second, std::move(exclusions)};
}

struct Row {
  std::string_view events, wanted, reason;
};

TEST(Funnel, ordered_takes_the_earliest_event_for_each_step) {
  const FunnelPlan plan = plan_of(FunnelOrder::ordered, 3, 10);
  const Row rows[] = {
      {"0:a 4:b 10:c", "3 @0,4,10", "10 is still within 0 + 10"},
      {"0:a 4:b 11:c", "2 @0,4", "11 is not"},
      {"0:a 9:a 10:b 11:c", "3 @9,10,11", "only the second start gets as far"},
      {"0:a 1:a 5:b 6:c", "3 @1,5,6", "both finish at 6: the later start counts"},
      {"0:a 1:b 2:c 3:a 4:b 5:c", "3 @0,1,2", "the first to finish counts"},
      {"0:ab", "1 @0", "one event fills one step"},
      {"0:ab 0:a", "2 @0,0", "the second event is a, so that the first can be b"},
      {"0:c 0:b 0:a", "3 @0,0,0", "of one time, in any order"},
      {"0:ab 0:ab 0:abc", "3 @0,0,0", "one of each"},
      {"0:abc 0:abc", "2 @0,0", "two events, two steps"},
      {"1:b 2:c", "0", "no start"},
      {"", "0", "no events"},
  };
  for (const Row& row : rows) EXPECT_EQ(outcome_of(plan, row.events), row.wanted) << row.reason;
}

TEST(Funnel, strict_takes_event_after_event) {
  const FunnelPlan plan = plan_of(FunnelOrder::strict, 3, 10);
  const Row rows[] = {
      {"0:a 1:b 2:c", "3 @0,1,2", "nothing between"},
      {"0:a 1:- 2:b 3:c", "1 @0", "an event that matches nothing is between"},
      {"0:a 1:a 2:b 3:c", "3 @1,2,3", "the second start"},
      {"0:a 1:b 11:c", "2 @0,1", "beyond the window"},
      {"0:- 0:a 1:b", "2 @0,1", "of one time, the other one comes before"},
      {"0:a 1:b 1:- 2:c", "2 @0,1", "one of the events at 1 is between b and c, in either order"},
      {"0:a 0:b 1:b 2:c", "3 @0,1,2", "b before a at 0, then b at 1"},
      {"0:a 1:c 1:b 2:-", "3 @0,1,1", "both at 1, in the order that suits"},
  };
  for (const Row& row : rows) EXPECT_EQ(outcome_of(plan, row.events), row.wanted) << row.reason;
}

TEST(Funnel, exclusions_taint_attempts_not_accounts) {
  const FunnelPlan plan = plan_of(FunnelOrder::ordered, 3, 10, {{0, 1}});
  const Row rows[] = {
      {"0:a 1:x 2:b 3:c", "dropped", "the only attempt is tainted"},
      {"0:a 1:x 2:a 3:b 4:c", "3 @2,3,4", "the second one is not, and as deep"},
      {"0:a 1:x 2:b 20:a", "dropped", "the second one is not, but less deep"},
      {"0:a 0:x 2:x 2:b", "2 @0,2", "at the time of a step is not between the steps"},
      {"0:a 3:b 4:x 5:c", "3 @0,3,5", "after step 1 it may come"},
      {"0:a 10:x", "dropped", "b was not reached, and 10 is within the window"},
      {"0:a 11:x", "1 @0", "after the window"},
      {"5:x", "0", "no attempt, nothing to drop"},
  };
  for (const Row& row : rows) EXPECT_EQ(outcome_of(plan, row.events), row.wanted) << row.reason;
}

TEST(Funnel, unordered_counts_distinct_steps_in_one_window) {
  const FunnelPlan plan = plan_of(FunnelOrder::unordered, 3, 10);
  const Row rows[] = {
      {"0:c 4:a 10:b", "3 @0,4,10", "in any order, 10 included"},
      {"0:c 4:a 11:b", "2 @0,4", "the first window that holds two"},
      {"0:a 11:b 12:c", "2 @11,12", "the first window holds one only"},
      {"0:a 1:a 2:a", "1 @0", "one step, however often"},
      {"0:ab 1:a", "2 @0,1", "the first is b, the second a"},
      {"0:ab 1:ab 2:ab", "2 @0,1", "two steps, by the earliest two"},
      {"0:abc 1:a 2:a", "2 @0,1", "two of them match nothing but a"},
  };
  for (const Row& row : rows) EXPECT_EQ(outcome_of(plan, row.events), row.wanted) << row.reason;
}

TEST(Funnel, unordered_exclusion_discards_what_was_gathered) {
  const FunnelPlan plan = plan_of(FunnelOrder::unordered, 3, 10, {{0, 2}});
  const Row rows[] = {
      {"0:a 1:b 2:x 3:c", "1 @3", "a and b are gone"},
      {"0:a 1:b 2:c 3:x", "3 @0,1,2", "complete by then"},
      {"0:a 1:b 11:x", "2 @0,1", "the window of 0 had passed at 10"},
      {"0:a 1:b 10:x", "0", "it had not"},
      {"0:a 1:b 2:x 2:c", "3 @0,1,2", "c may come before the exclusion of its time"},
      {"0:x 0:a 1:b", "2 @0,1", "a may come after the exclusion of its time"},
  };
  for (const Row& row : rows) EXPECT_EQ(outcome_of(plan, row.events), row.wanted) << row.reason;
}

TEST(Funnel, exclusion_must_lie_within_the_steps) {
  EXPECT_TRUE(check(plan_of(FunnelOrder::ordered, 3, 1, {{0, 1}, {1, 2}, {0, 2}})));
  EXPECT_TRUE(check(plan_of(FunnelOrder::unordered, 3, 1, {{0, 2}})));
  for (const Exclusion wrong : {Exclusion{1, 1}, {2, 1}, {0, 3}, {-1, 1}})
    EXPECT_FALSE(check(plan_of(FunnelOrder::strict, 3, 1, {wrong})));
  EXPECT_FALSE(check(plan_of(FunnelOrder::unordered, 3, 1, {{0, 1}})));
}

TEST(Funnel, first_ever_leaves_one_event_a_step) {
  Events events = events_of("0:b 1:ab 2:ab 3:a");
  keep_first_ever(events, 0b01);
  EXPECT_EQ(events[1].steps, 0b11);  // The first a.
  EXPECT_EQ(events[2].steps, 0b10);
  EXPECT_EQ(events[3].steps, 0b00);
}

// The attempts that may be reported: untainted, at the deepest level of all, first to finish and
// of those last to start.
std::vector<Attempt> best_of(const FunnelPlan& plan, const Events& events,
                             const std::vector<Attempt>& attempts) {
  std::size_t deepest = 0;
  for (const Attempt& attempt : attempts) deepest = std::max(deepest, attempt.size());
  std::vector<Attempt> best;
  const auto rank = [](const Attempt& a) { return std::pair(a.back(), -a.front().ms); };
  for (const Attempt& attempt : attempts) {
    if (attempt.size() != deepest || model::is_tainted(plan, events, attempt)) continue;
    if (!best.empty() && rank(attempt) < rank(best.front())) best.clear();
    if (best.empty() || rank(attempt) == rank(best.front())) best.push_back(attempt);
  }
  return best;
}

void expect_among(const FunnelPlan& plan, const Events& events,
                  const std::vector<Attempt>& attempts) {
  FunnelRunner runner(plan);
  const FunnelOutcome outcome = runner.run(events);
  const std::vector<Attempt> best = best_of(plan, events, attempts);
  ASSERT_EQ(outcome.dropped, best.empty() && !attempts.empty()) << model::text_of(plan, events);
  ASSERT_EQ(outcome.level, best.empty() ? 0 : static_cast<int>(best.front().size()))
      << model::text_of(plan, events);
  if (best.empty()) return;
  const Attempt times(outcome.at.begin(), outcome.at.begin() + outcome.level);
  ASSERT_TRUE(std::ranges::find(best, times) != best.end()) << model::text_of(plan, events);
}

std::vector<Exclusion> random_exclusions(Seeded& seeded, int steps, int count) {
  std::vector<Exclusion> exclusions;
  for (int i = 0; i < count; ++i) {
    const auto from = static_cast<int>(seeded.between(0, steps - 2));
    exclusions.push_back({from, static_cast<int>(seeded.between(from + 1, steps - 1))});
  }
  return exclusions;
}

TEST(Funnel, ordered_equals_the_model) {
  for (std::uint64_t seed = 1; seed <= 60'000; ++seed) {
    Seeded seeded(seed);
    const auto steps = static_cast<int>(seeded.between(2, 4));
    const auto exclusions = static_cast<int>(seeded.between(0, 2));
    const model::Shape shape{.events = 8,
                             .times = static_cast<int>(seeded.between(2, 10)),
                             .steps = steps,
                             .exclusions = exclusions,
                             .second_step = seeded.chance(0.5) ? 0.0 : 0.4};
    const FunnelPlan plan =
        plan_of(FunnelOrder::ordered, steps, static_cast<int>(seeded.between(0, 8)),
                random_exclusions(seeded, steps, exclusions));
    const Events events = model::random_events(seeded, shape);
    ASSERT_NO_FATAL_FAILURE(expect_among(plan, events, model::ordered_attempts(plan, events)))
        << seed;
  }
}

TEST(Funnel, strict_equals_the_model) {
  for (std::uint64_t seed = 1; seed <= 3'000; ++seed) {
    Seeded seeded(seed);
    const auto steps = static_cast<int>(seeded.between(2, 4));
    const auto exclusions = static_cast<int>(seeded.between(0, 2));
    const model::Shape shape{.events = 6,
                             .times = static_cast<int>(seeded.between(2, 6)),
                             .steps = steps,
                             .exclusions = exclusions};
    const FunnelPlan plan =
        plan_of(FunnelOrder::strict, steps, static_cast<int>(seeded.between(0, 8)),
                random_exclusions(seeded, steps, exclusions));
    const Events events = model::random_events(seeded, shape);
    ASSERT_NO_FATAL_FAILURE(expect_among(plan, events, model::strict_attempts(plan, events)))
        << seed;
  }
}

// Every window on its own, by trying every way to fill it.
TEST(Funnel, unordered_equals_the_model) {
  for (std::uint64_t seed = 1; seed <= 10'000; ++seed) {
    Seeded seeded(seed);
    const auto steps = static_cast<int>(seeded.between(2, 4));
    const bool excludes = seeded.chance(0.4);
    FunnelPlan plan =
        plan_of(FunnelOrder::unordered, steps, static_cast<int>(seeded.between(0, 6)));
    if (excludes) plan.exclusions = {{0, steps - 1}};
    const Events events = model::random_events(
        seeded, {.events = 7, .times = 9, .steps = steps, .exclusions = excludes ? 1 : 0});
    int level = 0;
    Instant opening;
    for (const FunnelEvent& first : events) {
      Instant last = first.at + plan.window;
      bool cut = false;
      for (const FunnelEvent& event : events)
        if (event.exclusions != 0 && event.at > first.at && event.at <= last) {
          last = event.at;
          cut = true;
        }
      Events inside;
      for (const FunnelEvent& event : events)
        if (event.at >= first.at && event.at <= last) inside.push_back(event);
      const int filled = model::most_steps(plan, inside);
      if (first.steps == 0 || filled <= level || (cut && filled < steps)) continue;
      level = filled;
      opening = first.at;
    }
    FunnelRunner runner(plan);
    const FunnelOutcome outcome = runner.run(events);
    ASSERT_EQ(outcome.level, level) << seed << ": " << model::text_of(plan, events);
    if (level == 0) continue;
    ASSERT_EQ(outcome.at[0], opening) << seed << ": " << model::text_of(plan, events);
  }
}

// Events that match one step each, as columns of times: the same outcome.
TEST(Funnel, columns_of_times_equal_the_runner) {
  for (std::uint64_t seed = 1; seed <= 20'000; ++seed) {
    Seeded seeded(seed);
    const auto steps = static_cast<int>(seeded.between(1, 4));
    const FunnelPlan plan =
        plan_of(FunnelOrder::ordered, steps, static_cast<int>(seeded.between(0, 12)));
    Events events =
        model::random_events(seeded, {.events = 30, .times = 40, .steps = steps, .second_step = 0});
    const bool first_ever = seeded.chance(0.3);
    std::vector<std::vector<std::int64_t>> columns(static_cast<std::size_t>(steps));
    for (const FunnelEvent& event : events)
      for (std::size_t step = 0; step < columns.size(); ++step)
        if (model::is_step(event, step)) columns[step].push_back(event.at.ms);
    if (first_ever) keep_first_ever(events, 1);
    FunnelRunner runner(plan);
    const FunnelOutcome wanted = runner.run(events);
    const std::vector<StepTimes> times(columns.begin(), columns.end());
    const FunnelOutcome got = run_funnel(plan.window, first_ever, times);
    ASSERT_EQ(got.level, wanted.level) << seed << ": " << model::text_of(plan, events);
    for (int step = 0; step < got.level; ++step)
      ASSERT_EQ(got.at[step], wanted.at[step]) << seed << ": " << model::text_of(plan, events);
  }
}

// Each kind would be quadratic or worse if attempts were walked one by one: 100,000 starts, each
// with a window that holds all that follows.
TEST(Funnel, an_account_of_100000_events_is_no_trouble) {
  Events events;
  for (std::int64_t i = 0; i < 100'000; ++i)
    events.push_back({.at = {i / 2 * 10},
                      .steps = StepMask{1} << (i % 7 % 3),
                      .exclusions = i % 11 == 0 ? 1U : 0U});
  for (const FunnelOrder order :
       {FunnelOrder::ordered, FunnelOrder::strict, FunnelOrder::unordered}) {
    FunnelRunner runner(plan_of(order, 4, 1'000'000, {{0, 3}}));
    EXPECT_LE(runner.run(events).level, 3);  // Nothing matches the fourth step.
  }
  for (FunnelEvent& event : events) event.at = {0};  // All at once, and each matches three.
  for (FunnelEvent& event : events) event.steps = 0b0111;
  FunnelRunner runner(plan_of(FunnelOrder::ordered, 4, 1'000'000));
  EXPECT_EQ(runner.run(events).level, 3);
}

}  // namespace
}  // namespace pharos::insight
