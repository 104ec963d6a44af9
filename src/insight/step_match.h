// insight/step_match.h: how many steps of a funnel a handful of events can fill when each event
// fills at most one. A bipartite matching; events that match the same steps are one class, so its
// cost depends on the steps and not on the number of events.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace pharos::insight {

using StepMask = std::uint32_t;  // Bit k: matches step k.
inline constexpr int step_count_max = 32;

// Which steps are filled by which class of events; classes come and go one event at a time. Kuhn's
// augmenting paths: the number filled is always the greatest possible.
class StepMatch {
 public:
  // Forgets all; `masks` lists the classes that may come, without a repeat.
  void reset(std::span<const StepMask> masks);

  // One event more of a class, without looking for a step it could fill.
  void offer(std::size_t index) { ++classes_[index].count; }
  // One event more of a class. True if one step more is filled.
  bool add(std::size_t index);
  // One event less of a class that has one.
  void remove(std::size_t index);
  // Fills this step too, if it can be done beside those that are filled.
  bool fill(int step);

  int filled() const { return filled_; }

 private:
  struct Class {
    StepMask mask = 0;
    std::uint32_t count = 0;  // Events that are there.
    std::uint32_t used = 0;   // Steps they fill.
    bool seen = false;        // By the search under way.
  };
  bool give_step_to(Class& taker);
  bool find_filler(int step);
  void unsee();

  std::vector<Class> classes_;
  std::array<std::int32_t, step_count_max> filler_{};  // Class of each step; -1: none.
  int filled_ = 0;
};

}  // namespace pharos::insight
