// cli/record.h: rows of an export, as CSV (RFC 4180, LF at line ends) or as NDJSON.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "cel/schema.h"
#include "engine/event.h"

namespace pharos::cli {

enum class Format : std::uint8_t { csv, ndjson };

struct EventAt {
  const engine::EventBatch& batch;
  const engine::Event& event;
};

// Grows by one field after the other, in the order of the header; names matter for NDJSON only.
class Record {
 public:
  explicit Record(Format format) : format_(format) {}

  void header(const std::vector<std::string>& names);  // Of CSV; nothing for NDJSON.
  void text(std::string_view name, std::string_view value);
  void optional_text(std::string_view name, std::string_view value);  // Empty: left out.
  void number(std::string_view name, std::uint64_t value);
  void instant(std::string_view name, Instant value);
  // The name is the property's.
  void cell(const cel::Property& property, engine::Cell cell, std::string_view text,
            const cel::Schema& schema);
  // A JSON object with the declared properties that the event has, then the others.
  void properties(std::string_view name, std::span<const cel::Property> properties, EventAt at,
                  const cel::Schema& schema);
  void end_row();

  const std::string& text() const { return text_; }
  void clear() { text_.clear(); }

 private:
  void separate(std::string_view name);
  void put(std::string_view value);  // Quoted as the format wants it.

  Format format_;
  bool row_begins_ = true;
  std::string text_, scratch_;
};

}  // namespace pharos::cli
