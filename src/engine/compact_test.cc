// engine/compact_test.cc: a fold whose blocks are moved now and then says what one says whose are
// not, and takes less room.
#include "engine/compact.h"

#include <gtest/gtest.h>

#include "engine/crowd.h"
#include "engine/fold.h"

namespace pharos::engine {
namespace {

using testing::apply;
using testing::Crowd;
using testing::crowd_yaml;
using testing::load;

TEST(Compact, changes_nothing_that_can_be_asked) {
  const playbook::Playbook playbook = load(crowd_yaml);
  Crowd crowd(playbook);
  Fold moved(playbook), left(playbook);
  for (int batch = 0; batch < 60; ++batch) {
    EventBatch events = crowd.next(batch % 7 == 0 ? 900 : 60);
    if (batch % 5 == 0) events.tick = crowd.now();
    const Effects of_moved = apply(moved, events);
    const Effects of_left = apply(left, std::move(events));
    ASSERT_EQ(of_moved.transitions, of_left.transitions) << batch;
    ASSERT_EQ(of_moved.segments, of_left.segments) << batch;
    if (batch % 3 == 0) moved.compact();
    if (batch % 10 != 9) continue;
    ASSERT_EQ(moved.account_count(), left.account_count());
    for (std::uint32_t a = 0; a < moved.account_count(); ++a) {
      ASSERT_EQ(moved.digest({a}), left.digest({a})) << batch << ": " << a;
      ASSERT_EQ(moved.next_timer({a}), left.next_timer({a})) << batch << ": " << a;
    }
  }
}

// 2,000 accounts with 100 orders each, a year ago: no window holds one, so what is left of an
// account are the records, the ids, and where it stands.
TEST(Compact, of_accounts_that_went_quiet_little_is_left) {
  const playbook::Playbook playbook = load(testing::with_nodes(
      "        - {node: rich, when: \"sum(order_paid.amount, '30d') >= 1000000\"}\n"));
  Fold fold(playbook);
  for (int round = 0; round < 100; ++round) {
    EventBatch batch;
    batch.seq_first = static_cast<std::uint64_t>(round) * 2'000 + 1;
    for (int account = 0; account < 2'000; ++account) {
      Event event;
      while (playbook.schema.events[event.type].name != "order_paid") ++event.type;
      event.time = Instant{1'735'689'600'000} + round * hour;
      event.account = batch.add_text(std::to_string(account));
      event.cells = static_cast<std::uint32_t>(batch.cells.size());
      batch.cells.resize(batch.cells.size() + playbook.schema.events[event.type].properties.size(),
                         1);
      batch.events.push_back(event);
    }
    (void)apply(fold, std::move(batch));
  }
  Effects effects;
  fold.tick(Instant{1'735'689'600'000} + 365 * day, effects);
  const std::size_t before = fold.memory_bytes();
  fold.compact();
  EXPECT_GT(before, 2'000U * 100 * 16);
  EXPECT_LT(fold.memory_bytes(), before / 3);
}

}  // namespace
}  // namespace pharos::engine
