// cel/monotony_test.cc: the stated drifts against a window function computed by hand, and rules.
#include "cel/monotony.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/seeded.h"
#include "cel/testing.h"

namespace pharos::cel {
namespace {

std::string shown(const Drift& drift) {
  std::string text;
  if (drift.rises) text += "rises ";
  if (drift.falls) text += "falls ";
  if (drift.appears) text += "appears ";
  if (drift.vanishes) text += "vanishes ";
  return text;
}

// A world in which windows can be counted on fingers: a period is ten long, and so is the rolling
// window.
struct Happened {
  int time = 0;
  int value = 0;
};
constexpr int length = 10;

Window window_of(std::string_view name) {
  if (name == "all") return {};
  Window window;
  window.kind = name == "rolling" ? WindowKind::rolling : WindowKind::calendar;
  window.length = Duration{length};
  window.offset = name == "last" ? -1 : 0;
  return window;
}

// What the function is at `now`; none: an error. Written from docs/semantics.md.
std::optional<double> worked_out(AggregateKind kind, std::string_view window, int now,
                                 std::vector<Happened> events) {
  const int period = now / length * length;
  const auto inside = [&](int time, int from_now) {
    if (time > now) return false;
    if (window == "all") return true;
    if (window == "rolling")
      return time > now - from_now * length && time <= now - (from_now - 1) * length;
    return window == "this" ? time >= period : time >= period - length && time < period;
  };
  std::ranges::stable_sort(events, {}, &Happened::time);
  const auto values = [&](int from_now) {
    std::vector<double> found;
    for (const Happened& e : events)
      if (inside(e.time, from_now)) found.push_back(e.value);
    return found;
  };
  const std::vector<double> in = values(1);
  double sum = 0;
  for (const double v : in) sum += v;
  const auto size = static_cast<double>(in.size());
  switch (kind) {
    case AggregateKind::count: return size;
    case AggregateKind::sum: return sum;
    case AggregateKind::distinct:
      return static_cast<double>(std::set<double>(in.begin(), in.end()).size());
    case AggregateKind::since: {
      if (events.empty()) return std::nullopt;
      return now - events.back().time;
    }
    case AggregateKind::growth: {
      double before = 0;
      for (const double v : values(2)) before += v;
      if (before == 0) return std::nullopt;
      return sum / before - 1;
    }
    default: break;
  }
  if (in.empty()) return std::nullopt;
  if (kind == AggregateKind::avg) return sum / size;
  if (kind == AggregateKind::min) return std::ranges::min(in);
  if (kind == AggregateKind::max) return std::ranges::max(in);
  return kind == AggregateKind::first ? in.front() : in.back();
}

void observe(const std::optional<double>& before, const std::optional<double>& after,
             Drift& drift) {
  drift.appears |= !before && after;
  drift.vanishes |= before && !after;
  drift.rises |= before && after && *after > *before;
  drift.falls |= before && after && *after < *before;
}

// Both ways: nothing happens that is not stated, and everything stated happens.
TEST(Monotony, stated_drifts_are_what_windows_do) {
  constexpr AggregateKind kinds[] = {
      AggregateKind::count, AggregateKind::sum,   AggregateKind::avg,  AggregateKind::min,
      AggregateKind::max,   AggregateKind::first, AggregateKind::last, AggregateKind::distinct,
      AggregateKind::since, AggregateKind::growth};
  for (const AggregateKind kind : kinds) {
    for (const std::string_view window : {"all", "rolling", "this", "last"}) {
      if (kind == AggregateKind::since && window != "all") continue;
      if (kind == AggregateKind::growth && window != "rolling") continue;
      Aggregate aggregate;
      aggregate.kind = kind;
      aggregate.window = window_of(window);
      Drift arrival, time;
      Seeded seeded(7);
      for (int round = 0; round < 20'000; ++round) {
        std::vector<Happened> events;
        const int now = 25 + static_cast<int>(seeded.below(12));
        const auto happened = [&] {
          return Happened{static_cast<int>(seeded.between(0, now)),
                          static_cast<int>(seeded.between(-3, 3))};
        };
        for (std::uint64_t n = seeded.below(5); n > 0; --n) events.push_back(happened());
        const int later = now + static_cast<int>(seeded.below(25));
        observe(worked_out(kind, window, now, events), worked_out(kind, window, later, events),
                time);
        std::vector<Happened> more = events;
        more.push_back(happened());
        // An arrival is compared at every later instant.
        observe(worked_out(kind, window, later, events), worked_out(kind, window, later, more),
                arrival);
      }
      EXPECT_EQ(shown(drift_of(aggregate, Cause::arrival)), shown(arrival))
          << name_of(kind) << " " << window << " arrival";
      EXPECT_EQ(shown(drift_of(aggregate, Cause::time)), shown(time))
          << name_of(kind) << " " << window << " time";
    }
  }
}

std::string turned(const Turn& turn) {
  return std::string(turn.to_true ? "+" : "") + (turn.from_true ? "-" : "");
}

// "+": may turn true, "-": may turn not true; by an arrival, by events leaving, by the clock.
TEST(Monotony, conditions_turn_the_ways_their_parts_can) {
  struct Row {
    std::string_view text, arrival, time, clock;
  };
  const Row rows[] = {
      {"count(login, '30d') >= 5", "+", "-", ""},
      {"count(login, '30d') < 5", "-", "+", ""},
      {"5 <= count(login, '30d')", "+", "-", ""},
      {"!(count(login, '30d') >= 5)", "-", "+", ""},
      {"count(login) >= 5", "+", "", ""},
      {"count(login, '30d') == 0", "-", "+", ""},  // It cannot be below.
      {"count(login, '30d') != 0", "+", "-", ""},
      {"0 == count(login, '30d')", "-", "+", ""},
      {"count(login, '30d') == 3", "+-", "+-", ""},
      {"count(login, 'last month') >= 5", "+", "+-", ""},
      {"count(login, 'this month') >= 5", "+", "-", ""},
      {"count(login, '30d') >= 5 && size == 'smb'", "+", "-", ""},
      {"count(login, '30d') >= 5 || vip", "+", "-", ""},
      {"vip ? count(login, '30d') >= 5 : seats > 3", "+", "-", ""},
      {"(count(login, '30d') >= 5 ? seats : 7) > 3", "+-", "+-", ""},
      {"count(login, '30d') * 2 > 7", "+-", "+-", ""},  // Numbers have an end.
      {"seats > count(login, '30d')", "-", "+", ""},
      {"sum(order_paid.amount, '30d') >= 100", "+-", "+-", ""},  // Amounts may be below zero.
      {"max(order_paid.items, '30d') >= 3", "+", "-", ""},
      {"max(order_paid.items, '30d') < 3", "+-", "+-", ""},  // The first one; a great one leaves.
      {"!(max(order_paid.items, '30d') < 3)", "+", "-", ""},
      {"last(order_paid.items, '30d') < 3", "+-", "-", ""},
      {"since(login) > '30d'", "+-", "", "+"},  // A late one may be the first one.
      {"since(login) < '30d'", "+", "", "-"},
      {"since(login) < since(order_paid)", "+", "", ""},  // They keep their distance.
      {"now - signed_at > '30d'", "", "", "+"},
      {"signed_at + '30d' > now", "", "", "-"},
      {"!(now - signed_at > '30d')", "", "", "-"},
      {"now == signed_at", "", "", "+-"},
      {"seats > 3 && size in ['smb', 'mid']", "", "", ""},
      {"main.signed.held", "", "", ""},
  };
  const Schema schema = testing::shop();
  for (const Row& row : rows) {
    const Compiled compiled =
        compile(row.text, {}, {.use = Use::rule, .schema = &schema, .metrics = {}}, Kind::boolean);
    ASSERT_TRUE(compiled.rule) << row.text << testing::lines_of(compiled.diagnostics);
    const Rule& rule = *compiled.rule;
    // Of the first window function.
    const bool reads = !rule.aggregates.empty();
    EXPECT_EQ(reads ? turned(turn_by(rule, 0, Cause::arrival)) : "", row.arrival) << row.text;
    EXPECT_EQ(reads ? turned(turn_by(rule, 0, Cause::time)) : "", row.time) << row.text;
    EXPECT_EQ(turned(turn_by_clock(rule)), row.clock) << row.text;
  }
}

TEST(Monotony, bounds_are_the_least_numbers_of_the_upper_side) {
  const std::pair<std::string_view, Bounds> rows[] = {
      {"count(login, '30d') >= 5", {5}},
      {"count(login, '30d') > 5", {6}},
      {"count(login, '30d') == 0", {0, 1}},
      {"5 > count(login, '30d')", {5}},
      {"count(login, '30d') >= 5 && count(login, '30d') < 9", {5, 9}},
      {"count(login, '30d') >= 5 && count(login, '30d') < seats", {}},  // Read in another way.
      {"count(login, '30d') * 2 >= 5", {}},
      {"count(login, '30d') >= 2.5", {}},
      {"sum(order_paid.items, '30d') >= 5", {}},
  };
  const Schema schema = testing::shop();
  for (const auto& [text, bounds] : rows) {
    const Compiled compiled =
        compile(text, {}, {.use = Use::rule, .schema = &schema, .metrics = {}}, Kind::boolean);
    ASSERT_TRUE(compiled.rule) << text << testing::lines_of(compiled.diagnostics);
    EXPECT_EQ(bounds_of(*compiled.rule, 0), bounds) << text;
  }
}

}  // namespace
}  // namespace pharos::cel
