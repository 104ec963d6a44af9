// crash/feed.cc: batches made up from a seed.
#include <algorithm>

#include "base/seeded.h"
#include "crash/world.h"
#include "journal/trial.h"

namespace pharos::crash {
namespace {

using journal::Story;

constexpr std::uint64_t batch_events = 12;

// The same event under the same number, whenever it is told.
void tell(std::uint64_t seed, std::uint64_t number, Story& story) {
  Seeded seeded(seed * 1'000'003 + number);
  const std::string id =
      number % 3 == 0 ? fmt::format("order {}", number) : fmt::format("{}", 1'000 + number);
  const std::string account = fmt::format("acc {}", seeded.below(15));
  const std::string member = fmt::format("m{}", seeded.below(3));
  std::int64_t ms = static_cast<std::int64_t>(number) * 4 * hour.ms;
  if (seeded.chance(0.1)) ms -= 30 * day.ms;  // Late.
  const std::string time = format_instant(*parse_instant("2025-02-01T00:00:00Z") + Duration{ms});
  switch (seeded.below(10)) {
    case 0: story.add(id, account, "lead_created", time); return;
    case 1: story.add(id, account, "login", time).member(member); return;
    case 2:
      story.add(id, account, "account_updated", time)
          .set("size", static_cast<engine::Cell>(seeded.below(3)))
          .text("city", seeded.chance(0.5) ? "Bergen" : "\xE4\xB8\x8A\xE6\xB5\xB7");
      return;
    case 3:
      story.add(id, account, "member_updated", time).member(member).text("role", "owner");
      return;
    case 4:
      if (seeded.chance(0.4)) {
        story.link(id, fmt::format("acc {}", seeded.below(15)), account, time);
        return;
      }
      [[fallthrough]];
    default:
      story.add(id, account, "order_paid", time)
          .set("amount", seeded.between(1, 50'000))
          .extra(seeded.chance(0.1) ? "{\"note\":\"none of ours\"}" : "");
  }
}

bool is_tick(std::size_t number) {
  return number % 7 == 3;
}

}  // namespace

std::uint64_t Feed::new_events(std::size_t number) const {
  if (is_tick(number)) return 0;
  return 1 + Seeded(seed_ + number * 77).below(batch_events);
}

std::uint64_t Feed::events_after(std::size_t batches) const {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < batches; ++i) count += new_events(i);
  return count;
}

Instant Feed::tick_after(std::size_t batches) const {
  Instant tick = instant_min;
  for (std::size_t i = 0; i < batches; ++i) tick = std::max(tick, batch(i).tick);
  return tick;
}

engine::EventBatch Feed::batch(std::size_t number) const {
  Story story;
  const std::uint64_t first = events_after(number);
  Seeded seeded(seed_ + number * 99);
  for (std::uint64_t i = 0; i < new_events(number); ++i) {
    tell(seed_, first + i, story);
    if (first > 0 && seeded.chance(0.15)) tell(seed_, seeded.below(first), story);  // A repeat.
  }
  engine::EventBatch batch = story.batch();
  if (is_tick(number))
    batch.tick = *parse_instant("2025-02-01T00:00:00Z") +
                 Duration{static_cast<std::int64_t>(first) * 4 * hour.ms};
  return batch;
}

}  // namespace pharos::crash
