// crash/failure_test.cc: the program where the disk is full, read only, or not its own: what it
// says and what it leaves.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "crash/world.h"
#include "journal/trial.h"

namespace pharos::crash {
namespace {

struct Outcome {
  int exit = -1;
  std::string text;  // Both streams.
};

// `script` with $pharos, and $dir for its folder, where playbook.yaml and events.ndjson lie.
Outcome run(const Folder& folder, const std::string& script) {
  const std::string whole = fmt::format("exec 2>&1; pharos={}; dir={}; cd $dir; {}", PHAROS_PROGRAM,
                                        folder.path(), script);
  std::FILE* pipe = ::popen(fmt::format("sh -c '{}'", whole).c_str(), "r");
  Outcome outcome;
  char part[4'096];
  for (std::size_t size; (size = std::fread(part, 1, sizeof part, pipe)) > 0;)
    outcome.text.append(part, size);
  outcome.exit = WEXITSTATUS(::pclose(pipe));
  return outcome;
}

// With a file system of its own at $dir/mount, gone afterwards.
bool can_mount() {
  const Folder folder("mount");
  return ::geteuid() == 0 &&
         run(folder, "mkdir mount && unshare -m mount -t tmpfs x mount").exit == 0;
}

class Failure : public testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(folder_.path() + "/playbook.yaml") << journal::trial_playbook;
    std::ofstream events(folder_.path() + "/events.ndjson");
    for (int i = 0; i < 60'000; ++i)
      events << fmt::format(R"({{"id":"{:x}","account":"acc {}","name":"order_paid",)"
                            R"("time":"2025-01-{:02}T00:00:00Z","props":{{"amount":{}}}}})"
                            "\n",
                            i * 2'654'435'761ULL, i % 5'000, 1 + i % 28, i * 7'919 % 100'000);
  }
  Folder folder_{"failure"};
};

TEST_F(Failure, a_full_disk_ends_an_import_and_loses_nothing) {
  // Only a file system of its own is full for nobody else; mounting one takes root.
  if (!can_mount()) GTEST_SKIP() << "needs root, to mount a small file system";
  // Room for the workspace, but not for all of the events; then there is more room.
  const Outcome outcome =
      run(folder_,
          "mkdir mount; exec unshare -m sh -c \"mount -t tmpfs -o size=500k x mount;"
          "$pharos init mount/ws --playbook playbook.yaml > /dev/null; head -200 events.ndjson > "
          "few.ndjson;"
          "$pharos import mount/ws few.ndjson | tail -2 | head -1;"
          "$pharos import mount/ws events.ndjson; echo exit \\$?;"
          "mount -o remount,size=100m mount; $pharos verify mount/ws;"
          "$pharos import mount/ws events.ndjson > /dev/null; $pharos verify mount/ws\"");
  EXPECT_NE(outcome.text.find("200 new"), std::string::npos) << outcome.text;
  EXPECT_NE(outcome.text.find("free some disk space"), std::string::npos) << outcome.text;
  EXPECT_NE(outcome.text.find("exit 1"), std::string::npos) << outcome.text;
  EXPECT_NE(outcome.text.find("60,000 events in"), std::string::npos) << outcome.text;
  EXPECT_EQ(outcome.text.find("fault"), std::string::npos) << outcome.text;
}

TEST_F(Failure, a_full_disk_ends_a_backup_and_a_restore_and_leaves_nothing) {
  if (!can_mount()) GTEST_SKIP() << "needs root, to mount a small file system";
  const Outcome outcome =
      run(folder_,
          "$pharos init ws --playbook playbook.yaml > /dev/null;"
          "$pharos import ws events.ndjson > /dev/null; $pharos backup ws whole > /dev/null;"
          "mkdir mount; exec unshare -m sh -c \"mount -t tmpfs -o size=300k x mount;"
          "$pharos backup ws mount/b; echo backup \\$?; $pharos restore whole mount/r;"
          "echo restore \\$?; echo left \\$(ls mount | wc -l);"
          "mount -o remount,size=100m mount; $pharos backup ws mount/b > /dev/null;"
          "$pharos restore mount/b mount/r > /dev/null; $pharos verify mount/r\"");
  for (const std::string_view wanted :
       {"mount/b.draft: cannot copy the database: database or disk is full", "backup 1",
        "pharos.db.restored: cannot write: No space left on device; free some disk space",
        "restore 1", "left 0", "60,000 events in"})
    EXPECT_NE(outcome.text.find(wanted), std::string::npos) << wanted << "\n" << outcome.text;
  EXPECT_EQ(outcome.text.find("fault"), std::string::npos) << outcome.text;
}

TEST_F(Failure, a_file_system_that_is_read_only_is_named) {
  // As above: the machine's own file systems are left alone.
  if (!can_mount()) GTEST_SKIP() << "needs root, to mount a file system";
  const Outcome outcome =
      run(folder_,
          "mkdir mount; exec unshare -m sh -c \"mount -t tmpfs x mount;"
          "$pharos init mount/ws --playbook playbook.yaml > /dev/null;"
          "mount -o remount,ro mount; $pharos import mount/ws events.ndjson; echo exit \\$?\"");
  EXPECT_NE(outcome.text.find("mount/ws/lock: cannot open: Read-only file system"),
            std::string::npos)
      << outcome.text;
  EXPECT_NE(outcome.text.find("exit 1"), std::string::npos) << outcome.text;
}

TEST_F(Failure, missing_permissions_are_named) {
  // Root may do everything; only root can become somebody who may not.
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to become somebody else";
  struct Row {
    std::string_view script, wanted;
  };
  const Row rows[] = {
      // Somebody else's folder, and somebody else's file in a folder that all may write to.
      {"chmod 755 ws", "ws/lock: cannot open: Permission denied"},
      {"chmod 777 ws; rm -f ws/lock; chmod 644 ws/pharos.db", "ws/pharos.db: cannot "},
      {"chmod 777 ws; rm -f ws/lock; chmod 600 ws/pharos.db",
       "ws/pharos.db: cannot open: unable to open database file: Permission denied (SQLite 14); "
       "check the permissions of the file and its folder"},
  };
  for (const Row& row : rows) {
    const Outcome outcome = run(
        folder_, fmt::format("rm -rf ws; $pharos init ws --playbook playbook.yaml > /dev/null; {};"
                             "setpriv --reuid=65534 --regid=65534 --clear-groups "
                             "$pharos import ws events.ndjson; echo exit $?",
                             row.script));
    EXPECT_NE(outcome.text.find(row.wanted), std::string::npos) << row.script << "\n"
                                                                << outcome.text;
    EXPECT_NE(outcome.text.find("exit 1"), std::string::npos) << outcome.text;
  }
}

}  // namespace
}  // namespace pharos::crash
