// sim/leaps_test.cc: a life read in leaps over the history's columns, beside the same life read
// event by event, under made-up playbooks.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <filesystem>

#include "cel/arena.h"
#include "engine/outlook.h"
#include "history/replay.h"
#include "journal/workspace.h"
#include "sim/generator.h"

namespace pharos::sim {
namespace {

// Several streams under one playbook, woven together: no links, and nothing comes late.
std::vector<Fact> weave(Seeded& seeded, const playbook::Playbook& playbook) {
  std::vector<Fact> facts;
  for (std::uint64_t stream = 0, count = 2 + seeded.below(5); stream < count; ++stream)
    for (Step& step : make_steps(seeded, playbook))
      if (!step.is_tick && step.fact.type != playbook::event_link)
        facts.push_back(std::move(step.fact));
  std::ranges::stable_sort(facts, {}, &Fact::time);
  for (std::size_t i = 0; i < facts.size(); ++i) facts[i].id = std::to_string(i);
  return facts;
}

engine::EventBatch batch_of(const std::vector<Fact>& facts, const cel::Schema& schema) {
  engine::EventBatch batch;
  for (const Fact& fact : facts) add_event(batch, fact, schema);
  return batch;
}

// What a life comes to. Numbers of events are left out: one by a timer may be an older one's.
struct Outcome {
  std::vector<engine::Transition> transitions;
  std::vector<engine::SegmentChange> changes;
  std::vector<std::string> answers;
  Instant clock;
  bool operator==(const Outcome&) const = default;
};

// For the reader of a failure.
void PrintTo(const Outcome& outcome, std::ostream* out) {
  for (const engine::Transition& t : outcome.transitions)
    *out << fmt::format("\n  {} node {} kind {} entry {}", format_instant(t.at), t.node,
                        static_cast<int>(t.kind), t.entry);
  for (const engine::SegmentChange& c : outcome.changes)
    *out << fmt::format("\n  {} segment {} {}", format_instant(c.at), c.segment,
                        c.entered ? "entered" : "left");
  for (const std::string& answer : outcome.answers) *out << "\n  answer " << answer;
}

class Worlds {
 public:
  Worlds(const Loaded& loaded, const history::Frame& frame) : loaded_(loaded), frame_(frame) {}

  Outcome read(history::Position position, Instant until, bool complete) const {
    engine::Fold fold(loaded_.playbook,
                      {.queries = loaded_.queries, .queries_only = false, .history = {}});
    history::LifeReader reader(frame_, loaded_.playbook, loaded_.queries, false, until, complete);
    engine::Effects effects;
    const engine::AccountNumber account = reader.read(position, fold, effects);
    Outcome outcome{std::move(effects.transitions), std::move(effects.segments), {}, {}};
    for (engine::Transition& transition : outcome.transitions) transition.seq = 0;
    for (engine::SegmentChange& change : outcome.changes) change.seq = 0;
    if (!fold.is_live(account)) return outcome;
    outcome.clock = fold.clock(account);
    cel::Arena arena;
    for (std::uint32_t q = 0; q < loaded_.queries.size(); ++q) {
      const cel::Value answer = fold.query(account, q, arena);
      outcome.answers.push_back(
          answer.is_error() ? "error" : cel::format_value(answer, loaded_.playbook.schema));
    }
    return outcome;
  }

 private:
  const Loaded& loaded_;
  const history::Frame& frame_;
};

// Whether there is anything to leap over: rules that wait for a window to be full enough.
bool has_hurdles(const Loaded& loaded) {
  const engine::Outlook outlook(loaded.playbook, {}, false);
  for (std::uint32_t type = 0; type < loaded.playbook.schema.events.size(); ++type)
    if (!outlook.hurdles(type).empty()) return true;
  return false;
}

class Leaps : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove_all(dir_); }

  // Every account at several instants, once in leaps and once event by event.
  void compare(const Scenario& scenario, const std::vector<Fact>& facts, Instant until) {
    const auto loaded = load(scenario);
    ASSERT_TRUE(loaded) << loaded.error() << scenario.playbook;
    std::filesystem::remove_all(dir_);
    ASSERT_TRUE(journal::Workspace::create(dir_, {{"sim.yaml", scenario.playbook}}));
    const auto workspace = journal::Workspace::open_to_write(dir_, {}).value();
    ASSERT_TRUE(workspace->append(batch_of(facts, loaded->playbook.schema)));
    ASSERT_TRUE(workspace->flush());
    const auto frame = history::Frame::read(*workspace, loaded->playbook.schema, 1, {}).value();
    with_hurdles_ += has_hurdles(*loaded) ? 1 : 0;
    const Worlds worlds(*loaded, *frame);
    for (history::Position position = 0; position < frame->account_count(); ++position) {
      ASSERT_EQ(frame->directory().irregular[position], 0);
      for (const Instant end : {never, until, facts.back().time + 40 * day}) {
        const Outcome whole = worlds.read(position, end, true);
        ASSERT_EQ(worlds.read(position, end, false), whole)
            << "seed " << scenario.seed << " account " << frame->directory().id(position)
            << " until " << end.ms << "\n"
            << scenario.playbook;
        transitions_ += whole.transitions.size();
        changes_ += whole.changes.size();
      }
    }
  }

  std::string dir_ = testing::TempDir() + "pharos_leaps_" + std::to_string(::getpid());
  std::size_t with_hurdles_ = 0, transitions_ = 0, changes_ = 0;
};

TEST_F(Leaps, tell_the_life_that_every_event_tells) {
  constexpr std::uint64_t seeds = 60;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const Scenario scenario = make_scenario(seed);
    const auto loaded = load(scenario);
    ASSERT_TRUE(loaded) << loaded.error();
    Seeded seeded(seed);
    const std::vector<Fact> facts = weave(seeded, loaded->playbook);
    compare(scenario, facts,
            facts[seeded.below(facts.size())].time + Duration{seeded.between(-1, 1)});
    if (HasFailure()) return;
  }
  EXPECT_GT(with_hurdles_, seeds / 4);
  EXPECT_GT(transitions_, 10 * seeds);
  EXPECT_GT(changes_, 10 * seeds);
}

// Windows that are as long as the gaps between events, to the millisecond; amounts below zero.
class Edges {
 public:
  explicit Edges(Seeded& seeded) : seeded_(seeded) {}

  std::string playbook() {
    std::string text = R"(playbook: edges
model: platform
timezone: UTC
currency: CNY
events:
  order: {amount: money, units: int, kind: string}
  visit: {units: int}
tracks:
  main:
    - stage: all
      nodes:
        - {node: first, on: visit}
)";
    for (int node = 0; node < 4; ++node) {
      text += fmt::format("        - node: n{}\n", node);
      if (seeded_.chance(0.5))
        text += fmt::format("          on: {}\n          if: \"{}\"\n", event(), condition());
      else
        text += fmt::format("          when: \"{}\"\n", condition());
      if (seeded_.chance(0.6)) text += fmt::format("          lapse: \"{}\"\n", condition());
      if (seeded_.chance(0.3)) text += "          due: 8h\n";
    }
    text += "segments:\n";
    for (int segment = 0; segment < 2; ++segment)
      text += fmt::format("  s{}: \"{}\"\n", segment, condition());
    return text;
  }

  std::vector<Fact> facts(const playbook::Playbook& playbook) {
    std::vector<Fact> facts;
    Instant time{1'750'000'000'000};
    constexpr std::int64_t gaps[] = {
        0, 1, hour.ms, 4 * hour.ms - 1, 4 * hour.ms, 4 * hour.ms + 1, 8 * hour.ms - 1, 8 * hour.ms};
    for (int i = 0; i < 400; ++i) {
      time = time + Duration{gaps[seeded_.below(std::size(gaps))] / (seeded_.chance(0.5) ? 4 : 1)};
      Fact fact{.id = std::to_string(i),
                .account = std::string(1, static_cast<char>('a' + seeded_.below(3))),
                .member = "",
                .type = *playbook::find_event(playbook, event()),
                .time = time,
                .properties = {}};
      for (const cel::Property& property : playbook.schema.events[fact.type].properties)
        fact.properties.push_back(given(property.type));
      facts.push_back(std::move(fact));
    }
    return facts;
  }

 private:
  std::string event() { return seeded_.chance(0.7) ? "order" : "visit"; }
  std::string window() {
    constexpr std::string_view windows[] = {"1h", "4h", "8h", "24h"};
    return std::string(windows[seeded_.below(std::size(windows))]);
  }
  std::string condition() {
    const std::string one = comparison();
    return seeded_.chance(0.3) ? one + " && " + comparison() : one;
  }
  std::string comparison() {
    constexpr std::string_view operators[] = {">=", ">=", ">", "==", "<"};
    const std::string_view op = operators[seeded_.below(std::size(operators))];
    const std::string filter = seeded_.chance(0.3) ? ", kind == 'x'" : "";
    switch (seeded_.below(4)) {
      case 0: return fmt::format("count({}, '{}') {} {}", event(), window(), op, seeded_.below(5));
      case 1:
        return fmt::format("{} <= sum(order.amount, '{}'{})", 2 + seeded_.below(8), window(),
                           filter);
      case 2:
        return fmt::format("sum({}.units, '{}') {} {}", event(), window(), op, seeded_.below(9));
      default:
        return fmt::format("count(order, '{}'{}) {} {}", window(), filter, op,
                           1 + seeded_.below(3));
    }
  }
  Given given(cel::PropertyType type) {
    if (seeded_.chance(0.1))
      return {seeded_.chance(0.5) ? engine::cell_absent : engine::cell_null, ""};
    switch (type) {
      case cel::PropertyType::money: return {100 * seeded_.between(-2, 4), ""};
      case cel::PropertyType::int_: return {seeded_.between(-2, 4), ""};
      default: return {0, seeded_.chance(0.5) ? "x" : "y"};
    }
  }
  Seeded& seeded_;
};

TEST_F(Leaps, end_at_the_edges_of_windows) {
  constexpr std::uint64_t seeds = 60;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Seeded seeded(seed);
    Edges edges(seeded);
    const Scenario scenario{.seed = seed,
                            .playbook = edges.playbook(),
                            .queries = {"count(order, '8h')", "sum(visit.units, '24h')"},
                            .steps = {}};
    const auto loaded = load(scenario);
    ASSERT_TRUE(loaded) << loaded.error() << scenario.playbook;
    const std::vector<Fact> facts = edges.facts(loaded->playbook);
    compare(scenario, facts, facts[seeded.below(facts.size())].time);
    if (HasFailure()) return;
  }
  EXPECT_GT(with_hurdles_, seeds / 2);
  EXPECT_GT(transitions_, 100 * seeds);
  EXPECT_GT(changes_, 100 * seeds);
}

}  // namespace
}  // namespace pharos::sim
