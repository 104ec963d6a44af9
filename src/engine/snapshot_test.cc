// engine/snapshot_test.cc: a fold goes on from its bytes; other bytes are refused.
#include "engine/snapshot.h"

#include <gtest/gtest.h>

#include "base/seeded.h"
#include "engine/crowd.h"

namespace pharos::engine {
namespace {

using testing::apply;
using testing::Crowd;
using testing::crowd_yaml;
using testing::load;

constexpr std::string_view made_by = "test 1";

TEST(Snapshot, a_fold_goes_on_from_its_bytes_as_if_nothing_had_been) {
  const playbook::Playbook playbook = load(crowd_yaml);
  Crowd crowd(playbook);
  Fold fold(playbook);
  apply(fold, crowd.next(20'000));
  std::string bytes = "before";  // It appends.
  write_snapshot(fold, made_by, bytes);
  auto again = read_snapshot(playbook, {}, made_by, std::string_view(bytes).substr(6));
  ASSERT_TRUE(again) << again.error().message;
  std::size_t transitions = 0, changes = 0;
  for (int round = 0; round < 4; ++round) {
    ASSERT_EQ(again->account_count(), fold.account_count());
    ASSERT_EQ(again->member_count(), fold.member_count());
    for (std::uint32_t a = 0; a < fold.account_count(); ++a) {
      ASSERT_EQ(again->digest({a}), fold.digest({a}));
      ASSERT_EQ(again->next_timer({a}), fold.next_timer({a}));
    }
    EventBatch batch = crowd.next(5'000);
    if (round == 2) batch.tick = batch.events.back().time + Duration{90 * 86'400'000LL};
    const Effects one = apply(fold, batch), other = apply(*again, batch);
    EXPECT_EQ(one.transitions, other.transitions);
    EXPECT_EQ(one.segments, other.segments);
    EXPECT_EQ(one.accounts.size(), other.accounts.size());
    EXPECT_EQ(one.members.size(), other.members.size());
    transitions += one.transitions.size();
    changes += one.segments.size();
  }
  EXPECT_GT(transitions, 500U);  // Or nothing was compared.
  EXPECT_GT(changes, 1'000U);
  // The same state is the same bytes, wherever it lies.
  std::string first, second;
  write_snapshot(fold, made_by, first);
  write_snapshot(*read_snapshot(playbook, {}, made_by, first), made_by, second);
  EXPECT_EQ(first, second);
}

TEST(Snapshot, an_empty_fold_has_one_too) {
  const playbook::Playbook playbook = load(crowd_yaml);
  std::string bytes;
  write_snapshot(Fold(playbook), made_by, bytes);
  auto fold = read_snapshot(playbook, {}, made_by, bytes);
  ASSERT_TRUE(fold) << fold.error().message;
  Crowd crowd(playbook);
  apply(*fold, crowd.next(100));
  EXPECT_GT(fold->account_count(), 50U);
}

TEST(Snapshot, one_of_another_playbook_or_program_is_refused) {
  const playbook::Playbook playbook = load(crowd_yaml);
  std::string bytes;
  write_snapshot(Fold(playbook), made_by, bytes);
  const auto code = [&](const playbook::Playbook& other, std::string_view by) {
    const auto fold = read_snapshot(other, {}, by, bytes);
    return fold ? "read" : std::string(name_of(fold.error().code));
  };
  EXPECT_EQ(code(playbook, made_by), "read");
  EXPECT_EQ(code(load(crowd_yaml), made_by), "read");  // The same text is the same playbook.
  EXPECT_EQ(code(playbook, "test 2"), "invalid");
  for (const auto& [from, to] : std::initializer_list<std::pair<std::string, std::string>>{
           {"30d", "31d"},
           {"14d", "15d"},
           {"> 5", ">= 5"},
           {"food", "home"},
           {"CNY", "USD"},
           {"smb, key", "smb, mid, key"},
           {"timezone: UTC", "timezone: Asia/Shanghai"}}) {
    std::string other = crowd_yaml;
    ASSERT_NE(other.find(from), std::string::npos) << from;
    other.replace(other.find(from), from.size(), to);
    EXPECT_EQ(code(load(other), made_by), "invalid") << to;
  }
}

TEST(Snapshot, bytes_that_are_not_what_was_written_are_refused) {
  const playbook::Playbook playbook = load(crowd_yaml);
  Crowd crowd(playbook);
  Fold fold(playbook);
  apply(fold, crowd.next(500));
  std::string bytes;
  write_snapshot(fold, made_by, bytes);
  Seeded seeded(1);
  for (int i = 0; i < 300; ++i) {
    std::string other = bytes;
    const std::size_t at = i < 48 ? static_cast<std::size_t>(i) : seeded.below(bytes.size());
    other[at] = static_cast<char>(other[at] ^ (1 << seeded.below(8)));
    EXPECT_FALSE(read_snapshot(playbook, {}, made_by, other)) << "byte " << at;
    EXPECT_FALSE(read_snapshot(playbook, {}, made_by, std::string_view(bytes).substr(0, at)));
  }
  EXPECT_FALSE(read_snapshot(playbook, {}, made_by, bytes + "x"));
  EXPECT_FALSE(read_snapshot(playbook, {}, made_by, ""));
}

}  // namespace
}  // namespace pharos::engine
