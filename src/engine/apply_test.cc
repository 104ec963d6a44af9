// engine/apply_test.cc: a fold by lanes on several threads is the fold of one event after the
// other: the same effects in the same order, the same state, the same bytes.
#include "engine/apply.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "engine/crowd.h"
#include "engine/snapshot.h"

namespace pharos::engine {
namespace {

using testing::Crowd;
using testing::crowd_yaml;
using testing::load;

constexpr std::uint32_t lanes = 8;
constexpr Duration day{86'400'000};

// Every task on one of three threads, whichever is free; counts how often it was asked.
Runner threads(std::atomic<int>& calls) {
  return [&calls](std::size_t count, const std::function<void(std::size_t)>& task) {
    ++calls;
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
      for (std::size_t i = next++; i < count; i = next++) task(i);
    };
    const std::jthread one(work), two(work);
    work();
  };
}

// A fold that remembers its batches, for links.
class Remembering {
 public:
  Remembering(const playbook::Playbook& playbook, std::uint32_t lane_count, Runner runner)
      : playbook_(playbook) {
    FoldOptions options;
    options.lanes = lane_count;
    options.runner = std::move(runner);
    options.history = [this](AccountNumber a, AccountNumber b) { return history(a, b); };
    fold_.emplace(playbook, std::move(options));
  }

  Effects apply(EventBatch batch) {
    Effects effects;
    fold_->resolve(batch);
    fold_->apply(batch, effects);
    past_.push_back(std::move(batch));
    return effects;
  }
  Fold& fold() { return *fold_; }
  std::string snapshot() const {
    std::string bytes;
    write_snapshot(*fold_, "test", bytes);
    return bytes;
  }

 private:
  History history(AccountNumber a, AccountNumber b) const {
    History history;
    for (const EventBatch& batch : past_) {
      const std::size_t text_first = history.batch.text.size();
      history.batch.text += batch.text;
      for (std::size_t i = 0; i < batch.events.size(); ++i) {
        Event event = batch.events[i];
        const AccountNumber owner = fold_->root(event.account_number);
        if (event.type == playbook::event_link || (owner != a && owner != b)) continue;
        const auto& properties = playbook_.schema.events[event.type].properties;
        for (std::size_t p = 0; p < properties.size(); ++p) {
          Cell cell = batch.cells[event.cells + p];
          if (properties[p].type == cel::PropertyType::string && cell > cell_null) {
            TextRef ref = text_of(cell);
            ref.offset += static_cast<std::uint32_t>(text_first);
            cell = text_cell(ref);
          }
          history.batch.cells.push_back(cell);
        }
        event.cells = static_cast<std::uint32_t>(history.batch.cells.size() - properties.size());
        event.id.offset += static_cast<std::uint32_t>(text_first);
        history.batch.events.push_back(event);
        history.seqs.push_back(batch.seq_first + i);
      }
    }
    return history;
  }

  const playbook::Playbook& playbook_;
  std::optional<Fold> fold_;
  std::vector<EventBatch> past_;
};

std::vector<std::uint64_t> digests(const Fold& fold) {
  std::vector<std::uint64_t> all;
  for (std::uint32_t a = 0; a < fold.account_count(); ++a) all.push_back(fold.digest({a}));
  return all;
}

// Batches of all sizes, some behind a tick, some with links of accounts that have lived.
TEST(Apply, lanes_on_threads_give_what_one_event_after_the_other_gives) {
  const playbook::Playbook playbook = load(crowd_yaml);
  Crowd crowd(playbook);
  std::atomic<int> calls = 0;
  Remembering by_threads(playbook, lanes, threads(calls));
  Remembering in_order(playbook, lanes, {});
  Remembering one_lane(playbook, 1, {});
  std::size_t transitions = 0, segments = 0, rows = 0, refolds = 0;
  for (int round = 0; round < 24; ++round) {
    EventBatch batch = crowd.next(round % 5 == 0 ? 40 : 500 + 100 * round);
    if (round % 3 == 1) batch.tick = crowd.now() - Duration{day.ms * 20};
    if (round % 8 == 7) {
      const auto account = static_cast<std::uint64_t>(round);
      crowd.link(batch, account, account + 30);
      crowd.link(batch, 2'000 + account, account);  // Has no history.
    }
    const Effects effects = by_threads.apply(batch);
    ASSERT_TRUE(effects == in_order.apply(batch)) << "round " << round;
    ASSERT_TRUE(effects == one_lane.apply(batch)) << "round " << round;
    transitions += effects.transitions.size();
    segments += effects.segments.size();
    rows += effects.accounts.size() + effects.members.size();
    for (const Linked& linked : effects.linked) refolds += linked.refolded ? 1 : 0;
  }
  Effects one, other;
  const int calls_before = calls;
  by_threads.fold().tick(crowd.now() + Duration{day.ms * 90}, one);
  in_order.fold().tick(crowd.now() + Duration{day.ms * 90}, other);
  EXPECT_TRUE(one == other);
  EXPECT_EQ(calls, calls_before + 1);
  EXPECT_TRUE(std::ranges::is_sorted(one.transitions, {}, &Transition::account));
  // Or nothing was compared.
  EXPECT_GT(calls, 15);
  EXPECT_GT(transitions, 1'500U);
  EXPECT_GT(segments, 2'000U);
  EXPECT_GT(rows, 5'000U);
  EXPECT_EQ(refolds, 3U);
  EXPECT_GT(one.transitions.size(), 50U);

  one_lane.fold().tick(crowd.now() + Duration{day.ms * 90}, other);
  EXPECT_EQ(digests(by_threads.fold()), digests(in_order.fold()));
  EXPECT_EQ(digests(by_threads.fold()), digests(one_lane.fold()));
  EXPECT_EQ(by_threads.fold().evaluations(), one_lane.fold().evaluations());
  EXPECT_EQ(by_threads.snapshot(), in_order.snapshot());  // Numbers of ids among all else.
}

// What a snapshot holds does not depend on who folded it, only on the number of lanes.
TEST(Apply, a_snapshot_of_lanes_goes_on_on_threads) {
  const playbook::Playbook playbook = load(crowd_yaml);
  Crowd crowd(playbook);
  std::atomic<int> calls = 0;
  Remembering in_order(playbook, lanes, {});
  in_order.apply(crowd.next(5'000));
  FoldOptions options;
  EXPECT_FALSE(read_snapshot(playbook, options, "test", in_order.snapshot()));
  options.lanes = lanes;
  options.runner = threads(calls);
  auto again = read_snapshot(playbook, options, "test", in_order.snapshot());
  ASSERT_TRUE(again) << again.error().message;
  const EventBatch batch = crowd.next(5'000);
  EXPECT_TRUE(testing::apply(*again, batch) == in_order.apply(batch));
  EXPECT_EQ(digests(*again), digests(in_order.fold()));
  EXPECT_EQ(calls, 2);  // To resolve it, and to apply it.
}

}  // namespace
}  // namespace pharos::engine
