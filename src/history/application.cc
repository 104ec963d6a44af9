// history/application.cc: late events and joints, put in their order.
#include "history/application.h"

#include <algorithm>
#include <numeric>

namespace pharos::history {

std::uint64_t joint_of(std::span<const Joint> joints, Position position) {
  std::uint64_t seq = 0;
  for (const Joint& joint : joints)
    if (joint.position == position) seq = std::max(seq, joint.seq);
  return seq;
}

std::vector<std::uint32_t> in_order_of_application(const Family& family, Family::Range range,
                                                   std::span<const Joint> joints,
                                                   Position position) {
  std::vector<std::uint32_t> events(range.size());
  std::iota(events.begin(), events.end(), range.from);
  const std::uint64_t joint = joint_of(joints, position);
  std::ranges::sort(events, [&](std::uint32_t a, std::uint32_t b) {
    return applied_before(family.times[a], family.seqs[a], family.times[b], family.seqs[b], joint);
  });
  return events;
}

}  // namespace pharos::history
