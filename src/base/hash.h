// base/hash.h: fast, stable, non-cryptographic hashes (XXH3).
#pragma once

#include <compare>
#include <cstdint>
#include <cstring>
#include <string_view>

struct XXH3_state_s;

namespace pharos {

struct Hash128 {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  auto operator<=>(const Hash128&) const = default;
};

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);

// hash64() of bytes that come piece by piece.
class RunningHash {
 public:
  RunningHash();
  RunningHash(const RunningHash&) = delete;
  RunningHash& operator=(const RunningHash&) = delete;
  ~RunningHash();
  void add(std::string_view bytes);
  std::uint64_t value() const;

 private:
  XXH3_state_s* const state_;
};

Hash128 hash128(std::string_view bytes);

// For tables in memory that hold short texts: another version may have another one, so it is stored
// nowhere.
inline std::uint64_t quick_hash(std::string_view text) {
  const char* const at = text.data();
  const std::size_t size = text.size();
  std::uint64_t first = 0, last = 0;
  if (size > 16) {
    return hash64(text);
  } else if (size >= 8) {
    std::memcpy(&first, at, 8);
    std::memcpy(&last, at + size - 8, 8);
  } else if (size >= 4) {
    std::memcpy(&first, at, 4);
    std::memcpy(&last, at + size - 4, 4);
  } else if (size > 0) {
    first = static_cast<unsigned char>(at[0]) | static_cast<std::uint64_t>(at[size / 2]) << 8;
    last = static_cast<unsigned char>(at[size - 1]);
  }
  const auto product = static_cast<unsigned __int128>(first ^ 0x9E3779B97F4A7C15) *
                       static_cast<unsigned __int128>(last ^ 0xC2B2AE3D27D4EB4F ^ size << 56);
  return static_cast<std::uint64_t>(product >> 64) ^ static_cast<std::uint64_t>(product);
}

// Whether two texts are equal, without a call for short ones.
inline bool quick_equal(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  if (a.data() == b.data()) return true;
  const std::size_t size = a.size();
  const auto differ = [&]<class Word>(Word, std::size_t at) {
    Word left, right;
    std::memcpy(&left, a.data() + at, sizeof left);
    std::memcpy(&right, b.data() + at, sizeof right);
    return left ^ right;
  };
  if (size > 16) return std::memcmp(a.data(), b.data(), size) == 0;
  if (size >= 8) return (differ(std::uint64_t{}, 0) | differ(std::uint64_t{}, size - 8)) == 0;
  if (size >= 4) return (differ(std::uint32_t{}, 0) | differ(std::uint32_t{}, size - 4)) == 0;
  for (std::size_t i = 0; i < size; ++i)
    if (a[i] != b[i]) return false;
  return true;
}

// Every account belongs to one of 1,024 slots, by its id: the unit of sharding.
inline constexpr std::uint32_t slot_count = 1'024;
std::uint16_t slot_of(std::string_view account_id);

}  // namespace pharos
