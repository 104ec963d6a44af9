// journal/block_test.cc: a block holds its events whole, under whatever playbook it is read.
#include "journal/block.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "journal/contents.h"
#include "journal/sample.h"

namespace pharos::journal {
namespace {

using engine::Event;
using engine::EventBatch;
using testing::HasSubstr;

// An event in words, to compare what went in with what came out.
std::string told(const cel::Schema& schema, const EventBatch& batch, const Event& event) {
  std::string text =
      fmt::format("{} {} account {} ({}) member {} id {} extra {}", format_instant(event.time),
                  event.type == type_undeclared ? "?" : schema.events[event.type].name,
                  event.account_number.value, batch.view(event.account),
                  static_cast<std::int32_t>(event.member_number.value), batch.view(event.id),
                  batch.view(event.extra));
  if (event.type == type_undeclared) return text;
  const auto& properties = schema.events[event.type].properties;
  for (std::size_t i = 0; i < properties.size(); ++i) {
    const engine::Cell cell = batch.cells[event.cells + i];
    text += fmt::format(" {}=", properties[i].name);
    if (cell == engine::cell_absent)
      text += "absent";
    else if (cell == engine::cell_null)
      text += "null";
    else if (properties[i].type == cel::PropertyType::string)
      text += batch.view(engine::text_of(cell));
    else if (properties[i].type == cel::PropertyType::enum_)
      text += properties[i].values[static_cast<std::size_t>(cell)];
    else
      text += fmt::format("{}", cell);
  }
  return text;
}

std::vector<std::string> told(const cel::Schema& schema, const EventBatch& batch) {
  std::vector<std::string> lines;
  for (const Event& event : batch.events) lines.push_back(told(schema, batch, event));
  return lines;
}

struct Sample {
  cel::Schema schema = sample_schema();
  EventBatch batch;
  Directory directory;
  std::vector<std::uint64_t> sums;  // Of the contents, as they came.
  std::string bytes;

  explicit Sample(std::size_t count, double extra_share = 0.05) {
    SampleEvents events(7, 50);
    events.extra_share = extra_share;
    for (std::size_t i = 0; i < count; ++i) events.add(batch);
    write();
  }
  void write() {
    const Contents contents(schema);
    for (const Event& event : batch.events) sums.push_back(contents.sum_of(batch, event));
    SampleDirectory numbers;
    numbers.resolve(batch, directory);
    batch.seq_first = 1;
    BlockWriter(schema).write(batch, directory, bytes);
  }
};

Block read(const cel::Schema& schema, std::string_view bytes, const ReadOptions& options = {}) {
  BlockReader reader(schema);
  Block block;
  const auto result = reader.read(bytes, 1, options, block);
  EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().message);
  return block;
}

TEST(Block, holds_events_whole) {
  for (const std::size_t count : {0, 1, 2, 63, 1'000, 20'000}) {
    Sample sample(count);
    sample.batch.tick = {1'735'689'599'000};
    sample.bytes.clear();
    BlockWriter(sample.schema).write(sample.batch, sample.directory, sample.bytes);
    const Block block = read(sample.schema, sample.bytes);
    EXPECT_EQ(block.batch.seq_first, 1U);
    EXPECT_EQ(block.batch.tick, sample.batch.tick);
    EXPECT_EQ(block.undeclared_count, 0U);
    EXPECT_EQ(told(sample.schema, block.batch), told(sample.schema, sample.batch));
    ASSERT_EQ(block.directory.accounts.size(), sample.directory.accounts.size());
    for (std::size_t i = 0; i < block.directory.accounts.size(); ++i)
      EXPECT_EQ(block.directory.view(block.directory.accounts[i]),
                sample.directory.view(sample.directory.accounts[i]));
    ASSERT_EQ(block.directory.members.size(), sample.directory.members.size());
    for (std::size_t i = 0; i < block.directory.members.size(); ++i) {
      EXPECT_EQ(block.directory.view(block.directory.members[i]),
                sample.directory.view(sample.directory.members[i]));
      EXPECT_EQ(block.directory.member_accounts[i], sample.directory.member_accounts[i]);
    }
  }
}

TEST(Block, holds_the_ids_that_links_and_aliases_were_given) {
  Sample sample(0);
  EventBatch batch;
  Event link;
  link.type = playbook::event_link;
  link.id = batch.add_text("link 1");
  link.account = batch.add_text("merchant");
  batch.cells.push_back(engine::text_cell(batch.add_text("lead")));
  link.account_number = {0};
  batch.events = {link};
  Directory directory;
  directory.add_account("merchant");
  std::string bytes;
  BlockWriter(sample.schema).write(batch, directory, bytes);
  const Block block = read(sample.schema, bytes);
  EXPECT_EQ(block.batch.view(block.batch.events[0].account), "merchant");
  EXPECT_EQ(block.batch.view(engine::text_of(block.batch.cells[0])), "lead");
}

TEST(Block, of_generator_events_takes_few_bytes) {
  Sample sample(65'536, 0);
  // Account and amount alone are 12 to 20 bits of chance each, the time 11.
  EXPECT_LE(static_cast<double>(sample.bytes.size()) / 65'536, 9.0);
}

TEST(Block, knows_the_contents_of_its_events_without_a_playbook_of_that_day) {
  Sample sample(500);
  cel::Schema later = sample_schema();
  later.events.erase(later.events.begin() + 4);  // login
  std::swap(later.events[3].properties[0], later.events[3].properties[2]);
  for (const cel::Schema& schema : {sample.schema, later}) {
    std::vector<std::uint64_t> sums;
    const Block block = read(schema, sample.bytes, {.contents = &sums});
    ASSERT_EQ(sums.size(), sample.sums.size());
    std::vector<std::string_view> member_ids;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      const Event& event = block.batch.events[i];
      sums[i] +=
          account_term(block.directory.view(block.directory.accounts[event.account_number.value]));
      if (event.member_number != engine::no_member)
        sums[i] +=
            member_term(block.directory.view(block.directory.members[event.member_number.value]));
    }
    EXPECT_EQ(sums, sample.sums);
  }
}

TEST(Block, read_under_a_later_playbook_keeps_what_is_declared_and_sets_the_rest_aside) {
  Sample sample(1'000, 0.5);
  cel::Schema later = sample_schema();
  // login is gone; order_paid has lost its channel and won a coupon, in another order; a score of
  // surveys is text now, their answers a double; "fair" is no mood any more.
  later.events.erase(later.events.begin() + 4);
  auto& order = later.events[3].properties;
  order = {{"coupon", cel::PropertyType::string, {}}, order[1], order[0]};
  auto& survey = later.events.back().properties;
  survey[0].type = cel::PropertyType::string;
  survey[1].type = cel::PropertyType::double_;
  survey[4].values = {"bad", "good"};

  const Block block = read(later, sample.bytes);
  std::size_t logins = 0, surveys = 0, orders = 0;
  for (std::size_t i = 0; i < block.batch.events.size(); ++i) {
    const Event& now = block.batch.events[i];
    const Event& then = sample.batch.events[i];
    EXPECT_EQ(block.batch.view(now.id), sample.batch.view(then.id));
    const auto cell_now = [&](std::size_t p) { return block.batch.cells[now.cells + p]; };
    const auto cell_then = [&](std::size_t p) { return sample.batch.cells[then.cells + p]; };
    if (then.type == 4) {
      ++logins;
      EXPECT_EQ(now.type, type_undeclared);
      EXPECT_THAT(block.batch.view(now.extra), HasSubstr("\"channel\":\"channel_"));
    } else if (then.type == 3) {
      ++orders;
      EXPECT_EQ(now.type, 3U);
      EXPECT_EQ(cell_now(0), engine::cell_absent);
      EXPECT_EQ(cell_now(2), cell_then(0));
      if (cell_then(2) != engine::cell_absent) {
        const std::string extra(block.batch.view(now.extra));
        EXPECT_THAT(extra,
                    HasSubstr(fmt::format("{{\"channel\":\"{}\"",
                                          sample.batch.view(engine::text_of(cell_then(2))))));
        if (then.extra.size > 0) {
          EXPECT_THAT(extra, HasSubstr(",\"note\":\"none of ours\"}"));
        }
      }
    } else if (then.type == 7) {
      ++surveys;
      EXPECT_EQ(now.type, 6U);
      EXPECT_EQ(cell_now(0), engine::cell_absent);
      EXPECT_THAT(block.batch.view(now.extra), HasSubstr("\"score\":"));
      if (cell_then(1) != engine::cell_absent) {
        EXPECT_EQ(std::bit_cast<double>(cell_now(1)), static_cast<double>(cell_then(1)));
      }
      const engine::Cell moods[] = {1, engine::cell_absent, 0};
      EXPECT_EQ(cell_now(4), moods[cell_then(4)]);
    }
  }
  EXPECT_EQ(block.undeclared_count, logins);
  EXPECT_GT(logins, 0U);
  EXPECT_GT(orders, 0U);
  EXPECT_GT(surveys, 0U);
}

TEST(Block, without_a_wanted_account_is_left_unread) {
  Sample sample(200);
  const engine::AccountNumber some = sample.batch.events[50].account_number;
  const std::vector<engine::AccountNumber> there{{9'999}, some}, not_there{{9'999}};
  EXPECT_EQ(read(sample.schema, sample.bytes, {.only = &there}).batch.events.size(), 200U);
  const Block block = read(sample.schema, sample.bytes, {.only = &not_there});
  EXPECT_TRUE(block.batch.events.empty());
  EXPECT_FALSE(block.directory.accounts.empty());
}

TEST(Block, says_what_is_wrong_with_it) {
  Sample sample(200);
  const auto message = [&](std::string bytes, ErrorCode code) {
    Block block;
    const auto result = BlockReader(sample.schema).read(bytes, 17, {}, block);
    EXPECT_FALSE(result.has_value());
    if (result) return std::string();
    EXPECT_EQ(result.error().code, code);
    return result.error().message;
  };
  EXPECT_THAT(message("", ErrorCode::corrupt), HasSubstr("block 17"));
  EXPECT_THAT(message("SQLite", ErrorCode::corrupt), HasSubstr("does not begin as a block does"));
  std::string newer = sample.bytes;
  newer[4] = 9;
  EXPECT_THAT(message(newer, ErrorCode::invalid), HasSubstr("format 9 is of a newer Pharos"));
  std::string dollars = sample.bytes;
  dollars[5] = 3;
  EXPECT_THAT(message(dollars, ErrorCode::invalid), HasSubstr("3 digits after the point"));
  EXPECT_THAT(message(sample.bytes.substr(0, 30), ErrorCode::corrupt), HasSubstr("its head"));
  EXPECT_THAT(message(sample.bytes.substr(0, sample.bytes.size() - 1), ErrorCode::corrupt),
              HasSubstr("column survey_answered.mood"));
  EXPECT_THAT(message(sample.bytes + "x", ErrorCode::corrupt), HasSubstr("bytes behind"));
}

TEST(Block, with_any_byte_changed_is_refused_or_read_within_its_bounds) {
  Sample sample(120);
  Seeded seeded(5);
  std::size_t refused = 0;
  BlockReader reader(sample.schema);
  for (std::size_t i = 0; i < sample.bytes.size(); ++i) {
    std::string changed = sample.bytes;
    changed[i] = static_cast<char>(changed[i] ^ static_cast<char>(1 + seeded.below(255)));
    Block block;
    std::vector<std::uint64_t> sums;
    if (!reader.read(changed, 1, {.contents = &sums}, block)) {
      ++refused;
      continue;
    }
    for (const std::string& line : told(sample.schema, block.batch)) ASSERT_FALSE(line.empty());
  }
  EXPECT_GT(refused, sample.bytes.size() / 4);  // Many bytes are values: any would do.
}

// Files that each format version wrote stay readable for ever. Beside each: its events in words, as
// they went in.
TEST(Block, of_every_format_so_far_can_be_read) {
  const std::filesystem::path folder =
      std::filesystem::path(PHAROS_SOURCE_DIR) / "test/golden/journal";
  const auto contents_of = [](const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const cel::Schema schema = sample_schema();
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".block") continue;
    ++count;
    const Block block = read(schema, contents_of(entry.path()));
    std::string lines;
    for (const std::string& line : told(schema, block.batch)) lines += line + "\n";
    EXPECT_EQ(lines, contents_of(std::filesystem::path(entry.path()).replace_extension(".txt")))
        << entry.path();
  }
  EXPECT_GE(count, 6U);
}

TEST(Block, that_was_merged_says_what_it_stands_for) {
  const Sample sample(50);
  const std::vector<std::uint64_t> links = {7, ~std::uint64_t{0}, 0};
  std::string bytes;
  BlockWriter(sample.schema).write(sample.batch, sample.directory, bytes, links);
  EXPECT_EQ(*links_of(bytes, 1), links);
  EXPECT_THAT(*links_of(sample.bytes, 1), testing::IsEmpty());
  EXPECT_EQ(told(sample.schema, read(sample.schema, bytes).batch),
            told(sample.schema, read(sample.schema, sample.bytes).batch));
  for (const std::size_t size : {4U, 5U, 6U, 20U})
    EXPECT_EQ(links_of(std::string_view(bytes).substr(0, size), 1).error().code,
              ErrorCode::corrupt);
}

TEST(Chain, goes_on_behind_merged_blocks_as_behind_their_parts) {
  const std::uint64_t sums[] = {checksum_of("a"), checksum_of("b"), checksum_of("c")};
  std::uint64_t chain = 5;
  for (const std::uint64_t sum : sums) {
    EXPECT_EQ(step_of(chain, sum, {}).numbers, 1U);
    chain = step_of(chain, sum, {}).chain;
  }
  EXPECT_EQ(step_of(5, checksum_of("abc"), sums).chain, chain);
  EXPECT_EQ(step_of(5, checksum_of("abc"), sums).numbers, 3U);
}

TEST(Chain, depends_on_every_block_and_their_order) {
  const std::uint64_t a = checksum_of("a"), b = checksum_of("b");
  EXPECT_NE(a, b);
  EXPECT_NE(chain_of(chain_of(0, a), b), chain_of(chain_of(0, b), a));
}

}  // namespace
}  // namespace pharos::journal
