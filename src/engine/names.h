// engine/names.h: texts and their dense numbers, in the order in which they were first met.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace pharos::engine {

// A set of texts with numbers from 0. Views stay valid for the life of the object.
class Names {
 public:
  // The number of `text`, given out now if it is new.
  std::uint32_t add(std::string_view text) { return add(text, hash_of(text)); }
  std::uint32_t add(std::string_view text, std::uint64_t hash);
  static std::uint64_t hash_of(std::string_view text);
  // Whoever looks up many texts may first call these for all of them, one after the other, so that
  // the three misses of a look-up in a large table overlap with those of its neighbours.
  void fetch_slot(std::uint64_t hash) const;
  void fetch_place(std::uint64_t hash) const;
  void fetch_text(std::uint64_t hash) const;
  std::optional<std::uint32_t> find(std::string_view text) const {
    return find(text, hash_of(text));
  }
  std::optional<std::uint32_t> find(std::string_view text, std::uint64_t hash) const;
  std::string_view view(std::uint32_t number) const;
  std::size_t size() const { return places_.size(); }
  std::size_t memory_bytes() const;

 private:
  friend class NamesImage;  // snapshot.cc

  struct Slot {
    std::uint32_t check = 0;     // Upper half of the hash.
    std::uint32_t number_1 = 0;  // number + 1; 0: free.
  };
  struct Chunk {
    std::unique_ptr<char[]> bytes;
    std::uint32_t size = 0;
  };
  static constexpr std::uint32_t chunk_bytes = 65'536;
  static constexpr std::uint16_t long_size = 0xFFFF;
  std::size_t locate(std::string_view text, std::uint64_t hash) const;
  void grow();
  std::uint32_t store(std::string_view text);
  const char* at(std::uint32_t number) const {
    const std::uint32_t place = places_[number];
    return chunks_[place / chunk_bytes].bytes.get() + place % chunk_bytes;
  }

  std::vector<Slot> slots_;            // Open addressing, a power of two, at most 4/5 full.
  std::vector<std::uint32_t> places_;  // Chunk * chunk_bytes + offset.
  std::vector<Chunk> chunks_;
  std::uint32_t chunk_left_ = 0;  // Of the last chunk.
};

}  // namespace pharos::engine
