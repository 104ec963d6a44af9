// model/facts.cc: values at the edges of their types, and the evaluator's view of them.
#include "model/facts.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"
#include "cel/box.h"
#include "cel/time_text.h"

namespace pharos::model {
namespace {

using cel::AggregateKind;
using cel::NodeField;
using cel::PropertyType;
using cel::Value;

constexpr std::int64_t int_min = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t int_max = std::numeric_limits<std::int64_t>::max();

template <class Items>
auto pick(const Items& items, Seeded& seeded) {
  return items[seeded.below(std::size(items))];
}

Datum of_type(PropertyType type, Seeded& seeded) {
  constexpr std::int64_t wholes[] = {0, 1,   -1,      2,       3,
                                     5, 100, int_min, int_max, 9'007'199'254'740'993};
  constexpr std::int64_t amounts[] = {
      0,      1,      -1,      10,      30,      1'000,   1'001,
      -1'000, 12'345, 642'000, int_max, int_min, 100'000, 1'000'000'000'000'000,
      25,     15,     5};
  constexpr double reals[] = {0.0, -0.0, 0.5, 1.5, 100.01, 1e300, -2.0, HUGE_VAL, -HUGE_VAL, 0.1};
  constexpr std::string_view texts[] = {"beauty", "food", "", "shoes", "mid", "客户", "a%sb"};
  constexpr std::int64_t times[] = {instant_min.ms,    instant_max.ms,    0,
                                    1'700'000'000'000, 1'700'000'000'001, -1,
                                    1'738'315'800'000};
  switch (type) {
    case PropertyType::bool_: return Datum::boolean(seeded.chance(0.5));
    case PropertyType::int_: return Datum::integer(pick(wholes, seeded));
    case PropertyType::double_:
      return Datum::real_of(seeded.chance(0.1) ? std::nan("") : pick(reals, seeded));
    case PropertyType::money: return Datum::whole_of(Kind::money, pick(amounts, seeded));
    case PropertyType::time:
      return Datum::whole_of(Kind::timestamp, Wide{pick(times, seeded)} * 1'000'000);
    default: return Datum::string(std::string(pick(texts, seeded)));
  }
}

std::string_view name_of(NodeField field) {
  constexpr std::array<std::string_view, 6> names{"entered", "held",  "at",
                                                  "overdue", "entry", "entered_at"};
  return names[static_cast<std::size_t>(field)];
}

// As the model names windows: a length in milliseconds.
std::string window_name(const cel::Window& window) {
  if (window.kind == cel::WindowKind::rolling) return fmt::format("{}ms", window.length.ms);
  return cel::format_window(window);
}

}  // namespace

Value to_value(const Datum& datum, cel::Arena& arena) {
  switch (datum.kind) {
    case Kind::error: return Value::error(datum.text);
    case Kind::null: return Value::null();
    case Kind::boolean: return Value::boolean(datum.yes);
    case Kind::integer: return Value::integer(static_cast<std::int64_t>(datum.whole));
    case Kind::uinteger: return Value::uinteger(static_cast<std::uint64_t>(datum.whole));
    case Kind::real: return Value::real(datum.real);
    case Kind::string: return Value::string(datum.text);
    case Kind::bytes: return Value::bytes(datum.text);
    case Kind::money: return Value::money({static_cast<std::int64_t>(datum.whole)});
    case Kind::duration: return Value::duration_nanos(static_cast<std::int64_t>(datum.whole));
    case Kind::timestamp: {
      const Wide rest = (datum.whole % 1'000'000'000 + 1'000'000'000) % 1'000'000'000;
      return Value::timestamp(static_cast<std::int64_t>((datum.whole - rest) / 1'000'000'000),
                              static_cast<std::uint32_t>(rest));
    }
    case Kind::type: return Value::boxed(Kind::type, cel::find_type(datum.text));
    case Kind::optional:
      if (datum.items.empty()) return cel::no_optional();
      return cel::make_optional(to_value(datum.items[0], arena), arena);
    case Kind::list: {
      Value* const items = arena.array<Value>(datum.items.size());
      for (std::size_t i = 0; i < datum.items.size(); ++i)
        items[i] = to_value(datum.items[i], arena);
      return cel::make_list({items, datum.items.size()}, arena);
    }
    case Kind::map: {
      const std::size_t size = datum.entries.size();
      cel::Entry* const entries = arena.array<cel::Entry>(size);
      for (std::size_t i = 0; i < size; ++i)
        entries[i] = {to_value(datum.entries[i].key, arena),
                      to_value(datum.entries[i].value, arena)};
      return cel::make_map({entries, size}, arena);
    }
  }
  return Value::null();
}

bool is_same(const Datum& datum, const Value& value) {
  if (datum.kind != value.kind()) return false;
  switch (datum.kind) {
    case Kind::error:
    case Kind::null: return true;
    case Kind::boolean: return datum.yes == value.as_boolean();
    case Kind::uinteger: return datum.whole == Wide{value.as_uinteger()};
    case Kind::integer:
    case Kind::money:
    case Kind::duration: return datum.whole == Wide{value.as_integer()};
    case Kind::timestamp: return datum.whole == cel::nanos_of(value);
    case Kind::real:
      if (std::isnan(datum.real)) return std::isnan(value.as_real());
      return datum.real == value.as_real() &&
             std::signbit(datum.real) == std::signbit(value.as_real());
    case Kind::string:
    case Kind::bytes: return datum.text == value.as_string();
    case Kind::type: return datum.text == cel::type_name_of(value);
    case Kind::optional: {
      const cel::Optional& box = cel::optional_of(value);
      if (!box.has_value) return datum.items.empty();
      return datum.items.size() == 1 && is_same(datum.items[0], box.value);
    }
    case Kind::list: {
      const auto items = cel::list_of(value).items();
      return std::ranges::equal(datum.items, items, is_same);
    }
    case Kind::map: {
      const auto entries = cel::map_of(value).entries();
      return std::ranges::equal(in_order(datum), entries,
                                [](const DatumEntry& a, const cel::Entry& b) {
                                  return is_same(a.key, b.key) && is_same(a.value, b.value);
                                });
    }
  }
  return false;
}

const Datum& FactTable::operator()(const std::string& name) {
  const auto at = facts_.find(name);
  if (at != facts_.end()) return at->second;
  return facts_.emplace(name, make(name)).first->second;
}

PropertyType FactTable::property_of(const std::string& event, const std::string& property) const {
  for (const cel::EventType& type : schema_.events)
    for (const cel::Property& p : type.properties)
      if (type.name == event && p.name == property) return p.type;
  return PropertyType::string;  // member
}

Datum FactTable::make(const std::string& name) const {
  Seeded seeded(hash64(name) ^ seed_);
  std::vector<std::string> words;
  for (const std::string_view word : split(name, ' ')) words.emplace_back(word);
  if (name == "now")
    return Datum::whole_of(
        Kind::timestamp,
        Wide{1'700'000'000'000 + static_cast<std::int64_t>(seed_ % 7)} * 1'000'000);
  if (name == "time") return of_type(PropertyType::time, seeded);
  if (seeded.chance(0.1)) return Datum::error("missing");
  if (words[0] == "member") return Datum::string("ann");
  if (words[0] == "metric") {
    constexpr PropertyType types[] = {PropertyType::money, PropertyType::int_,
                                      PropertyType::double_};
    return of_type(pick(types, seeded), seeded);
  }
  if (words[0] == "attribute") {
    for (const cel::Property& attribute : schema_.attributes)
      if (attribute.name == words[1]) return of_type(attribute.type, seeded);
    return Datum::error("no such attribute");
  }
  if (words[0] == "event") return of_type(property_of(words[1], words[2]), seeded);
  if (words[0] == "node") {
    if (words[3] == "entry") return Datum::integer(static_cast<Wide>(seeded.below(4)));
    if (words[3] == "entered_at") return of_type(PropertyType::time, seeded);
    return Datum::boolean(seeded.chance(0.5));
  }
  const std::string& function = words[1];
  if (function == "count" || function == "distinct")
    return Datum::integer(static_cast<Wide>(seeded.below(12)));
  if (function == "growth") return of_type(PropertyType::double_, seeded);
  if (function == "since") {
    constexpr std::int64_t lengths[] = {0, 1, 999, 3'600'000, 30LL * 86'400'000, 31LL * 86'400'000};
    return Datum::whole_of(Kind::duration, Wide{pick(lengths, seeded)} * 1'000'000);
  }
  const std::size_t dot = words[2].find('.');
  const PropertyType type = property_of(words[2].substr(0, dot), words[2].substr(dot + 1));
  return of_type(function == "avg" && type != PropertyType::money ? PropertyType::double_ : type,
                 seeded);
}

Value TableActivation::fact(const std::string& name) {
  return to_value(table_(name), arena_);
}

Value TableActivation::attribute(std::uint32_t i) {
  return fact("attribute " + schema_.attributes[i].name);
}

Value TableActivation::property(std::uint32_t i) {
  const cel::EventType& type = schema_.events[static_cast<std::size_t>(event_)];
  return fact("event " + type.name + " " + type.properties[i].name);
}

Value TableActivation::node(std::uint32_t i, NodeField field) {
  const cel::NodeName& node = schema_.nodes[i];
  return fact(fmt::format("node {} {} {}", node.track, node.node, name_of(field)));
}

Value TableActivation::aggregate(std::uint32_t i) {
  const cel::Aggregate& aggregate = rule_.aggregates[i];
  const cel::EventType& type = schema_.events[aggregate.event];
  std::string what = type.name;
  if (aggregate.property == cel::property_member) what += ".member";
  if (aggregate.property == cel::property_account) what += ".account";
  if (aggregate.property >= 0)
    what += "." + type.properties[static_cast<std::size_t>(aggregate.property)].name;
  const std::string filter =
      aggregate.filter < 0 ? "" : rule_.filters[static_cast<std::size_t>(aggregate.filter)].text;
  return fact(fmt::format("aggregate {} {} {} {}", cel::name_of(aggregate.kind), what,
                          window_name(aggregate.window), filter));
}

Instant TableActivation::now() {
  return {static_cast<std::int64_t>(table_("now").whole / 1'000'000)};
}

Value TableActivation::variable(std::string_view name) {
  return fact("metric " + std::string(name));
}

void TableActivation::changes_at(Instant instant) {
  ASSERT(instant > now() && instant <= instant_max);
}

}  // namespace pharos::model
