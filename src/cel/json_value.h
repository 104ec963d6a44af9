// cel/json_value.h: CEL values from JSON and to it, and variables that JSON binds.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "cel/arena.h"
#include "cel/rule.h"

namespace pharos::cel {

// Which JSON stands for a value. The typed form is an object of one member that is named after a
// kind: {"int": "1"} {"uint": "1"} {"double": 1.5} {"string": ""} {"bytes": "base64"} {"bool":
// true}
// {"null": null} {"list": [...]} {"map": [[KEY, VALUE]...]} {"timestamp": "RFC 3339"}
// {"duration": "1.5s"} {"type": "int"} {"optional": VALUE, or null for none}.
enum class JsonForm : std::uint8_t {
  typed,  // Nothing else.
  plain,  // As well as what JSON itself can say: a whole number of 64 bits is an int, any other
          // number a double. An object of one member with such a name is always the typed form.
};

// Builds values and keeps what they borrow.
class JsonValues {
 public:
  // Errors: invalid; the message begins with "LINE: ".
  Result<Value> read(const Json& json, JsonForm form);

 private:
  Result<Value> read_typed(const std::string& kind, const Json& json, JsonForm form);
  Result<Value> list(const Json& json, JsonForm form);
  Result<Value> object(const Json& json, JsonForm form);
  Result<Value> entries(const Json& json, JsonForm form);

  std::deque<std::string> texts_;
  Arena arena_;
};

// Variables by name; a name may be dotted, or spelled like a literal.
class Bindings : public Activation {
 public:
  // Adds the members of an object. Errors: as JsonValues::read().
  Result<> read(const Json& object, JsonForm form);
  Value variable(std::string_view name) override;

  JsonValues& values() { return values_; }

 private:
  JsonValues values_;
  std::map<std::string, Value, std::less<>> variables_;
  std::map<std::string, std::string, std::less<>> missing_;  // What is said of names not bound.
};

// The typed form of a value of plain CEL, on one line. Nothing for what nests too deep or is too
// long to be written (value_depth_max, format_bytes_max).
std::optional<std::string> typed_json(const Value& value);

}  // namespace pharos::cel
