// sim/sight.cc: window functions by scanning, attributes and nodes by looking.
#include "sim/sight.h"

#include <algorithm>
#include <bit>
#include <set>

#include "base/money.h"

namespace pharos::sim {
namespace {

using cel::AggregateKind;
using cel::PropertyType;
using cel::Value;

bool is_missing(const Given& given) {
  return given.cell == engine::cell_absent || given.cell == engine::cell_null;
}

Value value_of_given(const Given& given, const cel::Property& property) {
  if (is_missing(given)) return Value::error("not there");
  switch (property.type) {
    case PropertyType::bool_: return Value::boolean(given.cell != 0);
    case PropertyType::int_: return Value::integer(given.cell);
    case PropertyType::double_: return Value::real(std::bit_cast<double>(given.cell));
    case PropertyType::string: return Value::string(given.text);
    case PropertyType::enum_:
      return Value::string(property.values[static_cast<std::size_t>(given.cell)]);
    case PropertyType::money: return Value::money({given.cell});
    case PropertyType::time: return Value::timestamp(Instant{given.cell});
  }
  return Value::error("no such type");
}

double number_of(const Given& given, PropertyType type) {
  return type == PropertyType::double_ ? std::bit_cast<double>(given.cell)
                                       : static_cast<double>(given.cell);
}

}  // namespace

Span span_of(const cel::Window& window, Instant now, const Zone& zone) {
  const Instant end = now + Duration{1};
  switch (window.kind) {
    case cel::WindowKind::all: return {instant_min, end};
    case cel::WindowKind::rolling: return {now - window.length + Duration{1}, end};
    case cel::WindowKind::calendar:
      return {zone.start_of(window.period, now, window.offset),
              std::min(end, zone.start_of(window.period, now, window.offset + 1))};
  }
  return {never, never};
}

std::int32_t node_at(const playbook::Playbook& playbook, const Life& life, std::uint32_t track) {
  const playbook::Track& t = playbook.tracks[track];
  std::int32_t last = -1;
  for (std::uint32_t n = t.node_first; n < t.node_first + t.node_count; ++n) {
    if (!life.nodes[n].held) continue;
    if (playbook.nodes[n].trigger == playbook::Trigger::branch) return static_cast<std::int32_t>(n);
    last = static_cast<std::int32_t>(n);
  }
  return last;
}

bool Sight::holds(const cel::Rule& rule) {
  rule_ = &rule;
  return cel::evaluate(rule, *this, arena_).is_true();
}

std::string Sight::text_of(const cel::Rule& rule) {
  rule_ = &rule;
  const Value value = cel::evaluate(rule, *this, arena_);
  return value.is_error() ? "an error" : cel::format_value(value, playbook_.schema);
}

Value Sight::attribute(std::uint32_t index) {
  return value_of_given(life_.attributes[index], playbook_.schema.attributes[index]);
}

Value Sight::property(std::uint32_t index) {
  return value_of_given(event_->properties[index],
                        playbook_.schema.events[event_->type].properties[index]);
}

Value Sight::member() {
  return event_->member.empty() ? Value::error("no member") : Value::string(event_->member);
}

Value Sight::event_time() {
  return Value::timestamp(event_->time);
}

Value Sight::node(std::uint32_t index, cel::NodeField field) {
  const NodeState& node = life_.nodes[index];
  switch (field) {
    case cel::NodeField::entered: return Value::boolean(node.entry > 0);
    case cel::NodeField::held: return Value::boolean(node.held);
    case cel::NodeField::at:
      return Value::boolean(node_at(playbook_, life_, playbook_.nodes[index].track) ==
                            static_cast<std::int32_t>(index));
    case cel::NodeField::overdue: return Value::boolean(node.overdue);
    case cel::NodeField::entry: return Value::integer(node.entry);
    case cel::NodeField::entered_at:
      return node.entry == 0 ? Value::error("not entered") : Value::timestamp(node.entered_at);
  }
  return Value::error("no such field");
}

bool Sight::passes(Applied& applied, const cel::Rule& filter) {
  const auto found = applied.passes.find(&filter);
  if (found != applied.passes.end()) return found->second;
  Sight sight(playbook_, life_, applied.fact.time, &applied.fact);
  return applied.passes[&filter] = sight.holds(filter);
}

// Every event applied so far of the type, not after now, that passes the filter and has the
// property.
std::vector<Sight::Entry> Sight::series(const cel::Aggregate& aggregate) {
  std::vector<Entry> entries;
  for (Applied& applied : life_.events) {
    const Fact& fact = applied.fact;
    if (fact.type != aggregate.event || fact.time > now_) continue;
    if (aggregate.filter >= 0 &&
        !passes(applied, rule_->filters[static_cast<std::size_t>(aggregate.filter)]))
      continue;
    Entry entry{fact.time, nullptr, ""};
    if (aggregate.property == cel::property_member) {
      if (fact.member.empty()) continue;
      entry.text = fact.member;
    } else if (aggregate.property >= 0) {
      entry.given = &fact.properties[static_cast<std::size_t>(aggregate.property)];
      if (is_missing(*entry.given)) continue;
      entry.text = entry.given->text;
    }
    entries.push_back(entry);
  }
  return entries;
}

Value Sight::sum_of(const std::vector<Entry>& entries, PropertyType type) {
  std::int64_t whole = 0;
  double real = 0;
  for (const Entry& entry : entries) {
    if (type == PropertyType::double_)
      real += std::bit_cast<double>(entry.given->cell);
    else
      whole += entry.given->cell;
  }
  if (type == PropertyType::double_) return Value::real(real);
  return type == PropertyType::money ? Value::money({whole}) : Value::integer(whole);
}

Value Sight::average_of(const std::vector<Entry>& entries, PropertyType type) {
  if (entries.empty()) return Value::error("nothing to average");
  const Value sum = sum_of(entries, type);
  const auto count = static_cast<std::int64_t>(entries.size());
  if (type == PropertyType::money)
    return Value::money({round_half_even(sum.as_money().minor, count)});
  const double total =
      type == PropertyType::double_ ? sum.as_real() : static_cast<double>(sum.as_integer());
  return Value::real(total / static_cast<double>(count));
}

Value Sight::growth_of(const cel::Aggregate& aggregate, const std::vector<Entry>& entries,
                       PropertyType type) {
  const Instant middle = now_ - aggregate.window.length, far = middle - aggregate.window.length;
  double recent = 0, before = 0;
  for (const Entry& entry : entries) {
    const double amount = entry.given == nullptr ? 1 : number_of(*entry.given, type);
    if (entry.time > middle)
      recent += amount;
    else if (entry.time > far)
      before += amount;
  }
  if (before == 0) return Value::error("nothing to grow from");
  return Value::real(recent / before - 1);
}

Value Sight::value_of(const Entry& entry, const cel::Property& property) {
  if (entry.given == nullptr || property.type == PropertyType::string) {
    texts_.push_back(std::make_unique<std::string>(entry.text));
    return Value::string(*texts_.back());
  }
  return value_of_given(*entry.given, property);
}

Value Sight::aggregate(std::uint32_t index) {
  const cel::Aggregate& aggregate = rule_->aggregates[index];
  // By reference: values borrow the texts of an enum.
  static const cel::Property no_property;
  const cel::Property& property =
      aggregate.property < 0 ? no_property
                             : playbook_.schema.events[aggregate.event]
                                   .properties[static_cast<std::size_t>(aggregate.property)];
  std::vector<Entry> all = series(aggregate);
  if (aggregate.kind == AggregateKind::growth) return growth_of(aggregate, all, property.type);
  if (aggregate.kind == AggregateKind::since) {
    if (all.empty()) return Value::error("never happened");
    return Value::duration(now_ - std::ranges::max(all, {}, &Entry::time).time);
  }
  const Span span = span_of(aggregate.window, now_, playbook_.schema.zone);
  std::erase_if(all, [&](const Entry& e) { return e.time < span.from || e.time >= span.until; });
  if (aggregate.kind == AggregateKind::count)
    return Value::integer(static_cast<std::int64_t>(all.size()));
  if (aggregate.kind == AggregateKind::sum) return sum_of(all, property.type);
  if (aggregate.kind == AggregateKind::avg) return average_of(all, property.type);
  if (aggregate.kind == AggregateKind::distinct) {
    std::set<std::pair<std::string, engine::Cell>> values;
    for (const Entry& entry : all)
      values.emplace(entry.text, entry.text.empty() && entry.given ? entry.given->cell : 0);
    return Value::integer(static_cast<std::int64_t>(values.size()));
  }
  if (all.empty()) return Value::error("nothing in the window");
  const auto less = [&](const Entry& a, const Entry& b) {
    if (property.type == PropertyType::string) return a.text < b.text;
    if (property.type == PropertyType::double_)
      return number_of(*a.given, property.type) < number_of(*b.given, property.type);
    return a.given->cell < b.given->cell;
  };
  // Stable: of equal times, the one applied first comes first.
  switch (aggregate.kind) {
    case AggregateKind::min: return value_of(*std::ranges::min_element(all, less), property);
    case AggregateKind::max: return value_of(*std::ranges::max_element(all, less), property);
    case AggregateKind::first:
      std::ranges::stable_sort(all, {}, &Entry::time);
      return value_of(all.front(), property);
    default: std::ranges::stable_sort(all, {}, &Entry::time); return value_of(all.back(), property);
  }
}

}  // namespace pharos::sim
