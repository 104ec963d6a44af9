// load/kill.h: a server that is killed again and again under load, and clients that remember.
#pragma once

#include <cstdint>
#include <string>

namespace pharos::load {

struct KillPlan {
  std::string dir;  // Of the workspace.
  std::uint32_t kills = 200;
  std::uint32_t clients = 4;
  std::uint64_t seed = 1;
};

struct KillOutcome {
  std::string wrong;        // Empty: nothing lost, nothing twice, nothing made up, verify clean.
  std::uint64_t kills = 0;  // Under load,
  std::uint64_t kills_opening = 0;  // or while the server opened the workspace.
  std::uint64_t acknowledged = 0;   // Events.
  std::uint64_t repeats = 0;        // Acknowledged as duplicates: written, but cut off before the
                                    // answer, and sent again.
  std::uint64_t unanswered = 0;     // Requests that got no answer and were sent again.
};

KillOutcome run_kills(const KillPlan& plan);

}  // namespace pharos::load
