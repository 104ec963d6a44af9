// ingest/run_test.cc: records survive, sort, spill and merge.
#include "ingest/run.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/seeded.h"
#include "ingest/import_trial.h"
#include "ingest/record.h"

namespace pharos::ingest {
namespace {

std::string record(const RecordFormat& format, std::uint64_t key, std::string_view id) {
  EventDraft draft;
  draft.key = key;
  draft.type = playbook::event_first_declared;
  draft.id = id;
  draft.account = "a";
  std::string out;
  RecordWriter(format).append(out, draft);
  return out;
}

TEST(Record, every_part_comes_back) {
  const playbook::Playbook playbook = shop();
  const RecordFormat format(playbook);
  const std::string long_text(40'000, 'y');
  EventDraft draft;
  draft.key = sort_key(false, Instant{1'738'315'800'123}, 7);
  draft.type = 4;
  draft.id = "id-1";
  draft.account = "acc";
  draft.member = "mem";
  draft.extra = "{\"k\":1}";
  for (const CellValue text : {CellValue{0, ""}, CellValue{0, "x"}, CellValue{0, long_text},
                               CellValue{}, CellValue{engine::cell_null, ""}})
    for (const engine::Cell cell :
         {engine::Cell{0}, engine::Cell{-1}, engine::int_property_max, -engine::int_property_max,
          engine::cell_absent, engine::cell_null, engine::cell_null + 1,
          std::bit_cast<engine::Cell>(-1.5)}) {
      draft.cells = {{cell, ""}, text, {1, ""}, {cell, ""}};
      std::string out;
      RecordWriter(format).append(out, draft);
      EXPECT_EQ(record_bytes(out.data()), out.size());
      engine::EventBatch batch;
      RecordReader(format).read(out.data(), batch);
      const engine::Event& event = batch.events.at(0);
      EXPECT_EQ(event.time, Instant{1'738'315'800'123});
      EXPECT_EQ(batch.view(event.id), "id-1");
      EXPECT_EQ(batch.view(event.account), "acc");
      EXPECT_EQ(batch.view(event.member), "mem");
      EXPECT_EQ(batch.view(event.extra), "{\"k\":1}");
      ASSERT_EQ(batch.cells.size(), 4U);
      EXPECT_EQ(batch.cells[0], cell);
      EXPECT_EQ(batch.cells[3], cell);
      if (text.cell == 0)
        EXPECT_EQ(batch.view(engine::text_of(batch.cells[1])), text.text);
      else
        EXPECT_EQ(batch.cells[1], text.cell);
    }
}

TEST(Record, keys_order_links_then_time_then_rank) {
  const std::uint64_t keys[] = {
      sort_key(true, instant_min, 0),    sort_key(true, instant_max, 255),
      sort_key(false, instant_min, 0),   sort_key(false, instant_min, 255),
      sort_key(false, Instant{-1}, 0),   sort_key(false, Instant{0}, 0),
      sort_key(false, Instant{0}, 1),    sort_key(false, Instant{1}, 0),
      sort_key(false, instant_max, 255),
  };
  EXPECT_TRUE(std::ranges::is_sorted(keys));
  EXPECT_EQ(time_of(keys[1]), instant_max);
  EXPECT_EQ(time_of(keys[2]), instant_min);
  EXPECT_EQ(time_of(keys[4]), Instant{-1});
}

TEST(MadeIds, equal_contents_are_numbered_within_their_instant) {
  MadeIds ids;
  const auto id = [&](Instant time, std::uint64_t low) {
    std::string out;
    ids.append_id(out, time, {low, 1});
    return out;
  };
  const std::string first = id(Instant{5}, 9);
  EXPECT_EQ(first, "~00000000000000010000000000000009");
  EXPECT_EQ(id(Instant{5}, 8), "~00000000000000010000000000000008");
  EXPECT_EQ(id(Instant{5}, 9), first + ".2");
  EXPECT_EQ(id(Instant{5}, 9), first + ".3");
  EXPECT_EQ(id(Instant{6}, 9), first);
}

// Against std::stable_sort over all records, for budgets from none to plenty.
TEST(RunStore, spilled_or_not_the_order_is_that_of_a_stable_sort) {
  const playbook::Playbook playbook = shop();
  const RecordFormat format(playbook);
  for (const std::size_t budget : {std::size_t{0}, std::size_t{3'000}, std::size_t{1} << 30}) {
    Seeded random(budget + 1);
    RunStore store(budget, std::filesystem::temp_directory_path().string());
    std::vector<std::pair<std::uint64_t, std::string>> wanted;
    int number = 0;
    for (int run = 0; run < 40; ++run) {
      std::string records;
      for (std::uint64_t i = random.below(50); i > 0; --i) {
        const std::uint64_t key = random.below(30);
        wanted.emplace_back(key, std::to_string(number++));
        records += record(format, key, wanted.back().second);
      }
      ASSERT_TRUE(store.add(make_run(records)));
    }
    std::ranges::stable_sort(wanted, {}, &std::pair<std::uint64_t, std::string>::first);
    EXPECT_EQ(store.has_spilled(), budget < 1'000'000);
    auto merge = store.merge();
    ASSERT_TRUE(merge);
    RecordReader reader(format);
    for (const auto& [key, id] : wanted) {
      const auto next = merge->next();
      ASSERT_TRUE(next);
      ASSERT_NE(*next, nullptr);
      ASSERT_EQ(record_key(*next), key);
      engine::EventBatch batch;
      reader.read(*next, batch);
      ASSERT_EQ(batch.view(batch.events[0].id), id);
    }
    EXPECT_EQ(*merge->next(), nullptr);
  }
}

TEST(RunStore, a_folder_that_cannot_be_written_is_an_error) {
  const playbook::Playbook playbook = shop();
  RunStore store(0, "/proc/no/such/folder");
  const auto added = store.add(make_run(record(RecordFormat(playbook), 1, "x")));
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, ErrorCode::io);
}

}  // namespace
}  // namespace pharos::ingest
