// journal/backup_test.cc: a backup is one moment of a workspace, and what is none of that is
// refused.
#include "journal/backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "journal/rooms.h"
#include "journal/trial.h"

namespace pharos::journal {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string read_all(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

class Backup : public Trial {
 protected:
  void SetUp() override {
    Trial::SetUp();
    ASSERT_TRUE(fs::create_directories(place()));
  }
  void TearDown() override {
    fs::remove_all(place());
    Trial::TearDown();
  }
  std::string place() const { return dir() + "_backups"; }
  std::string file() const { return place() + "/one.backup"; }
  std::string restored() const { return place() + "/restored"; }
  void fill(int batches = 20) const {
    Seeded seeded(5);
    append_random(*open_to_write(), seeded, {.batches = batches, .links = true});
  }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(place()))
      names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
  }
  // What restoring the file says, where it has to fail and leave nothing.
  std::string refused() const {
    const auto report = restore(file(), restored(), {});
    EXPECT_FALSE(report.has_value());
    EXPECT_FALSE(fs::exists(restored()));
    return report ? "" : report.error().message;
  }
};

TEST_F(Backup, comes_back_as_it_was) {
  fill();
  const auto report = backup(dir(), file(), {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->events, open_to_read()->stats()->events);
  EXPECT_EQ(report->bytes, fs::file_size(file()));
  EXPECT_THAT(names(), ElementsAre("one.backup"));  // No draft, no log.
  struct stat status;
  ASSERT_EQ(::stat(file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);  // Sums of passwords are nobody else's business.

  const auto back = restore(file(), restored(), {});
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->events, report->events);
  EXPECT_GT(back->rows, 0U);
  const auto workspace = *Workspace::open_to_write(restored(), {});
  EXPECT_EQ(told(*workspace), told(*open_to_read()));
  // And it goes on: ids of before are known.
  Story again;
  again.add("0-0", "somebody else", "login", "2025-01-02T00:00:00Z");
  again.add("new", "acc 1", "login", "2026-01-02T00:00:00Z");
  const auto receipt = workspace->append(again.batch());
  EXPECT_EQ(receipt->conflicts.size(), 1U);
  EXPECT_EQ(receipt->accepted, 1U);
}

TEST_F(Backup, takes_the_tables_of_other_rooms_along) {
  fill(2);
  {
    const auto database = *store::open_sqlite(dir() + "/pharos.db", store::OpenMode::write);
    ASSERT_TRUE(database->begin());
    ASSERT_TRUE(
        database->execute("CREATE TABLE guest (name TEXT); INSERT INTO guest VALUES ('x')"));
    ASSERT_TRUE(store_room_version(*database, "guests", 3));
    ASSERT_TRUE(database->commit());
  }
  ASSERT_TRUE(backup(dir(), file(), {}));
  ASSERT_TRUE(restore(file(), restored(), {}));
  const auto database = *store::open_sqlite(restored() + "/pharos.db", store::OpenMode::read);
  EXPECT_EQ(*room_version(*database, "guests"), 3);
  auto query = *database->prepare("SELECT name FROM guest");
  ASSERT_TRUE(query->query({}));
  ASSERT_TRUE(*query->step());
  EXPECT_EQ(query->text(0), "x");
}

// Each backup holds what was acknowledged before it began and nothing that was not sent by its end,
// and is whole.
TEST_F(Backup, beside_a_writer_is_one_moment) {
  std::atomic<bool> is_done = false;
  std::atomic<std::uint64_t> sent = 0, acknowledged = 0;
  const auto workspace = open_to_write();
  std::thread writer([&] {
    for (int batch = 0; !is_done; ++batch) {
      Story story;
      story.orders(fmt::format("acc {}", batch % 40),
                   format_instant(*parse_instant("2025-01-01T00:00:00Z") + batch * minute), 20);
      sent += 20;
      ASSERT_TRUE(workspace->append(story.batch()).has_value());
      ASSERT_TRUE(workspace->flush().has_value());
      acknowledged += 20;
    }
  });
  for (int i = 0; i < 5; ++i) {
    const std::uint64_t before = acknowledged;
    while (acknowledged < before + 400) std::this_thread::yield();
    const std::uint64_t least = acknowledged;
    const std::string path = fmt::format("{}/{}", place(), i);
    const auto report = backup(dir(), path, {});
    const std::uint64_t most = sent;
    EXPECT_TRUE(report) << report.error().message;
    if (!report) break;
    EXPECT_GE(report->events, least);
    EXPECT_LE(report->events, most);
    const auto back = restore(path, path + ".d", {});  // Verifies every row.
    EXPECT_TRUE(back) << back.error().message;
  }
  is_done = true;
  writer.join();
}

TEST_F(Backup, takes_nobodys_place) {
  fill(2);
  std::ofstream(file()) << "precious";
  const auto report = backup(dir(), file(), {});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::conflict);
  EXPECT_THAT(report.error().message, HasSubstr(file()));
  EXPECT_EQ(read_all(file()), "precious");
  EXPECT_THAT(names(), ElementsAre("one.backup"));
}

TEST_F(Backup, of_a_damaged_workspace_is_not_made) {
  fill();
  change("UPDATE block SET data = zeroblob(bytes) WHERE number = 3");
  const auto report = backup(dir(), file(), {});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::corrupt);
  EXPECT_THAT(report.error().message, HasSubstr("block 3"));
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(Backup, needs_a_workspace) {
  const auto report = backup(place() + "/none", file(), {});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::not_found);
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(Backup, is_restored_only_into_a_folder_that_is_free) {
  fill(2);
  ASSERT_TRUE(backup(dir(), file(), {}));
  const auto other = restore(file(), dir(), {});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::conflict);
  fs::create_directories(restored());
  // What a restore that was stopped leaves is no reason to refuse.
  std::ofstream(restored() + "/lock") << "1\n";
  std::ofstream(restored() + "/pharos.db.restored") << "half";
  ASSERT_TRUE(restore(file(), restored(), {}));
  EXPECT_THAT((*Workspace::open_to_read(restored()))->verify({})->faults, IsEmpty());
  EXPECT_FALSE(restore(file(), restored(), {}));  // Now it is one.
}

TEST_F(Backup, what_is_none_is_named_and_leaves_nothing) {
  fill(2);
  const std::pair<std::string, std::string> rows[] = {
      {"", "not a backup of Pharos"},
      {"name,amount\n" + std::string(8'192, 'x'), "not a backup of Pharos"},
      {std::string("SQLite format 3\0", 16) + std::string(8'000, '\0'), "not a database"},
  };
  for (const auto& [contents, wanted] : rows) {
    std::ofstream(file(), std::ios::binary) << contents;
    EXPECT_THAT(refused(), HasSubstr(file() + ": "));
    EXPECT_THAT(refused(), HasSubstr(wanted));
  }
  fs::remove(file());
  EXPECT_THAT(refused(), HasSubstr("there is no such file"));
  {
    const auto foreign = *store::open_sqlite(file(), store::OpenMode::create);
    ASSERT_TRUE(foreign->execute("CREATE TABLE t (a)"));
  }
  EXPECT_THAT(refused(), HasSubstr("not one of Pharos"));
  fs::remove(file());
  fs::create_directories(file());
  EXPECT_THAT(refused(), HasSubstr("not a file"));
}

// A copy of pharos.db alone, of a workspace in use, lacks what is in the log.
TEST_F(Backup, is_not_a_file_with_a_log) {
  const auto workspace = open_to_write();
  Seeded seeded(1);
  append_random(*workspace, seeded, {.batches = 3});
  fs::copy_file(dir() + "/pharos.db", file());
  fs::copy_file(dir() + "/pharos.db-wal", file() + "-wal");
  EXPECT_THAT(refused(), HasSubstr("a log lies beside it"));
}

TEST_F(Backup, that_is_damaged_is_refused_or_the_same) {
  fill();
  const std::vector<std::string> wanted = told(*open_to_read());
  ASSERT_TRUE(backup(dir(), file(), {}));
  const std::string whole = read_all(file());
  Seeded seeded(11);
  int refusals = 0;
  for (int i = 0; i < 60; ++i) {
    std::string hit = whole;
    if (i % 6 == 5)
      hit.resize(seeded.below(hit.size()));
    else
      hit[seeded.below(hit.size())] ^= static_cast<char>(1 + seeded.below(255));
    std::ofstream(file(), std::ios::binary) << hit;
    const auto report = restore(file(), restored(), {});
    if (!report) {
      ++refusals;
      EXPECT_THAT(report.error().message, HasSubstr(file()));
      EXPECT_THAT(report.error().message, Not(HasSubstr("restored/")));
      ASSERT_FALSE(fs::exists(restored()));
      continue;
    }
    // A byte that nobody reads, such as one in a gap of a page.
    EXPECT_EQ(told(**Workspace::open_to_read(restored())), wanted);
    fs::remove_all(restored());
  }
  EXPECT_GT(refusals, 20);
}

}  // namespace
}  // namespace pharos::journal
