// history/window.h: where the events of a window lie in a run.
#pragma once

#include <cstdint>
#include <span>

#include "base/instant.h"
#include "base/zone.h"
#include "cel/schema.h"

namespace pharos::history {

// Times from <= t <= to, in ms.
struct Bounds {
  std::int64_t from = 0, to = 0;
};
// Of a window at `now`; as docs/semantics.md has it.
Bounds bounds_of(const cel::Window& window, Instant now, const Zone& zone);

// Items of ascending times that lie within, as [first, last).
struct Slice {
  std::size_t first = 0, last = 0;
  std::size_t size() const { return last - first; }
};
Slice slice_of(std::span<const std::int64_t> times, Bounds bounds);

}  // namespace pharos::history
