// engine/outlook.h: what an account waits for, as it stands: which events can turn anything. Who
// has all of its events at hand passes over the others in leaps.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/fold.h"
#include "engine/plan.h"
#include "engine/series.h"

namespace pharos::engine {

// An event turns a rule only where, with it, the events of its type within `length` are at least
// `least`, or what they hold of a property adds up to that: those below zero left out, so that
// neither a filter nor time can make it more.
struct Hurdle {
  static constexpr Duration of_all_time{instant_max.ms - instant_min.ms + 1};
  std::int32_t property = cel::property_none;  // Of an exact sum; none: events are counted.
  Duration length = of_all_time;
  std::int64_t least = 1;  // Above zero.
  bool operator==(const Hurdle&) const = default;
};

// Which events of one type can turn anything.
struct Expected {
  bool any = false;           // Each.
  std::uint64_t hurdles = 0;  // Else those that take one of these: bits of hurdles(type).
};

class Outlook {
 public:
  // For folds made with the same; all must outlive it.
  Outlook(const playbook::Playbook& playbook, const std::vector<cel::Rule>& queries,
          bool queries_only);

  // All that events of a type may ever have to take; at most 64.
  const std::vector<Hurdle>& hurdles(std::uint32_t type) const { return types_[type].hurdles; }
  // Looks at a live account of a fold. Good until it has a transition or changes segments.
  void look(const Fold& fold, AccountNumber account);
  const Expected& expected(std::uint32_t type) const { return types_[type].expected; }
  // Events of the type that are older than this are nothing to any rule, at `now` and ever after.
  // instant_min: all count; never: none does.
  Instant remembered_since(std::uint32_t type, Instant now);

 private:
  enum class Role : std::uint8_t { entry, lapse, outside, inside };
  // A node or segment that events of a type can turn while a bit of the record is set, or is not.
  struct Waiter {
    std::uint32_t word;  // Bytes into the record.
    std::uint64_t flip, mask;
    std::uint64_t hurdles;  // A bit; 0: any event.
  };
  struct Type {
    std::vector<Waiter> waiters;
    std::vector<Hurdle> hurdles;
    bool remembers_all = false;
    Expected expected;
  };
  void find_waiters(std::uint32_t type);
  void add(Type& type, Role role, std::uint32_t index, std::optional<Hurdle> hurdle) const;
  std::optional<Hurdle> hurdle_of(std::uint32_t rule, std::uint32_t type) const;

  Plan plan_;
  Calendar calendar_;
  std::vector<Type> types_;
  std::vector<std::uint32_t> awaited_;  // Types that have waiters.
};

}  // namespace pharos::engine
