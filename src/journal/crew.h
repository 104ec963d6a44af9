// journal/crew.h: a few threads that stand by to help one thread with work in parts.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace pharos::journal {

inline constexpr unsigned crew_threads_max = 8;
// How long a thread of a crew waits awake: about what it would cost to be woken.
inline constexpr std::chrono::microseconds crew_awake{50};

// Owned by one thread, which alone calls run(). Helpers stay awake for a moment after each piece of
// work, as the next often follows at once; then they sleep. A helper that comes late finds less or
// nothing to do, and nobody waits for it.
class Crew {
 public:
  using Task = std::function<void(std::size_t)>;

  // `threads`: the owner's among them; 0: one for each processor.
  explicit Crew(unsigned threads = 0);
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  // Calls task(i) for each i below `count`, each on whichever thread is free, the owner's among
  // them, and returns when all have returned.
  void run(std::size_t count, const Task& task);

 private:
  void help();
  void draw(std::size_t count, const Task& task);

  std::mutex mutex_;
  std::condition_variable begun_, done_;
  const Task* task_ = nullptr;  // Null between runs.
  std::size_t count_ = 0;
  bool ending_ = false;
  // Changed under the lock, and looked at without it by who waits awake.
  std::atomic<std::uint64_t> runs_ = 0;   // Begun so far.
  std::atomic<std::size_t> helping_ = 0;  // Helpers inside the present run.
  std::atomic<std::size_t> next_ = 0;     // Part to be drawn.
  std::vector<std::thread> helpers_;      // Last: they use all the others.
};

}  // namespace pharos::journal
