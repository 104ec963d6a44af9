// history/replay_test.cc: a life read from columns is the life that the journal's fold gave.
#include "history/replay.h"

#include <map>

#include "journal/trial.h"

namespace pharos::history {
namespace {

using journal::Workspace;

class Replays : public journal::Trial {
 protected:
  struct Life {
    std::vector<engine::Transition> transitions;
    std::uint64_t digest = 0;
    Instant clock;
  };

  static std::map<std::string, Life> read(
      const Frame& frame, Instant until, bool complete,
      const playbook::Playbook& playbook = journal::trial_rules()) {
    LifeReader reader(frame, playbook, {}, false, until, complete);
    std::map<std::string, Life> lives;
    for (Position p = 0; p < frame.account_count(); ++p) {
      engine::Fold fold(playbook);
      engine::Effects effects;
      const engine::AccountNumber account = reader.read(p, fold, effects);
      if (!fold.is_live(account)) continue;
      lives[std::string(frame.directory().id(p))] = {effects.transitions, fold.digest(account),
                                                     fold.clock(account)};
    }
    return lives;
  }

  // By the transitions that the writer stored.
  static std::map<std::string, std::vector<engine::Transition>> stored(Workspace& workspace) {
    std::map<std::string, std::vector<engine::Transition>> all;
    EXPECT_TRUE(workspace.each_transition([&](const journal::TransitionRow& row) -> Result<> {
      all[std::string(row.account)].push_back(
          {{0}, row.node, row.kind, row.entry, row.at, row.seq});
      return {};
    }));
    return all;
  }

  void compare() const {
    const auto workspace = open_to_read();
    const auto frame = Frame::open(*workspace, dir(), 2, {}).value();
    const auto wanted = stored(*workspace);
    const auto complete = read(*frame, never, true), brief = read(*frame, never, false);
    for (const auto& [id, life] : complete) {
      const auto at = wanted.find(id);
      const auto transitions = at == wanted.end() ? std::vector<engine::Transition>() : at->second;
      EXPECT_EQ(life.transitions, transitions) << id;
      std::vector<engine::Transition> others = brief.at(id).transitions;
      ASSERT_EQ(others.size(), transitions.size()) << id;
      for (std::size_t i = 0; i < others.size(); ++i) {
        others[i].seq = transitions[i].seq;
        EXPECT_EQ(others[i], transitions[i]) << id;
      }
    }
    for (const int days : {20, 47, 90, 133}) {
      const Instant until = *parse_instant("2025-01-01T06:00:00Z") + days * day;
      engine::Fold fold = workspace->make_fold({});
      ASSERT_TRUE(workspace->replay(fold, {.as_of = until}).has_value());
      const auto then = read(*frame, until, true);
      for (std::uint32_t a = 0; a < fold.account_count(); ++a) {
        if (!fold.is_live({a}) || fold.is_alias({a})) continue;
        const std::string id(fold.account_id({a}));
        ASSERT_TRUE(then.contains(id)) << id;
        EXPECT_EQ(then.at(id).clock, fold.clock({a})) << id;
        EXPECT_EQ(then.at(id).digest, fold.digest({a})) << id << " at " << format_instant(until);
      }
    }
  }
};

TEST_F(Replays, give_the_transitions_of_the_journal) {
  for (const std::uint64_t seed : {21, 22, 23}) {
    Seeded seeded(seed);
    append_random(*open_to_write(), seeded,
                  {.batches = 8, .first = static_cast<int>(seed - 20) * 10});
    compare();
    if (HasFailure()) return;
  }
}

// Where a node stays once it is entered, what it waited for is not read any more.
TEST_F(Replays, are_the_same_when_what_nobody_waits_for_is_left_out) {
  std::string text(journal::trial_playbook);
  const std::size_t nodes = text.find("        - node: active");
  text = text.substr(0, nodes) +
         R"(        - {node: second, on: order_paid, if: "count(order_paid, '60d') >= 2"}
        - {node: rich, on: order_paid, if: "sum(order_paid.amount, '90d') >= 6"}
        - {node: loyal, when: "count(login, '90d') >= 2", due: 20d}
)";
  const auto loaded = playbook::load({{"stays.yaml", text}});
  ASSERT_TRUE(loaded.playbook.has_value());
  Seeded seeded(41);
  append_random(*open_to_write(), seeded, {.batches = 20});
  const auto workspace = open_to_read();
  const auto frame = Frame::open(*workspace, dir(), 2, {}).value();
  ASSERT_TRUE(fits(*frame, *loaded.playbook));
  std::size_t held = 0;
  const auto all = read(*frame, never, true, *loaded.playbook);
  const auto brief = read(*frame, never, false, *loaded.playbook);
  for (const auto& [id, life] : all) {
    std::vector<engine::Transition> others = brief.at(id).transitions;
    ASSERT_EQ(others.size(), life.transitions.size()) << id;
    for (std::size_t i = 0; i < others.size(); ++i) {
      others[i].seq = life.transitions[i].seq;
      EXPECT_EQ(others[i], life.transitions[i]) << id;
      held += others[i].node == 2 ? 1 : 0;
    }
    EXPECT_EQ(brief.at(id).clock, life.clock);
  }
  EXPECT_GT(held, 2U);  // Some came to where orders do not matter any more.
}

TEST_F(Replays, tell_linked_lives_anew) {
  for (std::uint64_t seed = 31; seed < 39; ++seed) {
    Seeded seeded(seed);
    append_random(*open_to_write(), seeded,
                  {.batches = 4, .links = true, .first = static_cast<int>(seed - 30) * 10});
    compare();
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace pharos::history
