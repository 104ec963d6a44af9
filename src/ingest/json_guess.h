// ingest/json_guess.h: the short way through NDJSON: the keys of a line are mostly those of the
// lines before, so each is compared with the key that followed last time, and nothing is searched.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/json.h"

namespace pharos::ingest {

// Reads what is plain: objects of strings without escapes, numbers and words, nested only where the
// shape goes inside. What it reads it reads exactly as JsonReader does; all else, valid or not, it
// leaves to that one. The shape must outlive it.
class JsonGuess {
 public:
  explicit JsonGuess(const JsonShape& shape);

  // The line that begins at `begin`. Answers with its line feed, or with null: then the row is
  // void. A line feed stands somewhere behind `begin`, and row_padding readable bytes behind that.
  const char* read(const char* begin, Row& row);

 private:
  // A key that was met, with the keys that came behind it, the latest first.
  static constexpr std::size_t followers_max = 4;
  using Followers = std::array<std::uint8_t, followers_max>;
  struct Key {
    std::string text;                  // With its quotes.
    std::uint64_t head = 0, mask = 0;  // The first eight bytes of it.
    std::uint64_t tail = 0;            // And the last eight, of more than eight.
    int slot = -1;
    int object = -1;
    bool is_collected = false;
    Followers followers{};
  };
  struct Object {
    std::vector<Key> keys;  // keys[0] stands for the beginning.
  };

  const char* read_object(const char* at, std::size_t index, Row& row);
  const char* read_value(const char* at, const Key& key, Row& row, Field& field);
  static bool stands(const Key& key, const char* at, std::uint64_t head);
  static bool read_text(const char*& at, Field& field);
  std::size_t next_key(const char* at, std::size_t object, std::size_t before);
  std::size_t find_key(const char* at, std::size_t object, std::size_t before);
  std::size_t learn(const char* at, std::size_t object);

  const JsonShape& shape_;
  std::vector<Object> objects_;  // Beside shape_.objects.
  int missed_ = 0;               // Lines in a row; where nothing fits, few are tried.
  int skipped_ = 0;
};

}  // namespace pharos::ingest
