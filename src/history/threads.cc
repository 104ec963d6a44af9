// history/threads.cc: a counter that threads draw from.
#include "history/threads.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace pharos::history {

void in_pieces(std::size_t count, int threads, const std::function<Work()>& worker) {
  std::atomic<std::size_t> next = 0;
  const auto run = [&] {
    Work work;
    for (std::size_t i = next++; i < count; i = next++) {
      if (!work) work = worker();
      work(i);
    }
  };
  const std::size_t wanted = std::min(count, static_cast<std::size_t>(std::max(threads, 1)));
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < wanted; ++i) others.emplace_back(run);
  run();
}

}  // namespace pharos::history
