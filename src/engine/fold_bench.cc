// engine/fold_bench.cc: events a second through the six-node playbook of workload W2, and
// snapshots.
#include <benchmark/benchmark.h>

#include <algorithm>

#include "base/seeded.h"
#include "engine/fold.h"
#include "engine/snapshot.h"
#include "playbook/load.h"

namespace pharos::engine {
namespace {

constexpr const char* six_nodes = R"(
playbook: bench
model: platform
timezone: UTC
currency: CNY
events:
  order_paid: {amount: money}
  ad_spend: {amount: money}
  login: {}
tracks:
  main:
    - stage: all
      nodes:
        - {node: lead, on: lead_created}
        - {node: signed, on: contract_signed}
        - {node: opened, on: store_opened}
        - {node: activated, on: order_paid, if: "count(order_paid, '30d') >= 5"}
        - {node: grown, on: order_paid, if: "sum(order_paid.amount, '30d') >= 10000"}
        - {node: monetised, on: ad_spend}
)";

// A batch of the mix of the shared generator: 60 % orders, 27 % logins, the rest on-boarding.
EventBatch make_batch(const playbook::Playbook& book, Seeded& random, Instant& now,
                      std::uint32_t accounts) {
  const auto type = [&](std::string_view name) {
    std::uint32_t i = 0;
    while (book.schema.events[i].name != name) ++i;
    return i;
  };
  const std::uint32_t kinds[] = {type("order_paid"),   type("login"),
                                 type("lead_created"), type("contract_signed"),
                                 type("store_opened"), type("ad_spend")};
  EventBatch batch;
  for (int i = 0; i < 65'536; ++i) {
    now = now + Duration{1'500};
    const std::uint64_t pick = random.below(100);
    const std::uint32_t kind = pick < 60 ? 0 : pick < 87 ? 1 : 2 + pick % 4;
    Event event;
    event.time = now;
    event.type = kinds[kind];
    event.cells = static_cast<std::uint32_t>(batch.cells.size());
    event.account = batch.add_text("acct" + std::to_string(random.below(accounts)));
    for (std::size_t c = 0; c < book.schema.events[event.type].properties.size(); ++c)
      batch.cells.push_back(random.between(100, 100'000));
    batch.events.push_back(event);
  }
  return batch;
}

// Arguments: accounts; lanes, 1 for one event after the other. Lanes are folded on this thread, so
// that the processor's time shows what they cost.
void fold_six_nodes(benchmark::State& bench) {
  const auto loaded = playbook::load({{"bench.yaml", six_nodes}});
  FoldOptions options;
  options.lanes = static_cast<std::uint32_t>(bench.range(1));
  options.runner = [](std::size_t count, const std::function<void(std::size_t)>& task) {
    for (std::size_t i = 0; i < count; ++i) task(i);
  };
  Fold fold(*loaded.playbook, std::move(options));
  Seeded random(1);
  Instant now{1'735'689'600'000};
  Effects effects;
  std::uint64_t seq = 1;
  std::int64_t events = 0;
  for (auto _ : bench) {
    bench.PauseTiming();
    EventBatch batch =
        make_batch(*loaded.playbook, random, now, static_cast<std::uint32_t>(bench.range(0)));
    batch.seq_first = seq;
    seq += batch.events.size();
    effects.clear();
    bench.ResumeTiming();
    fold.resolve(batch);
    fold.apply(batch, effects);
    events += static_cast<std::int64_t>(batch.events.size());
  }
  bench.SetItemsProcessed(events);
}
// Numbers are known and events of one account come one after the other: what a backtest over sorted
// history does.
void fold_account_by_account(benchmark::State& bench) {
  const auto loaded = playbook::load({{"bench.yaml", six_nodes}});
  Seeded random(1);
  Instant now{1'735'689'600'000};
  EventBatch batch = make_batch(*loaded.playbook, random, now, 300);
  batch.seq_first = 1;
  std::ranges::stable_sort(batch.events, {},
                           [&](const Event& event) { return batch.view(event.account); });
  Effects effects;
  double bytes = 0;
  for (auto _ : bench) {
    bench.PauseTiming();
    Fold fold(*loaded.playbook);
    fold.resolve(batch);
    effects.clear();
    bench.ResumeTiming();
    fold.apply(batch, effects);
    bench.PauseTiming();
    bytes = static_cast<double>(fold.memory_bytes());
    bench.ResumeTiming();
  }
  bench.SetItemsProcessed(bench.iterations() * static_cast<std::int64_t>(batch.events.size()));
  bench.counters["state_bytes"] = bytes;
}
BENCHMARK(fold_account_by_account)->Unit(benchmark::kMillisecond);

// State out and in again.
void snapshot(benchmark::State& bench) {
  const auto loaded = playbook::load({{"bench.yaml", six_nodes}});
  Fold fold(*loaded.playbook);
  Seeded random(1);
  Instant now{1'735'689'600'000};
  Effects effects;
  for (int i = 0; i < bench.range(0); ++i) {
    EventBatch batch = make_batch(*loaded.playbook, random, now, 100'000);
    fold.resolve(batch);
    fold.apply(batch, effects);
    effects.clear();
  }
  std::string bytes;
  write_snapshot(fold, "bench", bytes);
  for (auto _ : bench) {
    auto again = read_snapshot(*loaded.playbook, {}, "bench", bytes);
    benchmark::DoNotOptimize(again);
  }
  bench.SetBytesProcessed(bench.iterations() * static_cast<std::int64_t>(bytes.size()));
}
BENCHMARK(snapshot)->Arg(1)->Arg(40)->Unit(benchmark::kMillisecond);
BENCHMARK(fold_six_nodes)->ArgsProduct({{1'000, 100'000}, {1, 8}})->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace pharos::engine
