// model/model_test.cc: src/cel against the slow model, on seeded random expressions and facts.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>

#include "base/seeded.h"
#include "model/duel.h"
#include "model/grammar.h"

namespace pharos::model {
namespace {

using cel::Use;

std::vector<std::uint8_t> some_bytes(Seeded& seeded) {
  std::vector<std::uint8_t> bytes(40 + seeded.below(400));
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(seeded.next());
  return bytes;
}

struct Tally {
  std::array<int, 4> of{};
  int values = 0;
  void add(const Duel& duel) {
    ++of[static_cast<std::size_t>(duel.verdict)];
    values += duel.is_value;
    // A few say what is wrong; thousands would say no more.
    if (duel.verdict == Verdict::different && of[1] <= 20) ADD_FAILURE() << duel.report;
  }
};

TEST(Model, plain_expressions_have_one_meaning) {
  Seeded seeded(1);
  Tally tally;
  for (int i = 0; i < 20'000; ++i) {
    const auto bytes = some_bytes(seeded);
    Choices choices(bytes);
    const std::string text = plain_expression(choices);
    const auto more = some_bytes(seeded);
    Choices for_bindings(more);
    tally.add(duel_plain(text, make_bindings(for_bindings)));
  }
  EXPECT_EQ(tally.of[1], 0);
  EXPECT_GT(tally.of[0], 19'000) << "too few were compared";
  EXPECT_GT(tally.values, 7'000) << "too many are errors";
}

class Rules : public ::testing::TestWithParam<Use> {};

TEST_P(Rules, have_one_meaning) {
  Seeded seeded(2);
  Tally tally;
  for (int i = 0; i < 3'000; ++i) {
    const auto bytes = some_bytes(seeded);
    Choices choices(bytes);
    tally.add(duel_rule(rule_expression(GetParam(), choices), GetParam(), seeded.next()));
  }
  EXPECT_EQ(tally.of[1], 0);
  EXPECT_GT(tally.of[0], 2'000) << "too few were compared";
}

constexpr std::array<std::string_view, 5> use_names{"plain", "rule", "filter", "query", "metric"};
INSTANTIATE_TEST_SUITE_P(uses, Rules,
                         ::testing::Values(Use::rule, Use::filter, Use::query, Use::metric),
                         [](const auto& row) {
                           return std::string(use_names[static_cast<std::size_t>(row.param)]);
                         });

}  // namespace
}  // namespace pharos::model
