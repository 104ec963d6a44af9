// cel/allocation_test.cc: rules on numbers, times and interned text evaluate without allocating.
#include <gtest/gtest.h>

#include "cel/allocations.h"
#include "cel/testing.h"

namespace pharos::cel {
namespace {

// Answers without looking anything up, as the engine's columns do.
class Columns final : public Activation {
 public:
  Value attribute(std::uint32_t i) override {
    constexpr std::int64_t signed_at_ms = 1'700'000'000'000;
    switch (i) {
      case 0: return Value::string("beauty");
      case 1: return Value::string("mid");
      case 2: return Value::integer(12);
      case 3: return Value::real(0.5);
      case 4: return Value::money({12'345});
      case 5: return Value::timestamp(Instant{signed_at_ms});
      default: return Value::boolean(true);
    }
  }
  Value aggregate(std::uint32_t i) override {
    return i == 0 ? Value::money({642'000}) : Value::integer(5);
  }
  Value node(std::uint32_t, NodeField) override { return Value::boolean(true); }
  Value property(std::uint32_t) override { return Value::money({1'000}); }
  Instant now() override { return {1'710'000'000'000}; }
  void changes_at(Instant) override {}
};

TEST(Allocation, scalar_rules_do_not_allocate) {
  const Schema schema = testing::shop();
  for (const std::string_view text :
       {"sum(order_paid.amount, '30d') >= 5000 && count(login, '7d') > 2 && industry == 'beauty'",
        "seats * 2 - 4 > 10 || score * 2.0 < 0.5 || seats % 5 == 2",
        "credit * 0.1 + credit / 3 > 10.005 && credit - 0.5 != 100",
        "size in ['smb', 'mid', 'key'] && !(industry in ['food'])",
        "now - signed_at > '30d' && signed_at + '1d' < now",
        "held('main.signed') && vip ? true : vip",
        "has(account.credit) && industry.startsWith('be') && industry.contains('aut')",
        "seats / (seats - 12) == 1 || vip", "size(industry) == 6 && math.abs(-seats) == 12",
        "industry.matches('^b.*y$')"}) {
    const Scope scope{.use = Use::query, .schema = &schema, .metrics = {}};
    const Compiled compiled = compile(text, {"f", 1, 1}, scope, Kind::boolean);
    ASSERT_TRUE(compiled.rule) << testing::lines_of(compiled.diagnostics);
    Columns columns;
    Arena arena;
    EXPECT_TRUE(evaluate(*compiled.rule, columns, arena).is_true()) << text;
    const std::uint64_t before = allocation_count;
    for (int i = 0; i < 1'000; ++i) evaluate(*compiled.rule, columns, arena);
    EXPECT_EQ(allocation_count - before, 0u) << text;
  }
}

// The arena keeps its blocks, so what builds lists and text allocates once.
TEST(Allocation, a_second_evaluation_finds_its_memory) {
  Columns columns;
  Arena arena;
  const Compiled compiled =
      compile("['a', 'b'].map(x, x + x).filter(x, x != 'aa') == ['bb']", {"f", 1, 1}, {}, {});
  ASSERT_TRUE(compiled.rule);
  EXPECT_TRUE(evaluate(*compiled.rule, columns, arena).is_true());
  const std::uint64_t before = allocation_count;
  EXPECT_TRUE(evaluate(*compiled.rule, columns, arena).is_true());
  EXPECT_EQ(allocation_count - before, 0u);
}

}  // namespace
}  // namespace pharos::cel
