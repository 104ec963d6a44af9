// demo/life.h: what happens to one merchant of the demo, from its lead to the end of the data.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/instant.h"
#include "demo/fact.h"
#include "demo/profile.h"

namespace pharos::demo {

// One day of the demo in local time: when it begins and how much is bought on it.
struct Day {
  Instant start;
  std::uint32_t weekday = 0;     // 0: Monday.
  std::uint32_t demand = 1'000;  // Of an ordinary day, in thousandths: seasons and festivals.
  std::uint32_t campaign = 0;    // 1: 6.18, 2: 11.11, 3: 12.12 is joined on this day; 0: none.
};

struct Stage {
  std::uint64_t seed = 0;
  std::span<const Day> days;
  Instant until;                 // Nothing happens after it.
  std::uint32_t volume = 1'000;  // Orders of all merchants, in thousandths.
};

// Appends the merchant's facts, up to `until`, in no particular order of time; those of one
// millisecond in the order in which they must be seen.
void live(const Stage& stage, std::uint32_t merchant, const Profile& profile,
          std::vector<Fact>& facts);

}  // namespace pharos::demo
