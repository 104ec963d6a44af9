// insight/funnel_moments.cc: events into moments, and what a moment can fill.
#include "insight/funnel_moments.h"

#include <algorithm>
#include <bit>

namespace pharos::insight {

void Moments::gather(std::span<const FunnelEvent> events, bool idle) {
  all.clear();
  masks.clear();
  for (const FunnelEvent& event : events) {
    if (event.steps == 0 && !idle) continue;
    const auto index = static_cast<std::uint32_t>(masks.size());
    if (all.empty() || all.back().at != event.at) {
      ASSERT(all.empty() || all.back().at < event.at);
      all.push_back({.at = event.at, .begin = index});
    }
    Moment& moment = all.back();
    moment.any |= event.steps;
    moment.is_plain &= (event.steps & (event.steps - 1)) == 0;
    moment.end = index + 1;
    if (event.steps == 0) ++moment.idle;
    masks.push_back(event.steps);
  }
  for (const Moment& moment : all)
    if (!moment.is_plain && moment.count() > 1)
      std::sort(masks.begin() + moment.begin, masks.begin() + moment.end);
}

std::uint32_t Moments::count(const Moment& moment, StepMask bit) const {
  return static_cast<std::uint32_t>(
      std::count_if(masks.begin() + moment.begin, masks.begin() + moment.end,
                    [&](StepMask mask) { return (mask & bit) != 0; }));
}

// One event fills one step, so a moment of one event, or of events that each match one step only,
// needs no matching.
int Moments::furthest(const Moment& moment, int from, int step_count) {
  if (moment.count() == 1) return from + static_cast<int>(moment.any >> from & 1);
  if (!moment.is_plain) return matched(moment, from, step_count);
  return from + std::countr_one(static_cast<StepMask>(moment.any >> from));
}

std::uint64_t Moments::ends(const Moment& moment, int from, int step_count) {
  const int furthest_end = furthest(moment, from, step_count);
  std::uint64_t ends = std::uint64_t{1} << furthest_end;
  if (moment.is_plain || moment.count() == 1) return ends;
  for (int end = from; end < furthest_end; ++end)
    if (can_end(moment, from, end)) ends |= std::uint64_t{1} << end;
  return ends;
}

// Step `end` finds no event when the steps before it take all that match it. If they can all be
// filled, and those events can all be used up by them, then both can be done at once (Mendelsohn
// and Dulmage 1958).
bool Moments::can_end(const Moment& moment, int from, int end) {
  const StepMask bit = StepMask{1} << end;
  const StepMask before = (bit - 1) & ~((StepMask{1} << from) - 1);
  classes_.clear();
  for (std::uint32_t i = moment.begin; i < moment.end; ++i) {
    if ((masks[i] & bit) == 0) continue;
    classes_.push_back(masks[i] & before);
    if (classes_.size() > static_cast<std::size_t>(end - from)) return false;
  }
  match_.reset(classes_);
  for (std::size_t i = 0; i < classes_.size(); ++i)
    if (!match_.add(i)) return false;
  return true;
}

int Moments::matched(const Moment& moment, int from, int step_count) {
  const auto first = masks.begin() + moment.begin;
  const auto last = masks.begin() + moment.end;
  classes_.assign(first, last);
  classes_.erase(std::unique(classes_.begin(), classes_.end()), classes_.end());
  match_.reset(classes_);
  std::size_t index = 0;
  for (auto mask = first; mask != last; ++mask) {
    if (*mask != classes_[index]) ++index;
    match_.offer(index);
  }
  while (from < step_count && match_.fill(from)) ++from;
  return from;
}

}  // namespace pharos::insight
