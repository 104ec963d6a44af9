// history/frame_test.cc: columns answer what a replay of the journal answers.
#include "history/frame.h"

#include <filesystem>
#include <fstream>
#include <map>

#include "cel/arena.h"
#include "history/segment.h"
#include "journal/trial.h"

namespace pharos::history {
namespace {

namespace fs = std::filesystem;
using journal::Workspace;

class Frames : public journal::Trial {
 protected:
  static const std::vector<std::string>& questions() {
    static const std::vector<std::string> list{
        "size",
        "city",
        "credit",
        "has(account.size)",
        "size == 'mid' && city == 'Bergen'",
        "count(order_paid)",
        "count(order_paid, '30d')",
        "count(order_paid, 'this month')",
        "count(order_paid, 'last month')",
        "count(order_paid, '30d', amount > 1.1)",
        "sum(order_paid.amount)",
        "sum(order_paid.amount, '20d')",
        "avg(order_paid.amount, '90d')",
        "min(order_paid.amount, '40d')",
        "max(order_paid.amount)",
        "first(order_paid.amount)",
        "last(order_paid.amount, '45d')",
        "distinct(order_paid.amount, '60d')",
        "distinct(login.member)",
        "last(login.member)",
        "first(login.member, '100d')",
        "count(login, 'this quarter', member == 'm1')",
        "since(login) > duration('240h')",
        "since(order_paid, amount > 1.2)",
        "growth(order_paid.amount, '30d')",
        "growth(login, '60d')",
        "count(order_paid, '60d') >= 3 || size == 'key'",
        "now",
        "sum(order_paid.amount, 'last year') >= 1 && count(login) > 1"};
    return list;
  }

  static std::vector<cel::Rule> compiled() {
    std::vector<cel::Rule> rules;
    const cel::Schema& schema = journal::trial_rules().schema;
    for (const std::string& text : questions()) {
      cel::Compiled one = cel::compile(
          text, {"question", 1, 1}, {.use = cel::Use::query, .schema = &schema, .metrics = {}}, {});
      EXPECT_TRUE(one.rule.has_value()) << text;
      if (one.rule) rules.push_back(*std::move(one.rule));
    }
    return rules;
  }

  static std::string shown(const cel::Value& value) {
    return value.is_error() ? "error" : cel::format_value(value, journal::trial_rules().schema);
  }

  // Every question about every account at `now`, by a replay up to there.
  static std::map<std::string, std::vector<std::string>> replayed(
      Workspace& workspace, const std::vector<cel::Rule>& rules, Instant now) {
    engine::Fold fold =
        workspace.make_fold({.queries = rules, .queries_only = true, .history = {}});
    EXPECT_TRUE(workspace.replay(fold, {.as_of = now}).has_value());
    std::map<std::string, std::vector<std::string>> answers;
    cel::Arena arena;
    for (std::uint32_t a = 0; a < fold.account_count(); ++a) {
      if (!fold.is_live({a}) || fold.is_alias({a})) continue;
      auto& own = answers[std::string(fold.account_id({a}))];
      for (std::uint32_t q = 0; q < rules.size(); ++q)
        own.push_back(shown(fold.query({a}, q, arena)));
    }
    return answers;
  }

  static std::map<std::string, std::vector<std::string>> framed(const Frame& frame,
                                                                const std::vector<cel::Rule>& rules,
                                                                Instant now) {
    const std::vector<Position> live = matching(frame, nullptr, now, 2);
    std::map<std::string, std::vector<std::string>> answers;
    for (const cel::Rule& rule : rules) {
      std::size_t taken = 0;
      each_value(frame, rule, now, live, [&](std::size_t i, const cel::Value& value) {
        answers[std::string(frame.directory().id(live[i]))].push_back(shown(value));
        ++taken;
      });
      EXPECT_EQ(taken, live.size());
    }
    return answers;
  }

  std::unique_ptr<const Frame> open(Workspace& workspace) const {
    auto frame = Frame::open(workspace, dir(), 2, {});
    EXPECT_TRUE(frame.has_value()) << (frame ? "" : frame.error().message);
    return frame ? *std::move(frame) : nullptr;
  }

  void compare(Seeded& seeded, int instants = 6) const {
    const auto workspace = open_to_read();
    const auto frame = open(*workspace);
    const std::vector<cel::Rule> rules = compiled();
    std::vector<Instant> moments{frame->clock()};
    for (int i = 1; i < instants; ++i)
      moments.push_back(*parse_instant("2024-12-01T00:00:00Z") +
                        static_cast<std::int64_t>(seeded.below(300)) * 12 * hour);
    for (const Instant now : moments) {
      const auto wanted = replayed(*workspace, rules, now), found = framed(*frame, rules, now);
      ASSERT_EQ(wanted.size(), found.size()) << format_instant(now);
      for (const auto& [id, answers] : wanted) {
        ASSERT_TRUE(found.contains(id)) << id;
        for (std::size_t q = 0; q < rules.size(); ++q)
          ASSERT_EQ(answers[q], found.at(id)[q])
              << id << ": " << questions()[q] << " at " << format_instant(now);
      }
    }
  }
  std::vector<fs::path> cached() const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(dir() + "/cache"))
      files.push_back(entry.path());
    return files;
  }
};

TEST_F(Frames, answer_as_a_replay_does) {
  Seeded seeded(11);
  append_random(*open_to_write(), seeded, {.batches = 12});
  compare(seeded);
}

TEST_F(Frames, know_linked_accounts_as_one) {
  for (const std::uint64_t seed : {1, 2, 3, 4}) {
    Seeded seeded(seed);
    append_random(*open_to_write(), seeded,
                  {.batches = 8, .links = true, .first = static_cast<int>(seed) * 10});
    compare(seeded);
    fs::remove_all(dir() + "/cache");
    compare(seeded, 2);
  }
}

TEST_F(Frames, take_in_what_came_since) {
  Seeded seeded(5);
  append_random(*open_to_write(), seeded, {.batches = 10});
  compare(seeded, 1);
  ASSERT_EQ(cached().size(), 1U);
  const auto made = fs::last_write_time(cached().front());
  for (int round = 1; round <= 3; ++round) {
    append_random(*open_to_write(), seeded, {.batches = 2, .first = round * 20});
    compare(seeded);
    EXPECT_EQ(fs::last_write_time(cached().front()), made);  // Few events make no new base.
  }
}

TEST_F(Frames, are_made_ahead_where_the_next_question_would_have_to) {
  Seeded seeded(7);
  append_random(*open_to_write(), seeded, {.batches = 6});
  const auto refresh = [&] {
    const auto refreshed = Frame::refresh(*open_to_read(), dir(), 2, {});
    ASSERT_TRUE(refreshed.has_value()) << refreshed.error().message;
  };
  refresh();
  ASSERT_EQ(cached().size(), 1U);
  const fs::path file = cached().front();
  const auto made = fs::last_write_time(file);
  append_random(*open_to_write(), seeded, {.batches = 2, .first = 10});
  refresh();
  EXPECT_EQ(fs::last_write_time(file), made);  // A short tail holds nobody up.
  fs::resize_file(file, 100);
  refresh();
  EXPECT_GT(fs::file_size(file), 100U);
  compare(seeded, 2);
  EXPECT_EQ(cached().size(), 1U);
}

TEST_F(Frames, survive_what_happens_to_the_cache) {
  Seeded seeded(6);
  append_random(*open_to_write(), seeded, {.batches = 6});
  compare(seeded, 1);
  const fs::path file = cached().front();
  const auto size = fs::file_size(file);
  for (const auto kept : {std::uintmax_t{0}, std::uintmax_t{7}, size / 2, size - 1}) {
    fs::resize_file(file, kept);
    compare(seeded, 2);
    EXPECT_EQ(fs::file_size(file), size);
  }
  for (std::size_t at = 0; at < 400; at += 9) {  // The header and the table of sections.
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(static_cast<std::streamoff>(at));
    stream.put('\x5A');
    stream.close();
    compare(seeded, 1);
  }
}

// A backup put back beside the cache of a later state: same numbers, other events.
TEST_F(Frames, of_another_journal_are_not_used) {
  Seeded seeded(7);
  append_random(*open_to_write(), seeded, {.batches = 3});
  fs::copy(dir() + "/pharos.db", dir() + "/backup.db");
  append_random(*open_to_write(), seeded, {.batches = 3, .first = 20});
  compare(seeded, 1);
  fs::rename(dir() + "/backup.db", dir() + "/pharos.db");
  append_random(*open_to_write(), seeded, {.batches = 3, .first = 40});
  compare(seeded);
}

TEST_F(Frames, of_nothing_are_empty) {
  const auto workspace = open_to_read();
  const auto frame = open(*workspace);
  ASSERT_NE(frame, nullptr);
  EXPECT_EQ(frame->account_count(), 0U);
  EXPECT_TRUE(matching(*frame, nullptr, frame->clock(), 2).empty());
}

}  // namespace
}  // namespace pharos::history
