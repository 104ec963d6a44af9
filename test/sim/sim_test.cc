// sim/sim_test.cc: a fixed number of seeds, and scenarios that once went wrong.
#include <gtest/gtest.h>

#include "sim/generator.h"
#include "sim/world.h"

namespace pharos::sim {
namespace {

TEST(Simulation, engine_and_reference_agree_on_every_transition) {
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    const std::string report = run_seed(seed);
    EXPECT_EQ(report, "") << report;
    if (!report.empty()) break;
  }
}

}  // namespace
}  // namespace pharos::sim
