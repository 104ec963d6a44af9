// cli/calc_retention.cc: pharos calc retention: cases of the families cohort_retention,
// retention_flags and lifecycle.
#include <map>

#include "base/text.h"
#include "cli/calc.h"
#include "cli/calc_events.h"
#include "insight/retention.h"

namespace pharos::cli {
namespace {

using insight::PeriodPlan;
using insight::Periods;
using insight::PeriodUnit;
using insight::RetentionTally;

Json counted(std::uint64_t count) {
  return json_of(static_cast<std::int64_t>(count));
}

// The range of a case: its periods, and how their starts are written.
class Range {
 public:
  explicit Range(const Field& document);

  const PeriodPlan& plan() const { return plan_; }
  Json labels(const Periods& periods) const;

 private:
  void read_start(const Field& field);
  std::string label(Instant at) const;

  PeriodPlan plan_;
  // How `start` is written: "2020-06-10T06:00", with ":00", with "Z" or "+00:00".
  char separator_ = 'T';
  bool has_seconds_ = false;
  std::string suffix_;
};

Range::Range(const Field& document) {
  static const std::vector<std::string> units = {"hour", "day", "week", "month"};
  static const std::vector<std::string> days = {"monday", "tuesday",  "wednesday", "thursday",
                                                "friday", "saturday", "sunday"};
  plan_.unit = static_cast<PeriodUnit>(document.at("period").choice(units));
  if (const auto zone = document.find("zone")) plan_.zone = zone->zone();
  if (const auto day = document.find("week_start"))
    plan_.week_start = static_cast<int>(day->choice(days));
  plan_.count = static_cast<int>(document.at("intervals").integer(1, insight::period_count_max));
  read_start(document.at("start"));
}

// A date, a local time, or a time with a zone of its own; labels of hours are written like it.
void Range::read_start(const Field& field) {
  std::string text(field.text());
  const bool is_date = text.size() == 10;
  if (!is_date && text.size() > 10) separator_ = std::exchange(text[10], 'T');
  const bool is_utc = !is_date && parse_instant(text).has_value();
  has_seconds_ = text.size() > 16;
  if (is_utc) suffix_ = text.ends_with("+00:00") ? "+00:00" : "Z";
  text += is_date ? "T00:00:00Z" : is_utc ? "" : has_seconds_ ? "Z" : ":00Z";
  const Result<Instant> instant = parse_instant(text);
  if (!instant) return field.expected("a date, or a time such as \"2026-01-31T09:00\" or with a Z");
  plan_.start = (is_utc ? plan_.zone : Zone::utc()).local(*instant);
}

std::string Range::label(Instant at) const {
  const bool is_hour = plan_.unit == PeriodUnit::hour;
  const LocalTime t = (is_hour && !suffix_.empty() ? Zone::utc() : plan_.zone).local(at);
  std::string text = fmt::format("{:04}-{:02}-{:02}", t.year, t.month, t.day_of_month);
  if (!is_hour) return text;
  text += fmt::format("{}{:02}:{:02}", separator_, t.hour, t.minute);
  if (has_seconds_) text += fmt::format(":{:02}", t.second);
  return text + suffix_;
}

Json Range::labels(const Periods& periods) const {
  Json labels = json_list();
  for (int i = 0; i < periods.count(); ++i) labels.add(json_of(label(periods.start(i))));
  return labels;
}

// ---- cohort_retention

const std::vector<std::string> cohort_keys = {
    "period",       "zone",           "start",      "intervals",
    "week_start",   "retention_type", "cumulative", "minimum_occurrences",
    "target",       "returning",      "events",     "breakdown",
    "account_props"};

insight::RetentionPlan retention_plan(const Field& document) {
  static const std::vector<std::string> types = {"recurring", "first_time"};
  insight::RetentionPlan plan;
  if (const auto type = document.find("retention_type")) plan.first_time = type->choice(types) == 1;
  if (const auto flag = document.find("cumulative")) plan.cumulative = flag->flag();
  if (const auto least = document.find("minimum_occurrences"))
    plan.minimum_occurrences = static_cast<int>(least->integer(1, 1'000'000));
  return plan;
}

Json matrix_of(const RetentionTally& tally, int count) {
  Json matrix = json_list();
  for (int row = 0; row < count; ++row) {
    Json line = json_list();
    for (int column = 0; row + column < count; ++column)
      line.add(counted(tally.count(row, column)));
    matrix.add(std::move(line));
  }
  return matrix;
}

bool is_empty(const RetentionTally& tally, int count) {
  for (int row = 0; row < count; ++row)
    if (tally.count(row, 0) != 0) return false;
  return true;
}

// The value of the property by account; "" of one that has none.
struct AccountGroups {
  const Json* props = nullptr;
  std::string property;

  explicit AccountGroups(const Field& document) {
    const auto breakdown = document.find("breakdown");
    if (!breakdown) return;
    property = breakdown->at("account_prop").text();
    const Field field = document.at("account_props");
    for (const auto& [id, account] : field.members())
      if (!account.json().as<JsonMembers>()) account.expected("an object");
    props = &field.json();
  }
  std::string of(std::string_view account) const {
    const Json* own = props ? props->find(account) : nullptr;
    const Json* value = own ? own->find(property) : nullptr;
    return key_text(value && !value->is_null() ? value : nullptr);
  }
};

Json cohort_retention(const Field& document) {
  document.check_keys(cohort_keys);
  const Range range(document);
  const insight::RetentionPlan plan = retention_plan(document);
  const Predicate target(document.at("target")), returning(document.at("returning"));
  const AccountGroups groups(document);
  const std::vector<CaseAccount> accounts = case_accounts(document);
  if (!document.ok()) return {};
  const Periods periods(range.plan());
  std::map<std::string, RetentionTally> tallies;
  if (!groups.props) tallies.try_emplace("", plan, periods);
  for (const CaseAccount& account : accounts) {
    std::vector<insight::RetentionEvent> events;
    for (const CaseEvent& event : account.events)
      events.push_back({.at = event.at,
                        .target = target.matches(event.name, event.props),
                        .returning = returning.matches(event.name, event.props)});
    tallies.try_emplace(groups.of(account.id), plan, periods).first->second.add(events);
  }
  Json result = json_object();
  result.add("dates", range.labels(periods));
  if (!groups.props)
    return result.add("matrix", matrix_of(tallies.begin()->second, periods.count()));
  Json matrices = json_object();
  matrices.is_set = true;
  for (const auto& [key, tally] : tallies)
    if (!is_empty(tally, periods.count()))
      matrices.add(key, json_object().add("matrix", matrix_of(tally, periods.count())));
  return result.add("breakdowns", std::move(matrices));
}

// ---- retention_flags

const std::vector<std::string> flags_keys = {"conditions", "events"};

Json retention_flags(const Field& document) {
  document.check_keys(flags_keys);
  std::vector<Predicate> conditions;
  for (const Field& item : document.at("conditions").items()) conditions.emplace_back(item);
  if (conditions.empty() || conditions.size() > 32)
    document.at("conditions").refuse("expected 1 to 32 conditions");
  const std::vector<CaseAccount> accounts = case_accounts(document);
  if (!document.ok()) return {};
  insight::RetentionFlags tally(static_cast<int>(conditions.size()));
  Json flags = json_object(), sums = json_list();
  flags.is_set = true;
  for (const CaseAccount& account : accounts) {
    std::uint32_t met = 0;
    for (const CaseEvent& event : account.events)
      for (std::size_t i = 0; i < conditions.size(); ++i)
        if (conditions[i].matches(event.name, event.props)) met |= 1U << i;
    if (met == 0) continue;
    tally.add(met);
    Json own = json_list();
    for (std::size_t i = 0; i < conditions.size(); ++i)
      own.add(counted(insight::RetentionFlags::flags(met) >> i & 1));
    flags.add(std::string(account.id), std::move(own));
  }
  for (std::size_t i = 0; i < conditions.size(); ++i)
    sums.add(counted(tally.sum(static_cast<int>(i))));
  return json_object().add("sums", std::move(sums)).add("flags", std::move(flags));
}

// ---- lifecycle

const std::vector<std::string> lifecycle_keys = {"period",     "zone",     "start", "intervals",
                                                 "week_start", "activity", "events"};

Json lifecycle(const Field& document) {
  document.check_keys(lifecycle_keys);
  const Range range(document);
  const Predicate activity(document.at("activity"));
  const std::vector<CaseAccount> accounts = case_accounts(document);
  if (!document.ok()) return {};
  const Periods periods(range.plan());
  insight::LifecycleTally tally(periods);
  for (const CaseAccount& account : accounts) {
    std::vector<Instant> times;
    for (const CaseEvent& event : account.events)
      if (activity.matches(event.name, event.props)) times.push_back(event.at);
    tally.add(times);
  }
  Json fresh = json_list(), returning = json_list(), resurrecting = json_list(),
       dormant = json_list();
  for (int i = 0; i < periods.count(); ++i) {
    const insight::LifecycleCounts& counts = tally.period(i);
    fresh.add(counted(counts.fresh));
    returning.add(counted(counts.returning));
    resurrecting.add(counted(counts.resurrecting));
    dormant.add(json_of(-static_cast<std::int64_t>(counts.dormant)));
  }
  Json result = json_object();
  result.add("periods", range.labels(periods));
  result.add("new", std::move(fresh)).add("returning", std::move(returning));
  return result.add("resurrecting", std::move(resurrecting)).add("dormant", std::move(dormant));
}

}  // namespace

std::span<const CalcFamily> retention_families() {
  static constexpr CalcFamily families[] = {{"cohort_retention", cohort_retention},
                                            {"retention_flags", retention_flags},
                                            {"lifecycle", lifecycle}};
  return families;
}

}  // namespace pharos::cli
