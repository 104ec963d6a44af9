// crash/crash_test.cc: what was acknowledged is there, once, after every way of dying.
#include <gtest/gtest.h>

#include <filesystem>

#include "crash/fault_disk.h"
#include "crash/world.h"
#include "journal/trial.h"
#include "journal/workspace.h"

namespace pharos::crash {
namespace {

TEST(Crash, acknowledged_events_survive_a_failing_disk) {
  Tally tally;
  for (std::uint64_t seed = 1; seed <= 120; ++seed) {
    const std::string fault = run_round(seed, tally);
    ASSERT_EQ(fault, "") << "seed " << seed;
  }
  // The rounds go where it hurts.
  for (int i = 0; i < fault_count; ++i)
    EXPECT_GT(tally.struck[i], 10U) << name_of(static_cast<Fault>(i));
  EXPECT_GT(tally.unopened, 5U);
  EXPECT_GT(tally.kept, 5U);
  EXPECT_GT(tally.lost, 50U);
}

// A batch that is told again after a failed flush is not a repeat: nobody holds it.
TEST(Crash, after_a_failed_flush_nothing_is_acknowledged) {
  const Folder folder("full");
  make_workspace(folder.path());
  const Feed feed(1);
  FaultDisk& disk = FaultDisk::instance();
  disk.watch(folder.path());
  {
    const auto workspace = *journal::Workspace::open_to_write(folder.path(), {});
    ASSERT_TRUE(workspace->append(feed.batch(0)).has_value());
    ASSERT_TRUE(workspace->flush().has_value());
    disk.arm({.fault = Fault::disk_full, .call = 1});
    (void)workspace->append(feed.batch(1));
    const Result<> flushed = workspace->flush();
    ASSERT_FALSE(flushed.has_value());
    EXPECT_EQ(
        flushed.error().message,
        folder.path() +
            "/pharos.db: cannot execute \"COMMIT\": database or disk is full (SQLite 13); "
            "free some disk space; what was acknowledged is kept, nothing more is taken: when "
            "that is mended, start again");
    EXPECT_EQ(workspace->append(feed.batch(1)).error().message, flushed.error().message);
    EXPECT_EQ(workspace->flush().error().message, flushed.error().message);
  }
  disk.settle();
  std::size_t there = 0;
  EXPECT_EQ(check_reopened(folder.path(), feed, 1, 2, there), "");
  EXPECT_EQ(check_resent(folder.path(), feed, 2, there), "");
}

// A workspace is made whole or not at all, whatever call fails on the way.
TEST(Crash, a_workspace_is_made_whole_or_not_at_all) {
  const std::vector<playbook::Source> sources = {
      {"trial.yaml", std::string(journal::trial_playbook)}};
  FaultDisk& disk = FaultDisk::instance();
  for (const Fault fault : {Fault::io_error, Fault::dead_disk, Fault::disk_full, Fault::short_write,
                            Fault::failed_sync}) {
    int made = 0, refused = 0;
    for (std::uint64_t call = 1; made < 2; call += fault == Fault::failed_sync ? 1 : 3) {
      const Folder folder("create");
      disk.watch(folder.path());
      disk.arm({.fault = fault, .call = call});
      const auto created = journal::Workspace::create(folder.path(), sources);
      disk.settle();
      if (!created) {
        ++refused;
        EXPECT_FALSE(std::filesystem::exists(folder.path() + "/pharos.db"));
        const auto again = journal::Workspace::create(folder.path(), sources);
        ASSERT_TRUE(again.has_value()) << again.error().message;
      } else if (!disk.has_struck()) {
        ++made;
      }
      const auto workspace = journal::Workspace::open_to_read(folder.path());
      ASSERT_TRUE(workspace.has_value())
          << name_of(fault) << " at call " << call << ": " << workspace.error().message;
      EXPECT_TRUE((*workspace)->verify({})->faults.empty());
    }
    EXPECT_GT(refused, 1) << name_of(fault);
  }
}

}  // namespace
}  // namespace pharos::crash
