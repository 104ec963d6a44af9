// engine/bits_test.cc: the next member is found across words.
#include "engine/bits.h"

#include <gtest/gtest.h>

namespace pharos::engine {
namespace {

TEST(Bits, next_finds_members_in_order_and_stops_at_the_end) {
  Bits bits(200);
  for (const std::size_t at : {0U, 63U, 64U, 130U, 199U}) bits.set(at);
  std::vector<std::size_t> found;
  for (std::size_t at = bits.next(0, 200); at < 200; at = bits.next(at + 1, 200))
    found.push_back(at);
  EXPECT_EQ(found, (std::vector<std::size_t>{0, 63, 64, 130, 199}));
  EXPECT_EQ(bits.next(65, 130), 130U);  // The end is not a member.
  bits.reset(64);
  EXPECT_EQ(bits.next(64, 200), 130U);
  bits.clear();
  EXPECT_FALSE(bits.any());
  bits.fill();
  EXPECT_TRUE(bits.test(199));
}

TEST(Bits, an_empty_set_has_no_next) {
  const Bits bits(0);
  EXPECT_EQ(bits.next(0, 0), 0U);
  EXPECT_FALSE(bits.any());
}

}  // namespace
}  // namespace pharos::engine
