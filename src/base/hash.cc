// base/hash.cc: XXH3 behind two names.
#include "base/hash.h"

#include <xxhash.h>

namespace pharos {

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

Hash128 hash128(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.low64, hash.high64};
}

std::uint16_t slot_of(std::string_view account_id) {
  return static_cast<std::uint16_t>(hash64(account_id) % slot_count);
}

}  // namespace pharos
