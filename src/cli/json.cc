// cli/json.cc: from the tree of base to values, and back to text.
#include "cli/json.h"

#include <algorithm>

#include "base/json.h"
#include "base/text.h"

namespace pharos::cli {
namespace {

constexpr std::size_t shown_bytes_max = 200;

Json converted(pharos::Json&& json) {
  switch (json.kind) {
    case JsonKind::null: return {};
    case JsonKind::boolean: return {.value = json.boolean};
    case JsonKind::string: return {.value = std::move(json.text)};
    case JsonKind::number: {
      if (const auto integer = parse_int64(json.text)) return {.value = *integer};
      return {.value = parse_double(json.text).value_or(0)};  // In range: the reader looked.
    }
    case JsonKind::list: {
      JsonList list;
      for (pharos::Json& item : json.items) list.push_back(converted(std::move(item)));
      return {.value = std::move(list)};
    }
    case JsonKind::object: break;
  }
  JsonMembers members;
  for (std::size_t i = 0; i < json.items.size(); ++i)
    members.emplace_back(std::move(json.names[i]), converted(std::move(json.items[i])));
  return {.value = std::move(members)};
}

}  // namespace

std::optional<double> Json::number() const {
  if (const auto* integer = as<std::int64_t>()) return static_cast<double>(*integer);
  if (const auto* real = as<double>()) return *real;
  return std::nullopt;
}

const Json* Json::find(std::string_view key) const {
  const auto* members = as<JsonMembers>();
  if (!members) return nullptr;
  const auto found = std::ranges::find(*members, key, &JsonMembers::value_type::first);
  return found == members->end() ? nullptr : &found->second;
}

Json& Json::add(std::string key, Json member) {
  std::get<JsonMembers>(value).emplace_back(std::move(key), std::move(member));
  return *this;
}
Json& Json::add(Json item) {
  std::get<JsonList>(value).push_back(std::move(item));
  return *this;
}

Json json_object() {
  return {.value = JsonMembers{}};
}
Json json_list() {
  return {.value = JsonList{}};
}
Json json_of(std::optional<double> number) {
  return number ? json_of(*number) : Json{};
}

Result<Json> parse_json(std::string_view text) {
  return converted(TRY(pharos::parse_json(text)));
}

void put_json(Document& document, const Json& json) {
  if (const auto* flag = json.as<bool>()) {
    document.boolean(*flag);
  } else if (const auto* integer = json.as<std::int64_t>()) {
    document.integer(*integer);
  } else if (const auto* real = json.as<double>()) {
    document.real(*real);
  } else if (const auto* text = json.as<std::string>()) {
    document.text(*text);
  } else if (const auto* list = json.as<JsonList>()) {
    document.open_list();
    for (const Json& item : *list) put_json(document, item);
    document.close_list();
  } else if (const auto* members = json.as<JsonMembers>()) {
    document.open_object();
    for (const auto& [key, member] : *members) put_json(document.key(key), member);
    document.close_object();
  } else {
    document.null();
  }
}

std::string json_text(const Json& json) {
  Document document(Layout::one_line);
  put_json(document, json);
  std::string text = document.take();
  if (text.size() <= shown_bytes_max) return text;
  std::size_t end = shown_bytes_max;
  while ((text[end] & 0xC0) == 0x80) --end;  // Not inside of a character.
  return text.substr(0, end) + "...";
}

std::string_view kind_of(const Json& json) {
  constexpr std::string_view kinds[] = {"null", "true or false", "a number", "a number",
                                        "text", "a list",        "an object"};
  return kinds[json.value.index()];
}

}  // namespace pharos::cli
