// journal/column_test.cc: every list comes back as it went, in few bytes where its shape allows it.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/seeded.h"
#include "journal/column_reader.h"
#include "journal/column_writer.h"

namespace pharos::journal {
namespace {

using Integers = std::vector<std::int64_t>;

std::size_t bytes_of(const Integers& values) {
  ColumnWriter writer;
  std::string bytes;
  writer.integers(values, bytes);
  ColumnReader reader;
  ByteReader in(bytes);
  Integers read(values.size(), 77);
  EXPECT_TRUE(reader.integers(in, read));
  EXPECT_TRUE(in.is_complete());
  EXPECT_EQ(read, values);
  return bytes.size();
}

std::size_t bytes_of(const std::vector<std::string>& values, TextUse use = TextUse::value) {
  ColumnWriter writer;
  std::string bytes;
  const std::vector<std::string_view> views(values.begin(), values.end());
  writer.texts(views, use, bytes);
  ColumnReader reader;
  ByteReader in(bytes);
  std::string text = "before";
  std::vector<engine::TextRef> refs(values.size());
  EXPECT_TRUE(reader.texts(in, text, refs));
  EXPECT_TRUE(in.is_complete());
  for (std::size_t i = 0; i < refs.size(); ++i)
    EXPECT_EQ(std::string_view(text).substr(refs[i].offset, refs[i].size), values[i]);
  return bytes.size();
}

TEST(Integers, of_every_size_come_back) {
  const std::int64_t least = std::numeric_limits<std::int64_t>::min();
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const Integers rows[] = {{},
                           {0},
                           {least},
                           {most, least},
                           {least, most, 0, -1, 1},
                           {1, 2, 3, 4, 5, 6, 7, 8, 9, 10},
                           {5, 5, 5, 5},
                           {0, most, least, most, least, most}};
  for (const auto& row : rows) bytes_of(row);
}

TEST(Integers, of_every_width_and_count_come_back) {
  Seeded seeded(1);
  for (int width = 0; width <= 64; ++width) {
    for (const std::size_t count : {1, 2, 63, 64, 127, 128, 129, 300}) {
      Integers values;
      for (std::size_t i = 0; i < count; ++i)
        values.push_back(static_cast<std::int64_t>(width == 0 ? 0 : seeded.next() >> (64 - width)));
      const std::size_t bytes = bytes_of(values);
      // Never much more than the bits themselves.
      EXPECT_LE(bytes, count * static_cast<std::size_t>(width) / 8 + 32 + count / 8);
    }
  }
}

TEST(Integers, with_a_pattern_take_few_bytes) {
  Integers sequence, hundreds, days, skewed, rare, few;
  Seeded seeded(2);
  const std::int64_t prices[] = {990, 4'901, 19'907, 99'999};
  for (std::int64_t i = 0; i < 10'000; ++i) {
    sequence.push_back(1'000'000 + i);
    hundreds.push_back(seeded.between(0, 1'000) * 100);       // Whole amounts: 10 bits.
    days.push_back(1'700'000'000'000 + i / 50 * 86'400'000);  // Dates in order.
    skewed.push_back(seeded.chance(0.9) ? 1 : seeded.between(0, 7));
    rare.push_back(seeded.chance(0.001) ? 1 : 0);
    few.push_back(prices[seeded.below(4)]);
  }
  EXPECT_LE(bytes_of(sequence), 8U);
  EXPECT_LE(bytes_of(hundreds), 13'000U);
  EXPECT_LE(bytes_of(days), 400U);
  EXPECT_LE(bytes_of(skewed), 2'000U);
  EXPECT_LE(bytes_of(rare), 150U);
  EXPECT_LE(bytes_of(few), 2'700U);  // Two bits each.
}

TEST(Doubles, come_back_bit_by_bit) {
  const std::vector<double> rows[] = {
      {},
      {0.0},
      {-0.0},
      {4.5, 3.25, 5.0},
      {0.1, 0.2, 0.30000000000000004},
      {std::numeric_limits<double>::denorm_min(), std::numeric_limits<double>::max(), -1e300},
      {1e15, 9007199254740993.0},
      {std::numeric_limits<double>::infinity(), std::nan("7")}};
  for (const auto& row : rows) {
    ColumnWriter writer;
    std::string bytes;
    writer.doubles(row, bytes);
    ColumnReader reader;
    ByteReader in(bytes);
    std::vector<double> read(row.size());
    ASSERT_TRUE(reader.doubles(in, read));
    EXPECT_TRUE(in.is_complete());
    for (std::size_t i = 0; i < row.size(); ++i)
      EXPECT_EQ(std::bit_cast<std::uint64_t>(read[i]), std::bit_cast<std::uint64_t>(row[i]));
  }
}

TEST(Texts, of_every_form_come_back) {
  const std::vector<std::string> rows[] = {
      {},
      {""},
      {"", "", ""},
      {"a", "bb", "", "ccc"},
      {"1", "2", "10", "9223372036854775807", "123456789012345678901234567890"},
      {"0", "00", "007", "-5", "+5", "5.", "5"},
      {"order-1", "order-2", "refund-1"},
      {"000", "0001", "0010"},
      {"deadbeef", "00000000", "ffffffff"},
      {"deadbeef", "DEADBEEF"},
      {"123e4567-e89b-12d3-a456-426614174000", "00000000-0000-0000-0000-000000000000"},
      {"123e4567-e89b-12d3-a456-426614174000", "123E4567-e89b-12d3-a456-426614174000"},
      {std::string("\0\xFF\xFE", 3), "\xE5\x85\xA5\xE9\xA9\xBB"},
      {std::string(32'768, 'x'), "y"}};
  for (const auto& row : rows) {
    bytes_of(row);
    bytes_of(row, TextUse::id);
  }
}

TEST(Texts, with_a_pattern_take_few_bytes) {
  std::vector<std::string> ids, marked, uuids, hashes, words;
  Seeded seeded(3);
  for (int i = 0; i < 10'000; ++i) {
    ids.push_back(std::to_string(i + 1));
    marked.push_back(fmt::format("evt_{:08}", i));
    uuids.push_back(fmt::format("{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}", seeded.below(1ULL << 32),
                                seeded.below(1 << 16), seeded.below(1 << 12), seeded.below(1 << 12),
                                seeded.below(1ULL << 48)));
    hashes.push_back(fmt::format("{:016x}{:016x}", seeded.next(), seeded.next()));
    words.push_back(seeded.chance(0.5) ? "app" : "web");
  }
  EXPECT_LE(bytes_of(ids, TextUse::id), 32U);
  EXPECT_LE(bytes_of(marked, TextUse::id), 300U);
  EXPECT_LE(bytes_of(uuids, TextUse::id), 161'000U);  // 16 bytes each.
  EXPECT_LE(bytes_of(hashes, TextUse::id), 161'000U);
  EXPECT_LE(bytes_of(words), 1'400U);  // A bit each.
}

// Whatever a byte is changed to, or wherever the bytes end, reading ends, within bounds.
TEST(Columns, survive_any_change_of_a_byte) {
  Seeded seeded(4);
  ColumnWriter writer;
  std::vector<std::string> lists;
  {
    Integers skewed, wide, table;
    std::vector<std::string> ids, words, hashes;
    for (int i = 0; i < 300; ++i) {
      skewed.push_back(seeded.chance(0.9) ? 1 : 2);
      wide.push_back(static_cast<std::int64_t>(seeded.next() >> 30));
      table.push_back(static_cast<std::int64_t>(seeded.below(3)) << 40);
      ids.push_back(fmt::format("id-{}", i * 7));
      words.push_back(fmt::format("word {}", seeded.below(20)));
      hashes.push_back(fmt::format("{:016x}", seeded.next()));
    }
    for (const Integers* values : {&skewed, &wide, &table}) {
      lists.emplace_back("i");
      writer.integers(*values, lists.back());
    }
    for (const auto* values : {&ids, &words, &hashes}) {
      const std::vector<std::string_view> views(values->begin(), values->end());
      lists.emplace_back("t");
      writer.texts(views, TextUse::value, lists.back());
    }
  }
  ColumnReader reader;
  std::size_t refused = 0;
  for (const std::string& list : lists) {
    for (std::size_t i = 1; i < list.size(); ++i) {
      std::string changed = list;
      changed[i] = static_cast<char>(changed[i] ^ static_cast<char>(1 + seeded.below(255)));
      if (seeded.chance(0.2)) changed.resize(i);
      ByteReader in(std::string_view(changed).substr(1));
      std::string text;
      Integers values(300);
      std::vector<engine::TextRef> refs(300);
      const bool read = list[0] == 'i' ? reader.integers(in, values) : reader.texts(in, text, refs);
      if (!read) {
        ++refused;
      } else if (list[0] == 't') {
        for (const auto ref : refs) ASSERT_LE(std::size_t{ref.offset} + ref.size, text.size());
      }
    }
  }
  EXPECT_GT(refused, 0U);
}

}  // namespace
}  // namespace pharos::journal
