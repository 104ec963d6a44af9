// base/seeded_test.cc: the stream of a seed is fixed, and its shapes keep their bounds.
#include "base/seeded.h"

#include <gtest/gtest.h>

namespace pharos {
namespace {

// First outputs of splitmix64 for seed 1234567, from the reference code of Steele, Lea and Flood.
TEST(Seeded, is_splitmix64) {
  Seeded seeded(1'234'567);
  for (const std::uint64_t expected : {6'457'827'717'110'365'317U, 3'203'168'211'198'807'973U,
                                       9'817'491'932'198'370'423U, 4'593'380'528'125'082'431U})
    EXPECT_EQ(seeded.next(), expected);
}

TEST(Seeded, numbers_keep_their_bounds) {
  Seeded seeded(1);
  int seen[3] = {};
  for (int i = 0; i < 10'000; ++i) {
    EXPECT_LT(seeded.below(7), 7U);
    const std::int64_t n = seeded.between(-1, 1);
    ASSERT_TRUE(n >= -1 && n <= 1);
    ++seen[n + 1];
    const double unit = seeded.unit();
    EXPECT_TRUE(unit >= 0 && unit < 1);
  }
  for (const int count : seen) EXPECT_NEAR(count, 3'333, 250);  // Five standard deviations.
  EXPECT_EQ(seeded.below(1), 0U);
  EXPECT_FALSE(seeded.chance(0));
  EXPECT_TRUE(seeded.chance(1));
}

}  // namespace
}  // namespace pharos
