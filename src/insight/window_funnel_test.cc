// insight/window_funnel_test.cc: chains against a model that tries all of them, and flags by hand.
#include "insight/window_funnel.h"

#include <gtest/gtest.h>

#include <set>

#include "insight/funnel_model.h"

namespace pharos::insight {
namespace {

using model::Events;

// One event seen as one of the steps it matches; step -1: as none.
struct Entry {
  Instant at;
  int step;
  std::size_t event;
};

// By time, and of one time unmatched ones first, then by step.
std::vector<Entry> entries_of(const Events& events) {
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i].steps == 0) entries.push_back({events[i].at, -1, i});
    for (int step = 0; step < step_count_max; ++step)
      if (events[i].steps >> step & 1) entries.push_back({events[i].at, step, i});
  }
  std::ranges::stable_sort(entries, {}, [](const Entry& e) { return std::pair(e.at, e.step); });
  return entries;
}

// The longest chain over these entries that goes on from `chain`, one entry a step.
int longest(const WindowFunnelPlan& plan, std::span<const Entry> entries,
            std::vector<Entry>& chain) {
  int length = static_cast<int>(chain.size());
  for (const Entry& entry : entries) {
    if (entry.step != static_cast<int>(chain.size())) continue;
    if (!chain.empty()) {
      const Entry& last = chain.back();
      if (plan.strict_increase ? entry.at <= last.at : entry.at < last.at) continue;
      if (entry.at > chain.front().at + plan.window) continue;
      if (plan.strict_once && std::ranges::find(chain, entry.event, &Entry::event) != chain.end())
        continue;
    }
    chain.push_back(entry);
    length = std::max(length, longest(plan, entries, chain));
    chain.pop_back();
  }
  return length;
}
int longest(const WindowFunnelPlan& plan, std::span<const Entry> entries) {
  std::vector<Entry> chain;
  return longest(plan, entries, chain);
}

// What was scanned before each entry decides whether it ends the scan.
int model_level(const WindowFunnelPlan& plan, const Events& events) {
  const std::vector<Entry> entries = entries_of(events);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::span<const Entry> before(entries.data(), i);
    const int reached = longest(plan, before);
    const int step = entries[i].step;
    if (reached == plan.step_count) return reached;
    if (plan.strict_order && step < 0 && reached > 0) return reached;
    if (plan.strict_deduplication && step > 0 && reached > step) return reached;
    if (plan.strict_order && !plan.allow_reentry && step > reached && reached > 0) return reached;
  }
  return longest(plan, entries);
}

TEST(WindowFunnel, equals_the_model) {
  std::set<int> seen;
  for (std::uint64_t seed = 1; seed <= 40'000; ++seed) {
    Seeded seeded(seed);
    WindowFunnelPlan plan;
    plan.step_count = static_cast<int>(seeded.between(1, 4));
    plan.window = seeded.between(0, 6) * second;
    plan.strict_increase = seeded.chance(0.3);
    plan.strict_once = seeded.chance(0.3);
    plan.strict_deduplication = seeded.chance(0.3);
    plan.strict_order = seeded.chance(0.3);
    plan.allow_reentry = seeded.chance(0.5);
    // With both, which of two events of one time is used up shows in whether the other one ends the
    // scan; the engine leaves that to the order of its input.
    if (plan.strict_once && plan.strict_deduplication) continue;
    const Events events =
        model::random_events(seeded, {.events = 7,
                                      .times = static_cast<int>(seeded.between(2, 9)),
                                      .steps = plan.step_count,
                                      .second_step = 0.3});
    WindowFunnelRunner runner(plan);
    const int level = runner.run(events);
    ASSERT_EQ(level, model_level(plan, events))
        << seed << (plan.strict_increase ? " increase" : "") << (plan.strict_once ? " once" : "")
        << (plan.strict_deduplication ? " deduplication" : "")
        << (plan.strict_order ? " order" : "") << (plan.allow_reentry ? " reentry" : "") << " "
        << model::text_of({FunnelOrder::ordered, plan.step_count, plan.window, {}}, events);
    seen.insert(level);
  }
  EXPECT_EQ(seen.size(), 5U);  // Levels 0 to 4 all came up.
}

}  // namespace
}  // namespace pharos::insight
