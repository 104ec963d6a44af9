// cli/reading.h: what the commands that read a workspace share: points in time as typed, and the
// state that a replay comes to.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "cel/rule.h"
#include "cli/shell.h"
#include "engine/fold.h"
#include "journal/workspace.h"

namespace pharos::cli {

// "2025-06-30" (its last millisecond), "2025-06-30 18:00" (both in the zone), or RFC 3339 with a
// zone of its own. Errors: invalid.
Result<Instant> parse_moment(std::string_view text, const Zone& zone);

// Whether a moment may lie after the clock: a replay can go on until then, as if nothing more
// happened; tables of what did happen cannot.
enum class Ahead : std::uint8_t { refused, allowed };

// The moment of --as-of; `never` if `text` is empty. None: it was complained about.
std::optional<Instant> parse_as_of(const Shell& shell, std::string_view text, const Zone& zone,
                                   const journal::Stats& stats, Ahead ahead);

// The state of all accounts after the journal, with a bar of progress.
Result<engine::Fold> replay(const Shell& shell, journal::Workspace& workspace);

// Whether any of the rules reads where accounts stand.
bool reads_nodes(const std::vector<cel::Rule>& rules);

// The accounts that have a life of their own, in the order in which the journal met them.
std::vector<engine::AccountNumber> live_accounts(const engine::Fold& fold);

// The clock that accounts stand at: the latest tick or, before any, the last event.
Instant clock_of(const journal::Stats& stats);

}  // namespace pharos::cli
