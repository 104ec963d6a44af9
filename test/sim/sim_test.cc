// sim/sim_test.cc: a fixed number of seeds, and whether they go where it hurts.
#include <gtest/gtest.h>

#include <array>

#include "sim/generator.h"
#include "sim/world.h"

namespace pharos::sim {
namespace {

constexpr std::uint64_t seeds_each = 350;

class Simulation : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Simulation, engine_and_reference_agree_on_every_transition) {
  for (std::uint64_t seed = GetParam(); seed < GetParam() + seeds_each; ++seed)
    ASSERT_EQ(run_seed(seed), "");
}

INSTANTIATE_TEST_SUITE_P(FromSeed, Simulation,
                         testing::Values(1, 1 + seeds_each, 1 + 2 * seeds_each, 1 + 3 * seeds_each),
                         testing::PrintToStringParamName());

// Worlds in which nothing happens would agree as well.
TEST(Worlds, reach_every_kind_of_transition) {
  std::array<std::size_t, 3> transitions{};
  std::size_t reentries = 0, changes = 0, fates = 0, open = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const Scenario scenario = make_scenario(seed);
    const auto loaded = load(scenario);
    ASSERT_TRUE(loaded) << loaded.error();
    for (const auto& [id, fate] : run_reference(scenario, *loaded)) {
      ++fates;
      open += fate.open ? 1 : 0;
      changes += fate.changes.size();
      for (const engine::Transition& t : fate.transitions) {
        ++transitions[static_cast<std::size_t>(t.kind)];
        reentries += t.kind == engine::TransitionKind::entered && t.entry > 1 ? 1 : 0;
      }
    }
  }
  for (const std::size_t count : transitions) EXPECT_GT(count, 40U);
  EXPECT_GT(reentries, 40U);
  EXPECT_GT(changes, 200U);
  EXPECT_LT(open * 50, fates);  // Rules that contradict themselves stay the exception.
}

TEST(Worlds, are_the_same_for_the_same_seed) {
  const Scenario one = make_scenario(7), again = make_scenario(7), other = make_scenario(8);
  EXPECT_EQ(one.playbook, again.playbook);
  EXPECT_EQ(one.queries, again.queries);
  EXPECT_EQ(one.steps.size(), again.steps.size());
  EXPECT_NE(one.playbook, other.playbook);
}

}  // namespace
}  // namespace pharos::sim
