// ingest/record.h: one checked event as compact bytes, between parsing and sorting.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/hash.h"
#include "engine/event.h"
#include "playbook/model.h"

namespace pharos::ingest {

// What records are sorted by, as one number: links first; then by time; then by rank.
constexpr std::uint64_t sort_key(bool link, Instant time, int rank) {
  const auto since_start = static_cast<std::uint64_t>(time.ms - instant_min.ms);  // Below 2^49.
  return (link ? 0 : std::uint64_t{1} << 58) | since_start << 8 | static_cast<std::uint64_t>(rank);
}
constexpr bool is_link(std::uint64_t key) {
  return key >> 58 == 0;
}
constexpr Instant time_of(std::uint64_t key) {
  return {static_cast<std::int64_t>(key >> 8 & ((std::uint64_t{1} << 50) - 1)) + instant_min.ms};
}

// The value of one property: a number, or for strings a text.
struct CellValue {
  engine::Cell cell = engine::cell_absent;  // For a string: 0.
  std::string_view text;
};

// An event before it is a record; texts borrowed.
struct EventDraft {
  std::uint64_t key = 0;
  std::uint32_t type = 0;
  std::string_view id;  // Empty: made from the contents.
  std::string_view account;
  std::string_view member;
  std::string_view extra;
  std::vector<CellValue> cells;  // By property of the type.
};

inline constexpr std::size_t record_header_bytes = 20;
std::uint64_t record_key(const char* record);
std::uint32_t record_bytes(const char* record);  // The header included.

// Knows which properties are texts, and what made ids are made of.
class RecordFormat {
 public:
  explicit RecordFormat(const playbook::Playbook& playbook);

  void append(std::string& out, const EventDraft& event) const;
  // `ids`: see MadeIds. The time and the rest of the record go into one event of the batch.
  void decode(const char* record, engine::EventBatch& batch, class MadeIds& ids) const;

 private:
  Hash128 contents_hash(const EventDraft& event) const;

  struct Type {
    std::string name;
    std::vector<std::uint64_t> property_seeds;  // Hashes of the property names.
    std::vector<bool> is_text;
  };
  std::vector<Type> types_;
};

// Counts equal contents, so that each gets an id of its own. Equal contents have equal times, and
// records come sorted by time: only those of one instant need be remembered.
class MadeIds {
 public:
  // "~" and 32 hexadecimal digits; for the second and later of equal contents "." and its number.
  void append_id(std::string& out, Instant time, const Hash128& contents);

 private:
  struct HashOf {
    std::size_t operator()(const Hash128& hash) const { return hash.low; }
  };
  Instant time_ = instant_min;
  std::unordered_map<Hash128, std::uint32_t, HashOf> counts_;
};

}  // namespace pharos::ingest
