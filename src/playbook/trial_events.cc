// playbook/trial_events.cc: events with their times, repeats and typed properties.
#include "playbook/trial_events.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "base/text.h"
#include "playbook/moment.h"

namespace pharos::playbook {

TrialEvents::TrialEvents(Faults& faults, const Playbook& playbook)
    : faults_(faults), playbook_(playbook) {
  for (const cel::EventType& event : playbook.schema.events)
    if (event.name != "link") event_names_.push_back(event.name);
}

std::vector<TrialEvent> TrialEvents::read(const Outline& list, const Outline* account) {
  std::vector<TrialEvent> events;
  if (list.kind != OutlineKind::list || list.items.empty()) {
    report_kind(faults_, list, "a list of events, such as - {at: 2025-01-02 09:00, event: login}");
    return events;
  }
  for (const Outline& item : list.items) read_event(item, events);
  std::ranges::stable_sort(events, {}, &TrialEvent::time);
  if (account && !events.empty()) {
    TrialEvent first;
    first.time = events.front().time;
    first.type = event_account_updated;
    read_properties(*account, first);
    events.insert(events.begin(), std::move(first));
  }
  return events;
}

std::optional<Instant> TrialEvents::read_moment(const Outline& value) {
  const std::string* text = read_text(faults_, value, "a time such as 2025-01-31 09:30");
  if (!text) return std::nullopt;
  const auto moment = parse_moment(*text, playbook_.schema.zone);
  if (moment) return *moment;
  faults_.error(value.place, moment.error().message);
  return std::nullopt;
}

void TrialEvents::read_event(const Outline& map, std::vector<TrialEvent>& events) {
  Fields fields(faults_, map, "an event", {"at", "event", "member", "props", "times", "every"});
  const Outline* at = fields.need("at", "a time such as 2025-01-31 09:30");
  const Outline* name = fields.need("event", "its name");
  if (!at || !name) return;
  TrialEvent event;
  const auto time = read_moment(*at);
  const std::string* text = read_text(faults_, *name, "the name of an event");
  if (!time || !text) return;
  const auto type = find_event(playbook_, *text);
  if (!type || *type == event_link)
    return faults_.error(
        name->place, fmt::format("{} is not an event that the playbook knows", shortened(*text)),
        faults_.near(*text, event_names_));
  event.time = *time;
  event.type = *type;
  if (const Outline* member = fields.find("member"))
    if (const std::string* id = read_text(faults_, *member, "the id of a member"))
      event.member = *id;
  event.values.resize(playbook_.schema.events[*type].properties.size());
  if (const Outline* props = fields.find("props")) read_properties(*props, event);
  repeat(fields, std::move(event), events);
}

// `times: 5, every: 1d`: the same again, so far apart.
void TrialEvents::repeat(const Fields& fields, TrialEvent event, std::vector<TrialEvent>& events) {
  const Outline* times = fields.find("times");
  const Outline* every = fields.find("every");
  std::int64_t count = 1;
  if (times) {
    const auto number =
        times->kind == OutlineKind::scalar ? parse_int64(times->text) : std::nullopt;
    if (!number || *number < 1 || *number > static_cast<std::int64_t>(trial_event_count_max))
      return report_kind(
          faults_, *times,
          fmt::format("how many times, from 1 to {}", grouped(trial_event_count_max)));
    count = *number;
  }
  if (count > 1 && !every)
    return faults_.error(times->place,
                         "times: without every:", "Say how far apart, such as every: 1d.");
  if (every && !times)
    return faults_.error(every->place, "every: without times:", "Say how often, such as times: 5.");
  std::optional<Duration> step = Duration{};
  if (every) step = read_duration(faults_, *every, "every");
  if (!step) return;
  for (std::int64_t i = 0; i < count; ++i) {
    if (events.size() == trial_event_count_max)
      return faults_.error(fields.place(), fmt::format("a test has at most {} events",
                                                       grouped(trial_event_count_max)));
    if (event.time > instant_max)
      return faults_.error(fields.place(), "the repeats reach beyond the year 9999");
    events.push_back(event);
    event.time = event.time + *step;
  }
}

void TrialEvents::read_properties(const Outline& map, TrialEvent& event) {
  const cel::EventType& type = playbook_.schema.events[event.type];
  event.values.resize(type.properties.size());
  if (map.kind != OutlineKind::map)
    return report_kind(faults_, map, fmt::format("a map of properties of {}", quoted(type.name)));
  for (const auto& [key, value] : map.members) {
    const auto found = std::ranges::find(type.properties, key.text, &cel::Property::name);
    if (found == type.properties.end()) {
      std::vector<std::string> names;
      for (const cel::Property& property : type.properties) names.push_back(property.name);
      faults_.error(
          key.place,
          fmt::format("{} is not a property of {}", shortened(key.text), quoted(type.name)),
          faults_.near(key.text, names));
      continue;
    }
    event.values[static_cast<std::size_t>(found - type.properties.begin())] =
        read_value(value, *found);
  }
}

std::optional<TrialValue> TrialEvents::read_value(const Outline& value,
                                                  const cel::Property& property) {
  TrialValue result;
  if (value.kind == OutlineKind::null) {
    result.is_null = true;
    return result;
  }
  if (value.kind != OutlineKind::scalar) {
    report_kind(faults_, value,
                fmt::format("a value of type {} for {}", cel::name_of(property.type),
                            quoted(property.name)));
    return std::nullopt;
  }
  if (property.type == cel::PropertyType::string) {
    result.text = value.text;
    return result;
  }
  const auto number = property.type == cel::PropertyType::enum_ ? read_enum(value, property)
                                                                : read_number(value, property);
  if (!number) return std::nullopt;
  result.number = *number;
  return result;
}

std::optional<std::int64_t> TrialEvents::read_enum(const Outline& value,
                                                   const cel::Property& property) {
  const auto found = std::ranges::find(property.values, value.text);
  if (found != property.values.end()) return found - property.values.begin();
  faults_.error(
      value.place,
      fmt::format("{} is not a value of enum {}", shortened(value.text), quoted(property.name)),
      faults_.near(value.text, property.values));
  return std::nullopt;
}

std::optional<std::int64_t> TrialEvents::read_number(const Outline& value,
                                                     const cel::Property& property) {
  constexpr std::int64_t int_max = 1'000'000'000'000'000;  // As for events that are ingested.
  using enum cel::PropertyType;
  const std::string& text = value.text;
  switch (property.type) {
    case bool_:
      if (const auto flag = read_bool(faults_, value, property.name)) return *flag ? 1 : 0;
      return std::nullopt;
    case time:
      if (const auto moment = read_moment(value)) return moment->ms;
      return std::nullopt;
    case money: {
      const auto amount = parse_money(text, playbook_.schema.currency.digits);
      if (amount) return amount->minor;
      faults_.error(value.place, amount.error().message);
      return std::nullopt;
    }
    case int_:
      if (const auto number = parse_int64(text);
          number && *number <= int_max && *number >= -int_max)
        return *number;
      break;
    default:
      if (const auto number = parse_double(text))  // -0.0 is stored as 0.0.
        return std::bit_cast<std::int64_t>(*number == 0 ? 0.0 : *number);
      break;
  }
  report_kind(
      faults_, value,
      fmt::format("a value of type {} for {}", cel::name_of(property.type), quoted(property.name)));
  return std::nullopt;
}

}  // namespace pharos::playbook
