// insight/retention.h: who comes back: cohorts by period, flags of conditions, and lifecycle. Each
// is a pass over accounts, one at a time, into a tally; tallies of threads merge in any order. The
// rules in words: docs/insight.md.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "insight/periods.h"

namespace pharos::insight {

// One event of an account, as a cohort sees it.
struct RetentionEvent {
  Instant at;
  bool target = false;     // Makes the account a member of the cohort of its period.
  bool returning = false;  // Shows that it came back.
};

struct RetentionPlan {
  bool first_time = false;      // Only the account's first target event of all counts, not each.
  bool cumulative = false;      // Back in a period, or in any later one of the range.
  int minimum_occurrences = 1;  // Of returning events within one period.
};

// Row i of the matrix is the cohort of period i; column j, period i + j. Column 0 is its size.
class RetentionTally {
 public:
  // The periods must outlive the tally.
  RetentionTally(const RetentionPlan& plan, const Periods& periods);

  // All events of one account up to the end of the range, by ascending time; earlier ones than the
  // range matter to first_time only. Cost: events, and the periods it was active in times all.
  void add(std::span<const RetentionEvent> events);
  void merge(const RetentionTally& other);

  // Accounts; column < periods - row.
  std::uint64_t count(int row, int column) const;

 private:
  void add_cohort(std::size_t row);

  RetentionPlan plan_;
  const Periods* periods_;
  std::vector<std::uint64_t> counts_;  // Rows of `count()` columns.
  // Of the account under way, by period.
  std::vector<std::uint8_t> joined_;
  std::vector<std::uint32_t> returns_;
  std::vector<std::uint8_t> back_;
};

// Per account, flag 0 = condition 0 was met, flag i = conditions 0 and i were.
class RetentionFlags {
 public:
  explicit RetentionFlags(int condition_count) : sums_(static_cast<std::size_t>(condition_count)) {}

  // The flags of an account that met these conditions (bit i: condition i), as bits.
  static std::uint32_t flags(std::uint32_t met) { return (met & 1) != 0 ? met : 0; }
  void add(std::uint32_t met);
  void merge(const RetentionFlags& other);
  std::uint64_t sum(int condition) const { return sums_[static_cast<std::size_t>(condition)]; }

 private:
  std::vector<std::uint64_t> sums_;
};

struct LifecycleCounts {
  std::uint64_t fresh = 0;         // Active, for the first time ever.
  std::uint64_t returning = 0;     // Active, and in the period before.
  std::uint64_t resurrecting = 0;  // Active, not fresh, not in the period before.
  std::uint64_t dormant = 0;       // Not active, but in the period before.
};

class LifecycleTally {
 public:
  // The periods must outlive the tally.
  explicit LifecycleTally(const Periods& periods);

  // When one account was active, over all its history, by ascending time.
  void add(std::span<const Instant> activity);
  void merge(const LifecycleTally& other);
  const LifecycleCounts& period(int index) const {
    return counts_[static_cast<std::size_t>(index)];
  }

 private:
  const Periods* periods_;
  std::vector<LifecycleCounts> counts_;
  std::vector<std::uint8_t> active_;  // Of the account under way; [0] is the period before.
};

}  // namespace pharos::insight
