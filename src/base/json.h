// base/json.h: a JSON document as a plain tree that knows its lines. json.cc is the one file that
// meets the JSON library; what must be fast (rows of events) is read elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace pharos {

enum class JsonKind : std::uint8_t { null, boolean, number, string, list, object };
std::string_view name_of(JsonKind kind);  // "null", "true or false", "a number", "an object"

struct Json {
  JsonKind kind = JsonKind::null;
  bool boolean = false;
  std::string text;                // A string's text; a number as it is written.
  std::vector<std::string> names;  // Of an object, in written order, beside `items`; each once.
  std::vector<Json> items;         // Of a list or an object.
  int line = 1;                    // Where it begins.

  const Json* find(std::string_view name) const;  // Member of an object, or null.
};

inline constexpr std::size_t json_levels_max = 64;

// The whole text as one value. Errors: invalid, limit; the message begins with "LINE:COLUMN: ".
Result<Json> parse_json(std::string_view text);

// Appends `text` as a JSON string, in quotes; bytes above 0x7F stay as they are.
void append_json(std::string& out, std::string_view text);
// Appends a tree without blanks; numbers as they were written.
void append_json(std::string& out, const Json& json);

}  // namespace pharos
