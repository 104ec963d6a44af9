// journal/dedupe_test.cc: an id is known for ever, whatever its form, and its contents are told
// apart.
#include "journal/dedupe.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "base/seeded.h"

namespace pharos::journal {
namespace {

TEST(Dedupe, tells_a_repeat_from_a_conflict) {
  Dedupe dedupe;
  for (const std::string_view id : {"1", "01", "0", "00", "-1", "+1", "1 ", "order-1", "999999999",
                                    "999999999999999999", "9999999999999999999", "\xE5\x85\xA5"}) {
    EXPECT_EQ(dedupe.add(id, 7), Seen::never) << id;
    EXPECT_EQ(dedupe.add(id, 7), Seen::same) << id;
    EXPECT_EQ(dedupe.add(id, 8), Seen::other) << id;
    EXPECT_EQ(dedupe.add(id, 7), Seen::same) << id;  // The first contents stay.
  }
  EXPECT_EQ(dedupe.count(), 12U);
}

// Against a plain map, over ids of many forms, dense and sparse, in and out of order.
TEST(Dedupe, agrees_with_a_map) {
  Seeded seeded(11);
  Dedupe dedupe;
  std::map<std::string, std::uint32_t> model;
  const auto next_id = [&](std::uint64_t i) -> std::string {
    switch (seeded.below(7)) {
      case 0: return std::to_string(i);                            // Counting up.
      case 1: return std::to_string(seeded.below(40'000));         // A dense range, out of order.
      case 2: return std::to_string(1'000'000 + i * 8);            // Every eighth.
      case 3: return std::to_string(seeded.below(1ULL << 58));     // Far apart.
      case 4: return std::to_string((i / 600) << 30 | (i % 600));  // Runs far apart.
      case 5: return "evt_" + std::to_string(seeded.below(50'000));
      default: return std::to_string(seeded.next()) + std::to_string(seeded.next());
    }
  };
  for (std::uint64_t i = 0; i < 300'000; ++i) {
    const std::string id = next_id(i);
    const auto contents = static_cast<std::uint32_t>(1 + seeded.below(2));
    const auto [at, is_new] = model.try_emplace(id, contents);
    const Seen expected = is_new ? Seen::never : at->second == contents ? Seen::same : Seen::other;
    ASSERT_EQ(dedupe.add(id, contents), expected) << id;
  }
  EXPECT_EQ(dedupe.count(), model.size());
  for (const auto& [id, contents] : model) ASSERT_EQ(dedupe.add(id, contents), Seen::same) << id;
}

// Past some MiB the ids lie in a file: the answers are the same, and the memory of the process does
// not grow with them.
TEST(Dedupe, of_a_long_history_lies_in_a_file) {
  constexpr std::uint64_t count = 4'000'000;
  Dedupe filed(testing::TempDir());
  for (std::uint64_t i = 0; i < count; ++i) {
    ASSERT_EQ(filed.add(std::to_string(i * 7 % count), 1), Seen::never);
    ASSERT_EQ(filed.add("evt_" + std::to_string(i), 2), Seen::never);
  }
  for (std::uint64_t i = 0; i < count; i += 97) {
    ASSERT_EQ(filed.add(std::to_string(i), 1), Seen::same);
    ASSERT_EQ(filed.add("evt_" + std::to_string(i), 3), Seen::other);
    ASSERT_EQ(filed.add("evt-" + std::to_string(i), 3), Seen::never);
  }
  EXPECT_GT(filed.filed_bytes(), count * 20);
  EXPECT_LT(filed.memory_bytes() - filed.filed_bytes(), 16U << 20);
}

TEST(Dedupe, without_a_folder_for_its_file_keeps_to_memory) {
  Dedupe dedupe("/proc/no/such/folder");
  for (std::uint64_t i = 0; i < 2'000'000; ++i)
    ASSERT_EQ(dedupe.add(std::to_string(i), 1), Seen::never);
  EXPECT_EQ(dedupe.add("1999999", 1), Seen::same);
  EXPECT_EQ(dedupe.filed_bytes(), 0U);
}

// Ids in pages, ids by hash, and ids that lie among the hashed ones though their page came later.
TEST(Dedupe, knows_from_an_image_what_it_knew) {
  Dedupe before;
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    before.add(std::to_string(i), 1);
    before.add(std::to_string(900'000 + i * 9 % 5'000), 2);
    before.add("evt_" + std::to_string(i), 3);
  }
  std::string image;
  engine::ImageWriter out(image);
  before.save(out);
  engine::ImageReader in(image);
  Dedupe after;
  after.load(in);
  ASSERT_TRUE(in.is_complete());
  EXPECT_EQ(after.count(), before.count());
  for (std::uint64_t i = 0; i < 25'000; ++i) {
    for (const std::string& id : {std::to_string(i), std::to_string(900'000 + i),
                                  "evt_" + std::to_string(i), std::to_string(i << 20)}) {
      const auto contents = static_cast<std::uint32_t>(1 + i % 3);
      ASSERT_EQ(after.add(id, contents), before.add(id, contents)) << id;
    }
  }
  for (std::size_t bytes = 0; bytes < image.size(); bytes += image.size() / 50) {
    engine::ImageReader cut(std::string_view(image).substr(0, bytes));
    Dedupe().load(cut);
    ASSERT_TRUE(cut.failed()) << bytes;
  }
}

TEST(Dedupe, takes_few_bytes_an_id) {
  constexpr std::uint64_t count = 500'000;
  Dedupe counted, hashed;
  for (std::uint64_t i = 0; i < count; ++i) {
    counted.add(std::to_string(i + 1), 1);
    hashed.add("evt_" + std::to_string(i), 1);
  }
  const std::size_t fixed = Dedupe().memory_bytes();
  EXPECT_LE((counted.memory_bytes() - fixed) / count, 5U);
  EXPECT_LE((hashed.memory_bytes() - fixed) / count, 32U);
  EXPECT_GE((hashed.memory_bytes() - fixed) / count, 20U);
}

TEST(HashedIds, with_equal_halves_stay_apart) {
  HashedIds ids;
  // All in one table, at one home, and at its very end.
  for (const std::uint64_t low : {std::uint64_t{0}, ~std::uint64_t{0}, std::uint64_t{5}}) {
    for (std::uint64_t high = 0; high < 200; ++high)
      ASSERT_EQ(ids.add({low, high * 1'024}, 3), Seen::never);
  }
  for (const std::uint64_t low : {std::uint64_t{0}, ~std::uint64_t{0}, std::uint64_t{5}}) {
    for (std::uint64_t high = 0; high < 200; ++high)
      ASSERT_EQ(ids.add({low, high * 1'024}, 3), Seen::same);
    ASSERT_EQ(ids.find({low, 200 * 1'024}, 3), Seen::never);
  }
}

}  // namespace
}  // namespace pharos::journal
