// engine/pool_test.cc: blocks are as large as asked for, apart from each other, and used again.
#include "engine/pool.h"

#include <gtest/gtest.h>

#include <cstring>

#include "base/seeded.h"

namespace pharos::engine {
namespace {

TEST(Pool, size_classes_hold_what_is_asked_and_waste_a_fifth_at_most) {
  for (std::size_t bytes = 1; bytes < 3'000'000; bytes += 1 + bytes / 50) {
    const std::uint32_t size_class = Pool::class_of(bytes);
    const std::size_t size = Pool::bytes_of(size_class);
    EXPECT_GE(size, bytes);
    if (size_class > 0) {
      EXPECT_LT(Pool::bytes_of(size_class - 1), bytes);
    }
    EXPECT_LE(size, bytes * 5 / 4 + Pool::unit_bytes);
    EXPECT_EQ(Pool::class_of(size), size_class);
  }
}

TEST(Pool, blocks_keep_what_is_written_and_freed_ones_are_used_again) {
  struct Held {
    Pool::Handle handle;
    std::uint32_t size_class;
    char mark;
  };
  Pool pool;
  Seeded seeded(1);
  std::vector<Held> held;
  for (int i = 0; i < 20'000; ++i) {
    if (held.size() > 200) {
      const std::size_t at = seeded.below(held.size());
      const Held& given = held[at];
      const std::string wanted(Pool::bytes_of(given.size_class), given.mark);
      ASSERT_EQ(std::memcmp(pool.at(given.handle), wanted.data(), wanted.size()), 0);
      pool.give_back(given.handle, given.size_class);
      held.erase(held.begin() + static_cast<std::ptrdiff_t>(at));
    }
    // Now and then a block larger than a chunk.
    const std::uint32_t size_class = Pool::class_of(
        seeded.below(500) == 0 ? 300'000 + seeded.below(600'000) : seeded.below(2'000));
    const Held next{pool.take(size_class), size_class, static_cast<char>('a' + i % 26)};
    ASSERT_NE(next.handle, 0U);
    std::memset(pool.at(next.handle), next.mark, Pool::bytes_of(size_class));
    held.push_back(next);
  }
  const std::size_t bytes = pool.bytes();
  const std::uint32_t size_class = Pool::class_of(100);
  for (int i = 0; i < 100'000; ++i) pool.give_back(pool.take(size_class), size_class);
  EXPECT_LE(pool.bytes(), bytes + 262'144);
}

}  // namespace
}  // namespace pharos::engine
