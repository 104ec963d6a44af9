// ingest/row.h: one row of a file as pieces of text by column, whatever its format was.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/import.h"

namespace pharos::ingest {

inline constexpr std::size_t row_bytes_max = 1U << 20;
// Bytes that may be read (not used) behind every row handed to a reader.
inline constexpr std::size_t row_padding = 64;

enum class FieldKind : std::uint8_t {
  absent,   // No such key, or an empty CSV field.
  null,     // JSON null.
  text,     // CSV, or a JSON string with its escapes resolved.
  number,   // A JSON number as it stands in the file.
  boolean,  // true or false.
  json,     // The raw text of a JSON object or array.
};

// Borrowed: lives until the next row is read.
class Field {
 public:
  Field() = default;
  // `whole`: a number known to be digits alone, perhaps behind a minus.
  Field(FieldKind kind, std::string_view text, bool whole = false)
      : data_(text.data()),
        size_(static_cast<std::uint32_t>(text.size())),
        kind_(kind),
        whole_(whole) {}
  // A CSV field, a joined or a computed text: empty is absent.
  static Field of(std::string_view text) {
    return text.empty() ? Field() : Field(FieldKind::text, text);
  }

  FieldKind kind() const { return kind_; }
  std::string_view text() const { return {data_, size_}; }
  std::string_view given_text() const { return is_empty() ? std::string_view() : text(); }
  bool is_whole() const { return whole_; }  // False: unknown.
  bool is_empty() const { return kind_ <= FieldKind::null || size_ == 0; }

 private:
  const char* data_ = "";
  std::uint32_t size_ = 0;
  FieldKind kind_ = FieldKind::absent;
  bool whole_ = false;
};

// A key of a JSON object that no column names.
struct OtherField {
  std::string_view key;
  Field field;
};

struct Row {
  std::vector<Field> fields;  // By slot.
  std::vector<OtherField> others;
};

// The beginning of a text, cut between characters.
std::string_view cut_text(std::string_view text, std::size_t bytes_max);

// With U+FFFD in place of bytes that are no UTF-8.
std::string readable(std::string_view text);

// For messages: texts in quotes, at most reason_text_bytes_max bytes of them.
inline constexpr std::size_t reason_text_bytes_max = 64;
std::string shown(std::string_view text);
std::string shown(const Field& field);  // Texts in quotes, other JSON values as they stand.

// Why a row is refused.
struct Fault {
  RejectCode code;
  std::string reason;
};

}  // namespace pharos::ingest
