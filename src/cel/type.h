// cel/type.h: what the checker knows of a value before it exists.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "cel/box.h"
#include "cel/schema.h"

namespace pharos::cel {

// A set of kinds, one bit each.
using Kinds = std::uint32_t;
constexpr Kinds bit(Kind kind) {
  return 1u << static_cast<unsigned>(kind);
}
inline constexpr Kinds any_kind = ~0u;
inline constexpr Kinds number_kinds =
    bit(Kind::integer) | bit(Kind::uinteger) | bit(Kind::real) | bit(Kind::money);
inline constexpr Kinds key_kinds =
    bit(Kind::boolean) | bit(Kind::integer) | bit(Kind::uinteger) | bit(Kind::string);
std::string describe(Kinds kinds);  // "string or bytes"

struct Type {
  enum class Known : std::uint8_t {
    exactly,  // The value is of `kind`, or an error.
    number,   // Of one of number_kinds: a metric by name.
    dyn,      // Known only when it is there.
    faulty,   // The expression has a fault already; nothing more is said about it.
  };
  Known known = Known::dyn;
  Kind kind = Kind::null;
  // What lists and optionals hold, what maps hold under their keys, and those keys. Null: dyn.
  std::shared_ptr<const Type> element, key;
  const Property* choices = nullptr;  // A string that is one of an enum's values.

  static Type dyn() { return {}; }
  static Type faulty() { return known_as(Known::faulty); }
  static Type number() { return known_as(Known::number); }
  static Type of(Kind kind) {
    Type type = known_as(Known::exactly);
    type.kind = kind;
    return type;
  }
  static Type of(const Property& property);
  static Type list_of(const Type& element) { return holding(Kind::list, element); }
  static Type optional_of(const Type& element) { return holding(Kind::optional, element); }
  static Type map_of(const Type& key, const Type& element);

  bool is(Kind k) const { return known == Known::exactly && kind == k; }
  bool is_known() const { return known == Known::exactly; }
  bool is_faulty() const { return known == Known::faulty; }
  bool may_be(Kinds kinds) const {
    if (known == Known::number) return (number_kinds & kinds) != 0;
    return !is_known() || (bit(kind) & kinds) != 0;
  }
  Type element_type() const { return element ? *element : dyn(); }
  Type key_type() const { return key ? *key : dyn(); }

 private:
  static Type known_as(Known known) {
    Type type;
    type.known = known;
    return type;
  }
  static Type holding(Kind kind, const Type& element);
};

// What holds of a value that is of the one type or of the other.
Type common(const Type& a, const Type& b);
// Whether a value of the one type can equal one of the other; numbers do across kinds.
bool comparable(const Type& a, const Type& b);

// "int", "list of string", "map of string to int", "a number", "any type".
std::string describe(const Type& type);

}  // namespace pharos::cel
