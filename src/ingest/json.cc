// ingest/json.cc: lines to rows with simdjson's on-demand parser; strings without escapes and all
// numbers are borrowed from the line.
#include "ingest/json.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace pharos::ingest {
namespace {

namespace ondemand = simdjson::ondemand;
static_assert(row_padding >= simdjson::SIMDJSON_PADDING);

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string_view without_space_behind(std::string_view token) {
  while (!token.empty() && is_space(token.back())) token.remove_suffix(1);
  return token;
}

bool is_json_number(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t first = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at > first;
  };
  if (at < text.size() && text[at] == '-') ++at;
  const bool zero = at < text.size() && text[at] == '0';
  const std::size_t first = at;
  if (!digits() || (zero && at > first + 1)) return false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (!digits()) return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (!digits()) return false;
  }
  return at == text.size();
}

Fault bad_json(std::string_view what) {
  return {RejectCode::bad_json, fmt::format("not a JSON object: {}", what)};
}

Fault fault_of(simdjson::error_code code) {
  if (code == simdjson::UTF8_ERROR) return {RejectCode::invalid_utf8, "the line is not UTF-8"};
  switch (code) {
    case simdjson::EMPTY: return bad_json("the line is empty");
    case simdjson::UNCLOSED_STRING: return bad_json("a string is not closed");
    case simdjson::UNESCAPED_CHARS: return bad_json("a control character stands in a string");
    case simdjson::STRING_ERROR: return bad_json("a string holds a bad escape");
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT: return bad_json("it ends too early");
    case simdjson::INCORRECT_TYPE: return bad_json("it does not begin with {");
    case simdjson::TAPE_ERROR: return bad_json("a comma, colon, bracket or value is misplaced");
    default: return bad_json(simdjson::error_message(code));
  }
}

using Bad = std::optional<Fault>;

}  // namespace

struct JsonReader::State {
  ondemand::parser parser;
  std::string_view line;
  Row* row = nullptr;
  const JsonShape* shape = nullptr;

  Bad read_object(ondemand::object& object, std::size_t index, int depth);
  Bad read_value(ondemand::value& value, const JsonShape::Key* key, int depth, Field& field);
  Bad check_object(ondemand::object& object, int depth);
  Bad check_array(ondemand::array& array, int depth);
  Bad read_scalar(ondemand::value& value, std::string_view token, Field& field);
  std::string_view escaped_key(const char* raw) const;
  // Whether the key behind a quote is exactly this one, written without escapes.
  bool stands_at(const char* raw, std::string_view name) const {
    return name.size() < static_cast<std::size_t>(line.data() + line.size() - raw) &&
           raw[name.size()] == '"' && std::memcmp(raw, name.data(), name.size()) == 0;
  }

  ondemand::document* document = nullptr;
};

JsonReader::JsonReader() : state_(std::make_unique<State>()) {}
JsonReader::JsonReader(JsonReader&&) noexcept = default;
JsonReader::~JsonReader() = default;

#define BAD_IF(expression)                                     \
  do {                                                         \
    if (const auto code = (expression)) return fault_of(code); \
  } while (false)

Bad JsonReader::State::read_scalar(ondemand::value& value, std::string_view token, Field& field) {
  token = without_space_behind(token);
  if (token.empty()) return bad_json("a value is missing");
  if (token[0] == '"') {
    std::string_view text;
    if (token.size() >= 2 && token.back() == '"' &&
        !std::memchr(token.data(), '\\', token.size())) {
      text = token.substr(1, token.size() - 2);
    } else {
      BAD_IF(value.get_string().get(text));
      if (std::memchr(text.data(), '\0', text.size()))
        return bad_json("a string holds the character \\u0000");
    }
    field = {FieldKind::text, text};
    return {};
  }
  if (token == "true" || token == "false") {
    field = {FieldKind::boolean, token};
  } else if (token == "null") {
    field = {FieldKind::null, token};
  } else if (is_json_number(token)) {
    field = {FieldKind::number, token};
  } else {
    return bad_json(fmt::format("{} is no value", shown(token)));
  }
  return {};
}

Bad JsonReader::State::check_array(ondemand::array& array, int depth) {
  for (auto element : array) {
    ondemand::value value;
    BAD_IF(std::move(element).get(value));
    Field ignored;
    if (auto bad = read_value(value, nullptr, depth, ignored)) return bad;
  }
  return {};
}

Bad JsonReader::State::check_object(ondemand::object& object, int depth) {
  for (auto member : object) {
    ondemand::field field;
    BAD_IF(std::move(member).get(field));
    ondemand::value value = field.value();
    Field ignored;
    if (auto bad = read_value(value, nullptr, depth, ignored)) return bad;
    std::string_view name;
    if (std::memchr(field.key().raw(), '\\', escaped_key(field.key().raw()).size()))
      BAD_IF(field.unescaped_key().get(name));
  }
  return {};
}

Bad JsonReader::State::read_value(ondemand::value& value, const JsonShape::Key* key, int depth,
                                  Field& field) {
  const std::string_view token = value.raw_json_token();
  if (token.empty() || (token[0] != '{' && token[0] != '['))
    return read_scalar(value, token, field);
  if (depth >= json_depth_max)
    return bad_json(fmt::format("it is nested deeper than {} levels", json_depth_max));
  if (token[0] == '[') {
    ondemand::array array;
    BAD_IF(value.get_array().get(array));
    if (auto bad = check_array(array, depth + 1)) return bad;
  } else {
    ondemand::object object;
    BAD_IF(value.get_object().get(object));
    auto bad = key && key->object >= 0
                   ? read_object(object, static_cast<std::size_t>(key->object), depth + 1)
                   : check_object(object, depth + 1);
    if (bad) return bad;
  }
  const char* end = nullptr;
  BAD_IF(document->current_location().get(end));
  field = {FieldKind::json, without_space_behind({token.data(), end})};
  return {};
}

// From behind the opening quote to before the closing one, escapes as written.
std::string_view JsonReader::State::escaped_key(const char* raw) const {
  const char* const end = line.data() + line.size();
  const char* at = raw;
  while (at < end && *at != '"') at += *at == '\\' ? 2 : 1;
  return {raw, static_cast<std::size_t>(std::min(at, end) - raw)};
}

Bad JsonReader::State::read_object(ondemand::object& object, std::size_t index, int depth) {
  const JsonShape::Object& wanted = shape->objects[index];
  const std::size_t count = wanted.keys.size();
  std::size_t expected = 0;  // Keys mostly come in one order: try the next one first.
  for (auto member : object) {
    ondemand::field current;
    BAD_IF(std::move(member).get(current));
    const char* const raw = current.key().raw();
    ondemand::value value = current.value();
    const JsonShape::Key* key = nullptr;
    for (std::size_t tried = 0; tried < count && !key; ++tried) {
      const JsonShape::Key& candidate = wanted.keys[expected];
      if (++expected == count) expected = 0;
      if (stands_at(raw, candidate.name)) key = &candidate;
    }
    std::string_view name;
    if (!key) {
      name = escaped_key(raw);
      if (std::memchr(name.data(), '\\', name.size())) {
        BAD_IF(current.unescaped_key().get(name));
        const auto found = std::ranges::find(wanted.keys, name, &JsonShape::Key::name);
        if (found != wanted.keys.end()) key = &*found;
      }
    }
    Field field;
    if (auto bad = read_value(value, key, depth, field)) return bad;
    if (key) {
      if (key->slot < 0) continue;
      Field& slot = row->fields[static_cast<std::size_t>(key->slot)];
      if (slot.kind() != FieldKind::absent)
        return bad_json(fmt::format("the key {} stands twice", shown(key->name)));
      slot = field;
      continue;
    }
    if (wanted.others == OtherKeys::ignore) continue;
    if (wanted.others == OtherKeys::refuse) {
      std::vector<std::string> names;
      for (const JsonShape::Key& known : wanted.keys) names.push_back(known.name);
      std::string hint = did_you_mean(name, names);
      return Fault{RejectCode::unknown_field,
                   fmt::format("unknown key {}{}{}; properties of the event stand in \"props\"",
                               shown(name), hint.empty() ? "" : ". ", hint)};
    }
    for (const OtherField& other : row->others)
      if (other.key == name) return bad_json(fmt::format("the key {} stands twice", shown(name)));
    row->others.push_back({name, field});
  }
  return {};
}

std::optional<Fault> JsonReader::read(std::string_view line, const JsonShape& shape, Row& row) {
  std::fill_n(row.fields.begin(), shape.slot_count, Field());
  row.others.clear();
  if (line.size() > row_bytes_max)
    return Fault{RejectCode::too_long,
                 fmt::format("the line is longer than {} bytes", row_bytes_max)};
  State& state = *state_;
  state.line = line;
  state.row = &row;
  state.shape = &shape;
  ondemand::document document;
  BAD_IF(state.parser.iterate(line.data(), line.size(), line.size() + row_padding).get(document));
  state.document = &document;
  ondemand::object object;
  BAD_IF(document.get_object().get(object));
  if (auto bad = state.read_object(object, 0, 1)) return bad;
  if (document.current_location().error() != simdjson::OUT_OF_BOUNDS)
    return bad_json("there is text after it");
  return {};
}

bool is_utf8_fast(std::string_view bytes) {
  return simdjson::validate_utf8(bytes.data(), bytes.size());
}

int JsonShape::add_key(int object, std::string_view name) {
  std::vector<Key>& keys = objects[static_cast<std::size_t>(object)].keys;
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (keys[i].name == name) return static_cast<int>(i);
  keys.push_back({std::string(name), -1, -1});
  return static_cast<int>(keys.size()) - 1;
}

int JsonShape::add_object(int parent, std::string_view name) {
  const auto key = static_cast<std::size_t>(add_key(parent, name));
  const auto at = [&]() -> Key& { return objects[static_cast<std::size_t>(parent)].keys[key]; };
  if (at().object < 0) {
    at().object = static_cast<int>(objects.size());
    objects.emplace_back();
  }
  return at().object;
}

// The whole path is also known as one key with dots in it.
std::size_t JsonShape::add(std::string_view path) {
  const auto whole = static_cast<std::size_t>(add_key(0, path));
  if (objects[0].keys[whole].slot >= 0)
    return static_cast<std::size_t>(objects[0].keys[whole].slot);
  const int slot = static_cast<int>(slot_count++);
  objects[0].keys[whole].slot = slot;
  if (path.find('.') == std::string_view::npos) return static_cast<std::size_t>(slot);
  int object = 0;
  const std::vector<std::string_view> parts = split(path, '.');
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) object = add_object(object, parts[i]);
  const auto last = static_cast<std::size_t>(add_key(object, parts.back()));
  objects[static_cast<std::size_t>(object)].keys[last].slot = slot;
  return static_cast<std::size_t>(slot);
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20)
          out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        else
          out += c;
    }
  }
  out += '"';
}

void append_json(std::string& out, const Field& field) {
  if (field.kind() == FieldKind::text)
    append_json_string(out, field.text());
  else if (field.kind() == FieldKind::absent)
    out += "null";
  else
    out += field.text();
}

}  // namespace pharos::ingest
