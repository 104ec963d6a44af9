// ingest/record.h: one checked event as compact bytes, between parsing and sorting.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
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

// Short texts that come again and again (categories, channels) stand in records by number.
// add() from any thread; view() once nobody adds any more.
class SharedTexts {
 public:
  static constexpr std::uint32_t none = 0xFFFF'FFFF;
  static constexpr std::size_t bytes_max = 48;
  struct Text {
    std::uint32_t number = none;
    std::string_view text;  // The shared one: it does not move.
  };
  // None: it is too long, or there are too many.
  Text add(std::string_view text);
  std::string_view view(std::uint32_t number) const { return texts_[number]; }
  std::size_t size() const { return texts_.size(); }

 private:
  static constexpr std::size_t texts_max = 65'536;
  std::mutex mutex_;
  std::deque<std::string> texts_;
  std::unordered_map<std::string_view, std::uint32_t> numbers_;
};

// Knows which properties are texts, and what made ids are made of.
class RecordFormat {
 public:
  explicit RecordFormat(const playbook::Playbook& playbook);
  SharedTexts& texts() const { return *texts_; }

 private:
  friend class RecordWriter;
  friend class RecordReader;
  Hash128 contents_hash(const EventDraft& event) const;

  struct Type {
    std::string name;
    std::vector<std::uint64_t> property_seeds;  // Hashes of the property names.
    std::vector<std::uint8_t> is_text;
  };
  std::vector<Type> types_;
  std::unique_ptr<SharedTexts> texts_;
};

// One a thread: it remembers the numbers of the texts that it met.
class RecordWriter {
 public:
  explicit RecordWriter(const RecordFormat& format) : format_(format) {}
  void append(std::string& out, const EventDraft& event);

 private:
  static constexpr std::size_t known_log = 10;
  static constexpr std::size_t asked_max =
      2'000;  // Where each text is another one, none is shared.

  std::uint32_t number_of(std::string_view text);

  const RecordFormat& format_;
  std::vector<SharedTexts::Text> known_ =
      std::vector<SharedTexts::Text>(std::size_t{1} << known_log);
  std::size_t asked_ = 0;
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

// Records to events of a batch, in order. A shared text stands in each batch once.
class RecordReader {
 public:
  explicit RecordReader(const RecordFormat& format) : format_(format) {}
  void begin_batch() { ++batch_; }  // Before the first record of each.
  void read(const char* record, engine::EventBatch& batch);

 private:
  struct Placed {
    std::uint64_t batch = 0;
    engine::Cell cell = 0;
  };
  engine::Cell shared(std::uint32_t number, engine::EventBatch& batch);

  const RecordFormat& format_;
  MadeIds ids_;
  std::uint64_t batch_ = 1;
  std::vector<Placed> placed_;  // By number of the shared text.
};

}  // namespace pharos::ingest
