// history/segment.h: which accounts a condition holds for at an instant, and what a rule is there.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "cel/rule.h"
#include "history/frame.h"

namespace pharos::history {

// Accounts that had an event by `now`, and for which the condition holds (null: all), by position.
// The condition reads no nodes.
std::vector<Position> matching(const Frame& frame, const cel::Rule* condition, Instant now,
                               int threads);

// The value of a rule for each of the accounts, in their order, which is ascending. Text lives
// until the callback returns.
using TakeValue = std::function<void(std::size_t index, const cel::Value& value)>;
void each_value(const Frame& frame, const cel::Rule& rule, Instant now,
                std::span<const Position> accounts, const TakeValue& take);

}  // namespace pharos::history
