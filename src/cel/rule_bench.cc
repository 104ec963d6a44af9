// cel/rule_bench.cc: compiling a typical rule, and evaluating it for one account after another.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <new>

#include "cel/testing.h"

namespace {

std::uint64_t allocation_count = 0;

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t bytes) {
  ++allocation_count;
  if (void* const memory = std::malloc(bytes)) return memory;
  std::abort();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace pharos::cel {
namespace {

// Three comparisons, two windows.
constexpr std::string_view typical =
    "sum(order_paid.amount, '30d') >= 5000 && count(login, '7d') > 2 && industry == 'beauty'";

class Account final : public Activation {
 public:
  Value attribute(std::uint32_t) override { return Value::string("beauty"); }
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
BENCHMARK_CAPTURE(evaluate_rule, choice, "size in ['smb', 'mid', 'key']");
BENCHMARK_CAPTURE(evaluate_rule, comprehension, "[1, 2, 3].exists(x, x * 2 == 6)");

void compile_rule(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(compile_typical(typical));
}
BENCHMARK(compile_rule);

}  // namespace
}  // namespace pharos::cel
