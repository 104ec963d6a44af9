// crash/kill_test.cc: processes killed at any moment, and what they leave.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "base/seeded.h"
#include "crash/program.h"
#include "crash/world.h"
#include "journal/trial.h"
#include "journal/workspace.h"

namespace pharos::crash {
namespace {

namespace fs = std::filesystem;
using journal::Workspace;
using testing::IsEmpty;

// In a child: sends batch after batch and says so once each is durable.
[[noreturn]] void write_until_killed(const std::string& dir, const Feed& feed, std::size_t from,
                                     int report) {
  const auto workspace = Workspace::open_to_write(dir, {});
  if (!workspace) ::_exit(1);
  for (std::size_t i = from;; ++i) {
    if (!(*workspace)->append(feed.batch(i)) || !(*workspace)->flush()) ::_exit(2);
    if (i % 5 == 0 && !(*workspace)->save_snapshot(1)) ::_exit(4);
    const std::size_t acknowledged = i + 1;
    if (::write(report, &acknowledged, sizeof acknowledged) != sizeof acknowledged) ::_exit(3);
  }
}

TEST(Kill, a_writer_leaves_what_it_acknowledged_and_nothing_by_half) {
  Seeded seeded(4);
  for (std::uint64_t run = 0; run < 4; ++run) {
    const Feed feed(run);
    const Folder folder("kill");
    make_workspace(folder.path());
    std::size_t acknowledged = 0, there = 0;
    for (int kill = 0; kill < 8; ++kill) {
      int ends[2];
      ASSERT_EQ(::pipe(ends), 0);
      const pid_t child = ::fork();
      ASSERT_GE(child, 0);
      if (child == 0) write_until_killed(folder.path(), feed, there, ends[1]);
      ::close(ends[1]);
      ::usleep(static_cast<useconds_t>(seeded.below(25'000)));
      ::kill(child, SIGKILL);
      while (::read(ends[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged) {
      }
      ::close(ends[0]);
      int status = 0;
      ::waitpid(child, &status, 0);
      ASSERT_TRUE(WIFSIGNALED(status)) << status;
      ASSERT_EQ(check_reopened(folder.path(), feed, acknowledged, acknowledged + 1, there), "")
          << "run " << run << ", kill " << kill;
      acknowledged = there;
    }
    ASSERT_EQ(check_resent(folder.path(), feed, there + 2, there), "") << "run " << run;
  }
}

std::string told_at(const std::string& dir) {
  const auto workspace = Workspace::open_to_read(dir);
  if (!workspace) return workspace.error().message;
  EXPECT_THAT((*workspace)->verify({})->faults, IsEmpty());
  return told(**workspace, dir);
}

void write_events(const std::string& path) {
  std::ofstream file(path);
  constexpr int count = 20'000;
  for (int i = 0; i < count; ++i) {
    const Instant time = *parse_instant("2025-01-01T00:00:00Z") + (i * 37LL % count) * minute;
    file << fmt::format(R"({{"id":"e{}","account":"acc {}","name":"order_paid","time":"{}",)"
                        R"("props":{{"amount":"{}.50"}}}})"
                        "\n",
                        i, i * 7 % 900, format_instant(time), i % 100);
  }
  file << R"({"id":"l","account":"acc 3","name":"link","time":"2025-01-02T00:00:00Z",)"
       << R"("props":{"from":"acc 4"}})"
       << "\n";
}

TEST(Kill, an_import_that_was_killed_and_run_again_equals_one_in_peace) {
  const Folder folder("import");
  const std::string file = folder.path() + "/events.ndjson";
  write_events(file);
  const std::string peace = folder.path() + "/peace", killed = folder.path() + "/killed";
  make_workspace(peace);
  const auto start = std::chrono::steady_clock::now();
  ASSERT_TRUE(run_program({"import", peace, file}, {}));
  const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - start);
  const std::string wanted = told_at(peace);

  Seeded seeded(6);
  for (int run = 0; run < 3; ++run) {
    fs::remove_all(killed);
    make_workspace(killed);
    for (int kill = 0; kill < 3; ++kill) {
      const std::chrono::microseconds patience(seeded.between(whole.count() / 3, whole.count()));
      (void)run_program({"import", killed, file}, patience);
    }
    ASSERT_TRUE(run_program({"import", killed, file}, {}));
    ASSERT_TRUE(told_at(killed) == wanted) << "run " << run;
  }
}

// The header is gone, and some events stand in the log alone.
void make_damaged(const std::string& dir, const std::string& damaged) {
  make_workspace(dir);
  const auto workspace = *Workspace::open_to_write(dir, {});
  const Feed feed(8);
  for (std::size_t i = 0; i < 40; ++i) {
    ASSERT_TRUE(workspace->append(feed.batch(i)).has_value());
    ASSERT_TRUE(workspace->flush().has_value());
  }
  fs::create_directories(damaged);
  for (const char* name : {"/pharos.db", "/pharos.db-wal"})
    fs::copy_file(dir + name, damaged + name);
  std::fstream(damaged + "/pharos.db", std::ios::in | std::ios::out | std::ios::binary)
      << std::string(100, '?');
}

TEST(Kill, a_repair_that_was_killed_and_run_again_comes_to_the_same) {
  const Folder folder("repair");
  const std::string damaged = folder.path() + "/damaged";
  make_damaged(folder.path() + "/ws", damaged);
  const std::string peace = folder.path() + "/peace", killed = folder.path() + "/killed";
  const std::string wanted = told_at(folder.path() + "/ws");
  fs::copy(damaged, peace);
  const auto start = std::chrono::steady_clock::now();
  ASSERT_TRUE(run_program({"repair", peace}, {}));
  const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - start);
  ASSERT_TRUE(told_at(peace) == wanted);
  Seeded seeded(9);
  for (int run = 0; run < 8; ++run) {
    fs::remove_all(killed);
    fs::copy(damaged, killed);
    for (int kill = 0; kill < 2; ++kill)
      (void)run_program({"repair", killed}, std::chrono::microseconds(
                                                seeded.between(whole.count() / 4, whole.count())));
    ASSERT_TRUE(run_program({"repair", killed}, {})) << "run " << run;
    ASSERT_TRUE(told_at(killed) == wanted) << "run " << run;
  }
}

// Either version, never a part of both.
TEST(Kill, publishing_is_all_or_nothing) {
  const Folder folder("publish");
  const std::string before = folder.path() + "/ws", killed = folder.path() + "/killed";
  const std::string rules = folder.path() + "/rules.yaml";
  make_workspace(before);
  {
    const auto workspace = *Workspace::open_to_write(before, {});
    const Feed feed(12);
    for (std::size_t i = 0; i < 40; ++i) ASSERT_TRUE(workspace->append(feed.batch(i)));
    ASSERT_TRUE(workspace->flush());
  }
  std::string text(journal::trial_playbook);
  text.replace(text.find(">= 3"), 4, ">= 2");
  std::ofstream(rules) << text;
  const std::vector<std::string> command = {"publish", killed, "--playbook", rules};
  fs::copy(before, killed);
  const auto start = std::chrono::steady_clock::now();
  ASSERT_TRUE(run_program(command, {}));
  const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - start);
  const std::string told_before = told_at(before), told_after = told_at(killed);
  ASSERT_NE(told_before, told_after);
  Seeded seeded(14);
  for (int run = 0; run < 8; ++run) {
    fs::remove_all(killed);
    fs::copy(before, killed);
    (void)run_program(command, std::chrono::microseconds(seeded.between(0, whole.count())));
    const int version = (*Workspace::open_to_read(killed))->playbook_version();
    ASSERT_TRUE(told_at(killed) == (version == 1 ? told_before : told_after)) << "run " << run;
    ASSERT_TRUE(run_program(command, {}));
    ASSERT_TRUE(told_at(killed) == told_after) << "run " << run;
  }
}

// Stopped after the damaged file got its second name and before its log did.
TEST(Kill, a_repair_that_goes_on_finds_the_log_under_its_first_name) {
  const Folder folder("repair-log");
  const std::string damaged = folder.path() + "/damaged", file = damaged + "/pharos.db";
  make_damaged(folder.path() + "/ws", damaged);
  ASSERT_GT(fs::file_size(file + "-wal"), 0U);
  fs::create_hard_link(file, file + ".damaged-20260101T000000Z");
  ASSERT_TRUE(run_program({"repair", damaged}, {}));
  EXPECT_TRUE(told_at(damaged) == told_at(folder.path() + "/ws"));
  EXPECT_TRUE(fs::exists(file + ".damaged-20260101T000000Z-wal"));
}

TEST(Kill, a_backup_that_was_killed_is_no_file_or_a_whole_one) {
  const Folder folder("backup");
  const std::string ws = folder.path() + "/ws", file = folder.path() + "/file";
  write_events(folder.path() + "/events.ndjson");
  make_workspace(ws);
  ASSERT_TRUE(run_program({"import", ws, folder.path() + "/events.ndjson"}, {}));
  const std::string wanted = told_at(ws);
  const auto start = std::chrono::steady_clock::now();
  ASSERT_TRUE(run_program({"backup", ws, file}, {}));
  const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - start);
  Seeded seeded(10);
  for (int run = 0; run < 12; ++run) {
    fs::remove(file);
    (void)run_program({"backup", ws, file},
                      std::chrono::microseconds(seeded.between(whole.count() / 8, whole.count())));
    const bool is_there = fs::exists(file);
    ASSERT_EQ(run_program({"backup", ws, file}, {}), !is_there) << "run " << run;
    ASSERT_FALSE(fs::exists(file + ".draft"));
    fs::remove_all(folder.path() + "/back");
    ASSERT_TRUE(run_program({"restore", file, folder.path() + "/back"}, {}));
    ASSERT_TRUE(told_at(folder.path() + "/back") == wanted) << "run " << run;
  }
}

TEST(Kill, a_restore_that_was_killed_leaves_no_half_workspace_and_can_be_run_again) {
  const Folder folder("restore");
  const std::string ws = folder.path() + "/ws", file = folder.path() + "/file",
                    back = folder.path() + "/back";
  write_events(folder.path() + "/events.ndjson");
  make_workspace(ws);
  ASSERT_TRUE(run_program({"import", ws, folder.path() + "/events.ndjson"}, {}));
  ASSERT_TRUE(run_program({"backup", ws, file}, {}));
  const std::string wanted = told_at(ws);
  const auto start = std::chrono::steady_clock::now();
  ASSERT_TRUE(run_program({"restore", file, back}, {}));
  const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - start);
  Seeded seeded(12);
  int halves = 0;
  for (int run = 0; run < 12; ++run) {
    fs::remove_all(back);
    // The first of them has no time to come to its end, however slow the one in peace was.
    const std::int64_t least = run == 0 ? 0 : whole.count() / 8,
                       most = run == 0 ? 500 : whole.count();
    for (int kill = 0; kill < 2 && !fs::exists(back + "/pharos.db"); ++kill)
      (void)run_program({"restore", file, back},
                        std::chrono::microseconds(seeded.between(least, most)));
    if (!fs::exists(back + "/pharos.db")) {
      ++halves;
      ASSERT_FALSE(Workspace::open_to_read(back)) << "run " << run;
      ASSERT_TRUE(run_program({"restore", file, back}, {})) << "run " << run;
    }
    ASSERT_TRUE(told_at(back) == wanted) << "run " << run;
  }
  EXPECT_GT(halves, 0);
}

}  // namespace
}  // namespace pharos::crash
