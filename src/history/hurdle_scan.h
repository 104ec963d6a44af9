// history/hurdle_scan.h: where in a run of events a window is full enough, by comparing numbers.
#pragma once

#include <cstdint>

#include "engine/outlook.h"
#include "history/frame.h"

namespace pharos::history {

// Goes over a run once, from one event that takes the hurdle to the next.
class HurdleScan {
 public:
  // `end`: behind the last event, into the family of the run.
  HurdleScan(const Run& run, const engine::Hurdle& hurdle, std::uint32_t end);
  // The first event at `from` or behind it that takes the hurdle; the end if none does. `from`
  // never goes back.
  std::uint32_t find(std::uint32_t from);

 private:
  std::uint32_t find_count(std::uint32_t from) const;
  std::uint32_t find_sum(std::uint32_t from);
  void start(std::uint32_t from);
  std::uint64_t weight(std::uint32_t event) const;

  const std::int64_t* times_;
  const std::int64_t* values_ = nullptr;  // Of sums.
  std::uint32_t begin_, end_;
  std::int64_t length_;
  std::uint64_t least_;
  std::uint32_t found_;
  bool knows_found_ = false;
  // Of sums: the weights of events from oldest_ up to next_.
  std::uint32_t oldest_ = 0, next_ = 0;
  unsigned __int128 sum_ = 0;
};

}  // namespace pharos::history
