// cel/evaluate.cc: the switch over node kinds.
#include "cel/evaluate.h"

#include <algorithm>
#include <array>

#include "cel/arithmetic.h"
#include "cel/box.h"
#include "cel/compare.h"
#include "cel/function.h"
#include "cel/time_text.h"

namespace pharos::cel {
namespace {

std::size_t text_bytes(const Value& v) {
  return v.kind() == Kind::string || v.kind() == Kind::bytes ? v.as_string().size() : 0;
}

Value not_bool() {
  return Value::error("a condition is not bool");
}

}  // namespace

Value Evaluator::operator()(std::uint32_t id) {
  const Node& node = tree_.nodes[id];
  switch (node.kind) {
    case NodeKind::constant:
    case NodeKind::fault: return tree_.constants[node.a];
    case NodeKind::attribute: return activation_.attribute(node.a);
    case NodeKind::aggregate: return activation_.aggregate(node.a);
    case NodeKind::node_field: return activation_.node(node.a, static_cast<NodeField>(node.part));
    case NodeKind::property: return activation_.property(node.a);
    case NodeKind::member: return activation_.member();
    case NodeKind::event_time: return activation_.event_time();
    case NodeKind::now: return Value::timestamp(activation_.now());
    case NodeKind::variable: return variable(node);
    case NodeKind::local: return locals_[node.a];
    case NodeKind::present: return Value::boolean(!(*this)(node.a).is_error());
    case NodeKind::all_of: return all_of(node);
    case NodeKind::any_of: return any_of(node);
    case NodeKind::not_: {
      const Value v = (*this)(node.a);
      if (v.kind() == Kind::boolean) return Value::boolean(!v.as_boolean());
      return v.is_error() ? v : not_bool();
    }
    case NodeKind::negate: {
      const Value v = (*this)(node.a);
      return v.is_error() ? v : negated(v);
    }
    case NodeKind::conditional: {
      const Value test = (*this)(node.a);
      if (test.kind() != Kind::boolean) return test.is_error() ? test : not_bool();
      return (*this)(test.as_boolean() ? node.b : node.c);
    }
    case NodeKind::compare: {
      const Value a = (*this)(node.a), b = (*this)(node.b);
      return compare(node.op, a, b, tree_.money, arena_);
    }
    case NodeKind::compare_bits: {
      const Value a = (*this)(node.a), b = (*this)(node.b);
      if (a.is_error()) [[unlikely]]
        return a;
      if (b.is_error()) [[unlikely]]
        return b;
      const std::int64_t x = a.as_integer(), y = b.as_integer();
      return Value::boolean(holds(node.op, x < y ? -1 : x > y ? 1 : 0));
    }
    case NodeKind::compare_time: return compare_time(node);
    case NodeKind::arithmetic: {
      const Value a = (*this)(node.a);
      if (a.is_error()) return a;
      const Value b = (*this)(node.b);
      if (b.is_error()) return b;
      return arithmetic(node.op, a, b, tree_.money, tree_.whole_division_is_real, arena_);
    }
    case NodeKind::money_ratio: {
      const Value v = (*this)(node.a);
      return v.is_error() ? v : times(v, tree_.ratios[node.b]);
    }
    case NodeKind::in: {
      const Value item = (*this)(node.a);
      if (item.is_error()) return item;
      const Value container = (*this)(node.b);
      return container.is_error() ? container : contains(item, container);
    }
    case NodeKind::among: return among(node);
    case NodeKind::index: {
      const Value operand = (*this)(node.a);
      if (operand.is_error()) return operand;
      const Value key = (*this)(node.b);
      return key.is_error() ? key : index(operand, key, node.part != 0);
    }
    case NodeKind::select: {
      const Value operand = (*this)(node.a);
      if (operand.is_error()) return operand;
      if (operand.kind() == Kind::list) return Value::error("a list has no fields");
      return index(operand, tree_.constants[node.b], node.part != 0);
    }
    case NodeKind::has: {
      const Value operand = (*this)(node.a);
      return operand.is_error() ? operand : has_field(operand, tree_.constants[node.b]);
    }
    case NodeKind::list: return list(node);
    case NodeKind::map: return map(node);
    case NodeKind::call: return call(node);
    case NodeKind::matches: return matches(node);
    case NodeKind::comprehension: return comprehension(node);
    case NodeKind::bind: locals_[node.c] = (*this)(node.a); return (*this)(node.b);
    case NodeKind::if_present: return if_present(node);
  }
  return Value::error("not a node");
}

// False wins over errors, wherever it stands; what is not bool is an error.
Value Evaluator::all_of(const Node& node) {
  Value result = Value::boolean(true);
  for (std::uint32_t i = 0; i < node.b; ++i) {
    const Value v = (*this)(tree_.links[node.a + i]);
    if (v.kind() == Kind::boolean) {
      if (!v.as_boolean()) return v;
    } else if (!result.is_error()) {
      result = v.is_error() ? v : not_bool();
    }
  }
  return result;
}

// True wins over errors.
Value Evaluator::any_of(const Node& node) {
  Value result = Value::boolean(false);
  for (std::uint32_t i = 0; i < node.b; ++i) {
    const Value v = (*this)(tree_.links[node.a + i]);
    if (v.kind() == Kind::boolean) {
      if (v.as_boolean()) return v;
    } else if (!result.is_error()) {
      result = v.is_error() ? v : not_bool();
    }
  }
  return result;
}

// The longest name that is bound; the rest are its fields. A type's name means the type where
// nothing is bound to it.
Value Evaluator::variable(const Node& node) {
  const std::uint32_t count = node.b;
  if (count > 1 && !arena_.charge(count)) return too_many_steps();
  Value missing;
  for (std::uint32_t i = 0; i < count; ++i) {
    Value value = activation_.variable(tree_.constants[tree_.links[node.a + i]].as_string());
    if (value.is_error()) {
      if (i == 0 && node.part != 0) return tree_.constants[node.c];
      missing = value;
      continue;
    }
    for (std::uint32_t field = count - i; field < count && !value.is_error(); ++field) {
      if (value.kind() == Kind::list) return Value::error("a list has no fields");
      value = index(value, tree_.constants[tree_.links[node.a + count + field - 1]], false);
    }
    return value;
  }
  return missing;
}

// Compares two sides in which `now` stands `factor` times more often on the left, and reports the
// first later millisecond at which the outcome can differ.
Value Evaluator::compare_time(const Node& node) {
  const Value a = (*this)(node.a), b = (*this)(node.b);
  if (a.is_error()) return a;
  if (b.is_error()) return b;
  if (a.kind() != b.kind() || (a.kind() != Kind::timestamp && a.kind() != Kind::duration))
    return Value::error("values of these types have no order");
  const bool times = a.kind() == Kind::timestamp;
  __int128 difference = times
                            ? nanos_of(a) - nanos_of(b)
                            : static_cast<__int128>(a.as_duration_nanos()) - b.as_duration_nanos();
  const int order = difference < 0 ? -1 : difference > 0 ? 1 : 0;
  const Value outcome = Value::boolean(holds(node.op, order));

  // Seen so that the difference grows: by `step` nanoseconds each millisecond.
  Op op = node.op;
  __int128 step = static_cast<__int128>(node.factor) * 1'000'000;
  if (step < 0) {
    step = -step;
    difference = -difference;
    op = mirrored(op);
  }
  __int128 wait = 0;  // Milliseconds; 0: never.
  switch (op) {
    case Op::lt:
    case Op::ge:  // Changes where the difference reaches zero.
      if (difference < 0) wait = (-difference + step - 1) / step;
      break;
    case Op::le:
    case Op::gt:  // Where it passes zero.
      if (difference <= 0) wait = -difference / step + 1;
      break;
    default:  // Where it meets or leaves zero.
      if (difference == 0) wait = 1;
      if (difference < 0 && -difference % step == 0) wait = -difference / step;
      break;
  }
  const Instant now = activation_.now();
  if (wait > 0 && wait <= instant_max.ms - now.ms)
    activation_.changes_at({now.ms + static_cast<std::int64_t>(wait)});
  return outcome;
}

Value Evaluator::among(const Node& node) {
  const Value item = (*this)(node.a);
  if (item.is_error()) return item;
  for (std::uint32_t i = 0; i < node.c; ++i) {
    const auto same = equal(item, tree_.constants[tree_.links[node.b + i]], tree_.money, arena_);
    if (!same) return too_many_steps();
    if (*same) return Value::boolean(true);
  }
  return Value::boolean(false);
}

Value Evaluator::contains(const Value& item, const Value& container) {
  if (!arena_.charge(text_bytes(item) / 64)) return too_many_steps();
  if (container.kind() == Kind::map)
    return Value::boolean(find_key(map_of(container), item) != nullptr);
  if (container.kind() != Kind::list) return Value::error("in takes a list or a map");
  for (const Value& member : list_of(container).items()) {
    const auto same = equal(item, member, tree_.money, arena_);
    if (!same) return too_many_steps();
    if (*same) return Value::boolean(true);
  }
  return Value::boolean(false);
}

Value Evaluator::index(const Value& operand, const Value& key, bool optional) {
  if (!arena_.charge(text_bytes(key) / 64)) return too_many_steps();
  const Value* found = nullptr;
  switch (operand.kind()) {
    case Kind::optional: {
      const Optional& box = optional_of(operand);
      return box.has_value ? index(box.value, key, true) : operand;
    }
    case Kind::map: {
      if (!is_key(key.kind()) && key.kind() != Kind::real)
        return Value::error("a map has no key of this type");
      found = find_key(map_of(operand), key);
      if (!found && !optional) {
        if (key.kind() != Kind::string) return Value::error("the map has no such key");
        std::array<char, 96> text;
        constexpr std::string_view lead = "the map has no key ";
        const std::string_view name = key.as_string().substr(0, text.size() - lead.size());
        std::copy(name.begin(), name.end(), std::copy(lead.begin(), lead.end(), text.begin()));
        return arena_.error({text.data(), lead.size() + name.size()});
      }
      break;
    }
    case Kind::list: {
      const List& list = list_of(operand);
      if (!is_number(key.kind())) return Value::error("a list is indexed with a whole number");
      const auto whole = key.kind() == Kind::real ? whole_number(key.as_real()) : key;
      if (!whole) return Value::error("a list is indexed with a whole number");
      const bool negative = whole->kind() == Kind::integer && whole->as_integer() < 0;
      if (!negative && whole->as_uinteger() < list.size) found = &list.data[whole->as_uinteger()];
      if (!found && !optional) return Value::error("the index is outside of the list");
      break;
    }
    default: return Value::error("the value has no fields or items");
  }
  if (!optional) return *found;
  return found ? make_optional(*found, arena_) : no_optional();
}

Value Evaluator::has_field(const Value& operand, const Value& field) {
  if (operand.kind() == Kind::optional) {
    const Optional& box = optional_of(operand);
    return box.has_value ? has_field(box.value, field) : Value::boolean(false);
  }
  if (operand.kind() != Kind::map) return Value::error("the value has no fields");
  if (!arena_.charge(text_bytes(field) / 64)) return too_many_steps();
  return Value::boolean(find_key(map_of(operand), field) != nullptr);
}

Value Evaluator::list(const Node& node) {
  Value* const items = arena_.array<Value>(node.b);
  if (!items) return too_much_memory();
  std::size_t count = 0;
  for (std::uint32_t i = 0; i < node.b; ++i) {
    const std::uint32_t link = tree_.links[node.a + i];
    Value item = (*this)(link & ~optional_flag);
    if (item.is_error()) return item;
    if (link & optional_flag) {
      if (item.kind() != Kind::optional) return Value::error("[?x] takes an optional");
      if (!optional_of(item).has_value) continue;
      item = optional_of(item).value;
    }
    items[count++] = item;
  }
  return make_list({items, count}, arena_);
}

Value Evaluator::map(const Node& node) {
  Entry* const entries = arena_.array<Entry>(node.b);
  if (!entries) return too_much_memory();
  std::size_t count = 0;
  for (std::uint32_t i = 0; i < node.b; ++i) {
    const std::uint32_t link = tree_.links[node.a + 2 * i];
    const Value key = (*this)(link & ~optional_flag);
    if (key.is_error()) return key;
    Value value = (*this)(tree_.links[node.a + 2 * i + 1]);
    if (value.is_error()) return value;
    if (link & optional_flag) {
      if (value.kind() != Kind::optional) return Value::error("{?k: v} takes an optional");
      if (!optional_of(value).has_value) continue;
      value = optional_of(value).value;
    }
    entries[count++] = {key, value};
  }
  return make_map({entries, count}, arena_);
}

Value Evaluator::call(const Node& node) {
  const Function& function = *tree_.functions[node.c];
  std::array<Value, arguments_max> arguments;
  for (std::uint32_t i = 0; i < node.b; ++i) {
    arguments[i] = (*this)(tree_.links[node.a + i]);
    if (arguments[i].is_error()) return arguments[i];
    if (!arena_.charge(1 + text_bytes(arguments[i]) / 64)) return too_many_steps();
    if ((bit(arguments[i].kind()) & function.parameter(i)) == 0)
      return Value::error("a function does not take values of this type");
    if (function.receiver_decides && i == 0 && optional_of(arguments[0]).has_value)
      return function.evaluate({{arguments.data(), 1}, tree_.money, arena_});
  }
  return function.evaluate({{arguments.data(), node.b}, tree_.money, arena_});
}

Value Evaluator::matches(const Node& node) {
  const Value text = (*this)(node.a);
  if (text.is_error()) return text;
  if (text.kind() != Kind::string) return Value::error("matches() takes a string");
  const Regex& pattern = *tree_.patterns[node.b];
  if (!arena_.charge(pattern.steps(text.as_string().size()))) return too_many_steps();
  return Value::boolean(pattern.found_in(text.as_string()));
}

Value Evaluator::if_present(const Node& node) {
  const Value optional = (*this)(node.a);
  if (optional.is_error()) return optional;
  if (optional.kind() != Kind::optional) return Value::error("optMap() takes an optional");
  const Optional& box = optional_of(optional);
  if (!box.has_value) return optional;
  locals_[node.c] = box.value;
  const Value body = (*this)(node.b);
  if (body.is_error()) return body;
  if (node.part == 0) return make_optional(body, arena_);
  return body.kind() == Kind::optional ? body : Value::error("optFlatMap() makes an optional");
}

Value evaluate(const Rule& rule, Activation& activation, Arena& arena) {
  arena.reset();
  return Evaluator(*rule.tree, activation, arena)(rule.tree->root);
}

}  // namespace pharos::cel
