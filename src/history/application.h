// history/application.h: the order in which the journal's fold applied the events of an account.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "history/directory.h"
#include "history/part.h"

namespace pharos::history {

// The first event behind the latest joint of an account; 0: it has none.
std::uint64_t joint_of(std::span<const Joint> joints, Position position);

// Events before a joint were applied by (time, seq), those behind it by seq.
inline bool applied_before(std::int64_t time_a, std::uint64_t seq_a, std::int64_t time_b,
                           std::uint64_t seq_b, std::uint64_t joint) {
  const bool a_early = seq_a < joint, b_early = seq_b < joint;
  if (a_early != b_early) return a_early;
  if (a_early && time_a != time_b) return time_a < time_b;
  return seq_a < seq_b;
}

// The events of a range of a family, as indexes, in that order.
std::vector<std::uint32_t> in_order_of_application(const Family& family, Family::Range range,
                                                   std::span<const Joint> joints,
                                                   Position position);

}  // namespace pharos::history
