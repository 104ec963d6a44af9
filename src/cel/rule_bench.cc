// cel/rule_bench.cc: compiling a typical rule, and evaluating it for one account after another.
#include <benchmark/benchmark.h>

#include "base/error.h"
#include "cel/allocations.h"
#include "cel/testing.h"

namespace pharos::cel {
namespace {

// Three comparisons, two windows.
constexpr std::string_view typical =
    "sum(order_paid.amount, '30d') >= 5000 && count(login, '7d') > 2 && industry == 'beauty'";

// A long one: twelve comparisons over eight windows, with filters, money, time and nodes.
constexpr std::string_view large =
    "(sum(order_paid.amount, '30d') >= 5000 || sum(order_paid.amount, 'this month') > 1000.50) && "
    "count(order_paid, '30d', category == 'shoes' && amount >= 9.99) > 2 && "
    "count(login, '7d') > 2 && distinct(login.member, '30d') >= 2 && "
    "growth(order_paid.amount, '30d') > 0.1 && avg(order_paid.amount, '60d') > 20 && "
    "industry in ['beauty', 'food', 'sport'] && size == 'mid' && credit * 0.9 > 100 && "
    "now - signed_at > '30d' && since(login) < '2d12h' && "
    "held('main.activated') && main.signed.entry == 1 && has(account.score)";

class Account final : public Activation {
 public:
  Value attribute(std::uint32_t i) override {
    switch (i) {
      case 2: return Value::integer(12);
      case 3: return Value::real(0.5);
      case 4: return Value::money({12'345});
      default: return Value::string("beauty");
    }
  }
  Value aggregate(std::uint32_t i) override {
    return i == 0 ? Value::money({642'000}) : Value::integer(5);
  }
};

Compiled compile_typical(std::string_view text) {
  static const Schema schema = testing::shop();
  return compile(text, {"bench", 1, 1}, {.use = Use::rule, .schema = &schema, .metrics = {}},
                 Kind::boolean);
}

void evaluate_rule(benchmark::State& state, std::string_view text) {
  const Compiled compiled = compile_typical(text);
  Account account;
  Arena arena;
  evaluate(*compiled.rule, account, arena);
  const std::uint64_t before = allocation_count;
  for (auto _ : state) benchmark::DoNotOptimize(evaluate(*compiled.rule, account, arena));
  state.counters["allocations"] = benchmark::Counter(static_cast<double>(allocation_count - before),
                                                     benchmark::Counter::kAvgIterations);
}
BENCHMARK_CAPTURE(evaluate_rule, typical, typical);
BENCHMARK_CAPTURE(evaluate_rule, numbers, "seats * 2 > 10 && score < 0.75 && credit >= 100.005");
BENCHMARK_CAPTURE(evaluate_rule, choice, "size in ['smb', 'mid', 'key']");
BENCHMARK_CAPTURE(evaluate_rule, comprehension, "[1, 2, 3].exists(x, x * 2 == 6)");

void compile_rule(benchmark::State& state, std::string_view text) {
  ASSERT(compile_typical(text).rule);
  const std::uint64_t before = allocation_count;
  for (auto _ : state) benchmark::DoNotOptimize(compile_typical(text));
  state.counters["allocations"] = benchmark::Counter(static_cast<double>(allocation_count - before),
                                                     benchmark::Counter::kAvgIterations);
}
BENCHMARK_CAPTURE(compile_rule, small, "count(login, '7d') == 0");
BENCHMARK_CAPTURE(compile_rule, typical, typical);
BENCHMARK_CAPTURE(compile_rule, large, large);

}  // namespace
}  // namespace pharos::cel
