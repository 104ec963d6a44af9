// crash/server_test.cc: the server where its disk is full, read only or damaged, or its clock
// jumps: it says what is wrong, ends where it must, and keeps what it acknowledged.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "crash/program.h"
#include "crash/world.h"
#include "journal/workspace.h"
#include "server/trial.h"
#include "store/database.h"

namespace pharos::crash {
namespace {

namespace fs = std::filesystem;
using journal::Workspace;
using server::Client;
using server::Reply;
using testing::ContainerEq;
using testing::HasSubstr;
using testing::IsEmpty;

using Ids = std::set<std::string>;

// Sends events with ids PREFIX-FIRST ...; those that were acknowledged go into `acknowledged`.
Reply send(std::uint16_t port, std::string_view prefix, int first, int count, Ids& acknowledged,
           std::string_view name = "order_paid") {
  std::string body = "[";
  for (int i = first; i < first + count; ++i)
    body += fmt::format(R"({}{{"id":"{}-{}","account":"acc {}","name":"{}","props":{{{}}}}})",
                        i == first ? "" : ",", prefix, i, i % 3'000, name,
                        name == "order_paid" ? R"("amount":12.50)" : "");
  Client client(port);
  const Reply reply =
      client.ask("POST", "/v1/events", body + "]", {{"Content-Type", "application/json"}});
  if (reply.status == 200)
    for (int i = first; i < first + count; ++i)
      acknowledged.insert(fmt::format("{}-{}", prefix, i));
  return reply;
}

// Every id in the journal; one that is there twice is a failure.
Ids ids_in(const std::string& dir) {
  Ids ids;
  const auto workspace = Workspace::open_to_read(dir);
  EXPECT_TRUE(workspace);
  if (!workspace) return ids;
  const auto read = (*workspace)->each_block([&](const engine::EventBatch& batch) -> Result<> {
    for (const engine::Event& event : batch.events)
      EXPECT_TRUE(ids.insert(std::string(batch.view(event.id))).second) << batch.view(event.id);
    return {};
  });
  EXPECT_TRUE(read);
  return ids;
}

void expect_sound(const std::string& dir) {
  const auto workspace = Workspace::open_to_read(dir);
  ASSERT_TRUE(workspace) << workspace.error().message;
  EXPECT_THAT((*workspace)->verify({})->faults, IsEmpty());
}

class ServerFault : public testing::Test {
 protected:
  // A file system of this process and its children alone. False: not allowed here.
  bool mount_disk(const std::string& size) {
    fs::create_directories(disk());
    return ::unshare(CLONE_NEWNS) == 0 &&
           ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           ::mount("disk", disk().c_str(), "tmpfs", 0, ("size=" + size).c_str()) == 0;
  }
  void remount(unsigned long flags, const std::string& size) {
    ASSERT_EQ(
        ::mount("disk", disk().c_str(), "tmpfs", MS_REMOUNT | flags, ("size=" + size).c_str()), 0);
  }
  void TearDown() override { ::umount2(disk().c_str(), MNT_DETACH); }

  std::string disk() const { return folder_.path() + "/disk"; }
  const Folder folder_{"server"};
  Ids acknowledged_;
};

// Only a file system of its own is full, or read-only, for nobody else; mounting one takes root.
constexpr std::string_view no_mount =
    "a file system of its own cannot be mounted here (needs root)";

TEST_F(ServerFault, a_disk_that_fills_up_ends_it_with_the_cause_and_nothing_is_lost) {
  // Needs root: else no disk can be had that is full for this test alone.
  if (!mount_disk("1m")) GTEST_SKIP() << no_mount;
  const std::string dir = disk() + "/ws";
  make_workspace(dir);
  int first = 0;
  {
    Served served(dir);
    ASSERT_NE(served.port(), 0) << served.complaints();
    Reply reply;
    for (reply.status = 200; reply.status == 200; first += 200)
      reply = send(served.port(), "e", first, 200, acknowledged_);
    first -= 200;  // The last of them was not taken.
    EXPECT_EQ(reply.status, 503) << reply.body;
    EXPECT_EQ(served.wait(), 1);
    EXPECT_THAT(served.complaints(), HasSubstr("database or disk is full"));
    EXPECT_THAT(served.complaints(), HasSubstr("free some disk space"));
  }
  ASSERT_GT(acknowledged_.size(), 200U);
  {
    Served served(dir);  // As long as nothing is done about it, it does not pretend to serve.
    if (served.port() != 0) {
      EXPECT_EQ(send(served.port(), "e", first, 2'000, acknowledged_).status, 503);
      EXPECT_EQ(served.wait(), 1) << served.complaints();
    }
  }
  remount(0, "64m");
  expect_sound(dir);
  EXPECT_TRUE(std::ranges::includes(ids_in(dir), acknowledged_));
  Served served(dir);
  ASSERT_NE(served.port(), 0) << served.complaints();
  const Reply again = send(served.port(), "e", 0, first + 2'000, acknowledged_);
  EXPECT_EQ(again.status, 200) << again.body;
  EXPECT_EQ(again.member("rejected"), "0");
  served.send(SIGTERM);
  EXPECT_EQ(served.wait(), 0);
  EXPECT_THAT(ids_in(dir), ContainerEq(acknowledged_));
  expect_sound(dir);
}

TEST_F(ServerFault, a_disk_that_is_read_only_is_named) {
  // Needs root: else no disk can be had that is read-only for this test alone.
  if (!mount_disk("16m")) GTEST_SKIP() << no_mount;
  const std::string dir = disk() + "/ws";
  make_workspace(dir);
  remount(MS_RDONLY, "16m");
  Served served(dir);
  EXPECT_EQ(served.port(), 0);
  EXPECT_EQ(served.wait(), 1);
  EXPECT_THAT(served.complaints(), HasSubstr("ws/lock: cannot open: Read-only file system"));
}

std::uint64_t root_page(const std::string& dir, std::string_view table) {
  const auto database = *store::open_sqlite(dir + "/pharos.db", store::OpenMode::read);
  auto query = *database->prepare("SELECT rootpage FROM sqlite_schema WHERE name = ?");
  EXPECT_TRUE(query->query_with(table));
  EXPECT_TRUE(*query->step());
  return static_cast<std::uint64_t>(query->integer(0));
}

void overwrite_page(const std::string& dir, std::uint64_t page) {
  std::fstream file(dir + "/pharos.db", std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>((page - 1) * 4'096));
  file << std::string(4'096, '\x5A');
}

// Pages of tables that follow from the journal: a repair makes them again, and loses nothing.
TEST_F(ServerFault, a_page_that_is_damaged_under_it_ends_it_and_a_repair_keeps_every_event) {
  const std::string dir = folder_.path() + "/ws";
  make_workspace(dir);
  {
    Served served(dir);
    ASSERT_NE(served.port(), 0) << served.complaints();
    for (int i = 0; i < 5; ++i)
      EXPECT_EQ(send(served.port(), "lead", i * 300, 300, acknowledged_, "lead_created").status,
                200);
    served.send(SIGTERM);
    ASSERT_EQ(served.wait(), 0);
  }
  const std::uint64_t page = root_page(dir, "transition");
  {
    Served served(dir);
    ASSERT_NE(served.port(), 0) << served.complaints();
    overwrite_page(dir, page);
    // Accounts that are new, so there are rows to be written on that page.
    const Reply reply = send(served.port(), "lead", 1'500, 300, acknowledged_, "lead_created");
    EXPECT_EQ(reply.status, 503) << reply.body;
    if (reply.status == 200) served.send(SIGTERM);
    EXPECT_EQ(served.wait(), 1);
    EXPECT_THAT(served.complaints(), HasSubstr("malformed"));
  }
  EXPECT_FALSE(run_program({"verify", dir}, {}));
  EXPECT_FALSE(run_program({"backup", dir, folder_.path() + "/backup"}, {}));
  ASSERT_TRUE(run_program({"repair", dir}, {}));
  EXPECT_THAT(ids_in(dir), ContainerEq(acknowledged_));
  expect_sound(dir);
  Served served(dir);
  ASSERT_NE(served.port(), 0) << served.complaints();
  EXPECT_EQ(send(served.port(), "lead", 1'500, 300, acknowledged_, "lead_created").status, 200);
}

TEST_F(ServerFault, a_journal_that_is_damaged_is_not_served) {
  const std::string dir = folder_.path() + "/ws";
  make_workspace(dir);
  {
    Served served(dir);
    ASSERT_NE(served.port(), 0) << served.complaints();
    EXPECT_EQ(send(served.port(), "e", 0, 3'000, acknowledged_).status, 200);
    served.send(SIGTERM);
    ASSERT_EQ(served.wait(), 0);
  }
  fs::remove_all(dir + "/cache");
  {
    const auto database = *store::open_sqlite(dir + "/pharos.db", store::OpenMode::write);
    ASSERT_TRUE(database->execute("UPDATE block SET data = zeroblob(bytes) WHERE event_count > 0"));
  }
  Served served(dir);
  EXPECT_EQ(served.port(), 0);
  EXPECT_EQ(served.wait(), 1);
  EXPECT_THAT(served.complaints(), HasSubstr("block "));
  EXPECT_THAT(served.complaints(), HasSubstr("pharos repair"));
}

TEST_F(ServerFault, nobody_who_reads_its_log_is_no_reason_to_end) {
  const std::string dir = folder_.path() + "/ws";
  make_workspace(dir);
  Served served(dir);
  ASSERT_NE(served.port(), 0) << served.complaints();
  served.send(SIGPIPE);  // What a write to a pipe without a reader brings.
  EXPECT_EQ(send(served.port(), "e", 0, 10, acknowledged_).status, 200);
  served.send(SIGTERM);
  EXPECT_EQ(served.wait(), 0) << served.complaints();
}

class SetClock {
 public:
  explicit SetClock(const std::string& path) : path_(path) { set(0); }
  // Written in place: the process has it mapped.
  void set(std::int64_t offset_ms) {
    const int file = ::open(path_.c_str(), O_WRONLY | O_CREAT, 0600);
    EXPECT_EQ(::pwrite(file, &offset_ms, sizeof offset_ms, 0), 8);
    ::close(file);
  }

 private:
  std::string path_;
};

TEST_F(ServerFault, a_clock_that_jumps_moves_nothing_back_and_loses_nothing) {
  const std::string dir = folder_.path() + "/ws", clock_path = folder_.path() + "/clock";
  make_workspace(dir);
  SetClock clock(clock_path);
  Served served(dir, {}, {"LD_PRELOAD=" PHAROS_CLOCK_SHIM, "PHAROS_TEST_CLOCK=" + clock_path});
  ASSERT_NE(served.port(), 0) << served.complaints();
  const std::int64_t jumps[] = {0, -day.ms, 2 * day.ms, -400 * day.ms, 3 * hour.ms, 40 * day.ms, 0};
  int turn = 0;
  for (const std::int64_t jump : jumps) {
    clock.set(jump);
    const Reply reply = send(served.port(), fmt::format("t{}", turn), 0, 50, acknowledged_,
                             turn % 2 == 0 ? "order_paid" : "lead_created");
    EXPECT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.member("accepted"), "50") << reply.body;
    EXPECT_EQ(Client(served.port()).ask("GET", "/readyz").status, 200);
    // Time itself is meant: long enough for the timers to be looked at; more changes nothing.
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    ++turn;
  }
  served.send(SIGTERM);
  EXPECT_EQ(served.wait(), 0) << served.complaints();
  EXPECT_THAT(ids_in(dir), ContainerEq(acknowledged_));
  expect_sound(dir);
  // The clock did jump, and ticks never go back.
  const auto database = *store::open_sqlite(dir + "/pharos.db", store::OpenMode::read);
  auto query = *database->prepare("SELECT tick FROM block WHERE tick IS NOT NULL ORDER BY number");
  ASSERT_TRUE(query->query({}));
  std::int64_t last = 0, ticks = 0;
  for (; *query->step(); ++ticks) {
    EXPECT_GT(query->integer(0), last);
    last = query->integer(0);
  }
  EXPECT_GE(ticks, 3);
  EXPECT_GT(last, server::real_clock().ms + 39 * day.ms);
}

}  // namespace
}  // namespace pharos::crash
