// cel/box.h: the values that do not fit into sixteen bytes: lists, maps, types and optionals.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "cel/arena.h"
#include "cel/value.h"

namespace pharos::cel {

struct List {
  const Value* data = nullptr;
  std::uint32_t size = 0;
  std::span<const Value> items() const { return {data, size}; }
};

struct Entry {
  Value key;
  Value value;
};
// Entries are sorted by key (compare_keys), each key once.
struct Map {
  const Entry* data = nullptr;
  std::uint32_t size = 0;
  std::span<const Entry> entries() const { return {data, size}; }
};

struct Optional {
  bool has_value = false;
  Value value;
};

struct TypeName {
  std::string_view name;
};

inline const List& list_of(const Value& value) {
  return *static_cast<const List*>(value.box());
}
inline const Map& map_of(const Value& value) {
  return *static_cast<const Map*>(value.box());
}
inline const Optional& optional_of(const Value& value) {
  return *static_cast<const Optional*>(value.box());
}
inline std::string_view type_name_of(const Value& value) {
  return static_cast<const TypeName*>(value.box())->name;
}

// `items` must live in the arena.
Value make_list(std::span<const Value> items, Arena& arena);
Value concatenate(const List& a, const List& b, Arena& arena);
// Sorts the entries, which must live in the arena. Errors: a key of a kind that cannot be one, a
// key given twice.
Value make_map(std::span<Entry> entries, Arena& arena);
Value make_optional(const Value& value, Arena& arena);
Value no_optional();

// The value under a key; null pointer if there is none. Numbers find each other across kinds.
const Value* find_key(const Map& map, const Value& key);

// The type of a value, as type() answers it.
Value type_of(const Value& value);
// "int", "list", "google.protobuf.Timestamp" and so on, as identifiers; null pointer if unknown.
const TypeName* find_type(std::string_view name);

// "int", "string": how messages call a kind.
std::string_view name_of(Kind kind);

}  // namespace pharos::cel
