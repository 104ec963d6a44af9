// history/part.cc: where the events of an account lie.
#include "history/part.h"

#include <algorithm>

namespace pharos::history {

Family::Range Family::of(Position position) const {
  std::size_t at = position;
  if (!owners.empty()) {
    const auto found = std::ranges::lower_bound(owners, position);
    if (found == owners.end() || *found != position) return {};
    at = static_cast<std::size_t>(found - owners.begin());
  }
  if (at + 1 >= starts.size()) return {};
  return {starts[at], starts[at + 1]};
}

std::string_view Family::extra(std::uint32_t event) const {
  const auto found = std::ranges::lower_bound(extra_events, event);
  if (found == extra_events.end() || *found != event) return {};
  return extras.view(static_cast<std::size_t>(found - extra_events.begin()));
}

}  // namespace pharos::history
