// base/hash.h: fast, stable, non-cryptographic hashes (XXH3).
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

namespace pharos {

struct Hash128 {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  auto operator<=>(const Hash128&) const = default;
};

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);
Hash128 hash128(std::string_view bytes);

// Every account belongs to one of 1,024 slots, by its id: the unit of sharding.
inline constexpr std::uint32_t slot_count = 1'024;
std::uint16_t slot_of(std::string_view account_id);

}  // namespace pharos
