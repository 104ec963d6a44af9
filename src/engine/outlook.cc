// engine/outlook.cc: who waits for events of a type, and what such an event has to take.
#include "engine/outlook.h"

#include <algorithm>

#include "cel/threshold.h"
#include "engine/state.h"

namespace pharos::engine {
namespace {

constexpr std::size_t hurdles_max = 64;

// Whether it keeps anything of events that have left all windows.
bool remembers_all(const Stream& stream) {
  return stream.ring == none || stream.count != none || stream.latest != none ||
         !stream.kept_all.empty() ||
         std::ranges::any_of(stream.all_time, [](std::uint32_t at) { return at != none; });
}

}  // namespace

Outlook::Outlook(const playbook::Playbook& playbook, const std::vector<cel::Rule>& queries,
                 bool queries_only)
    : plan_(make_plan(playbook, queries, queries_only)),
      calendar_(playbook.schema.zone),
      types_(plan_.events.size()) {
  types_[playbook::event_account_updated].remembers_all = true;
  for (const Stream& stream : plan_.streams)
    if (remembers_all(stream)) types_[stream.event].remembers_all = true;
  if (queries_only) return;
  for (std::uint32_t type = 0; type < types_.size(); ++type) {
    find_waiters(type);
    if (!types_[type].waiters.empty()) awaited_.push_back(type);
  }
}

void Outlook::find_waiters(std::uint32_t index) {
  Type& type = types_[index];
  const Touched& touched = plan_.events[index].touched;
  for (std::uint32_t n = 0; n < plan_.nodes.size(); ++n) {
    if (touched.entries.test(n))
      add(type, Role::entry, n, hurdle_of(plan_.nodes[n].condition, index));
    if (touched.lapses.test(n)) add(type, Role::lapse, n, hurdle_of(plan_.nodes[n].lapse, index));
  }
  for (std::uint32_t s = 0; s < plan_.segments.size(); ++s) {
    if (touched.outside.test(s)) add(type, Role::outside, s, hurdle_of(plan_.segments[s], index));
    if (touched.inside.test(s)) add(type, Role::inside, s, std::nullopt);
  }
}

void Outlook::add(Type& type, Role role, std::uint32_t index, std::optional<Hurdle> hurdle) const {
  const std::uint32_t bits = role == Role::entry   ? plan_.open
                             : role == Role::lapse ? plan_.held
                                                   : plan_.member_of;
  Waiter waiter{.word = bits + index / 64 * 8,
                .flip = role == Role::outside ? ~std::uint64_t{0} : 0,
                .mask = std::uint64_t{1} << index % 64,
                .hurdles = 0};
  if (hurdle) {
    const auto known = std::ranges::find(type.hurdles, *hurdle);
    const auto place = static_cast<std::size_t>(known - type.hurdles.begin());
    if (known == type.hurdles.end() && place < hurdles_max) type.hurdles.push_back(*hurdle);
    if (place < hurdles_max) waiter.hurdles = std::uint64_t{1} << place;
  }
  type.waiters.push_back(waiter);
}

// What must be taken before the rule can come true; none: it may be true whatever the events are.
std::optional<Hurdle> Outlook::hurdle_of(std::uint32_t rule, std::uint32_t type) const {
  if (rule == none) return std::nullopt;
  const cel::Rule& compiled = *plan_.rules[rule].rule;
  for (const cel::Threshold& threshold : cel::thresholds_of(compiled)) {
    const cel::Aggregate& aggregate = compiled.aggregates[threshold.aggregate];
    if (aggregate.event != type || threshold.least <= 0) continue;
    if (aggregate.window.kind == cel::WindowKind::calendar) continue;
    const bool sums = aggregate.kind == cel::AggregateKind::sum;
    const bool rolling = aggregate.window.kind == cel::WindowKind::rolling;
    return Hurdle{.property = sums ? aggregate.property : cel::property_none,
                  .length = rolling ? aggregate.window.length : Hurdle::of_all_time,
                  .least = threshold.least};
  }
  return std::nullopt;
}

void Outlook::look(const Fold& fold, AccountNumber account) {
  const std::byte* const record = fold.state().record(account);
  for (const std::uint32_t t : awaited_) {
    Type& type = types_[t];
    type.expected = {};
    for (const Waiter& waiter : type.waiters) {
      const auto word = *reinterpret_cast<const std::uint64_t*>(record + waiter.word);
      if (((word ^ waiter.flip) & waiter.mask) == 0) continue;
      type.expected.any = type.expected.any || waiter.hurdles == 0;
      type.expected.hurdles |= waiter.hurdles;
    }
  }
}

Instant Outlook::remembered_since(std::uint32_t type, Instant now) {
  if (types_[type].remembers_all) return instant_min;
  Instant since = never;
  for (const std::uint32_t s : plan_.events[type].streams)
    for (const Edge& edge : plan_.streams[s].edges)
      since = std::min(since, edge.calendar ? calendar_.start_of(edge.period, now, edge.offset)
                                            : now - edge.length + Duration{1});
  return since;
}

}  // namespace pharos::engine
