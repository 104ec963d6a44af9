// model/datum.cc: how owned values are made, compared and shown.
#include "model/datum.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "model/number.h"
#include "model/text.h"

namespace pharos::model {
namespace {

Order order_of(int sign) {
  return sign < 0 ? Order::less : sign > 0 ? Order::greater : Order::same;
}

Order mirrored(Order order) {
  if (order == Order::less) return Order::greater;
  return order == Order::greater ? Order::less : order;
}

// By every digit of both. One rule is docs/cel.md's own: the greatest int (uint) equals the double
// one above it.
Order whole_and_real(const Datum& whole, double real) {
  if (std::isnan(real)) return Order::unordered;
  if (std::isinf(real)) return real > 0 ? Order::less : Order::greater;
  const bool is_int = whole.is(Kind::integer);
  const Wide most = is_int ? Wide{std::numeric_limits<std::int64_t>::max()}
                           : Wide{std::numeric_limits<std::uint64_t>::max()};
  const double above = is_int ? 0x1p63 : 0x1p64;
  if (real == above) return order_of(whole.whole < most ? -1 : 0);
  return order_of(compare_text(exact_text(whole.whole), exact_text(real)));
}

Order numbers(const Datum& a, const Datum& b) {
  const bool x = a.is(Kind::real), y = b.is(Kind::real);
  if (x && y) {
    if (std::isnan(a.real) || std::isnan(b.real)) return Order::unordered;
    return a.real < b.real ? Order::less : a.real > b.real ? Order::greater : Order::same;
  }
  if (y) return whole_and_real(a, b.real);
  if (x) return mirrored(whole_and_real(b, a.real));
  return order_of(compare_text(exact_text(a.whole), exact_text(b.whole)));
}

Order money_and_number(const Datum& amount, const Datum& number, const MoneyRule& rule) {
  if (number.is(Kind::real)) {
    if (!rule.with_real) return Order::unknown;
    if (std::isnan(number.real)) return Order::unordered;
    const double major = std::strtod(money_text(amount.whole, rule.digits).c_str(), nullptr);
    return major < number.real ? Order::less : major > number.real ? Order::greater : Order::same;
  }
  const std::string text = exact_text(number.whole);
  const DecimalText decimal{text.starts_with('-'), text.substr(text.starts_with('-') ? 1 : 0), 0};
  return order_of(compare_money_text(amount.whole, rule.digits, decimal));
}

bool fits(Kind kind, Wide whole) {
  if (kind == Kind::uinteger)
    return whole >= 0 && whole <= Wide{std::numeric_limits<std::uint64_t>::max()};
  return whole >= std::numeric_limits<std::int64_t>::min() &&
         whole <= std::numeric_limits<std::int64_t>::max();
}

int rank_of(Kind kind) {
  return kind == Kind::boolean ? 0 : kind == Kind::string ? 2 : 1;
}

bool key_before(const Datum& a, const Datum& b) {
  if (rank_of(a.kind) != rank_of(b.kind)) return rank_of(a.kind) < rank_of(b.kind);
  if (a.is(Kind::boolean)) return !a.yes && b.yes;
  return a.is(Kind::string) ? a.text < b.text : a.whole < b.whole;
}

bool is_key(Kind kind) {
  return kind == Kind::boolean || kind == Kind::integer || kind == Kind::uinteger ||
         kind == Kind::string;
}

}  // namespace

Datum Datum::null() {
  return {};
}
Datum Datum::error(std::string why) {
  return of_text(Kind::error, std::move(why));
}
Datum Datum::integer(Wide whole) {
  return whole_of(Kind::integer, whole);
}
Datum Datum::uinteger(Wide whole) {
  return whole_of(Kind::uinteger, whole);
}
Datum Datum::string(std::string text) {
  return of_text(Kind::string, std::move(text));
}

Datum Datum::boolean(bool yes) {
  Datum datum;
  datum.kind = Kind::boolean;
  datum.yes = yes;
  return datum;
}

Datum Datum::whole_of(Kind kind, Wide whole) {
  if (kind != Kind::timestamp && !fits(kind, whole)) return error("outside the range of its type");
  Datum datum;
  datum.kind = kind;
  datum.whole = whole;
  return datum;
}

Datum Datum::real_of(double real) {
  Datum datum;
  datum.kind = Kind::real;
  datum.real = real;
  return datum;
}

Datum Datum::of_text(Kind kind, std::string text) {
  Datum datum;
  datum.kind = kind;
  datum.text = std::move(text);
  return datum;
}

Datum Datum::list(std::vector<Datum> items) {
  Datum datum;
  datum.kind = Kind::list;
  datum.items = std::move(items);
  return datum;
}

Datum Datum::some(Datum value) {
  Datum datum;
  datum.kind = Kind::optional;
  datum.items.push_back(std::move(value));
  return datum;
}

Datum Datum::none() {
  Datum datum;
  datum.kind = Kind::optional;
  return datum;
}

Datum map_of(std::vector<DatumEntry> entries) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (!is_key(entries[i].key.kind)) return Datum::error("a key of this kind");
    for (std::size_t j = 0; j < i; ++j)
      if (equal(entries[i].key, entries[j].key, {})) return Datum::error("a key given twice");
  }
  Datum datum;
  datum.kind = Kind::map;
  datum.entries = std::move(entries);
  return datum;
}

std::vector<DatumEntry> in_order(const Datum& map) {
  std::vector<DatumEntry> entries = map.entries;
  std::ranges::sort(entries, key_before, &DatumEntry::key);
  return entries;
}

const Datum* find(const Datum& map, const Datum& key) {
  for (const DatumEntry& entry : map.entries)
    if (is_key(key.kind) || key.is(Kind::real))
      if (equal(entry.key, key, {})) return &entry.value;
  return nullptr;
}

bool is_numeric(Kind kind) {
  return kind == Kind::integer || kind == Kind::uinteger || kind == Kind::real;
}

Order order(const Datum& a, const Datum& b, const MoneyRule& money) {
  if (is_numeric(a.kind) && is_numeric(b.kind)) return numbers(a, b);
  if (a.is(Kind::money) && is_numeric(b.kind)) return money_and_number(a, b, money);
  if (b.is(Kind::money) && is_numeric(a.kind)) return mirrored(money_and_number(b, a, money));
  if (a.kind != b.kind) return Order::unknown;
  switch (a.kind) {
    case Kind::boolean: return order_of(int{a.yes} - int{b.yes});
    case Kind::money:
    case Kind::timestamp:
    case Kind::duration: return order_of(a.whole < b.whole ? -1 : a.whole > b.whole ? 1 : 0);
    case Kind::string:
    case Kind::bytes: {
      const auto before = [](char x, char y) {
        return static_cast<unsigned char>(x) < static_cast<unsigned char>(y);
      };
      if (std::ranges::lexicographical_compare(a.text, b.text, before)) return Order::less;
      return a.text == b.text ? Order::same : Order::greater;
    }
    default: return Order::unknown;
  }
}

bool equal(const Datum& a, const Datum& b, const MoneyRule& money) {
  const auto same = [&](const Datum& x, const Datum& y) { return equal(x, y, money); };
  if (a.kind == b.kind) {
    switch (a.kind) {
      case Kind::null: return true;
      case Kind::type: return a.text == b.text;
      case Kind::list:
      case Kind::optional: return std::ranges::equal(a.items, b.items, same);
      case Kind::map:
        return a.entries.size() == b.entries.size() &&
               std::ranges::all_of(a.entries, [&](const DatumEntry& entry) {
                 const Datum* const other = find(b, entry.key);
                 return other && same(entry.value, *other);
               });
      default: break;
    }
  }
  return order(a, b, money) == Order::same;
}

std::string_view type_name(Kind kind) {
  switch (kind) {
    case Kind::error: return "error";
    case Kind::null: return "null_type";
    case Kind::boolean: return "bool";
    case Kind::integer: return "int";
    case Kind::uinteger: return "uint";
    case Kind::real: return "double";
    case Kind::string: return "string";
    case Kind::bytes: return "bytes";
    case Kind::timestamp: return "google.protobuf.Timestamp";
    case Kind::duration: return "google.protobuf.Duration";
    case Kind::money: return "money";
    case Kind::list: return "list";
    case Kind::map: return "map";
    case Kind::type: return "type";
    case Kind::optional: return "optional_type";
  }
  return "";
}

std::string show(const Datum& datum) {
  std::string out(type_name(datum.kind));
  switch (datum.kind) {
    case Kind::null: return out;
    case Kind::boolean: return out + (datum.yes ? " true" : " false");
    case Kind::real: return out + " " + shortest_text(datum.real);
    case Kind::list:
    case Kind::optional:
      out += " [";
      for (const Datum& item : datum.items) out += show(item) + ", ";
      return out + "]";
    case Kind::map:
      out += " {";
      for (const DatumEntry& entry : in_order(datum))
        out += show(entry.key) + ": " + show(entry.value) + ", ";
      return out + "}";
    case Kind::string:
    case Kind::bytes:
    case Kind::type:
    case Kind::error: return out + " '" + datum.text + "'";
    default: return out + " " + exact_text(datum.whole);
  }
}

}  // namespace pharos::model
