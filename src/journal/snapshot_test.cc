// journal/snapshot_test.cc: a writer goes on from a snapshot as it would from the first block; what
// is not exactly one is passed over.
#include "journal/snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "journal/trial.h"

namespace pharos::journal {
namespace {

using testing::IsEmpty;

std::string read_file(const std::string& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}
void write_file(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

class Snapshots : public Trial {
 protected:
  std::string path() const { return snapshot_path(dir()); }

  // Opened to write; and how many events that took.
  std::pair<std::unique_ptr<Workspace>, std::uint64_t> open_counted() const {
    std::uint64_t replayed = 0;
    auto workspace = Workspace::open_to_write(
        dir(), [&](std::uint64_t done, std::uint64_t) { replayed = done; });
    EXPECT_TRUE(workspace.has_value()) << workspace.error().message;
    return {*std::move(workspace), replayed};
  }
  std::uint64_t replayed_at_opening() const { return open_counted().second; }

  static void save(Workspace& workspace) {
    const auto saved = workspace.save_snapshot(1);
    ASSERT_TRUE(saved.has_value()) << saved.error().message;
  }
};

// Windows, timers, links, members and attributes of what comes later hang on what was before; after
// each opening the tables must be those of a replay from nothing, which is what verify() makes.
TEST_F(Snapshots, a_writer_goes_on_as_after_a_replay) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    TearDown();
    SetUp();
    Seeded seeded(seed);
    std::uint64_t saved_at = 0;
    for (int part = 0; part < 6; ++part) {
      const auto [workspace, replayed] = open_counted();
      EXPECT_EQ(replayed, workspace->stats()->events - saved_at) << seed;
      append_random(*workspace, seeded, {.batches = 4, .links = seed % 2 == 0, .first = part * 4});
      if (seeded.chance(0.7)) {
        save(*workspace);
        saved_at = workspace->stats()->events;
        append_random(*workspace, seeded,
                      {.batches = 1, .links = seed % 2 == 0, .first = 100 + part});
      }
    }
    const auto workspace = open_to_write();
    ASSERT_TRUE(workspace->tick(*parse_instant("2027-01-01T00:00:00Z")).has_value());
    EXPECT_THAT(workspace->verify({})->faults, IsEmpty()) << seed;
  }
}

TEST_F(Snapshots, every_id_is_known_still) {
  Seeded seeded(5);
  {
    const auto workspace = open_to_write();
    append_random(*workspace, seeded, {.batches = 5});
    save(*workspace);
  }
  const auto before = told(*open_to_read());
  const auto [workspace, replayed] = open_counted();
  EXPECT_EQ(replayed, 0U);
  Seeded again(5);
  append_random(*workspace, again, {.batches = 5});
  EXPECT_EQ(told(*workspace), before);
  Story other;
  other.add("2-3", "somebody else", "login", "2025-01-02T00:00:00Z");
  EXPECT_EQ(workspace->append(other.batch())->conflicts.size(), 1U);
}

TEST_F(Snapshots, few_new_events_are_not_worth_one) {
  Seeded seeded(6);
  const auto workspace = open_to_write();
  append_random(*workspace, seeded, {.batches = 2});
  ASSERT_TRUE(workspace->save_snapshot(61).has_value());
  EXPECT_FALSE(std::filesystem::exists(path()));
  ASSERT_TRUE(workspace->save_snapshot(60).has_value());
  EXPECT_TRUE(std::filesystem::exists(path()));
  EXPECT_EQ(open_to_read()->save_snapshot(1).error().code, ErrorCode::invalid);
}

TEST_F(Snapshots, what_was_changed_or_cut_is_passed_over) {
  Seeded seeded(7);
  {
    const auto workspace = open_to_write();
    append_random(*workspace, seeded, {.batches = 3});
    save(*workspace);
  }
  const std::string whole = read_file(path());
  ASSERT_GT(whole.size(), 1'000U);
  for (int i = 0; i < 60; ++i) {
    std::string bytes = whole;
    if (i % 3 == 0) {
      bytes.resize(i < 30 ? static_cast<std::size_t>(i) * 4 : seeded.below(whole.size()));
    } else {  // Some in the header, most behind it.
      bytes[i < 40 ? static_cast<std::size_t>(i) * 2 : seeded.below(whole.size())] ^= 1;
    }
    write_file(path(), bytes);
    ASSERT_EQ(replayed_at_opening(), 90U) << i;
  }
  write_file(path(), whole);
  EXPECT_EQ(replayed_at_opening(), 0U);
}

TEST_F(Snapshots, of_another_program_or_playbook_are_passed_over) {
  Tail tail{.block = 3, .chain = 7, .seq = 60, .tick = {5}};
  auto writer = SnapshotWriter::create(dir(), "0.1.0 1 abc", tail);
  ASSERT_TRUE(writer.has_value());
  (*writer)->out().value(std::uint64_t{11});
  ASSERT_TRUE((*writer)->keep().has_value());
  EXPECT_EQ(SnapshotFile::open(dir(), "0.1.0 2 abc").error().code, ErrorCode::invalid);
  EXPECT_EQ(SnapshotFile::open(dir(), "0.1.1 1 abc").error().code, ErrorCode::invalid);
  const auto same = SnapshotFile::open(dir(), "0.1.0 1 abc");
  ASSERT_TRUE(same.has_value());
  EXPECT_EQ(same->body().size(), 8U);
  EXPECT_EQ(same->at().seq, 60U);
}

// A backup that is put back, and goes on differently, has other blocks under the same numbers.
TEST_F(Snapshots, of_another_journal_are_passed_over) {
  Seeded seeded(8);
  append_random(*open_to_write(), seeded, {.batches = 2});
  const std::string backup = read_file(dir() + "/pharos.db");
  {
    const auto workspace = open_to_write();
    append_random(*workspace, seeded, {.batches = 2, .first = 2});
    save(*workspace);
  }
  write_file(dir() + "/pharos.db", backup);
  EXPECT_EQ(replayed_at_opening(), 60U);  // The snapshot is of blocks that are not there.
  append_random(*open_to_write(), seeded, {.batches = 2, .first = 4});
  const auto [workspace, replayed] = open_counted();
  EXPECT_EQ(replayed, 120U);
  EXPECT_THAT(workspace->verify({})->faults, IsEmpty());
}

TEST_F(Snapshots, no_block_is_merged_across_their_end) {
  Seeded seeded(9);
  const auto append = [&](Workspace& workspace, int batch, bool tick) {
    Story story;
    story.orders(fmt::format("a{}", batch), "2025-02-01T00:00:00Z", 5);
    engine::EventBatch events = story.batch();
    if (tick) events.tick = *parse_instant("2025-03-01T00:00:00Z") + batch * day;
    ASSERT_TRUE(workspace.append(std::move(events)).has_value());
    ASSERT_TRUE(workspace.flush().has_value());
  };
  {
    const auto workspace = open_to_write();
    for (int i = 0; i < 10; ++i) append(*workspace, i, false);
    save(*workspace);
    for (int i = 10; i < 20; ++i) append(*workspace, i, false);
    // A tick ends a run of blocks, which is then merged, sooner or later.
    int batch = 20;
    const auto is_merged = [&] {
      return !rows("SELECT number FROM block WHERE event_count = 50 AND number = 20").empty();
    };
    for (; batch < 2'000 && !is_merged(); ++batch) {
      append(*workspace, batch, true);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));  // For the merging thread.
    }
    ASSERT_TRUE(is_merged());
    EXPECT_EQ(rows("SELECT number FROM block WHERE number <= 20").size(), 2U);  // 10 and 20.
  }
  const auto [workspace, replayed] = open_counted();
  EXPECT_EQ(replayed, workspace->stats()->events - 50);
  EXPECT_THAT(workspace->verify({})->faults, IsEmpty());
}

}  // namespace
}  // namespace pharos::journal
