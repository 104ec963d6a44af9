// cel/json_value.cc: what JSON says, as CEL means it.
#include "cel/json_value.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "cel/box.h"
#include "cel/time_text.h"

namespace pharos::cel {
namespace {

constexpr std::string_view form_names[] = {"int",      "uint", "double",  "string", "bytes",
                                           "bool",     "null", "list",    "map",    "timestamp",
                                           "duration", "type", "optional"};

std::optional<std::string> from_base64(std::string_view text) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::size_t digit = digits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    if ((count += 6) >= 8) out += static_cast<char>(bits >> (count -= 8) & 0xFF);
  }
  return out;
}

std::optional<std::uint64_t> parse_uint64(std::string_view text) {
  if (text.empty() || text.size() > 20) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    if (__builtin_mul_overflow(value, std::uint64_t{10}, &value) ||
        __builtin_add_overflow(value, static_cast<std::uint64_t>(c - '0'), &value))
      return std::nullopt;
  }
  return value;
}

std::optional<double> parse_named_double(std::string_view text) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

bool is_form_name(std::string_view name) {
  return std::ranges::find(form_names, name) != std::end(form_names);
}

Result<Value> unfit(const Json& json, std::string_view kind, std::string_view expected) {
  const bool shown = json.kind == JsonKind::string || json.kind == JsonKind::number;
  return fail(ErrorCode::invalid, "{}: {} takes {}, found {}", json.line, quoted(kind), expected,
              shown ? quoted(json.text.substr(0, 64)) : std::string(name_of(json.kind)));
}

// A value that was built, unless it was not: a key given twice, too much memory.
Result<Value> kept(const Value& value, int line) {
  if (value.is_error()) return fail(ErrorCode::invalid, "{}: {}", line, value.as_string());
  return value;
}

}  // namespace

Result<Value> JsonValues::read(const Json& json, JsonForm form) {
  if (json.kind == JsonKind::object && json.names.size() == 1 && is_form_name(json.names[0]))
    return read_typed(json.names[0], json.items[0], form);
  if (form == JsonForm::typed)
    return fail(ErrorCode::invalid,
                "{}: a value is an object of one member that names its type, such as "
                "{{\"int\": \"1\"}}; found {}",
                json.line, name_of(json.kind));
  switch (json.kind) {
    case JsonKind::null: return Value::null();
    case JsonKind::boolean: return Value::boolean(json.boolean);
    case JsonKind::string: return Value::string(texts_.emplace_back(json.text));
    case JsonKind::list: return list(json, form);
    case JsonKind::object: return object(json, form);
    case JsonKind::number: break;
  }
  if (const auto integer = parse_int64(json.text)) return Value::integer(*integer);
  const bool whole = json.text.find_first_of(".eE") == std::string::npos;
  const auto real = whole ? std::nullopt : parse_double(json.text);
  if (real) return Value::real(*real);
  return fail(ErrorCode::invalid,
              "{}: {} is no int of 64 bits; write it as a double, with a point, or as "
              "{{\"uint\": \"...\"}}",
              json.line, json.text.substr(0, 64));
}

Result<Value> JsonValues::read_typed(const std::string& kind, const Json& json, JsonForm form) {
  const bool text = json.kind == JsonKind::string, number = json.kind == JsonKind::number;
  if (kind == "null") {
    if (json.kind == JsonKind::null) return Value::null();
    return unfit(json, kind, "null");
  }
  if (kind == "bool") {
    if (json.kind == JsonKind::boolean) return Value::boolean(json.boolean);
    return unfit(json, kind, "true or false");
  }
  if (kind == "int") {
    const auto value = text || number ? parse_int64(json.text) : std::nullopt;
    if (value) return Value::integer(*value);
    return unfit(json, kind, "a whole number of 64 bits, such as \"1\"");
  }
  if (kind == "uint") {
    const auto value = text || number ? parse_uint64(json.text) : std::nullopt;
    if (value) return Value::uinteger(*value);
    return unfit(json, kind, "a whole number of 64 bits without sign, such as \"1\"");
  }
  if (kind == "double") {
    const auto value = number ? parse_double(json.text)
                       : text ? parse_named_double(json.text)
                              : std::nullopt;
    if (value) return Value::real(*value);
    return unfit(json, kind, "a number, \"NaN\", \"Infinity\" or \"-Infinity\"");
  }
  if (kind == "list") {
    if (json.kind == JsonKind::list) return list(json, form);
    return unfit(json, kind, "a list of values");
  }
  if (kind == "map") {
    if (json.kind == JsonKind::list) return entries(json, form);
    return unfit(json, kind, "a list of pairs [KEY, VALUE]");
  }
  if (kind == "optional") {
    if (json.kind == JsonKind::null) return no_optional();
    const Value inner = TRY(read(json, form));
    return kept(make_optional(inner, arena_), json.line);
  }
  if (!text) return unfit(json, kind, "text");
  if (kind == "string") return Value::string(texts_.emplace_back(json.text));
  if (kind == "bytes") {
    auto bytes = from_base64(json.text);
    if (bytes) return Value::bytes(texts_.emplace_back(*std::move(bytes)));
    return unfit(json, kind, "base64");
  }
  if (kind == "timestamp") {
    if (const auto value = parse_timestamp(json.text)) return *value;
    return unfit(json, kind, "a time such as \"2025-01-31T09:30:00Z\"");
  }
  if (kind == "duration") {
    if (const auto value = parse_cel_duration(json.text)) return *value;
    return unfit(json, kind, "a duration such as \"1.5s\"");
  }
  if (const TypeName* const name = find_type(json.text)) return Value::boxed(Kind::type, name);
  return unfit(json, kind, "the name of a type, such as \"int\"");
}

Result<Value> JsonValues::list(const Json& json, JsonForm form) {
  Value* const values = arena_.array<Value>(json.items.size());
  if (!values) return kept(too_much_memory(), json.line);
  for (std::size_t i = 0; i < json.items.size(); ++i) values[i] = TRY(read(json.items[i], form));
  return kept(make_list({values, json.items.size()}, arena_), json.line);
}

Result<Value> JsonValues::object(const Json& json, JsonForm form) {
  Entry* const entries = arena_.array<Entry>(json.items.size());
  if (!entries) return kept(too_much_memory(), json.line);
  for (std::size_t i = 0; i < json.items.size(); ++i)
    entries[i] = {Value::string(texts_.emplace_back(json.names[i])),
                  TRY(read(json.items[i], form))};
  return kept(make_map({entries, json.items.size()}, arena_), json.line);
}

Result<Value> JsonValues::entries(const Json& json, JsonForm form) {
  Entry* const entries = arena_.array<Entry>(json.items.size());
  if (!entries) return kept(too_much_memory(), json.line);
  for (std::size_t i = 0; i < json.items.size(); ++i) {
    const Json& pair = json.items[i];
    if (pair.kind != JsonKind::list || pair.items.size() != 2)
      return unfit(pair, "map", "a list of pairs [KEY, VALUE]");
    entries[i].key = TRY(read(pair.items[0], form));
    entries[i].value = TRY(read(pair.items[1], form));
  }
  return kept(make_map({entries, json.items.size()}, arena_), json.line);
}

Result<> Bindings::read(const Json& object, JsonForm form) {
  if (object.kind != JsonKind::object)
    return fail(ErrorCode::invalid, "{}: variables are an object of names and values, found {}",
                object.line, name_of(object.kind));
  for (std::size_t i = 0; i < object.items.size(); ++i)
    variables_.insert_or_assign(object.names[i], TRY(values_.read(object.items[i], form)));
  return {};
}

Value Bindings::variable(std::string_view name) {
  if (const auto at = variables_.find(name); at != variables_.end()) return at->second;
  if (const auto at = missing_.find(name); at != missing_.end()) return Value::error(at->second);
  std::vector<std::string> names;
  for (const auto& [known, value] : variables_) names.push_back(known);
  const std::string hint = did_you_mean(name, names);
  std::string message =
      fmt::format("{} is not bound{}{}", quoted(name), hint.empty() ? "" : ". ", hint);
  return Value::error(missing_.emplace(name, std::move(message)).first->second);
}

}  // namespace pharos::cel
