// insight/window_funnel.h: the longest chain of steps within a window, in the manner of
// ClickHouse's windowFunnel: one event may fill several steps, and flags make the chain stricter.
// The rules in words: docs/insight.md.
#pragma once

#include <array>
#include <optional>

#include "insight/funnel.h"
#include "insight/funnel_moments.h"

namespace pharos::insight {

struct WindowFunnelPlan {
  int step_count = 1;  // 1..step_count_max
  Duration window;     // From the event of step 1; the bound belongs to it.
  bool strict_increase = false;
  bool strict_once = false;
  bool strict_deduplication = false;
  bool strict_order = false;
  bool allow_reentry = false;  // Of strict_order.
};

// One runner a thread; no allocation an event.
class WindowFunnelRunner {
 public:
  explicit WindowFunnelRunner(const WindowFunnelPlan& plan) : plan_(plan) {}

  // Steps reached. The events of one account by ascending time; those that match no step matter to
  // strict_order only.
  int run(std::span<const FunnelEvent> events);

 private:
  using Starts = std::array<std::optional<Instant>, step_count_max>;
  bool scan(const Moment& moment);
  std::optional<Instant> start_of(int step, const Moment& moment);
  int level() const;

  WindowFunnelPlan plan_;
  Moments moments_;
  // The latest start of a chain that reached step k: no other chain has more time left. Before the
  // moment that is scanned, and with it.
  Starts before_, now_;
};

}  // namespace pharos::insight
