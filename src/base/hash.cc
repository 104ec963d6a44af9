// base/hash.cc: XXH3 behind two names.
#include "base/hash.h"

#include <xxhash.h>

namespace pharos {

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

RunningHash::RunningHash() : state_(XXH3_createState()) {
  XXH3_64bits_reset(state_);
}
RunningHash::~RunningHash() {
  XXH3_freeState(state_);
}

void RunningHash::add(std::string_view bytes) {
  XXH3_64bits_update(state_, bytes.data(), bytes.size());
}
std::uint64_t RunningHash::value() const {
  return XXH3_64bits_digest(state_);
}

Hash128 hash128(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.low64, hash.high64};
}

std::uint16_t slot_of(std::string_view account_id) {
  return static_cast<std::uint16_t>(hash64(account_id) % slot_count);
}

}  // namespace pharos
