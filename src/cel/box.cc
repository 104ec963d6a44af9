// cel/box.cc: how lists, maps, types and optionals are made and searched.
#include "cel/box.h"

#include <algorithm>
#include <array>
#include <bit>

#include "cel/compare.h"

namespace pharos::cel {
namespace {

constexpr std::array<TypeName, 15> type_names{{{"error"},
                                               {"null_type"},
                                               {"bool"},
                                               {"int"},
                                               {"uint"},
                                               {"double"},
                                               {"string"},
                                               {"bytes"},
                                               {"google.protobuf.Timestamp"},
                                               {"google.protobuf.Duration"},
                                               {"money"},
                                               {"list"},
                                               {"map"},
                                               {"type"},
                                               {"optional_type"}}};

}  // namespace

Value make_list(std::span<const Value> items, Arena& arena) {
  List* const list = arena.array<List>(1);
  if (!list) return too_much_memory();
  *list = {items.data(), static_cast<std::uint32_t>(items.size())};
  return Value::boxed(Kind::list, list);
}

Value concatenate(const List& a, const List& b, Arena& arena) {
  const std::size_t count = std::size_t{a.size} + b.size;
  if (!arena.charge(count)) return too_many_steps();
  Value* const items = arena.array<Value>(count);
  if (!items) return too_much_memory();
  std::ranges::copy(a.items(), items);
  std::ranges::copy(b.items(), items + a.size);
  return make_list({items, count}, arena);
}

Value make_map(std::span<Entry> entries, Arena& arena) {
  const auto rounds = static_cast<std::uint64_t>(std::bit_width(entries.size()));  // Of sorting.
  for (const Entry& entry : entries) {
    if (!is_key(entry.key.kind()))
      return Value::error("a map key must be bool, int, uint or string");
    const bool text = entry.key.kind() == Kind::string;
    const std::uint64_t bytes = text ? entry.key.as_string().size() : 0;
    if (!arena.charge(rounds * (1 + bytes / 64))) return too_many_steps();
  }
  const auto before = [](const Entry& a, const Entry& b) { return compare_keys(a.key, b.key) < 0; };
  std::sort(entries.begin(), entries.end(), before);
  const auto equal = [](const Entry& a, const Entry& b) { return compare_keys(a.key, b.key) == 0; };
  if (std::adjacent_find(entries.begin(), entries.end(), equal) != entries.end())
    return Value::error("a map key is given twice");
  Map* const map = arena.array<Map>(1);
  if (!map) return too_much_memory();
  *map = {entries.data(), static_cast<std::uint32_t>(entries.size())};
  return Value::boxed(Kind::map, map);
}

Value make_optional(const Value& value, Arena& arena) {
  Optional* const box = arena.array<Optional>(1);
  if (!box) return too_much_memory();
  *box = {true, value};
  return Value::boxed(Kind::optional, box);
}

Value no_optional() {
  static const Optional none;
  return Value::boxed(Kind::optional, &none);
}

const Value* find_key(const Map& map, const Value& key) {
  Value wanted = key;
  if (key.kind() == Kind::real) {  // 3.0 finds 3; 3.5 finds nothing.
    const auto whole = whole_number(key.as_real());
    if (!whole) return nullptr;
    wanted = *whole;
  }
  const auto entries = map.entries();
  const auto at = std::lower_bound(
      entries.begin(), entries.end(), wanted,
      [](const Entry& entry, const Value& k) { return compare_keys(entry.key, k) < 0; });
  if (at == entries.end() || compare_keys(at->key, wanted) != 0) return nullptr;
  return &at->value;
}

Value type_of(const Value& value) {
  return Value::boxed(Kind::type, &type_names[static_cast<std::size_t>(value.kind())]);
}

const TypeName* find_type(std::string_view name) {
  const auto at = std::ranges::find(type_names, name, &TypeName::name);
  return at == type_names.end() || at == type_names.begin() ? nullptr : &*at;
}

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::null: return "null";
    case Kind::timestamp: return "timestamp";
    case Kind::duration: return "duration";
    case Kind::optional: return "optional";
    default: return type_names[static_cast<std::size_t>(kind)].name;
  }
}

}  // namespace pharos::cel
