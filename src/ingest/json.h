// ingest/json.h: one line of NDJSON as a row. json.cc is the one file that meets the JSON library.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/row.h"

namespace pharos::ingest {

inline constexpr int json_depth_max = 64;

// What becomes of keys that no column names.
enum class OtherKeys : std::uint8_t { ignore, collect, refuse };

// Which keys of an object go to which slot. Keys may come in any order.
struct JsonShape {
  struct Key {
    std::string name;
    int slot = -1;
    int object = -1;  // Into `objects`, for a path that goes on inside the value.
  };
  struct Object {
    std::vector<Key> keys;
    OtherKeys others = OtherKeys::ignore;
  };
  std::vector<Object> objects{1};  // The row itself comes first.
  std::size_t slot_count = 0;

  // The slot of a path ("amount", "customer.id"); the same one for the same path.
  std::size_t add(std::string_view path);
  int add_object(int parent, std::string_view name);

 private:
  int add_key(int object, std::string_view name);
};

// Reads lines, each on its own, so that a damaged one costs only itself. The whole line is checked:
// grammar, UTF-8, no key twice where a column or `collect` takes it. Numbers stay text.
class JsonReader {
 public:
  JsonReader();
  JsonReader(JsonReader&&) noexcept;
  ~JsonReader();

  // Fills row.fields[0 .. shape.slot_count) and row.others. row_padding bytes behind the line must
  // be readable.
  std::optional<Fault> read(std::string_view line, const JsonShape& shape, Row& row);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// As is_utf8(), for megabytes.
bool is_utf8_fast(std::string_view bytes);

// Appends a JSON string with its quotes. `text` is UTF-8.
void append_json_string(std::string& out, std::string_view text);
// Appends a field as a JSON value.
void append_json(std::string& out, const Field& field);

}  // namespace pharos::ingest
