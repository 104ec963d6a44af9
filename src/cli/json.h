// cli/json.h: a JSON document as a value: read whole, looked at, compared and written again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/document.h"
#include "base/error.h"

namespace pharos::cli {

struct Json;
using JsonList = std::vector<Json>;
using JsonMembers = std::vector<std::pair<std::string, Json>>;  // In the order of the document.

struct Json {
  std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, JsonList, JsonMembers>
      value = nullptr;
  // Of a result: the keys of this object are data, and none may be missing or too many; the order
  // of this list says nothing.
  bool is_set = false;

  // Of the values alone; an integer never equals a double here.
  friend bool operator==(const Json& a, const Json& b) { return a.value == b.value; }
  bool is_null() const { return std::holds_alternative<std::nullptr_t>(value); }
  // The value, if it is of this type; integers are no doubles here.
  template <class T>
  const T* as() const {
    return std::get_if<T>(&value);
  }
  std::optional<double> number() const;          // Of either kind.
  const Json* find(std::string_view key) const;  // Of an object; null: none.

  // Appends; the value must be an object, a list.
  Json& add(std::string key, Json member);
  Json& add(Json item);
};

Json json_object();
Json json_list();
inline Json json_of(std::int64_t number) {
  return {.value = number};
}
inline Json json_of(double number) {
  return {.value = number};
}
inline Json json_of(std::string text) {
  return {.value = std::move(text)};
}
Json json_of(std::optional<double> number);  // null of none.

// Errors: as pharos::parse_json(); the message begins with "LINE:COLUMN: ".
Result<Json> parse_json(std::string_view text);
void put_json(Document& document, const Json& json);
std::string json_text(const Json& json);  // On one line, cut after 200 bytes.

// "a list", "null", "text": what it is, for messages.
std::string_view kind_of(const Json& json);

}  // namespace pharos::cli
