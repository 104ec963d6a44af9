// journal/merger_test.cc: small blocks become one, and nobody can tell but by their number.
#include "journal/merger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/trial.h"

namespace pharos::journal {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Merging : public Trial {
 protected:
  std::unique_ptr<store::Database> database() const {
    return *store::open_sqlite(dir() + "/pharos.db", store::OpenMode::write);
  }
  // Whether the blocks of these numbers were merged.
  bool merge(std::uint64_t first, std::uint64_t last) const {
    const auto open = database();
    const auto merged = Merger::merge(*open, trial_rules().schema, first, last);
    EXPECT_TRUE(merged.has_value()) << merged.error().message;
    if (!merged || !*merged) return false;
    EXPECT_TRUE(open->begin());
    EXPECT_TRUE(Merger::put(*open, **merged));
    EXPECT_TRUE(open->commit());
    return true;
  }
  std::vector<std::string> told_now() const { return told(*open_to_read()); }
};

TEST_F(Merging, changes_nothing_but_the_blocks) {
  Seeded seeded(3);
  append_random(*open_to_write(), seeded, {.batches = 20, .ticks = false});
  const auto before = told_now();
  const auto chain = rows("SELECT chain FROM block WHERE number = 20");
  ASSERT_EQ(before.size(), 600U);

  ASSERT_TRUE(merge(1, 20));
  EXPECT_THAT(rows("SELECT number, seq_first, event_count FROM block"), ElementsAre("20|1|600"));
  EXPECT_EQ(rows("SELECT chain FROM block"), chain);  // What was sealed stays so.
  EXPECT_EQ(told_now(), before);
  EXPECT_THAT(open_to_read()->verify({})->faults, IsEmpty());

  // A writer goes on behind it, and still knows every id.
  const auto workspace = open_to_write();
  Story again;
  again.add("0-0", "somebody else", "login", "2025-01-02T00:00:00Z");
  EXPECT_EQ(workspace->append(again.batch())->conflicts.size(), 1U);
  append_random(*workspace, seeded, {.batches = 5, .links = true, .first = 20});
  EXPECT_THAT(rows("SELECT count(*), max(number) FROM block"), ElementsAre("6|25"));
  EXPECT_THAT(workspace->verify({})->faults, IsEmpty());
}

TEST_F(Merging, merged_blocks_can_be_merged_again) {
  Seeded seeded(4);
  append_random(*open_to_write(), seeded, {.batches = 12, .ticks = false});
  const auto before = told_now();
  EXPECT_TRUE(merge(2, 5));
  EXPECT_TRUE(merge(6, 9));
  EXPECT_THAT(rows("SELECT number FROM block"), ElementsAre("1", "5", "9", "10", "11", "12"));
  EXPECT_TRUE(merge(1, 12));
  EXPECT_EQ(told_now(), before);
  EXPECT_THAT(open_to_read()->verify({})->faults, IsEmpty());
}

TEST_F(Merging, faults_are_found_in_merged_blocks_too) {
  Seeded seeded(5);
  append_random(*open_to_write(), seeded, {.batches = 9, .ticks = false});
  ASSERT_TRUE(merge(3, 6));
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"UPDATE block SET chain = chain + 1 WHERE number = 6", "block 6: its chain does not follow"},
      {"UPDATE block SET chain = chain - 1 WHERE number = 6", ""},
      {"UPDATE block SET number = 5 WHERE number = 6", "block 5: block 3 is missing before it"},
      {"UPDATE block SET number = 6 WHERE number = 5", ""},
      {"DELETE FROM block WHERE number = 6", "block 7: block 3 is missing before it"},
  };
  for (const auto& [sql, fault] : cases) {
    change(sql);
    const auto faults = open_to_read()->verify({})->faults;
    if (fault.empty())
      EXPECT_THAT(faults, IsEmpty()) << sql;
    else
      EXPECT_THAT(faults, Contains(HasSubstr(fault))) << sql;
  }
}

TEST_F(Merging, goes_not_past_a_tick_a_link_or_what_the_schema_does_not_know) {
  Seeded seeded(6);
  {
    const auto workspace = open_to_write();
    append_random(*workspace, seeded, {.batches = 3, .ticks = false});
    ASSERT_TRUE(workspace->tick(*parse_instant("2025-03-01T00:00:00Z")));
    append_random(*workspace, seeded, {.batches = 2, .first = 3, .ticks = false});
  }
  EXPECT_FALSE(merge(1, 5));
  EXPECT_TRUE(merge(1, 3));
  EXPECT_TRUE(merge(4, 6));  // It may begin with one.
  EXPECT_THAT(open_to_read()->verify({})->faults, IsEmpty());

  Story story;
  story.link("linked", "acc 1", "acc 2", "2025-03-02T00:00:00Z");
  ASSERT_TRUE(open_to_write()->append(story.batch()));
  EXPECT_FALSE(merge(6, 7));

  cel::Schema schema = trial_rules().schema;
  for (cel::EventType& type : schema.events)
    std::erase_if(type.properties, [](const auto& one) { return one.name == "amount"; });
  const auto open = database();
  EXPECT_FALSE(Merger::merge(*open, schema, 1, 6)->has_value());
}

// The writer's own thread merges what it wrote; a tick ends a run of small blocks.
TEST_F(Merging, happens_beside_a_writer) {
  Seeded seeded(7);
  const auto workspace = open_to_write();
  append_random(*workspace, seeded, {.batches = 40, .ticks = false});
  const auto before = told_now();
  Instant tick = *parse_instant("2027-01-01T00:00:00Z");
  const auto merged_count = [&] {
    return rows("SELECT count(*) FROM block WHERE hex(substr(data, 5, 1)) = '02'")[0];
  };
  for (int i = 0; i < 2'000 && merged_count() == "0"; ++i) {
    ASSERT_TRUE(workspace->tick(tick = tick + second));
    ASSERT_TRUE(workspace->flush());
  }
  EXPECT_EQ(merged_count(), "1");
  EXPECT_THAT(rows("SELECT number, event_count FROM block ORDER BY number LIMIT 1"),
              ElementsAre("40|1200"));
  EXPECT_EQ(told_now(), before);
  EXPECT_THAT(workspace->verify({})->faults, IsEmpty());
}

// Small blocks that an earlier writer left are merged by the next one.
TEST_F(Merging, begins_with_what_is_there) {
  Seeded seeded(8);
  append_random(*open_to_write(), seeded, {.batches = 6, .ticks = false});
  const auto workspace = open_to_write();
  Instant tick = *parse_instant("2027-01-01T00:00:00Z");
  for (int i = 0; i < 2'000 && rows("SELECT count(*) FROM block WHERE number < 6")[0] != "0"; ++i) {
    ASSERT_TRUE(workspace->tick(tick = tick + second));
    ASSERT_TRUE(workspace->flush());
  }
  EXPECT_THAT(rows("SELECT number, event_count FROM block ORDER BY number LIMIT 1"),
              ElementsAre("6|180"));
  EXPECT_THAT(workspace->verify({})->faults, IsEmpty());
}

}  // namespace
}  // namespace pharos::journal
