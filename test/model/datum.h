// model/datum.h: a CEL value that owns all it holds, for the slow model of the language.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cel/value.h"

namespace pharos::model {

using cel::Kind;
using Wide = __int128;

struct DatumEntry;

// Only the field of its kind counts.
struct Datum {
  Kind kind = Kind::null;
  bool yes = false;                 // boolean
  Wide whole = 0;                   // integer, uinteger; minor units; nanoseconds of times
  double real = 0;                  // real
  std::string text;                 // string, bytes; the name of a type; the reason of an error
  std::vector<Datum> items;         // list; optional: none or one
  std::vector<DatumEntry> entries;  // map, in the order of insertion

  bool is_error() const { return kind == Kind::error; }
  bool is(Kind k) const { return kind == k; }

  static Datum null();
  static Datum error(std::string why);
  static Datum boolean(bool yes);
  static Datum whole_of(Kind kind, Wide whole);  // An error outside the range of the kind.
  static Datum integer(Wide whole);
  static Datum uinteger(Wide whole);
  static Datum real_of(double real);
  static Datum of_text(Kind kind, std::string text);
  static Datum string(std::string text);
  static Datum list(std::vector<Datum> items);
  static Datum some(Datum value);
  static Datum none();
};

struct DatumEntry {
  Datum key, value;
};

// A map of entries in any order. Errors: a key of a kind that cannot be one, a key given twice.
Datum map_of(std::vector<DatumEntry> entries);
// The entries in the order in which maps iterate: bools, numbers, strings.
std::vector<DatumEntry> in_order(const Datum& map);
const Datum* find(const Datum& map, const Datum& key);

// How numbers meet money: minor units of a whole one, and whether money is a double there.
struct MoneyRule {
  int digits = 2;
  bool with_real = false;
};

bool equal(const Datum& a, const Datum& b, const MoneyRule& money);
enum class Order : std::uint8_t { less, same, greater, unordered, unknown };  // NaN; no order.
Order order(const Datum& a, const Datum& b, const MoneyRule& money);

bool is_numeric(Kind kind);
std::string_view type_name(Kind kind);  // "int", "google.protobuf.Timestamp"
std::string show(const Datum& datum);   // For messages of tests.

}  // namespace pharos::model
