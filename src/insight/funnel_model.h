// insight/funnel_model.h: for tests: funnels as docs/insight.md words them, by trying everything.
// Exponential; for a handful of events.
#pragma once

#include <algorithm>
#include <numeric>
#include <vector>

#include "base/seeded.h"
#include "insight/funnel.h"

namespace pharos::insight::model {

// When each of its steps was reached.
using Attempt = std::vector<Instant>;
using Events = std::vector<FunnelEvent>;

inline bool is_step(const FunnelEvent& event, std::size_t step) {
  return (event.steps >> step & 1) != 0;
}

// An ordered attempt goes on with the earliest unused event that matches, whichever of those that
// share its time.
inline void go_on(const FunnelPlan& plan, const Events& events, Attempt& times,
                  std::vector<char>& used, std::vector<Attempt>& attempts) {
  const std::size_t step = times.size();
  std::vector<std::size_t> next;
  if (step < static_cast<std::size_t>(plan.step_count))
    for (std::size_t i = 0; i < events.size(); ++i)
      if (!used[i] && is_step(events[i], step) && events[i].at >= times.back() &&
          events[i].at <= times.front() + plan.window &&
          (next.empty() || events[i].at == events[next.front()].at))
        next.push_back(i);
  if (next.empty()) attempts.push_back(times);
  for (const std::size_t i : next) {
    used[i] = 1;
    times.push_back(events[i].at);
    go_on(plan, events, times, used, attempts);
    times.pop_back();
    used[i] = 0;
  }
}

inline std::vector<Attempt> ordered_attempts(const FunnelPlan& plan, const Events& events) {
  std::vector<Attempt> attempts;
  std::vector<char> used(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (!is_step(events[i], 0)) continue;
    used[i] = 1;
    Attempt times = {events[i].at};
    go_on(plan, events, times, used, attempts);
    used[i] = 0;
  }
  return attempts;
}

// A strict attempt takes event after event, in any order that time allows.
inline std::vector<Attempt> strict_attempts(const FunnelPlan& plan, const Events& events) {
  std::vector<Attempt> attempts;
  std::vector<std::size_t> order(events.size());
  std::iota(order.begin(), order.end(), 0);
  do {
    if (!std::ranges::is_sorted(order, {}, [&](std::size_t i) { return events[i].at; })) continue;
    for (std::size_t start = 0; start < order.size(); ++start) {
      Attempt times;
      for (std::size_t i = start; i < order.size(); ++i) {
        const FunnelEvent& event = events[order[i]];
        if (times.size() == static_cast<std::size_t>(plan.step_count)) break;
        if (!is_step(event, times.size())) break;
        if (!times.empty() && event.at > times.front() + plan.window) break;
        times.push_back(event.at);
      }
      if (!times.empty()) attempts.push_back(times);
    }
  } while (std::ranges::next_permutation(order).found);
  return attempts;
}

inline bool is_tainted(const FunnelPlan& plan, const Events& events, const Attempt& attempt) {
  const auto level = static_cast<int>(attempt.size());
  for (std::size_t x = 0; x < plan.exclusions.size(); ++x) {
    const auto [from, to] = plan.exclusions[x];
    if (level <= from) continue;
    for (const FunnelEvent& event : events) {
      if ((event.exclusions >> x & 1) == 0 || event.at <= attempt[from]) continue;
      if (level > to ? event.at < attempt[to] : event.at <= attempt[0] + plan.window) return true;
    }
  }
  return false;
}

// The most steps that distinct ones of these events match.
inline int most_steps(const FunnelPlan& plan, std::vector<FunnelEvent> events, int step = 0) {
  if (step == plan.step_count) return 0;
  int most = most_steps(plan, events, step + 1);
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (!is_step(events[i], static_cast<std::size_t>(step))) continue;
    std::vector<FunnelEvent> rest = events;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
    most = std::max(most, 1 + most_steps(plan, rest, step + 1));
  }
  return most;
}

// Some events of some kinds at some times, with many of one time and many that match twice.
struct Shape {
  int events = 6;
  int times = 8;
  int steps = 3;
  int exclusions = 0;
  double second_step = 0.3;  // How often an event matches one step more.
};
inline Events random_events(Seeded& seeded, const Shape& shape) {
  Events events(seeded.below(static_cast<std::uint64_t>(shape.events) + 1));
  for (FunnelEvent& event : events) {
    event.at = {seeded.between(0, shape.times - 1) * 1'000};
    if (shape.exclusions > 0 && seeded.chance(0.25))
      event.exclusions = 1U << seeded.below(static_cast<std::uint64_t>(shape.exclusions));
    if (event.exclusions == 0 || seeded.chance(0.3))
      event.steps = StepMask{1} << seeded.below(static_cast<std::uint64_t>(shape.steps) + 1);
    while (seeded.chance(shape.second_step))
      event.steps |= StepMask{1} << seeded.below(static_cast<std::uint64_t>(shape.steps));
    event.steps &= (StepMask{1} << shape.steps) - 1;
  }
  std::ranges::stable_sort(events, {}, &FunnelEvent::at);
  return events;
}

inline std::string text_of(const FunnelPlan& plan, const Events& events) {
  std::string text = fmt::format("{} steps, window {} s:", plan.step_count, plan.window.ms / 1'000);
  for (const auto [from, to] : plan.exclusions) text += fmt::format(" not {}..{}", from, to);
  for (const FunnelEvent& event : events)
    text += fmt::format(" @{}={:b}{}", event.at.ms / 1'000, event.steps,
                        event.exclusions ? fmt::format("x{:b}", event.exclusions) : "");
  return text;
}

}  // namespace pharos::insight::model
