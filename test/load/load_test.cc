// load/load_test.cc: a few seconds of load, for what must be so however slow the machine is.
#include "load/load.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "crash/program.h"
#include "crash/world.h"
#include "load/kill.h"
#include "load/world.h"

namespace pharos::load {
namespace {

class Load : public testing::Test {
 protected:
  void SetUp() override {
    open_many_files();
    ASSERT_EQ(make_workspace(dir_), "");
  }
  crash::Folder folder_{"load"};
  const std::string dir_ = folder_.path() + "/ws";
};

TEST_F(Load, everyone_is_answered_and_every_event_is_there_once) {
  crash::Served server(dir_, {}, quiet_and_unlimited());
  ASSERT_NE(server.port(), 0) << server.complaints();
  const Plan plan{.port = server.port(),
                  .time = std::chrono::milliseconds(2'500),
                  .connections = 2'000,
                  .pause = std::chrono::milliseconds(1'500),
                  .writers = 8,
                  .batch_events = 1'000,
                  .readers = 50,
                  .reader_pause = std::chrono::milliseconds(50),
                  .read_paths = {"/healthz", "/readyz", "/openapi.json"},
                  .start = an_hour_ago()};
  const Outcome outcome = run(plan);
  server.send(SIGTERM);
  EXPECT_EQ(server.wait(), 0) << server.complaints();
  EXPECT_EQ(outcome.connections_open, plan.connections);
  for (const Figures* figures :
       {&outcome.kept, &outcome.singles, &outcome.batches, &outcome.reads}) {
    EXPECT_FALSE(figures->milliseconds.empty());
    EXPECT_TRUE(figures->failures.empty()) << told(plan, outcome);
  }
  EXPECT_EQ(outcome.wrong, "");
  EXPECT_GE(outcome.acknowledged(), 8'000U);
  EXPECT_EQ(check(dir_, outcome.memories, plan.start), "");
}

TEST_F(Load, a_workspace_is_verified_and_backed_up_while_it_is_written) {
  crash::Served server(dir_, {}, quiet_and_unlimited());
  ASSERT_NE(server.port(), 0) << server.complaints();
  const Plan plan{.port = server.port(),
                  .time = std::chrono::milliseconds(2'500),
                  .connections = 20,
                  .pause = std::chrono::milliseconds(50),
                  .writers = 2,
                  .batch_events = 100,
                  .readers = 2,
                  .start = an_hour_ago()};
  std::atomic<bool> is_over = false;
  int verified = 0, backups = 0;
  std::thread beside([&] {
    while (!is_over) {
      EXPECT_TRUE(crash::run_program({"verify", dir_}, {}));
      ++verified;
      const std::string file = fmt::format("{}/{}.backup", folder_.path(), backups);
      EXPECT_TRUE(crash::run_program({"backup", dir_, file}, {}));
      EXPECT_TRUE(
          crash::run_program({"keys", "add", dir_, "--name", fmt::format("key{}", backups)}, {}));
      ++backups;
    }
  });
  const Outcome outcome = run(plan);
  is_over = true;
  beside.join();
  server.send(SIGTERM);
  EXPECT_EQ(server.wait(), 0) << server.complaints();
  EXPECT_TRUE(outcome.batches.failures.empty()) << told(plan, outcome);
  EXPECT_EQ(check(dir_, outcome.memories, plan.start), "");
  // Each backup is whole.
  for (int i = 0; i < backups; ++i)
    EXPECT_TRUE(crash::run_program({"restore", fmt::format("{}/{}.backup", folder_.path(), i),
                                    fmt::format("{}/{}", folder_.path(), i)},
                                   {}));
  EXPECT_GT(verified, 0);
}

TEST(Kills, lose_nothing_and_repeat_nothing) {
  const crash::Folder folder("kills");
  const std::string dir = folder.path() + "/ws";
  ASSERT_EQ(make_workspace(dir), "");
  const KillOutcome outcome = run_kills({.dir = dir, .kills = 5, .clients = 4, .seed = 3});
  EXPECT_EQ(outcome.wrong, "");
  EXPECT_EQ(outcome.kills + outcome.kills_opening, 5U);
  EXPECT_GT(outcome.acknowledged, 0U);
}

// What the others rest on.
TEST(Comparison, finds_what_is_lost_twice_changed_or_made_up) {
  const crash::Folder folder("comparison");
  const std::string path = folder.path() + "/events.csv";
  const Instant start{1'700'000'000'000};
  std::vector<Memory> memories(2);
  memories[0].note_sent(0, 3);
  memories[0].note_acknowledged(0, 2);
  const auto line = [&](std::uint32_t sender, std::uint64_t number) {
    return exported({sender, number}, start) + "{}\n";
  };
  const auto difference = [&](const std::string& lines) {
    std::ofstream(path) << "id,account,member,name,time,props\n" << lines;
    return compare(path, memories, start);
  };
  EXPECT_EQ(difference(line(0, 1) + line(0, 0)), "");
  EXPECT_EQ(difference(line(0, 0) + line(0, 1) + line(0, 2)), "");  // Taken, but not answered.
  EXPECT_EQ(difference(line(0, 0)), "acknowledged and lost: 0-1\n");
  EXPECT_EQ(difference(line(0, 0) + line(0, 1) + line(0, 1)), "twice: " + line(0, 1));
  EXPECT_EQ(difference(line(0, 0) + line(0, 1) + line(0, 3)), "never sent: " + line(0, 3));
  EXPECT_EQ(difference(line(0, 0) + line(0, 1) + line(1, 0)), "never sent: " + line(1, 0));
  const std::string changed = "0-1,somebody else,,order_paid,2023-11-14T22:13:20.001Z,{}\n";
  EXPECT_EQ(difference(line(0, 0) + changed), "changed: " + changed);
}

}  // namespace
}  // namespace pharos::load
