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

Family::Range Family::of(Position position, std::size_t& place) const {
  const auto is_place = [&](std::size_t at) {  // Of the first owner that is not before it.
    return at <= owners.size() && (at == owners.size() || owners[at] >= position) &&
           (at == 0 || owners[at - 1] < position);
  };
  const std::size_t last = place;
  if (owners.empty())
    place = position;
  else if (is_place(last + 1))
    place = last + 1;
  else if (!is_place(last))
    place = static_cast<std::size_t>(std::ranges::lower_bound(owners, position) - owners.begin());
  constexpr std::size_t ahead = 6;
  if (place <= last + 1 && place >= last && place + ahead + 1 < starts.size()) {
    __builtin_prefetch(times.data() + starts[place + ahead]);
    __builtin_prefetch(seqs.data() + starts[place + ahead]);
  }
  const bool found = place + 1 < starts.size() && (owners.empty() || owners[place] == position);
  return found ? Range{starts[place], starts[place + 1]} : Range{};
}

std::string_view Family::extra(std::uint32_t event) const {
  const auto found = std::ranges::lower_bound(extra_events, event);
  if (found == extra_events.end() || *found != event) return {};
  return extras.view(static_cast<std::size_t>(found - extra_events.begin()));
}

}  // namespace pharos::history
