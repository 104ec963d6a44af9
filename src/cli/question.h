// cli/question.h: the parts of questions over all accounts as typed: attributes, periods, events
// with a filter, moments.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/zone.h"
#include "cli/shell.h"
#include "history/funnel.h"
#include "playbook/model.h"

namespace pharos::cli {

// All of these answer with nothing where they complained.

// The attributes that --by names.
std::optional<std::vector<std::uint32_t>> parse_by(const Shell& shell, std::string_view text,
                                                   const playbook::Playbook& playbook);

// "industry,month": attributes and at most one of day, week, month, quarter, year; an attribute of
// such a name comes first.
struct ByPeriod {
  std::vector<std::uint32_t> attributes;
  std::optional<Period> period;
};
std::optional<ByPeriod> parse_by_period(const Shell& shell, std::string_view text,
                                        const playbook::Playbook& playbook);

// "order_paid" or "order_paid if amount >= 100".
std::optional<history::EventMatch> parse_event(const Shell& shell, const std::string& option,
                                               std::string_view text,
                                               const playbook::Playbook& playbook);

// A date is its first millisecond here.
std::optional<Instant> parse_from(const Shell& shell, std::string_view text, const Zone& zone);

}  // namespace pharos::cli
