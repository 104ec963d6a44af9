// cel/schema.h: what a rule may name: attributes, events with their properties, nodes, windows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/money.h"
#include "base/zone.h"

namespace pharos::cel {

// The types that a playbook declares, spelled there as bool, int, double, string, enum, money,
// time.
enum class PropertyType : std::uint8_t { bool_, int_, double_, string, enum_, money, time };
std::string_view name_of(PropertyType type);

struct Property {
  std::string name;
  PropertyType type = PropertyType::string;
  std::vector<std::string> values;  // Of an enum; otherwise empty.
};

struct EventType {
  std::string name;
  std::vector<Property> properties;
};

struct NodeName {
  std::string track;
  std::string node;
};

// Indexes into these vectors are what compiled rules carry.
struct Schema {
  std::vector<Property> attributes;
  std::vector<EventType> events;
  std::vector<NodeName> nodes;
  Currency currency{"CNY", 2};
  Zone zone = Zone::utc();
};

// Which part of an event series an aggregate reads at the instant `now`.
enum class WindowKind : std::uint8_t {
  all,       // (-inf, now]
  rolling,   // (now - length, now]
  calendar,  // [start of period + offset, start of the next one), cut at now, in the schema's zone
};
struct Window {
  WindowKind kind = WindowKind::all;
  Duration length;              // rolling
  Period period = Period::day;  // calendar
  int offset = 0;               // calendar: 0 this, -1 last
  bool operator==(const Window&) const = default;
};
// "90s" "15m" "24h" "30d" "4w"; "today" "yesterday" "this week" "last week", and so on for month,
// quarter and year; "all". Errors: invalid.
Result<Window> parse_window(std::string_view text);
std::string format_window(const Window& window);

enum class AggregateKind : std::uint8_t {
  count,
  sum,
  avg,
  min,
  max,
  first,
  last,
  distinct,
  since,   // now - time of the latest matching event: a duration; an error while there is none
  growth,  // sum of this rolling window over the sum of the one before it, minus 1: a double
};
std::string_view name_of(AggregateKind kind);

inline constexpr std::int32_t property_none = -1;     // count(login), since(login)
inline constexpr std::int32_t property_member = -2;   // distinct(login.member, ...)
inline constexpr std::int32_t property_account = -3;  // accounts(login): distinct; only in metrics

// One window function call in a rule. Without events in the window count, sum and distinct are 0;
// avg, min, max, first, last and since are errors, and so is growth after an empty window.
// Events that lack the property are passed over. growth(login, '7d') compares counts.
struct Aggregate {
  AggregateKind kind = AggregateKind::count;
  std::uint32_t event = 0;
  std::int32_t property = property_none;
  Window window;
  std::int32_t filter = -1;  // Into Rule::filters, or -1.
  std::string text;          // As written, white space folded: sum(order_paid.amount, '30d').
};

}  // namespace pharos::cel
