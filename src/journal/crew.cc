// journal/crew.cc: parts are drawn from a counter; the owner leaves a run last.
#include "journal/crew.h"

#include <algorithm>

namespace pharos::journal {
namespace {

using Clock = std::chrono::steady_clock;

template <class Condition>
void wait_awake(const Condition& is_met) {
  const auto until = Clock::now() + crew_awake;
  while (!is_met() && Clock::now() < until) std::this_thread::yield();
}

}  // namespace

Crew::Crew(unsigned threads) {
  if (threads == 0) threads = std::clamp(std::thread::hardware_concurrency(), 1U, crew_threads_max);
  for (unsigned i = 1; i < threads; ++i) helpers_.emplace_back([this] { help(); });
}

Crew::~Crew() {
  {
    const std::lock_guard guard(mutex_);
    ending_ = true;
  }
  begun_.notify_all();
  for (std::thread& helper : helpers_) helper.join();
}

void Crew::draw(std::size_t count, const Task& task) {
  for (std::size_t i = next_++; i < count; i = next_++) task(i);
}

void Crew::run(std::size_t count, const Task& task) {
  {
    const std::lock_guard guard(mutex_);
    task_ = &task;
    count_ = count;
    next_ = 0;
    ++runs_;
  }
  begun_.notify_all();
  draw(count, task);
  wait_awake([&] { return helping_ == 0; });
  std::unique_lock guard(mutex_);
  done_.wait(guard, [&] { return helping_ == 0; });
  task_ = nullptr;
}

void Crew::help() {
  std::uint64_t seen = 0;
  std::unique_lock guard(mutex_, std::defer_lock);
  while (true) {
    wait_awake([&] { return runs_ != seen; });
    guard.lock();
    begun_.wait(guard, [&] { return ending_ || runs_ != seen; });
    if (ending_) return;
    seen = runs_;
    if (task_ != nullptr) {
      ++helping_;
      const Task& task = *task_;
      const std::size_t count = count_;
      guard.unlock();
      draw(count, task);
      guard.lock();
      if (--helping_ == 0) done_.notify_one();
    }
    guard.unlock();
  }
}

}  // namespace pharos::journal
