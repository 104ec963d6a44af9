// crash/damage_test.cc: damage anywhere is named, and what is sound is kept.
#include "crash/damage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "crash/world.h"
#include "journal/repair.h"
#include "journal/trial.h"
#include "journal/workspace.h"
#include "store/database.h"

namespace pharos::crash {
namespace {

namespace fs = std::filesystem;
using journal::LostEvents;
using journal::RepairReport;
using journal::Workspace;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(Damage, anywhere_is_named_and_a_repair_keeps_what_was_not_hit) {
  DamageTally tally;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    const std::string fault = run_damage(seed, tally);
    ASSERT_EQ(fault, "") << "seed " << seed;
  }
  // The hits go where it hurts.
  EXPECT_GT(tally.unopened, 10U);
  EXPECT_GT(tally.named, 50U);
  EXPECT_GT(tally.blocks_lost, 10U);
  EXPECT_GT(tally.playbooks_given, 3U);
}

// Three batches in three blocks: shops are named in the first, the second and the third.
class Repair : public testing::Test {
 protected:
  void SetUp() override {
    make_workspace(dir());
    const auto workspace = *Workspace::open_to_write(dir(), {});
    journal::Story first, second, third;
    first.add("1", "north", "lead_created", "2025-01-01T00:00:00Z");
    first.add("2", "north", "login", "2025-01-02T00:00:00Z").member("ann");
    second.add("3", "south", "lead_created", "2025-01-03T00:00:00Z");
    second.add("4", "south", "login", "2025-01-04T00:00:00Z").member("bob");
    third.add("5", "east", "lead_created", "2025-01-05T00:00:00Z");
    third.add("6", "south", "order_paid", "2025-01-06T00:00:00Z").set("amount", 7);
    third.add("7", "south", "login", "2025-01-07T00:00:00Z").member("bob");
    for (journal::Story* story : {&first, &second, &third}) {
      ASSERT_TRUE(workspace->append(story->batch()).has_value());
      ASSERT_TRUE(workspace->flush().has_value());
    }
  }
  std::string dir() const { return folder_.path() + "/ws"; }

  void change(std::string_view sql) const {
    const auto database = *store::open_sqlite(dir() + "/pharos.db", store::OpenMode::write);
    const auto result = database->execute(sql);
    ASSERT_TRUE(result.has_value()) << result.error().message;
  }
  void add_link(std::string_view from, std::string_view to) const {
    const auto workspace = *Workspace::open_to_write(dir(), {});
    journal::Story story;
    story.link("link", from, to, "2025-01-08T00:00:00Z");
    ASSERT_TRUE(workspace->append(story.batch()).has_value());
  }
  static Result<RepairReport> repair(const std::string& dir, const std::string& to = "",
                                     std::vector<playbook::Source> playbook = {}) {
    return journal::repair(
        dir,
        {.to = to, .playbook = std::move(playbook), .now = *parse_instant("2026-11-24T23:06:17Z")});
  }
  static std::string contents_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  // Sound, and it takes more.
  static void expect_whole(const std::string& dir) {
    const auto workspace = Workspace::open_to_write(dir, {});
    ASSERT_TRUE(workspace.has_value()) << workspace.error().message;
    journal::Story story;
    story.add("new", "west", "login", "2025-02-01T00:00:00Z").member("eve");
    story.add("new2", "south", "login", "2025-02-01T00:00:00Z").member("bob");
    ASSERT_TRUE((*workspace)->append(story.batch()).has_value());
    EXPECT_THAT((*workspace)->verify({})->faults, IsEmpty());
  }

  Folder folder_{"repair"};
};

constexpr std::string_view block_2_hit =
    "UPDATE block SET data = zeroblob(length(data)) WHERE number = 2";

TEST_F(Repair, a_lost_block_leaves_its_numbers_and_its_names) {
  change(block_2_hit);
  const std::string damaged = contents_of(dir() + "/pharos.db");
  EXPECT_THAT((*Workspace::open_to_read(dir()))->verify({})->faults,
              Contains(HasSubstr("block 2: its bytes do not have the checksum of its row")));
  const auto report = repair(dir());
  ASSERT_TRUE(report.has_value()) << report.error().message;
  EXPECT_EQ(report->events, 5U);
  ASSERT_EQ(report->lost.size(), 1U);
  EXPECT_EQ(report->lost[0].seq_first, 3U);
  EXPECT_EQ(report->lost[0].seq_last, 4U);
  EXPECT_TRUE(report->lost[0].times_are_theirs);
  EXPECT_EQ(format_instant(report->lost[0].time_first), "2025-01-03T00:00:00.000Z");
  EXPECT_EQ(format_instant(report->lost[0].time_last), "2025-01-04T00:00:00.000Z");
  EXPECT_FALSE(report->end_is_unknown);
  EXPECT_EQ(report->aside, dir() + "/pharos.db.damaged-20261124T230617Z");
  EXPECT_EQ(contents_of(report->aside), damaged);
  {
    const auto workspace = *Workspace::open_to_read(dir());
    EXPECT_EQ(told_events(*workspace),
              "1 1 north - lead_created 2025-01-01T00:00:00.000Z\n"
              "2 2 north ann login 2025-01-02T00:00:00.000Z\n"
              "5 5 east - lead_created 2025-01-05T00:00:00.000Z\n"
              "6 6 south - order_paid 2025-01-06T00:00:00.000Z amount=7\n"
              "7 7 south bob login 2025-01-07T00:00:00.000Z\n");
    EXPECT_EQ(workspace->verify({})->lost, 2U);
  }
  expect_whole(dir());
  // Told again, what was lost comes late, and under new numbers.
  const auto workspace = *Workspace::open_to_write(dir(), {});
  journal::Story again;
  again.add("3", "south", "lead_created", "2025-01-03T00:00:00Z");
  again.add("5", "east", "lead_created", "2025-01-05T00:00:00Z");
  const auto receipt = *workspace->append(again.batch());
  EXPECT_EQ(receipt.accepted, 1U);
  EXPECT_EQ(receipt.duplicates, 1U);
  EXPECT_THAT(told_events(*workspace), HasSubstr("10 3 south - lead_created 2025-01-03"));
}

TEST_F(Repair, a_repaired_file_can_be_repaired_again) {
  change(block_2_hit);
  ASSERT_TRUE(repair(dir()).has_value());
  change("DELETE FROM transition");
  const auto report = repair(dir(), folder_.path() + "/again");
  ASSERT_TRUE(report.has_value()) << report.error().message;
  EXPECT_EQ(report->events, 5U);
  ASSERT_EQ(report->lost.size(), 1U);
  EXPECT_EQ(report->lost[0].seq_first, 3U);
  EXPECT_EQ(report->lost[0].seq_last, 4U);
  expect_whole(folder_.path() + "/again");
}

TEST_F(Repair, what_is_lost_altogether_is_bounded_by_its_neighbours) {
  change("DELETE FROM block WHERE number = 2");
  const auto report = *repair(dir());
  ASSERT_EQ(report.lost.size(), 1U);
  EXPECT_EQ(report.lost[0].seq_last, 4U);
  EXPECT_FALSE(report.lost[0].times_are_theirs);
  EXPECT_EQ(format_instant(report.lost[0].time_first), "2025-01-02T00:00:00.000Z");
  EXPECT_EQ(format_instant(report.lost[0].time_last), "2025-01-05T00:00:00.000Z");
  expect_whole(dir());
}

// The numbers of lost events at the end are not given out again.
TEST_F(Repair, a_lost_end_keeps_the_numbers_that_something_speaks_of) {
  change("UPDATE block SET data = zeroblob(length(data)) WHERE number = 3");
  const auto report = *repair(dir());
  ASSERT_EQ(report.lost.size(), 1U);
  EXPECT_EQ(report.lost[0].seq_first, 5U);
  EXPECT_EQ(report.lost[0].seq_last, 7U);
  EXPECT_FALSE(report.end_is_unknown);
  expect_whole(dir());
  EXPECT_THAT(told_events(**Workspace::open_to_read(dir())), HasSubstr("\n8 new west eve login"));
}

TEST_F(Repair, accounts_without_a_name_keep_their_events) {
  change(block_2_hit);
  change("DELETE FROM account; DELETE FROM member");
  const auto report = *repair(dir());
  EXPECT_EQ(report.accounts_renamed, 1U);
  EXPECT_EQ(report.members_renamed, 1U);
  EXPECT_THAT(told_events(**Workspace::open_to_read(dir())),
              HasSubstr("6 6 lost account 1 - order_paid 2025-01-06T00:00:00.000Z amount=7\n"
                        "7 7 lost account 1 lost member 1 login 2025-01-07T00:00:00.000Z\n"));
  expect_whole(dir());
}

// A member that only lost events knew is nobody's loss but theirs; the tables still know whose it
// is.
TEST_F(Repair, members_without_events_are_not_called_otherwise) {
  {
    const auto workspace = *Workspace::open_to_write(dir(), {});
    journal::Story fourth, fifth;
    fourth.add("8", "south", "login", "2025-01-08T00:00:00Z").member("carl");
    fifth.add("9", "south", "login", "2025-01-09T00:00:00Z").member("dora");
    for (journal::Story* story : {&fourth, &fifth}) {
      ASSERT_TRUE(workspace->append(story->batch()).has_value());
      ASSERT_TRUE(workspace->flush().has_value());
    }
  }
  change("UPDATE block SET data = zeroblob(length(data)) WHERE number = 4");
  const auto report = *repair(dir());
  EXPECT_EQ(report.events, 8U);
  EXPECT_EQ(report.members_renamed, 0U);
  EXPECT_THAT(told_events(**Workspace::open_to_read(dir())), HasSubstr("\n9 9 south dora login"));
  expect_whole(dir());
}

// A link brings an id into play that no block names any more: the fold would count otherwise.
TEST_F(Repair, a_link_to_a_lost_name_does_not_shift_the_numbers_behind_it) {
  add_link("north", "south");
  change(block_2_hit);
  change("DELETE FROM account; DELETE FROM member; DELETE FROM alias");
  const auto report = *repair(dir());
  EXPECT_EQ(report.events, 6U);
  EXPECT_EQ(report.accounts_renamed, 1U);
  const std::string events = told_events(**Workspace::open_to_read(dir()));
  EXPECT_THAT(events, HasSubstr("\n5 5 east - lead_created"));
  EXPECT_THAT(events, HasSubstr("\n6 6 lost account 1 - order_paid"));
  EXPECT_THAT(events, HasSubstr("\n8 link south - link 2025-01-08T00:00:00.000Z from=north"));
  EXPECT_EQ((*Workspace::open_to_read(dir()))->verify({})->lost, 2U);
  expect_whole(dir());
}

TEST_F(Repair, a_lost_playbook_has_to_be_given) {
  change("UPDATE playbook_source SET text = replace(text, '60d', '61d')");
  const auto opened = Workspace::open_to_read(dir());
  ASSERT_FALSE(opened.has_value());
  EXPECT_THAT(opened.error().message, HasSubstr("playbook version 1: its documents are not those"));
  const auto refused = repair(dir());
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message, HasSubstr("give the playbook with --playbook FILE"));
  const auto report = repair(dir(), "", {{"trial.yaml", std::string(journal::trial_playbook)}});
  ASSERT_TRUE(report.has_value()) << report.error().message;
  EXPECT_EQ(report->playbook_version, 2);
  EXPECT_EQ(report->events, 7U);
  EXPECT_THAT(report->lost, IsEmpty());
  expect_whole(dir());
}

TEST_F(Repair, a_sound_workspace_is_left_alone) {
  const std::string before = contents_of(dir() + "/pharos.db");
  const auto report = *repair(dir());
  EXPECT_TRUE(report.was_sound);
  EXPECT_EQ(contents_of(dir() + "/pharos.db"), before);
  EXPECT_EQ(repair(folder_.path() + "/nowhere").error().code, ErrorCode::not_found);
  const auto writer = *Workspace::open_to_write(dir(), {});
  EXPECT_EQ(repair(dir()).error().code, ErrorCode::unavailable);
}

// A writer died and left its log; then the file was hit. Events that are only in the log are kept,
// also where an earlier repair was stopped after it had put the log aside.
TEST_F(Repair, what_stands_in_the_log_is_kept) {
  const std::string copy = folder_.path() + "/copy";
  fs::create_directories(copy);
  {
    const auto workspace = *Workspace::open_to_write(dir(), {});
    journal::Story story;
    story.add("8", "south", "order_paid", "2025-01-08T00:00:00Z").set("amount", 9);
    ASSERT_TRUE(workspace->append(story.batch()).has_value());
    ASSERT_TRUE(workspace->flush().has_value());
    for (const char* name : {"/pharos.db", "/pharos.db-wal"})
      fs::copy_file(dir() + name, copy + name);
  }
  std::fstream(copy + "/pharos.db", std::ios::in | std::ios::out | std::ios::binary)
      << std::string(100, '?');
  for (const bool was_stopped : {false, true}) {
    const std::string here = folder_.path() + (was_stopped ? "/stopped" : "/plain");
    fs::copy(copy, here);
    if (was_stopped) {
      const std::string aside = here + "/pharos.db.damaged-20261124T000000Z";
      fs::create_hard_link(here + "/pharos.db", aside);
      fs::rename(here + "/pharos.db-wal", aside + "-wal");
    }
    const auto report = repair(here);
    ASSERT_TRUE(report.has_value()) << report.error().message;
    EXPECT_EQ(report->events, 8U) << was_stopped;
    EXPECT_TRUE(fs::exists(report->aside + "-wal"));
    expect_whole(here);
  }
}

struct Outcome {
  int exit = -1;
  std::string text;  // Both streams.
};
Outcome run(const std::string& arguments) {
  std::FILE* pipe = ::popen(fmt::format("{} {} 2>&1", PHAROS_PROGRAM, arguments).c_str(), "r");
  Outcome outcome;
  char part[4'096];
  for (std::size_t size; (size = std::fread(part, 1, sizeof part, pipe)) > 0;)
    outcome.text.append(part, size);
  outcome.exit = WEXITSTATUS(::pclose(pipe));
  return outcome;
}

TEST_F(Repair, the_program_names_repairs_and_tells) {
  change(block_2_hit);
  const Outcome verified = run("verify " + dir());
  EXPECT_EQ(verified.exit, 1);
  EXPECT_THAT(verified.text, HasSubstr("block 2: its bytes do not have the checksum of its row"));
  const Outcome repaired = run("repair " + dir());
  EXPECT_EQ(repaired.exit, 0);
  EXPECT_THAT(repaired.text, HasSubstr("5 events in 2 blocks kept"));
  EXPECT_THAT(repaired.text, HasSubstr("  lost: events 3 to 4, of 2025-01-03T00:00:00.000Z to "
                                       "2025-01-04T00:00:00.000Z\n"));
  EXPECT_THAT(repaired.text, HasSubstr("The damaged file is kept as " + dir()));
  const Outcome after = run("verify " + dir());
  EXPECT_EQ(after.exit, 0);
  EXPECT_THAT(after.text, HasSubstr("ok; lost, and marked by a repair: 2 events"));
  EXPECT_EQ(run("repair " + dir()).text, dir() + " is sound; nothing was changed\n");
}

}  // namespace
}  // namespace pharos::crash
