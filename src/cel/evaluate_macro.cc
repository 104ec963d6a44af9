// cel/evaluate_macro.cc: all(), exists(), map(), filter() and their kin.
#include <algorithm>
#include <span>
#include <vector>

#include "cel/box.h"
#include "cel/evaluate.h"

namespace pharos::cel {
namespace {

Value not_bool() {
  return Value::error("a condition is not bool");
}

}  // namespace

// Over the items of a list, or the keys of a map.
Value Evaluator::comprehension(const Node& node) {
  const Value range = (*this)(tree_.links[node.a]);
  if (range.is_error()) return range;
  std::span<const Value> items;
  if (range.kind() == Kind::list) {
    items = list_of(range).items();
    if (node.two_variables) {
      if (!arena_.charge(items.size())) return too_many_steps();
      Value* const pairs = arena_.array<Value>(2 * items.size());
      if (!pairs) return too_much_memory();
      for (std::size_t i = 0; i < items.size(); ++i) {
        pairs[2 * i] = Value::integer(static_cast<std::int64_t>(i));
        pairs[2 * i + 1] = items[i];
      }
      items = {pairs, 2 * items.size()};
    }
  } else if (range.kind() == Kind::map) {
    const auto entries = map_of(range).entries();
    const std::size_t width = node.two_variables ? 2 : 1;
    if (!arena_.charge(entries.size())) return too_many_steps();
    Value* const keys = arena_.array<Value>(width * entries.size());
    if (!keys) return too_much_memory();
    for (std::size_t i = 0; i < entries.size(); ++i) {
      keys[width * i] = entries[i].key;
      if (node.two_variables) keys[width * i + 1] = entries[i].value;
    }
    items = {keys, width * entries.size()};
  } else {
    return Value::error("a list or a map is expected");
  }
  switch (static_cast<Macro>(node.part)) {
    case Macro::all:
    case Macro::exists:
    case Macro::exists_one: return quantify(node, items);
    case Macro::map:
    case Macro::filter:
    case Macro::transform_list: return transform(node, items);
    default: return transform_map(node, items);
  }
}

// One body for one item (or pair, when there are two variables).
Value Evaluator::item(const Node& node, std::span<const Value> range, std::size_t i,
                      std::uint32_t body) {
  locals_[node.c] = range[i];
  if (node.two_variables) locals_[node.c + 1] = range[i + 1];
  return (*this)(body);
}

Value Evaluator::quantify(const Node& node, std::span<const Value> range) {
  const Macro macro = static_cast<Macro>(node.part);
  const std::uint32_t body = tree_.links[node.a + 1];
  const std::size_t width = node.two_variables ? 2 : 1;
  Value pending;  // The first error: decides only if nothing else does.
  int found = 0;
  for (std::size_t i = 0; i < range.size(); i += width) {
    if (!arena_.charge(node.b)) return too_many_steps();
    Value v = item(node, range, i, body);
    if (v.kind() != Kind::boolean) {
      if (!v.is_error()) v = not_bool();
      if (macro == Macro::exists_one) return v;
      if (!pending.is_error()) pending = v;
    } else if (macro == Macro::exists_one) {
      found += v.as_boolean();
    } else if (v.as_boolean() == (macro == Macro::exists)) {
      return v;
    }
  }
  if (macro == Macro::exists_one) return Value::boolean(found == 1);
  return pending.is_error() ? pending : Value::boolean(macro == Macro::all);
}

Value Evaluator::transform(const Node& node, std::span<const Value> range) {
  const bool filter = static_cast<Macro>(node.part) == Macro::filter;
  const std::uint32_t body = tree_.links[node.a + 1], test = tree_.links[node.a + 2];
  const std::size_t width = node.two_variables ? 2 : 1;
  Value* const items = arena_.array<Value>(range.size() / width);
  if (!items) return too_much_memory();
  std::size_t count = 0;
  for (std::size_t i = 0; i < range.size(); i += width) {
    if (!arena_.charge(node.b)) return too_many_steps();
    const std::uint32_t decides = filter ? body : test;
    if (decides != no_node) {
      const Value keep = item(node, range, i, decides);
      if (keep.kind() != Kind::boolean) return keep.is_error() ? keep : not_bool();
      if (!keep.as_boolean()) continue;
    }
    const Value value = filter ? range[i] : item(node, range, i, body);
    if (value.is_error()) return value;
    items[count++] = value;
  }
  return make_list({items, count}, arena_);
}

Value Evaluator::transform_map(const Node& node, std::span<const Value> range) {
  const bool whole_entry = static_cast<Macro>(node.part) == Macro::transform_map_entry;
  const std::uint32_t body = tree_.links[node.a + 1], test = tree_.links[node.a + 2];
  Entry* entries = arena_.array<Entry>(whole_entry ? 0 : range.size() / 2);
  if (!entries) return too_much_memory();
  std::size_t count = 0;
  std::vector<Entry> merged;
  for (std::size_t i = 0; i < range.size(); i += 2) {
    if (!arena_.charge(node.b)) return too_many_steps();
    if (test != no_node) {
      const Value keep = item(node, range, i, test);
      if (keep.kind() != Kind::boolean) return keep.is_error() ? keep : not_bool();
      if (!keep.as_boolean()) continue;
    }
    const Value value = item(node, range, i, body);
    if (value.is_error()) return value;
    if (!whole_entry) {
      entries[count++] = {range[i], value};
    } else if (value.kind() == Kind::map) {
      const auto more = map_of(value).entries();
      if (!arena_.charge(more.size())) return too_many_steps();
      merged.insert(merged.end(), more.begin(), more.end());
    } else {
      return Value::error("transformMapEntry() makes a map for each item");
    }
  }
  if (whole_entry) {
    count = merged.size();
    entries = arena_.array<Entry>(count);
    if (!entries) return too_much_memory();
    std::ranges::copy(merged, entries);
  }
  return make_map({entries, count}, arena_);
}

}  // namespace pharos::cel
