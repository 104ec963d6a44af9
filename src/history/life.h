// history/life.h: all events of one account, found by index.
#pragma once

#include <optional>

#include "history/frame.h"
#include "journal/workspace.h"

namespace pharos::history {

// As Workspace::history() has it, without a look at the journal. None where the account was linked
// or had late events: there the order in which the journal met them matters, ticks among them.
std::optional<journal::Workspace::AccountHistory> history_of(const Frame& frame, Position position);

}  // namespace pharos::history
