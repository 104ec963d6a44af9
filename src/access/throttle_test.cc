// access/throttle_test.cc: how many tries, from where, and when the next one.
#include "access/throttle.h"

#include <gtest/gtest.h>

namespace pharos::access {
namespace {

constexpr Instant start{1'767'225'600'000};

std::string address(int i) {
  return "10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250 + 1);
}

TEST(Throttle, a_burst_then_one_an_interval) {
  Throttle throttle({.pair = {3, minute}, .account = {100, second}, .address = {100, second}});
  const Attempt attempt{.account = "a@example.org", .address = "192.0.2.1"};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(throttle.charge(attempt, start), start);
  // Three are gone at once, so the first comes back after a minute; asking does not cost anything.
  for (int i = 0; i < 5; ++i) EXPECT_EQ(throttle.charge(attempt, start), start + minute);
  EXPECT_EQ(throttle.charge(attempt, start + Duration{59'999}), start + minute);
  EXPECT_EQ(throttle.charge(attempt, start + minute), start + minute);
  EXPECT_EQ(throttle.charge(attempt, start + minute), start + 2 * minute);
  // After a long rest there is a burst again, not more.
  const Instant later = start + day;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(throttle.charge(attempt, later), later);
  EXPECT_GT(throttle.charge(attempt, later), later);
}

// ASVS 6.3.1: 100 wrong tries for one account from everywhere; the owner still gets in.
TEST(Throttle, an_account_is_locked_for_strangers_only) {
  Throttle throttle;
  int let_through = 0;
  for (int i = 0; i < 100; ++i)
    if (throttle.charge({.account = "a@example.org", .address = address(i)}, start) == start)
      ++let_through;
  EXPECT_EQ(let_through, 20);
  EXPECT_EQ(throttle.charge({.account = "a@example.org", .address = "192.0.2.9"}, start),
            start + 5 * minute);
  EXPECT_EQ(
      throttle.charge(
          {.account = "a@example.org", .address = "192.0.2.9", .is_known_address = true}, start),
      start);
}

TEST(Throttle, an_address_that_tries_many_accounts_is_slowed_down) {
  Throttle throttle;
  int let_through = 0;
  for (int i = 0; i < 100; ++i) {
    const std::string account = "a" + std::to_string(i) + "@example.org";
    if (throttle.charge({.account = account, .address = "192.0.2.1"}, start) == start)
      ++let_through;
  }
  EXPECT_EQ(let_through, 30);
  EXPECT_EQ(throttle.charge({.account = "z@example.org", .address = "192.0.2.2"}, start), start);
}

TEST(Throttle, a_success_gives_the_pair_its_tries_back) {
  Throttle throttle({.pair = {2, minute}, .account = {100, second}, .address = {100, second}});
  const Attempt attempt{.account = "a@example.org", .address = "192.0.2.1"};
  throttle.charge(attempt, start);
  throttle.charge(attempt, start);
  EXPECT_GT(throttle.charge(attempt, start), start);
  throttle.forget(attempt);
  EXPECT_EQ(throttle.charge(attempt, start), start);
}

TEST(Throttle, memory_is_bounded) {
  Throttle throttle({.buckets_max = 300});
  for (int i = 0; i < 10'000; ++i) {
    const std::string account = "a" + std::to_string(i) + "@example.org";
    throttle.charge({.account = account, .address = address(i)}, start + i * second);
  }
  EXPECT_LE(throttle.bucket_count(), 300U);
  EXPECT_GT(throttle.bucket_count(), 100U);  // It does not forget them all at once.
}

TEST(Throttle, an_ipv6_line_is_one_address) {
  EXPECT_EQ(address_group("2001:db8:1:2::1"), address_group("2001:db8:1:2:ffff::9"));
  EXPECT_NE(address_group("2001:db8:1:2::1"), address_group("2001:db8:1:3::1"));
  EXPECT_EQ(address_group("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(address_group("192.0.2.1"), "192.0.2.1");
}

}  // namespace
}  // namespace pharos::access
