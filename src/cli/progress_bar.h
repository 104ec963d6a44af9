// cli/progress_bar.h: how far long work has come, on a terminal only.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "cli/shell.h"

namespace pharos::cli {

// What is counted, and how it is written.
enum class Unit : std::uint8_t { events, bytes };

// One line, drawn over itself on stderr at most ten times a second, and wiped away at the end.
class ProgressBar {
 public:
  ProgressBar(const Shell& shell, std::string label, Unit unit);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // `total` 0: unknown.
  void update(std::uint64_t done, std::uint64_t total);
  // Work of another kind begins: the line is wiped, rate and time left start anew.
  void restart(std::string label, Unit unit);

 private:
  void wipe();

  using Clock = std::chrono::steady_clock;

  const Shell& shell_;
  std::string label_;
  Unit unit_;
  Clock::time_point started_, drawn_;
  bool shown_ = false;
};

struct Pace {
  std::uint64_t done = 0;
  std::uint64_t total = 0;  // 0: unknown.
  double seconds = 0;       // Since the start.
};
// "Reading  ██████▌       52 %  1,204,000 events  812,000/s  1m 20s left"
std::string progress_line(std::string_view label, Unit unit, const Pace& pace, Language language);

}  // namespace pharos::cli
