// cli/calc_funnels.cc: pharos calc funnels: cases of the families product_funnel and window_funnel.
#include <algorithm>
#include <cmath>
#include <map>

#include "cli/calc.h"
#include "cli/calc_events.h"
#include "insight/funnel_tally.h"
#include "insight/window_funnel.h"

namespace pharos::cli {
namespace {

using insight::Attribution;
using insight::FunnelEvent;
using insight::FunnelOutcome;
using insight::FunnelPlan;
using insight::FunnelTally;
using insight::StepMask;

constexpr double window_s_max = 1e11;  // 3,000 years: longer than business time.

const std::vector<std::string> product_keys = {"mode",       "window_s",  "steps", "events",
                                               "exclusions", "breakdown", "range", "histogram"};
const std::vector<std::string> window_keys = {"mode", "window_s", "steps", "events"};

Duration window_of(const Field& document) {
  const Field field = document.at("window_s");
  const double seconds = field.number();
  if (!(seconds >= 0 && seconds <= window_s_max)) field.expected("a number of seconds");
  return field.ok() ? Duration{std::llround(seconds * 1'000)} : Duration{};
}

// The predicates of the steps; none after a fault.
std::vector<Predicate> steps_of(const Field& document) {
  std::vector<Predicate> steps;
  const Field field = document.at("steps");
  for (const Field& item : field.items()) steps.emplace_back(item);
  if (steps.empty() || steps.size() > insight::step_count_max)
    field.refuse(fmt::format("expected 1 to {} steps", insight::step_count_max));
  return steps;
}

std::uint32_t matches(std::span<const Predicate> predicates, const CaseEvent& event) {
  std::uint32_t mask = 0;
  for (std::size_t i = 0; i < predicates.size(); ++i)
    if (predicates[i].matches(event.name, event.props)) mask |= 1U << i;
  return mask;
}

// Accounts whose level is above each step, from levels.
Json counts_of(const FunnelTally& tally) {
  Json counts = json_list();
  for (int step = 0; step < tally.step_count(); ++step)
    counts.add(json_of(static_cast<std::int64_t>(tally.count(step))));
  return counts;
}

// ---- product_funnel

struct Breakdown {
  std::vector<std::string> props;
  Attribution attribution = Attribution::first_touch;
  int step = 0;

  // Joined with "|"; empty if no property has a value.
  std::string key(const CaseEvent& event) const {
    std::string joined;
    bool has_value = false;
    for (const std::string& prop : props) {
      const std::string text = key_text(property_of(event, prop));
      has_value |= !text.empty();
      joined += (&prop == &props.front() ? "" : "|") + text;
    }
    return has_value ? joined : "";
  }
};

struct Histogram {
  int from = 0, to = 0;
  int bin_count = 0;  // 0: auto.
};

struct ProductCase {
  FunnelPlan plan;
  std::vector<Predicate> steps;
  std::vector<Predicate> exclusions;
  StepMask first_ever = 0;
  Instant from = instant_min, to = instant_max;
  std::optional<Breakdown> breakdown;
  std::optional<Histogram> histogram;
  std::vector<CaseAccount> accounts;

  explicit ProductCase(const Field& document);

 private:
  void read_exclusions(const Field& field);
  void read_breakdown(const Field& field);
  void read_histogram(const Field& field);
  int step_index(const Field& field) const {
    return static_cast<int>(field.integer(0, plan.step_count - 1));
  }
};

ProductCase::ProductCase(const Field& document) {
  document.check_keys(product_keys);
  static const std::vector<std::string> modes = {"ordered", "strict", "unordered"};
  if (const auto mode = document.find("mode"))
    plan.order = static_cast<insight::FunnelOrder>(mode->choice(modes));
  plan.window = window_of(document);
  steps = steps_of(document);
  if (!document.ok()) return;
  plan.step_count = static_cast<int>(steps.size());
  const std::vector<Field> items = document.at("steps").items();
  for (std::size_t i = 0; i < items.size(); ++i)
    if (const auto flag = items[i].find("first_ever"); flag && flag->flag()) first_ever |= 1U << i;
  if (const auto field = document.find("exclusions")) read_exclusions(*field);
  if (const auto range = document.find("range")) {
    if (const auto bound = range->find("from")) from = bound->instant();
    if (const auto bound = range->find("to")) to = bound->instant();
  }
  if (const auto field = document.find("breakdown")) read_breakdown(*field);
  if (const auto field = document.find("histogram")) read_histogram(*field);
  accounts = case_accounts(document);
}

void ProductCase::read_exclusions(const Field& field) {
  constexpr std::int64_t far = 1'000'000;  // Whether it lies within the steps is the plan's rule.
  const std::vector<Field> items = field.items();
  if (items.size() > 32) field.refuse("expected at most 32 exclusions");
  for (const Field& item : items) {
    exclusions.emplace_back(item.at("match"));
    plan.exclusions.push_back({static_cast<int>(item.at("from_step").integer(-far, far)),
                               static_cast<int>(item.at("to_step").integer(-far, far))});
  }
}

void ProductCase::read_breakdown(const Field& field) {
  static const std::vector<std::string> names = {"first_touch", "last_touch", "all_events", "step"};
  breakdown.emplace();
  for (const Field& prop : field.at("props").items()) breakdown->props.emplace_back(prop.text());
  if (breakdown->props.empty()) field.at("props").expected("a list of properties");
  if (const auto attribution = field.find("attribution"))
    breakdown->attribution = static_cast<Attribution>(attribution->choice(names));
  if (breakdown->attribution == Attribution::step) breakdown->step = step_index(field.at("step"));
}

void ProductCase::read_histogram(const Field& field) {
  histogram.emplace();
  histogram->from = step_index(field.at("from_step"));
  histogram->to = step_index(field.at("to_step"));
  if (histogram->from >= histogram->to) field.at("to_step").refuse("must come after from_step");
  const auto bins = field.find("bin_count");
  const auto* word = bins ? bins->json().as<std::string>() : nullptr;
  if (bins && !(word && *word == "auto"))
    histogram->bin_count = static_cast<int>(bins->integer(1, 1'000));
}

// The events of an account as the funnel sees them; keys of the breakdown become numbers.
std::vector<FunnelEvent> events_of(const ProductCase& plan, const CaseAccount& account,
                                   std::map<std::string, std::uint32_t>& groups) {
  std::vector<FunnelEvent> events;
  for (const CaseEvent& event : account.events) {
    FunnelEvent seen{.at = event.at,
                     .steps = matches(plan.steps, event),
                     .exclusions = matches(plan.exclusions, event)};
    if (plan.breakdown) {
      const std::string key = plan.breakdown->key(event);
      if (!key.empty())
        seen.group =
            groups.try_emplace(key, static_cast<std::uint32_t>(groups.size())).first->second;
    }
    events.push_back(seen);
  }
  insight::keep_first_ever(events, plan.first_ever);
  std::erase_if(
      events, [&](const FunnelEvent& event) { return event.at < plan.from || event.at > plan.to; });
  return events;
}

void put_times(Json& result, const FunnelTally& tally) {
  Json averages = json_list(), medians = json_list();
  for (int step = 0; step < tally.step_count(); ++step) {
    averages.add(json_of(tally.average_s(step)));
    medians.add(json_of(tally.median_s(step)));
  }
  result.add("average_conversion_s", std::move(averages));
  result.add("median_conversion_s", std::move(medians));
}

Json histogram_of(const Histogram& plan, std::span<const FunnelOutcome> outcomes) {
  std::vector<Duration> gaps;
  for (const FunnelOutcome& outcome : outcomes)
    if (outcome.level > plan.to) gaps.push_back(outcome.at[plan.to] - outcome.at[plan.from]);
  Json bins = json_list();
  for (const auto& bin : insight::histogram(gaps, plan.bin_count))
    bins.add(
        json_list().add(json_of(bin.from_s)).add(json_of(static_cast<std::int64_t>(bin.count))));
  Json result = json_object();
  result.add("from_step", json_of(std::int64_t{plan.from}));
  result.add("to_step", json_of(std::int64_t{plan.to}));
  result.add("bins", std::move(bins));
  result.add("average_s", gaps.empty() ? Json{} : json_of(insight::mean_s(gaps)));
  return result;
}

Json grouped(const ProductCase& plan) {
  insight::GroupedFunnel funnel(plan.plan, plan.breakdown->attribution, plan.breakdown->step);
  std::map<std::string, std::uint32_t> groups;
  std::map<std::uint32_t, FunnelTally> tallies;
  for (const CaseAccount& account : plan.accounts)
    for (const auto& [group, outcome] : funnel.run(events_of(plan, account, groups)))
      if (outcome.level > 0)
        tallies.try_emplace(group, plan.plan.step_count).first->second.add(outcome);
  groups[std::string(plan.breakdown->props.size() - 1, '|')] = insight::no_group;
  Json results = json_object();
  results.is_set = true;
  for (const auto& [key, group] : groups) {
    const auto tally = tallies.find(group);
    if (tally == tallies.end()) continue;
    Json result = json_object();
    result.add("per_step_counts", counts_of(tally->second));
    put_times(result, tally->second);
    results.add(key, std::move(result));
  }
  return json_object().add("breakdowns", std::move(results));
}

Json whole(const ProductCase& plan) {
  insight::FunnelRunner funnel(plan.plan);
  FunnelTally tally(plan.plan.step_count);
  std::map<std::string, std::uint32_t> groups;
  std::vector<FunnelOutcome> outcomes;
  Json levels = json_object(), dropped = json_list();
  levels.is_set = dropped.is_set = true;
  for (const CaseAccount& account : plan.accounts) {
    const FunnelOutcome outcome = funnel.run(events_of(plan, account, groups));
    tally.add(outcome);
    outcomes.push_back(outcome);
    levels.add(std::string(account.id), json_of(std::int64_t{outcome.level}));
    if (outcome.dropped) dropped.add(json_of(std::string(account.id)));
  }
  Json result = json_object();
  result.add("per_step_counts", counts_of(tally));
  result.add("levels", std::move(levels));
  result.add("dropped_accounts", std::move(dropped));
  put_times(result, tally);
  if (plan.histogram) result.add("histogram", histogram_of(*plan.histogram, outcomes));
  return result;
}

Json product_funnel(const Field& document) {
  const ProductCase plan(document);
  if (!document.ok()) return {};
  if (!insight::check(plan.plan))
    return json_object().add("error", json_of(std::string("invalid_exclusion")));
  return plan.breakdown ? grouped(plan) : whole(plan);
}

// ---- window_funnel

insight::WindowFunnelPlan window_plan(const Field& document) {
  using Plan = insight::WindowFunnelPlan;
  static const std::vector<std::string> names = {
      "strict_increase", "strict_once", "strict_deduplication", "strict_order", "allow_reentry"};
  constexpr bool Plan::*flags[] = {&Plan::strict_increase, &Plan::strict_once,
                                   &Plan::strict_deduplication, &Plan::strict_order,
                                   &Plan::allow_reentry};
  Plan plan;
  plan.window = window_of(document);
  if (const auto mode = document.find("mode"))
    for (const Field& flag : mode->items()) plan.*flags[flag.choice(names)] = true;
  return plan;
}

Json window_funnel(const Field& document) {
  document.check_keys(window_keys);
  insight::WindowFunnelPlan plan = window_plan(document);
  const std::vector<Predicate> steps = steps_of(document);
  const std::vector<CaseAccount> accounts = case_accounts(document);
  if (!document.ok()) return {};
  plan.step_count = static_cast<int>(steps.size());
  insight::WindowFunnelRunner funnel(plan);
  FunnelTally tally(plan.step_count);
  Json levels = json_object();
  levels.is_set = true;
  for (const CaseAccount& account : accounts) {
    std::vector<FunnelEvent> events;
    for (const CaseEvent& event : account.events)
      events.push_back({.at = event.at, .steps = matches(steps, event)});
    FunnelOutcome outcome;
    outcome.level = funnel.run(events);
    tally.add(outcome);
    levels.add(std::string(account.id), json_of(std::int64_t{outcome.level}));
  }
  return json_object().add("per_step_counts", counts_of(tally)).add("levels", std::move(levels));
}

}  // namespace

std::span<const CalcFamily> funnel_families() {
  static constexpr CalcFamily families[] = {{"product_funnel", product_funnel},
                                            {"window_funnel", window_funnel}};
  return families;
}

}  // namespace pharos::cli
