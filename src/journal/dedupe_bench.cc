// journal/dedupe_bench.cc: what it costs to ask for an id and note it, in a history of its size.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <string>

#include "base/seeded.h"
#include "journal/dedupe.h"

namespace pharos::journal {
namespace {

constexpr std::uint64_t batch = 1'000;

// `form`: how ids look.
void add(benchmark::State& state, const char* form) {
  const auto history = static_cast<std::uint64_t>(state.range(0));
  Dedupe dedupe;
  std::uint64_t next = 0;
  const auto id_of = [&](std::uint64_t i) { return fmt::format(fmt::runtime(form), i); };
  for (; next < history; ++next) dedupe.add(id_of(next), 1);
  std::vector<std::string> ids(batch);
  std::vector<Dedupe::Key> keys(batch);
  for (auto _ : state) {
    state.PauseTiming();
    for (std::string& id : ids) id = id_of(next++);
    state.ResumeTiming();
    for (std::size_t i = 0; i < ids.size(); ++i) dedupe.prefetch(keys[i] = Dedupe::key_of(ids[i]));
    for (const Dedupe::Key& key : keys) benchmark::DoNotOptimize(dedupe.add(key, 1));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(batch));
  state.counters["bytes_per_id"] =
      static_cast<double>(dedupe.memory_bytes()) / static_cast<double>(dedupe.count());
}
BENCHMARK_CAPTURE(add, numbers, "{}")->Arg(1'000)->Arg(1'000'000);
BENCHMARK_CAPTURE(add, texts, "evt-{}")->Arg(1'000)->Arg(1'000'000);

}  // namespace
}  // namespace pharos::journal
