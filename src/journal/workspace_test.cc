// journal/workspace_test.cc: what is appended is there, once, after every way of coming back.
#include "journal/workspace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>
#include <thread>

#include "base/seeded.h"
#include "journal/trial.h"
#include "store/database.h"

namespace pharos::journal {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(Trial, a_new_workspace_is_empty_and_sound) {
  const auto workspace = open_to_read();
  EXPECT_EQ(workspace->playbook_version(), 1);
  EXPECT_EQ(workspace->playbook().name, "trial");
  const Stats stats = *workspace->stats();
  EXPECT_EQ(stats.events, 0U);
  EXPECT_EQ(stats.accounts, 0U);
  EXPECT_EQ(stats.first_at, never);
  EXPECT_THAT(workspace->verify({})->faults, IsEmpty());
  EXPECT_EQ(Workspace::create(dir(), {{"trial.yaml", std::string(trial_playbook)}}).error().code,
            ErrorCode::conflict);
}

TEST_F(Trial, events_come_back_whole) {
  Story story;
  story.add("lead", "a", "lead_created", "2025-01-01T00:00:00Z");
  story.add("o1", "a", "order_paid", "2025-01-02T00:00:00Z")
      .set("amount", 1'250)
      .extra("{\"x\":1}");
  story.add("m1", "a", "login", "2025-01-02T01:00:00Z").member("ann");
  {
    const auto workspace = open_to_write();
    const Receipt receipt = *workspace->append(story.batch());
    EXPECT_EQ(receipt.accepted, 3U);
    ASSERT_TRUE(workspace->flush());
  }
  const auto workspace = open_to_read();
  EXPECT_THAT(told(*workspace),
              ElementsAre("1 lead a - lead_created 2025-01-01T00:00:00.000Z",
                          "2 o1 a - order_paid 2025-01-02T00:00:00.000Z amount=1250 {\"x\":1}",
                          "3 m1 a ann login 2025-01-02T01:00:00.000Z"));
  const Stats stats = *workspace->stats();
  EXPECT_EQ(stats.events, 3U);
  EXPECT_EQ(stats.accounts, 1U);
  EXPECT_EQ(stats.blocks, 1U);
  EXPECT_EQ(format_instant(stats.first_at), "2025-01-01T00:00:00.000Z");
  EXPECT_EQ(format_instant(stats.last_at), "2025-01-02T01:00:00.000Z");
}

TEST_F(Trial, a_repeat_is_ignored_and_other_contents_are_a_conflict) {
  const auto first = [](Story& story) {
    story.add("1", "a", "order_paid", "2025-01-02T00:00:00Z").set("amount", 100);
    story.add("2", "a", "login", "2025-01-02T01:00:00Z").member("ann");
  };
  // Other contents under a known id: account, member, name, time, a property, what is undeclared.
  const auto others = [](Story& story) {
    story.add("1", "b", "order_paid", "2025-01-02T00:00:00Z").set("amount", 100);
    story.add("2", "a", "login", "2025-01-02T01:00:00Z").member("bob");
    story.add("2", "a", "lead_created", "2025-01-02T01:00:00Z").member("ann");
    story.add("1", "a", "order_paid", "2025-01-02T00:00:00.001Z").set("amount", 100);
    story.add("1", "a", "order_paid", "2025-01-02T00:00:00Z").set("amount", 101);
    story.add("1", "a", "order_paid", "2025-01-02T00:00:00Z").set("amount", 100).extra("{}");
    story.add("2", "a", "login", "2025-01-02T01:00:00Z");
  };
  const auto try_all = [&](Workspace& workspace) {
    Story again;
    first(again);
    others(again);
    again.add("3", "c", "lead_created", "2025-01-03T00:00:00Z");
    again.add("3", "c", "lead_created", "2025-01-03T00:00:00Z");  // Twice within the batch.
    const Receipt receipt = *workspace.append(again.batch());
    EXPECT_EQ(receipt.duplicates + receipt.accepted, 4U);
    ASSERT_EQ(receipt.conflicts.size(), 7U);
    EXPECT_EQ(receipt.conflicts[0].index, 2U);
    EXPECT_EQ(receipt.conflicts[0].id, "1");
    EXPECT_EQ(receipt.conflicts[6].index, 8U);
    EXPECT_EQ(workspace.stats()->events, 3U);
  };
  {
    const auto workspace = open_to_write();
    Story story;
    first(story);
    ASSERT_EQ(workspace->append(story.batch())->accepted, 2U);
    try_all(*workspace);
  }
  const auto workspace = open_to_write();  // Known from the blocks as well.
  try_all(*workspace);
  EXPECT_THAT(workspace->verify({})->faults, IsEmpty());
}

TEST_F(Trial, tables_are_plain_rows) {
  Story story;
  story.add("1", "a", "lead_created", "2025-01-01T00:00:00Z");
  story.add("2", "a", "account_updated", "2025-01-01T01:00:00Z").set("size", 2).set("credit", 500);
  story.add("3", "a", "member_updated", "2025-01-01T02:00:00Z").member("ann").text("role", "owner");
  story.orders("a", "2025-01-02T00:00:00Z", 3);
  {
    const auto workspace = open_to_write();
    ASSERT_TRUE(workspace->append(story.batch()));
  }
  EXPECT_THAT(rows("SELECT account, number, first_at, size, credit FROM account"),
              ElementsAre("a|0|1735689600000|key|500"));
  EXPECT_THAT(rows("SELECT account, member, role FROM member"), ElementsAre("a|ann|owner"));
  EXPECT_THAT(rows("SELECT account, step, track, node, kind, entry, at, seq FROM transition"),
              ElementsAre("a|1|main|lead|entered|1|1735689600000|1",
                          "a|2|main|active|entered|1|1735776002000|6"));
  EXPECT_THAT(rows("SELECT account, first_at, size FROM account_readable"),
              ElementsAre("a|2025-01-01T00:00:00.000Z|key"));
  EXPECT_THAT(rows("SELECT node, at FROM transition_readable"),
              ElementsAre("lead|2025-01-01T00:00:00.000Z", "active|2025-01-02T00:00:02.000Z"));
  EXPECT_THAT(rows("SELECT account, segment, entered_at, left_at FROM segment_membership"),
              ElementsAre("a|buyers|1735776000000|"));
}

TEST_F(Trial, one_process_writes_others_read) {
  const auto writer = open_to_write();
  const auto second = Workspace::open_to_write(dir(), {});
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::unavailable);
  EXPECT_THAT(second.error().message, HasSubstr(fmt::format("process {} writes here", ::getpid())));

  const auto reader = open_to_read();
  Story story;
  story.add("1", "a", "lead_created", "2025-01-01T00:00:00Z");
  ASSERT_TRUE(writer->append(story.batch()));
  ASSERT_TRUE(writer->flush());
  EXPECT_EQ(reader->stats()->events, 1U);
  EXPECT_EQ(reader->append({}).error().code, ErrorCode::invalid);
  EXPECT_EQ(reader->tick({0}).error().code, ErrorCode::invalid);
}

TEST_F(Trial, opening_says_what_is_in_the_way) {
  const std::string elsewhere = dir() + "/elsewhere";
  EXPECT_EQ(Workspace::open_to_read(elsewhere).error().code, ErrorCode::not_found);
  EXPECT_EQ(Workspace::open_to_write(elsewhere, {}).error().code, ErrorCode::not_found);
  std::filesystem::create_directories(elsewhere);
  EXPECT_THAT(Workspace::open_to_write(elsewhere, {}).error().message, HasSubstr("pharos init"));

  {
    (*store::open_sqlite(elsewhere + "/pharos.db", store::OpenMode::create))
        ->execute("CREATE TABLE t (a)");
  }
  EXPECT_THAT(Workspace::open_to_read(elsewhere).error().message,
              HasSubstr("a SQLite database, but not one of Pharos"));

  change("UPDATE meta SET value = '99' WHERE key = 'schema'");
  EXPECT_THAT(Workspace::open_to_read(dir()).error().message, HasSubstr("of a newer Pharos"));

  const auto faulty = Workspace::create(dir() + "/faulty", {{"x.yaml", "playbook: [\n"}});
  ASSERT_FALSE(faulty.has_value());
  EXPECT_THAT(faulty.error().message, HasSubstr("x.yaml:"));
  EXPECT_FALSE(std::filesystem::exists(dir() + "/faulty/pharos.db"));
}

TEST_F(Trial, replay_gives_the_state_of_the_writer) {
  Seeded seeded(3);
  const auto workspace = open_to_write();
  append_random(*workspace, seeded, {.batches = 20, .links = false});
  engine::Fold fold = workspace->make_fold({});
  ASSERT_TRUE(workspace->replay(fold, {}));
  const VerifyReport report = *workspace->verify({});
  EXPECT_THAT(report.faults, IsEmpty());
  EXPECT_EQ(report.events, workspace->stats()->events);
  EXPECT_GT(report.rows, 50U);
  // One account alone folds to the same.
  for (const std::string id : {"acc 0", "acc 7"}) {
    engine::Fold one = workspace->make_fold({});
    ASSERT_TRUE(workspace->replay(one, {.account = id}));
    EXPECT_EQ(one.account_count(), 1U);
    EXPECT_EQ(one.digest(*one.find_account(id)), fold.digest(*fold.find_account(id))) << id;
  }
}

TEST_F(Trial, replay_as_of_an_instant_leaves_later_events_out) {
  const auto workspace = open_to_write();
  Story story;
  story.add("1", "a", "lead_created", "2025-01-01T00:00:00Z");
  story.orders("a", "2025-01-10T00:00:00Z", 3);
  story.add("2", "b", "lead_created", "2025-01-20T00:00:00Z");
  story.add("3", "a", "login", "2025-01-05T00:00:00Z");  // Late.
  ASSERT_TRUE(workspace->append(story.batch()));
  const auto at = [&](std::string_view time) {
    engine::Fold fold = workspace->make_fold({});
    EXPECT_TRUE(workspace->replay(fold, {.as_of = *parse_instant(time)}));
    const engine::AccountNumber a = *fold.find_account("a");
    return fmt::format("{} {} {} {}", fold.is_live(a), fold.last_seq(a), fold.at(a, 0),
                       format_instant(fold.clock(a)).substr(0, 10));
  };
  EXPECT_EQ(at("2025-01-04T00:00:00Z"), "true 1 0 2025-01-04");
  EXPECT_EQ(at("2025-01-09T00:00:00Z"), "true 6 0 2025-01-09");  // With the late one.
  EXPECT_EQ(at("2025-01-15T00:00:00Z"), "true 6 1 2025-01-15");
  EXPECT_EQ(at("2025-06-01T00:00:00Z"), "true 6 2 2025-06-01");  // Dormant by then.
}

TEST_F(Trial, ticks_are_replayed_as_they_came) {
  {
    const auto workspace = open_to_write();
    Story story;
    story.add("1", "a", "lead_created", "2025-01-01T00:00:00Z");
    story.orders("a", "2025-01-10T00:00:00Z", 3);
    ASSERT_TRUE(workspace->append(story.batch()));
    ASSERT_TRUE(workspace->tick(*parse_instant("2025-04-01T00:00:00Z")));
    ASSERT_TRUE(workspace->tick(*parse_instant("2025-03-01T00:00:00Z")));  // Not back.
    Story late;
    late.orders("a", "2025-03-30T00:00:00Z", 3);  // Late: evaluated at the tick.
    ASSERT_TRUE(workspace->append(late.batch()));
    EXPECT_EQ(workspace->stats()->blocks, 3U);
    EXPECT_EQ(format_instant(workspace->stats()->tick), "2025-04-01T00:00:00.000Z");
  }
  const auto workspace = open_to_write();
  EXPECT_THAT(workspace->verify({})->faults, IsEmpty());
  EXPECT_THAT(rows("SELECT node, kind, substr(at, 1, 10) FROM transition_readable"),
              ElementsAre("lead|entered|2025-01-01", "active|entered|2025-01-10",
                          "active|released|2025-03-11", "dormant|entered|2025-03-11",
                          "active|entered|2025-04-01", "dormant|released|2025-04-01"));
}

TEST_F(Trial, links_merge_histories_and_are_replayed) {
  Seeded seeded(5);
  {
    const auto workspace = open_to_write();
    append_random(*workspace, seeded, {.batches = 30, .links = true});
    EXPECT_THAT(workspace->verify({})->faults, IsEmpty());
  }
  const auto workspace = open_to_write();
  append_random(*workspace, seeded, {.batches = 10, .links = true, .first = 30});
  EXPECT_THAT(workspace->verify({})->faults, IsEmpty());
  EXPECT_FALSE(rows("SELECT alias FROM alias").empty());

  engine::Fold fold = workspace->make_fold({});
  ASSERT_TRUE(workspace->replay(fold, {}));
  for (std::uint32_t i = 0; i < fold.account_count(); ++i) {
    if (fold.is_alias({i}) || !fold.is_live({i})) continue;
    const std::string id(fold.account_id({i}));
    engine::Fold one = workspace->make_fold({});
    ASSERT_TRUE(workspace->replay(one, {.account = id}));
    EXPECT_EQ(one.digest(*one.find_account(id)), fold.digest({i})) << id;
  }
}

TEST_F(Trial, an_alias_given_again_is_a_repeat) {
  const auto orders = [](Story& story) {
    story.add("x", "lead", "order_paid", "2025-01-05T00:00:00Z").set("amount", 1).member("ann");
  };
  const auto again = [&](Workspace& workspace) {
    Story story;
    orders(story);
    const Receipt receipt = *workspace.append(story.batch());
    EXPECT_EQ(receipt.duplicates, 1U);
    EXPECT_THAT(receipt.conflicts, IsEmpty());
  };
  {
    const auto workspace = open_to_write();
    Story story;
    story.add("1", "lead", "lead_created", "2025-01-01T00:00:00Z");
    story.link("2", "lead", "shop", "2025-01-02T00:00:00Z");
    orders(story);  // In the batch of the link, behind it.
    ASSERT_EQ(workspace->append(story.batch())->accepted, 3U);
    again(*workspace);
  }
  const auto workspace = open_to_write();
  again(*workspace);
  EXPECT_THAT(told(*workspace),
              testing::Contains("3 x lead ann order_paid 2025-01-05T00:00:00.000Z amount=1"));
  EXPECT_THAT(rows("SELECT account FROM account"), ElementsAre("shop"));
  EXPECT_THAT(rows("SELECT account, member FROM member"), ElementsAre("shop|ann"));
  EXPECT_THAT(workspace->verify({})->faults, IsEmpty());
}

TEST_F(Trial, history_is_that_of_all_ids_of_an_account) {
  const auto workspace = open_to_write();
  Story story;
  story.add("1", "lead", "lead_created", "2025-01-01T00:00:00Z");
  story.add("2", "shop", "order_paid", "2025-01-03T00:00:00Z").set("amount", 1);
  story.add("3", "lead", "login", "2025-01-02T00:00:00Z").member("ann");
  story.add("4", "other", "login", "2025-01-02T00:00:00Z");
  ASSERT_TRUE(workspace->append(story.batch()));
  ASSERT_TRUE(workspace->tick(*parse_instant("2025-01-04T00:00:00Z")));
  Story later;
  later.link("5", "lead", "shop", "2025-01-04T00:00:00Z");
  later.add("6", "lead", "login", "2025-01-03T12:00:00Z").member("bob");
  ASSERT_TRUE(workspace->append(later.batch()));

  for (const std::string_view id : {"lead", "shop"}) {
    const auto history = *workspace->history(id);
    EXPECT_EQ(history.id, "shop");
    EXPECT_THAT(history.aliases, ElementsAre("lead"));
    EXPECT_THAT(history.history.seqs, ElementsAre(1, 3, 2, 6));  // By time up to the link.
    const auto& batch = history.history.batch;
    EXPECT_EQ(batch.view(batch.events[1].account), "lead");
    EXPECT_EQ(batch.view(batch.events[1].member), "ann");
    EXPECT_EQ(batch.view(batch.events[3].member), "bob");
    EXPECT_EQ(history.ticks_before[2], instant_min);
    EXPECT_EQ(format_instant(history.ticks_before[3]), "2025-01-04T00:00:00.000Z");
    EXPECT_EQ(format_instant(history.clock), "2025-01-04T00:00:00.000Z");
  }
  const auto missing = workspace->history("shpo");
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  EXPECT_THAT(missing.error().message, HasSubstr("Did you mean \"shop\"?"));
}

TEST_F(Trial, transitions_are_told_by_account_in_their_order) {
  const auto workspace = open_to_write();
  Story story;
  story.add("1", "b", "lead_created", "2025-01-01T00:00:00Z");
  story.add("2", "a", "lead_created", "2025-01-01T00:00:00Z");
  story.orders("b", "2025-01-02T00:00:00Z", 3);
  ASSERT_TRUE(workspace->append(story.batch()));
  std::vector<std::string> lines;
  ASSERT_TRUE(workspace->each_transition([&](const TransitionRow& row) -> Result<> {
    lines.push_back(fmt::format("{} {} {}", row.account, row.node, row.seq));
    return {};
  }));
  EXPECT_THAT(lines, ElementsAre("a 0 2", "b 0 1", "b 1 5"));
}

TEST_F(Trial, verify_names_each_fault) {
  Seeded seeded(9);
  {
    const auto workspace = open_to_write();
    append_random(*workspace, seeded, {.batches = 5, .links = true});
  }
  struct Row {
    std::string_view sql, undo, fault;
  };
  const Row cases[] = {
      {"UPDATE transition SET node = 'active' WHERE account = 'acc 1' AND step = 1",
       "UPDATE transition SET node = 'lead' WHERE account = 'acc 1' AND step = 1",
       "transition acc 1 1: node is \"active\", the journal says \"lead\""},
      {"INSERT INTO account (slot, account, number, first_at) VALUES (5, 'ghost', 99, 0)",
       "DELETE FROM account WHERE account = 'ghost'",
       "account ghost: the journal knows of no such row"},
      {"UPDATE account SET credit = 5 WHERE account = 'acc 1'",
       "UPDATE account SET credit = NULL WHERE account = 'acc 1'",
       "account acc 1: credit is \"5\", the journal says null"},
      {"UPDATE block SET event_count = event_count + 1 WHERE number = 2",
       "UPDATE block SET event_count = event_count - 1 WHERE number = 2",
       "block 3: begins with event"},
      {"UPDATE block SET chain = 7 WHERE number = 4", "", "block 4: its chain does not follow"},
      {"UPDATE block SET data = substr(data, 1, length(data) - 1) WHERE number = 3", "",
       "block 3: its bytes do not have the checksum of its row"},
      {"DELETE FROM block WHERE number = 2", "", "block 3: block 2 is missing before it"}};
  for (const Row& row : cases) {
    change(row.sql);
    EXPECT_THAT(open_to_read()->verify({})->faults, testing::Contains(HasSubstr(row.fault)))
        << row.sql;
    if (!row.undo.empty()) change(row.undo);
  }
}

TEST_F(Trial, verify_finds_a_torn_page) {
  Seeded seeded(10);
  {
    const auto workspace = open_to_write();
    append_random(*workspace, seeded, {.batches = 10, .links = false});
  }
  const std::string path = dir() + "/pharos.db";
  const auto size = std::filesystem::file_size(path);
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    for (std::uintmax_t at = size / 2 / 4'096 * 4'096; at < size; at += 5 * 4'096) {
      file.seekp(static_cast<std::streamoff>(at));
      file << std::string(1'000, '\x77');
    }
  }
  const auto workspace = Workspace::open_to_read(dir());
  if (!workspace) return;  // The playbook itself was hit: an error is an answer too.
  EXPECT_THAT((*workspace)->verify({})->faults, testing::Not(IsEmpty()));
}

TEST_F(Trial, a_batch_past_its_limits_is_refused) {
  const auto workspace = open_to_write();
  engine::EventBatch batch;
  batch.events.resize(engine::batch_events_max + 1);
  EXPECT_EQ(workspace->append(std::move(batch)).error().code, ErrorCode::limit);
  Story story;  // Nothing has come of it.
  story.add("1", "a", "lead_created", "2025-01-01T00:00:00Z");
  EXPECT_TRUE(workspace->append(story.batch()));
  EXPECT_EQ(workspace->stats()->events, 1U);
}

// One writes at a time, but all may wait together.
TEST_F(Trial, what_several_clients_flush_is_durable_for_each) {
  const auto workspace = open_to_write();
  std::mutex mutex;
  const auto client = [&](int number) {
    for (int i = 0; i < 25; ++i) {
      Story story;
      story.add(fmt::format("{}-{}", number, i), fmt::format("acc {}", i), "login",
                "2025-01-01T00:00:00Z");
      {
        const std::lock_guard guard(mutex);
        ASSERT_TRUE(workspace->append(story.batch()));
      }
      ASSERT_TRUE(workspace->flush());
      if (i % 8 != 0) continue;
      const auto there = open_to_read();
      ASSERT_GE(there->stats()->events, static_cast<std::uint64_t>(i) + 1);
    }
  };
  std::vector<std::thread> clients;
  for (int number = 0; number < 4; ++number) clients.emplace_back(client, number);
  for (std::thread& one : clients) one.join();
  EXPECT_EQ(workspace->stats()->events, 100U);
  EXPECT_THAT(workspace->verify({})->faults, IsEmpty());
}

TEST_F(Trial, what_nobody_waits_for_is_committed_before_long) {
  const auto workspace = open_to_write();
  Story story;
  story.add("1", "a", "login", "2025-01-01T00:00:00Z");
  ASSERT_TRUE(workspace->append(story.batch()));
  const auto there = [&] { return rows("SELECT count(*) FROM block")[0]; };
  // This is about time: nothing is called that would tell when, so the database is asked again.
  for (int i = 0; i < 500 && there() == "0"; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(there(), "1");
}

TEST_F(Trial, after_a_failed_commit_nothing_is_accepted) {
  const auto workspace = open_to_write();
  // Somebody dropped a table: the rows of the next batch cannot be written.
  change("DROP TABLE transition");
  Story story;
  story.add("1", "a", "lead_created", "2025-01-01T00:00:00Z");
  (void)workspace->append(story.batch());
  EXPECT_FALSE(workspace->flush().has_value());
  Story next;
  next.add("2", "a", "login", "2025-01-01T00:00:00Z");
  EXPECT_FALSE(workspace->append(next.batch()).has_value());
  EXPECT_FALSE(workspace->flush().has_value());
  EXPECT_THAT(rows("SELECT count(*) FROM block"), ElementsAre("0"));  // Not half of it.
}

// A child appends and reports each batch that is durable; it is killed at some moment. What it
// reported is there, what is there is a prefix of what it sent, and tables and journal agree.
TEST_F(Trial, a_killed_writer_leaves_a_valid_prefix) {
  Seeded seeded(::testing::UnitTest::GetInstance()->random_seed() == 0 ? 1 : 2);
  std::size_t sent = 0;
  for (int round = 0; round < 6; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(ends[0]);
      const auto workspace = open_to_write();
      for (std::size_t i = sent; i < 100'000; ++i) {
        Story story;
        for (int j = 0; j < 20; ++j) {
          story.add(
              fmt::format("{}-{}", i, j), fmt::format("acc {}", (i * 7 + j) % 50), "login",
              format_instant(Instant{1'735'689'600'000 + static_cast<std::int64_t>(i) * 1'000}));
        }
        if (!workspace->append(story.batch()) || !workspace->flush()) ::_exit(1);
        if (::write(ends[1], &i, sizeof i) != sizeof i) ::_exit(2);
      }
      ::_exit(0);
    }
    ::close(ends[1]);
    std::size_t acknowledged = sent, next = 0;
    const std::size_t stop_after = sent + 2 + seeded.below(10);
    while (acknowledged < stop_after && ::read(ends[0], &next, sizeof next) == sizeof next)
      acknowledged = next + 1;
    ::usleep(static_cast<useconds_t>(seeded.below(3'000)));
    ::kill(child, SIGKILL);
    while (::read(ends[0], &next, sizeof next) == sizeof next) acknowledged = next + 1;
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << status;

    const auto workspace = open_to_read();
    const std::size_t there = workspace->stats()->events;
    EXPECT_GE(there, acknowledged * 20);
    EXPECT_EQ(there % 20, 0U);  // Whole batches.
    EXPECT_LE(there, (acknowledged + 1) * 20);
    EXPECT_THAT(workspace->verify({})->faults, IsEmpty());
    sent = there / 20;
  }
}

}  // namespace
}  // namespace pharos::journal
