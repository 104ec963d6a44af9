// playbook/trial_file.h: unit tests of a playbook, as YAML: what happens to one account, and where
// it must be afterwards. docs/playbook.md describes the format; engine/trial.h runs it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/instant.h"
#include "playbook/model.h"

namespace pharos::playbook {

inline constexpr std::size_t trial_count_max = 1'000;
inline constexpr std::size_t trial_event_count_max = 100'000;  // In one test, repeats counted.

// A property of an event. `number` by type: bool 0/1, int, double (its bits), enum (index), money
// (minor units), time (ms).
struct TrialValue {
  bool is_null = false;  // Clears an attribute.
  std::int64_t number = 0;
  std::string text;  // Of a string.
};

struct TrialEvent {
  Instant time;
  std::uint32_t type = 0;                         // Into Schema::events.
  std::string member;                             // Empty: none.
  std::vector<std::optional<TrialValue>> values;  // Beside the type's properties.
};

// All times at which something must have happened; none: not looked at; empty: never.
using Moments = std::optional<std::vector<Instant>>;

struct NodeExpected {
  std::uint32_t node = 0;
  Moments entered, released, overdue;
  Place place;
};
struct SegmentExpected {
  std::uint32_t segment = 0;
  Moments entered, left;
  Place place;
};
struct StandsExpected {
  std::uint32_t track = 0;
  std::int32_t node = -1;  // -1: at no node.
  Instant time = never;    // never: at the end.
  Place place;
};

struct Trial {
  std::string name;
  Place place;
  std::vector<TrialEvent> events;  // Sorted by time; equal times as written.
  Instant until;                   // Where the account's clock stops.
  std::vector<NodeExpected> nodes;
  std::vector<StandsExpected> stands;  // Sorted by time.
  std::vector<SegmentExpected> segments;
};

// Which playbook a file tests: the path that `playbook:` gives, seen from where the caller stands.
struct TrialHead {
  std::optional<std::string> playbook;
  Diagnostics diagnostics;
};
TrialHead read_trial_head(std::string_view text, const std::string& file);

struct TrialFile {
  std::vector<Trial> trials;  // Not to be run if there is an error among the diagnostics.
  Diagnostics diagnostics;
};
TrialFile read_trials(std::string_view text, const std::string& file, const Playbook& playbook);

}  // namespace pharos::playbook
