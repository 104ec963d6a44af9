// history/grouping.h: accounts by the values of attributes at an instant, and by calendar periods.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/zone.h"
#include "history/frame.h"

namespace pharos::history {

// A group for each combination of values that occurs.
class Grouping {
 public:
  // `attributes`: indexes; none: one group of all.
  Grouping(const Frame& frame, const std::vector<std::uint32_t>& attributes, Instant now);

  std::size_t group_count() const { return keys_.size(); }
  std::uint32_t group_of(Position position) const {
    return groups_.empty() ? 0 : groups_[position];
  }
  // A text for each attribute; "-" where it is not set.
  const std::vector<std::string>& key(std::uint32_t group) const { return keys_[group]; }

 private:
  std::vector<std::uint32_t> groups_;  // By position.
  std::vector<std::vector<std::string>> keys_;
};

// Consecutive periods of a zone that cover a stretch of time.
class Calendar {
 public:
  Calendar(Period period, const Zone& zone, Instant first, Instant last);
  std::size_t count() const { return starts_.size() - 1; }
  std::size_t index_of(std::int64_t time) const;  // A time within the stretch.
  std::int64_t start(std::size_t index) const { return starts_[index]; }
  // "2025-03", "2025-03-17" (days and the Mondays of weeks), "2025-Q1", "2025".
  std::string name(std::size_t index) const;

 private:
  Period period_;
  Zone zone_;
  std::vector<std::int64_t> starts_;  // And the end of the last.
};

}  // namespace pharos::history
