// journal/crew_test.cc: every part is done once, by the time run() returns.
#include "journal/crew.h"

#include <gtest/gtest.h>

#include <numeric>

namespace pharos::journal {
namespace {

// Runs of all sizes close behind each other, and now and then a pause in which helpers sleep.
TEST(Crew, each_part_is_done_once_before_run_returns) {
  for (const unsigned threads : {1U, 2U, 4U}) {
    Crew crew(threads);
    std::vector<int> done;  // Not atomic: each part has its own, and run() orders them.
    for (std::size_t round = 0; round < 2'000; ++round) {
      const std::size_t count = round % 17;
      done.assign(count, 0);
      crew.run(count, [&](std::size_t part) { done[part] += static_cast<int>(part) + 1; });
      ASSERT_EQ(std::accumulate(done.begin(), done.end(), 0),
                static_cast<int>(count * (count + 1) / 2));
      // Time itself is meant: helpers then sleep.
      if (round % 500 == 0) std::this_thread::sleep_for(2 * crew_awake);
    }
  }
}

TEST(Crew, helpers_share_the_work) {
  Crew crew(3);
  std::mutex mutex;
  std::condition_variable all_here;
  std::size_t here = 0;
  // No part ends before each of the three threads has drawn one.
  crew.run(3, [&](std::size_t) {
    std::unique_lock guard(mutex);
    ++here;
    all_here.notify_all();
    all_here.wait(guard, [&] { return here == 3; });
  });
  EXPECT_EQ(here, 3U);
}

}  // namespace
}  // namespace pharos::journal
