// base/hash_test.cc: the hashes are XXH3's own, so slots and digests never move.
#include "base/hash.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace pharos {
namespace {

// The buffer of xxHash's own sanity check.
std::string sanity_buffer(std::size_t size) {
  std::string bytes;
  for (std::uint64_t state = 2'654'435'761; bytes.size() < size;
       state *= 11'400'714'785'074'694'797U)
    bytes += static_cast<char>(state >> 56);
  return bytes;
}

// Values from the sanity check of xxHash 0.8 (XXH3 64 bits, seed 0).
TEST(Hash, is_xxh3) {
  const std::pair<std::size_t, std::uint64_t> rows[] = {
      {0, 0x2D06800538D394C2},  {1, 0xC44BDFF4074EECDB},   {6, 0x27B56A84CD2D7325},
      {12, 0xA713DAF0DFBB77E7}, {24, 0xA3FE70BF9D3510EB},  {48, 0x397DA259ECBA1F11},
      {80, 0xBCDEFBBB2C47C90A}, {195, 0xCD94217EE362EC3A},
  };
  for (const auto& [size, hash] : rows) EXPECT_EQ(hash64(sanity_buffer(size)), hash) << size;
  EXPECT_EQ(hash128(""), (Hash128{0x6001C324468D497F, 0x99AA06D3014798D8}));
}

TEST(Hash, depends_on_the_seed_and_on_every_byte) {
  EXPECT_NE(hash64("a", 1), hash64("a"));
  std::set<std::uint64_t> hashes;
  std::string text(64, '\0');
  for (char& c : text) {
    c = '\1';
    hashes.insert(hash64(text));
    c = '\0';
  }
  EXPECT_EQ(hashes.size(), text.size());
}

TEST(Hash, slots_are_even_and_fixed) {
  EXPECT_EQ(slot_of(""), 0x0C2);  // The low ten bits of the hash of nothing.
  int count[slot_count] = {};
  for (int i = 0; i < 102'400; ++i) ++count[slot_of("account-" + std::to_string(i))];
  for (const int c : count) {  // 100 expected, standard deviation 10.
    EXPECT_GT(c, 45);
    EXPECT_LT(c, 155);
  }
}

}  // namespace
}  // namespace pharos
