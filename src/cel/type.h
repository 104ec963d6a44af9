// cel/type.h: what the checker knows of a value before it exists.
#pragma once

#include <cstdint>
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
std::string describe(Kinds kinds);  // "string or bytes"

struct Type {
  enum class Known : std::uint8_t {
    exactly,  // The value is of `kind`, or an error.
    dyn,      // Known only when it is there.
    faulty,   // The expression has a fault already; nothing more is said about it.
  };
  Known known = Known::dyn;
  Kind kind = Kind::null;
  // What lists and optionals hold, what maps hold under their keys; dyn where `element` is false.
  bool has_element = false;
  Kind element = Kind::null;
  const Property* choices =
      nullptr;  // A string that is one of an enum's values (or a list of such).

  static Type dyn() { return {}; }
  static Type faulty() { return {.known = Known::faulty}; }
  static Type of(Kind kind) { return {.known = Known::exactly, .kind = kind}; }
  static Type of(const Property& property);

  bool is(Kind k) const { return known == Known::exactly && kind == k; }
  bool is_known() const { return known == Known::exactly; }
  bool is_faulty() const { return known == Known::faulty; }
  bool may_be(Kinds kinds) const { return !is_known() || (bit(kind) & kinds) != 0; }
  Type element_type() const;
};

// "int", "list", "any type".
std::string describe(const Type& type);

}  // namespace pharos::cel
