// cli/reading.cc: replay with a bar of progress.
#include "cli/reading.h"

#include <algorithm>

#include "base/text.h"
#include "cli/progress_bar.h"
#include "cli/show.h"

namespace pharos::cli {
namespace {

// "2025-06-30" with or without " 18:00" or " 18:00:30".
std::optional<Instant> parse_local(std::string_view text, const Zone& zone) {
  if (text.size() != 10 && text.size() != 16 && text.size() != 19) return std::nullopt;
  std::string padded_text(text);
  if (text.size() > 10) padded_text[10] = 'T';
  if (text.size() == 10) padded_text += "T00:00:00";
  if (text.size() == 16) padded_text += ":00";
  // Read as UTC for its checks of form and calendar, then taken as a wall clock.
  const Result<Instant> read = parse_instant(padded_text + "Z");
  if (!read) return std::nullopt;
  const Instant start = zone.instant(Zone::utc().local(*read));
  return text.size() == 10 ? zone.start_of(Period::day, start, 1) - Duration{1} : start;
}

}  // namespace

Result<Instant> parse_moment(std::string_view text, const Zone& zone) {
  if (const auto local = parse_local(text, zone)) return *local;
  if (const Result<Instant> instant = parse_instant(text)) return *instant;
  return fail(ErrorCode::invalid,
              "{} is not a time; expected a date such as 2025-06-30, \"2025-06-30 18:00\" (in {}), "
              "or 2025-06-30T18:00:00Z",
              quoted(text), zone.name());
}

std::optional<Instant> parse_as_of(const Shell& shell, std::string_view text, const Zone& zone,
                                   const journal::Stats& stats, Ahead ahead) {
  if (text.empty()) return never;
  const Result<Instant> moment = parse_moment(text, zone);
  if (!moment) {
    shell.complain("--as-of: {}", moment.error().message);
    return std::nullopt;
  }
  if (ahead == Ahead::allowed) return *moment;
  // A day that has begun may be asked for whole.
  if (*moment > clock_of(stats) && zone.start_of(Period::day, *moment) > clock_of(stats)) {
    shell.complain("--as-of: {} is after the clock of this workspace, {} ({})", text,
                   local_time(clock_of(stats), zone), zone.name());
    return std::nullopt;
  }
  return *moment >= clock_of(stats) ? never : *moment;
}

Result<engine::Fold> replay(const Shell& shell, journal::Workspace& workspace) {
  engine::Fold fold = workspace.make_fold({});
  ProgressBar bar(shell, std::string(shell.say({"Replaying", "重放"})), Unit::events);
  TRY(workspace.replay(fold, {.progress = [&](std::uint64_t done, std::uint64_t total) {
                         bar.update(done, total);
                       }}));
  return fold;
}

bool reads_nodes(const std::vector<cel::Rule>& rules) {
  return std::ranges::any_of(rules, [](const cel::Rule& rule) { return !rule.nodes.empty(); });
}

std::vector<engine::AccountNumber> live_accounts(const engine::Fold& fold) {
  std::vector<engine::AccountNumber> accounts;
  for (std::uint32_t i = 0; i < fold.account_count(); ++i)
    if (fold.is_live({i}) && !fold.is_alias({i})) accounts.push_back({i});
  return accounts;
}

Instant clock_of(const journal::Stats& stats) {
  return std::max(stats.tick, stats.last_at);
}

}  // namespace pharos::cli
