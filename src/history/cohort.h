// history/cohort.h: accounts by the period in which they began, and who of them came back when.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/zone.h"
#include "cel/rule.h"
#include "history/frame.h"
#include "history/funnel.h"
#include "insight/retention.h"

namespace pharos::history {

// The rules: docs/insight.md, cohort_retention.
struct CohortQuestion {
  EventMatch target, returning;
  insight::RetentionPlan plan;
  Period period = Period::month;     // day, week (from Monday), month
  std::optional<std::uint32_t> sum;  // A money or int property of the returning events.
  std::vector<std::uint32_t> by;     // Attributes.
  const std::vector<Position>* accounts = nullptr;  // Ascending; null: all with events by then.
  Instant from = instant_min;  // The first period holds it; instant_min: the first target.
  Instant until = never;       // The last one holds it; never: the present.
};

struct CohortMatrix {
  std::vector<std::string> key;       // The attributes.
  std::vector<std::uint64_t> counts;  // Accounts; rows of `periods` items, as RetentionTally.
  std::vector<std::int64_t> sums;     // Beside them.
};
struct CohortAnswer {
  std::vector<std::string> periods;  // Their names.
  std::vector<CohortMatrix> matrices;
};

// Errors: limit (more periods than insight takes).
Result<CohortAnswer> cohort(const Frame& frame, const CohortQuestion& question, int threads);

}  // namespace pharos::history
