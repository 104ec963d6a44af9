// cel/monotony.h: which way a window function, and with it a condition, can go, and for what cause.
// The table stands in docs/cel.md; who keeps rules up to date evaluates only what can turn.
#pragma once

#include <cstdint>
#include <vector>

#include "cel/compare.h"
#include "cel/rule.h"

namespace pharos::cel {

enum class Cause : std::uint8_t {
  arrival,  // An event of the function's stream is taken in, late or not.
  time,     // The clock moves on.
};

// What may happen to the value of a window function. `arrival` is a statement about every later
// instant: the value with the event beside the value without it.
struct Drift {
  bool rises = false;
  bool falls = false;
  bool appears = false;   // Was an error and is a value.
  bool vanishes = false;  // Was a value and is an error.
  auto operator<=>(const Drift&) const = default;
};
Drift drift_of(const Aggregate& aggregate, Cause cause);

// What may happen to a condition: it was not true and is; it was true and is not any more.
struct Turn {
  bool to_true = false;
  bool from_true = false;
  auto operator<=>(const Turn&) const = default;
};

// For Use::rule. By rule.aggregates[index] alone, everything else being as it is. Time passing for
// since() counts as the clock.
Turn turn_by(const Rule& rule, std::uint32_t index, Cause cause);
// By `now` and since() in comparisons of times.
Turn turn_by_clock(const Rule& rule);

// Where a count or distinct in a rule is compared with a whole number: the outcome is another on
// either side of `bound`, which is the least value of the upper side.
using Bounds = std::vector<std::int64_t>;
// All bounds of rule.aggregates[index]. Empty: it is also read in other ways, so that any change of
// it can matter.
Bounds bounds_of(const Rule& rule, std::uint32_t index);

}  // namespace pharos::cel
