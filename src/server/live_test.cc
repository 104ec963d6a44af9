// server/live_test.cc: timers on time, a clock that jumps, a full queue, a write that fails.
#include "server/live.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <gmock/gmock.h>

#include <future>

#include "server/intake.h"
#include "server/trial.h"

namespace pharos::server {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::IsEmpty;

// 2026-01-05T09:00:00Z, and what tests add to it.
constexpr Instant start_at{1'767'603'600'000};

std::string event_at(std::string_view id, Instant time, std::string_view name = "lead_created") {
  return fmt::format(R"({{"id":"{}","account":"a","name":"{}","time":"{}"}})", id, name,
                     format_instant(time));
}

class LiveTrial : public ServerTrial {
 protected:
  LiveTrial() {
    clock = [this] { return Instant{now_ms_.load()}; };
  }
  void set_clock(Instant now) { now_ms_ = now.ms; }

  // "node kind at", of all accounts.
  std::vector<std::string> transitions() {
    constexpr std::string_view kinds[] = {"entered", "released", "overdue"};
    std::vector<std::string> lines;
    const auto workspace = journal::Workspace::open_to_read(dir() + "/w");
    const auto& nodes = (*workspace)->playbook().nodes;
    const auto read = (*workspace)->each_transition([&](const journal::TransitionRow& row) {
      lines.push_back(fmt::format("{} {} {}", nodes[row.node].name,
                                  kinds[static_cast<std::size_t>(row.kind)],
                                  format_instant(row.at)));
      return Result<>{};
    });
    EXPECT_TRUE(read);
    return lines;
  }
  journal::Stats stats() { return *(*journal::Workspace::open_to_read(dir() + "/w"))->stats(); }

  std::atomic<std::int64_t> now_ms_{start_at.ms};
};

TEST_F(LiveTrial, timers_fire_while_nothing_comes_in) {
  start();
  Client client(port());
  EXPECT_EQ(client.ask("POST", "/v1/events", event_at("1", start_at), with_key_and_json).status,
            200);
  const std::uint64_t blocks = stats().blocks;
  set_clock(start_at + 1 * day - Duration{1});
  std::this_thread::sleep_for(milliseconds(1'200));
  EXPECT_EQ(stats().blocks, blocks);  // No timer was due, so no tick was written.
  set_clock(start_at + 1 * day);
  const auto fired_by = Clock::now() + seconds(1);
  while (transitions().size() < 2 && Clock::now() < fired_by + seconds(9))
    std::this_thread::sleep_for(milliseconds(50));
  // The node "active" is due a day after "lead"; the row is committed, not only folded.
  EXPECT_THAT(transitions(), testing::ElementsAre("lead entered 2026-01-05T09:00:00.000Z",
                                                  "active overdue 2026-01-06T09:00:00.000Z"));
  std::this_thread::sleep_for(milliseconds(1'200));
  EXPECT_EQ(stats().blocks, blocks + 1);  // One tick fired it; none followed.
}

// A block that begins with a tick ends a run of blocks that can be merged.
TEST_F(LiveTrial, batches_of_one_second_share_a_tick) {
  start();
  Client client(port());
  const auto post_at = [&](Instant now) {
    set_clock(now);
    const std::string id = format_instant(now);
    EXPECT_EQ(
        client.ask("POST", "/v1/events", event_at(id, start_at, "login"), with_key_and_json).status,
        200);
    return stats().tick;
  };
  EXPECT_EQ(post_at(start_at), start_at);
  EXPECT_EQ(post_at(start_at + Duration{1}), start_at);
  EXPECT_EQ(post_at(start_at + Duration{999}), start_at);
  EXPECT_EQ(post_at(start_at + Duration{1'000}), start_at + Duration{1'000});
}

TEST_F(LiveTrial, a_clock_that_goes_back_does_no_harm) {
  start();
  Client client(port());
  const auto post = [&](std::string_view id) {
    return client.ask("POST", "/v1/events", event_at(id, start_at, "login"), with_key_and_json)
        .status;
  };
  set_clock(start_at + 10 * day);
  EXPECT_EQ(post("1"), 200);
  const Instant tick = stats().tick;
  EXPECT_EQ(tick, start_at + 10 * day);
  set_clock(start_at + 2 * day);
  EXPECT_EQ(post("2"), 200);
  EXPECT_EQ(stats().tick, tick);
  stop();
  start();  // The tick is remembered over a restart.
  Client again(port());
  EXPECT_EQ(
      again.ask("POST", "/v1/events", event_at("3", start_at, "login"), with_key_and_json).status,
      200);
  EXPECT_EQ(stats().tick, tick);
  stop();
  EXPECT_EQ(told().size(), 3U);
  EXPECT_THAT((*journal::Workspace::open_to_read(dir() + "/w"))->verify({})->faults, IsEmpty());
}

// Passes everything on to a workspace, until it is told to fail.
class Breakable final : public journal::Workspace {
 public:
  explicit Breakable(std::unique_ptr<journal::Workspace> inner) : inner_(std::move(inner)) {}
  std::atomic<bool> is_broken{false};

  const playbook::Playbook& playbook() const override { return inner_->playbook(); }
  int playbook_version() const override { return inner_->playbook_version(); }
  Result<journal::Stats> stats() override { return inner_->stats(); }
  Result<journal::Receipt> append(engine::EventBatch batch) override {
    return inner_->append(std::move(batch));
  }
  Result<> tick(Instant now) override { return inner_->tick(now); }
  Result<> flush() override {
    if (is_broken) return fail(ErrorCode::io, "the disk is full");
    return inner_->flush();
  }
  Result<> save_snapshot(std::uint64_t events_min) override {
    return inner_->save_snapshot(events_min);
  }
  const engine::Fold& fold() const override { return inner_->fold(); }
  engine::Fold make_fold(engine::FoldOptions options) override {
    return inner_->make_fold(std::move(options));
  }
  Result<> replay(engine::Fold& fold, const journal::ReplayOptions& options) override {
    return inner_->replay(fold, options);
  }
  Result<AccountHistory> history(std::string_view account) override {
    return inner_->history(account);
  }
  Result<> each_block(const std::function<Result<>(const engine::EventBatch&)>& take) override {
    return inner_->each_block(take);
  }
  Result<> each_numbered_block(const cel::Schema& schema, std::uint64_t seq_from,
                               const std::function<Result<>(journal::Block&)>& take,
                               journal::Progress progress) override {
    return inner_->each_numbered_block(schema, seq_from, take, std::move(progress));
  }
  Result<> each_transition(
      const std::function<Result<>(const journal::TransitionRow&)>& take) override {
    return inner_->each_transition(take);
  }
  Result<journal::VerifyReport> verify(journal::Progress progress) override {
    return inner_->verify(std::move(progress));
  }

 private:
  std::unique_ptr<journal::Workspace> inner_;
};

TEST_F(LiveTrial, a_server_that_cannot_write_says_so_and_ends) {
  Breakable* workspace = nullptr;
  wrap = [&](Owned owned) {
    auto breakable = std::make_unique<Breakable>(std::move(owned));
    workspace = breakable.get();
    return breakable;
  };
  start();
  Client client(port());
  EXPECT_EQ(client.ask("POST", "/v1/events", event_at("1", start_at), with_key_and_json).status,
            200);
  workspace->is_broken = true;
  const Reply refused =
      client.ask("POST", "/v1/events", event_at("2", start_at), with_key_and_json);
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.header("retry-after"), "1");
  stop();
  EXPECT_EQ(failure_, "the disk is full");
}

class EngineTrial : public LiveTrial {
 protected:
  EngineTrial() {
    auto owned = std::make_unique<Breakable>(*journal::Workspace::open_to_write(dir() + "/w", {}));
    workspace = owned.get();
    live = std::make_unique<Live>(
        std::move(owned),
        LiveOptions{.queue_events_max = 10,
                    .commit_time_max = Duration{10'000},
                    .clock = clock,
                    .on_failure = [this](const Error& error) { failed.set_value(error.message); }},
        metrics);
    thread = std::thread([this] { context.run(); });
  }
  ~EngineTrial() override {
    guard.reset();
    thread.join();
  }

  engine::EventBatch logins(int first, int count) {
    Intake intake(live->playbook());
    intake.begin(start_at, instant_max);
    for (int i = first; i < first + count; ++i) {
      std::string json = event_at(std::to_string(i), start_at, "login");
      json.reserve(json.size() + ingest::row_padding);
      EXPECT_FALSE(intake.add(std::string_view(json)));
    }
    return intake.take();
  }
  std::future<Answer<journal::Receipt>> submit(engine::EventBatch batch) {
    return asio::co_spawn(context, live->submit(std::move(batch)), asio::use_future);
  }

  Metrics metrics;
  asio::io_context context;
  asio::executor_work_guard<asio::io_context::executor_type> guard = asio::make_work_guard(context);
  std::promise<std::string> failed;
  Breakable* workspace = nullptr;
  std::unique_ptr<Live> live;
  std::thread thread;
};

// While a question holds the thread, batches wait; past the limit they are refused, and all that
// waited is committed at once.
TEST_F(EngineTrial, a_full_queue_refuses_and_what_waited_shares_a_commit) {
  std::promise<void> release;
  std::promise<void> held;
  auto asked = asio::co_spawn(context, live->ask([&](const engine::Fold&) {
    held.set_value();
    release.get_future().wait();
  }),
                              asio::use_future);
  held.get_future().wait();
  auto first = submit(logins(0, 5)), second = submit(logins(5, 5));
  while (metrics.queued_events < 10) std::this_thread::yield();
  const auto third = submit(logins(10, 1)).get();
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, ProblemCode::overloaded);
  EXPECT_EQ(third.error().retry_after_s, 1);
  EXPECT_FALSE(live->has_room(1));
  release.set_value();
  EXPECT_TRUE(asked.get());
  EXPECT_EQ(first.get()->accepted, 5U);
  EXPECT_EQ(second.get()->accepted, 5U);
  EXPECT_EQ(metrics.commits, 1U);
  EXPECT_EQ(submit(logins(10, 1)).get()->accepted, 1U);
  EXPECT_EQ(metrics.queued_events, 0);
}

TEST_F(EngineTrial, questions_see_what_was_answered) {
  EXPECT_EQ(submit(logins(0, 3)).get()->accepted, 3U);
  std::uint64_t seq = 0;
  auto asked = asio::co_spawn(context, live->ask([&](const engine::Fold& fold) {
    seq = fold.last_seq(*fold.find_account("a"));
  }),
                              asio::use_future);
  EXPECT_TRUE(asked.get());
  EXPECT_EQ(seq, 3U);
}

TEST_F(EngineTrial, a_failed_write_ends_the_taking_and_acknowledges_nothing) {
  EXPECT_EQ(submit(logins(0, 3)).get()->accepted, 3U);
  metrics.ready = true;
  workspace->is_broken = true;
  const auto refused = submit(logins(3, 2)).get();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ProblemCode::unavailable);
  EXPECT_EQ(failed.get_future().get(), "the disk is full");
  EXPECT_FALSE(metrics.ready);
  const auto later = submit(logins(5, 1)).get();
  ASSERT_FALSE(later);
  EXPECT_EQ(later.error().code, ProblemCode::unavailable);
}

TEST_F(EngineTrial, stopping_commits_what_waits) {
  std::promise<void> release, held;
  auto asked = asio::co_spawn(context, live->ask([&](const engine::Fold&) {
    held.set_value();
    release.get_future().wait();
  }),
                              asio::use_future);
  held.get_future().wait();
  auto waiting = submit(logins(0, 4));
  while (metrics.queued_events < 4) std::this_thread::yield();
  std::thread stopper([&] { live->stop(); });
  release.set_value();
  stopper.join();
  EXPECT_EQ(waiting.get()->accepted, 4U);
  EXPECT_FALSE(submit(logins(4, 1)).get());
  EXPECT_EQ(told().size(), 4U);
}

}  // namespace
}  // namespace pharos::server
