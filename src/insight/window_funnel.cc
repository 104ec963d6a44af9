// insight/window_funnel.cc: one scan over the moments that carries the best chain of every length.
#include "insight/window_funnel.h"

#include <algorithm>
#include <bit>

namespace pharos::insight {

int WindowFunnelRunner::level() const {
  int level = plan_.step_count;
  while (level > 0 && !now_[static_cast<std::size_t>(level - 1)]) --level;
  return level;
}

// The latest start of a chain whose step `step` falls into this moment.
std::optional<Instant> WindowFunnelRunner::start_of(int step, const Moment& moment) {
  std::optional<Instant> latest;
  const auto offer = [&](std::optional<Instant> start) {
    if (start && moment.at <= *start + plan_.window && (!latest || *latest < *start))
      latest = start;
  };
  if (step == 0) return moment.at;
  const auto previous = static_cast<std::size_t>(step - 1);
  if (plan_.strict_increase || (plan_.strict_once && moment.count() == 1)) {
    offer(before_[previous]);
  } else if (!plan_.strict_once) {
    offer(now_[previous]);
  } else {
    // All steps that the chain has in this moment must find events of their own.
    if (moments_.furthest(moment, 0, step + 1) > step) offer(moment.at);
    for (int from = 1; from <= step; ++from)
      if (moments_.furthest(moment, from, step + 1) > step)
        offer(before_[static_cast<std::size_t>(from - 1)]);
  }
  return latest;
}

// False when the scan ends here. Within a moment, events that match nothing come first, then the
// steps in their order: the same whatever order the events came in.
bool WindowFunnelRunner::scan(const Moment& moment) {
  if (plan_.strict_order && now_[0] && moment.idle > 0) return false;
  if (plan_.strict_increase || plan_.strict_once) before_ = now_;
  for (StepMask rest = moment.any; rest != 0; rest &= rest - 1) {
    const auto step = static_cast<std::size_t>(std::countr_zero(rest));
    if (step > 0 && plan_.strict_deduplication && now_[step]) return false;
    if (step > 0 && plan_.strict_order && now_[0] && !now_[step - 1]) {
      if (plan_.allow_reentry) continue;
      return false;
    }
    const auto start = start_of(static_cast<int>(step), moment);
    if (start) now_[step] = std::max(now_[step].value_or(*start), *start);
    // A second event of the step finds it reached.
    if (step > 0 && plan_.strict_deduplication && now_[step] &&
        moments_.count(moment, rest & ~(rest - 1)) > 1)
      return false;
  }
  return true;
}

int WindowFunnelRunner::run(std::span<const FunnelEvent> events) {
  moments_.gather(events, plan_.strict_order);
  now_.fill({});
  const auto last = static_cast<std::size_t>(plan_.step_count - 1);
  for (const Moment& moment : moments_.all)
    if (!scan(moment) || now_[last]) break;
  return level();
}

}  // namespace pharos::insight
