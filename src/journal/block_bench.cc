// journal/block_bench.cc: how fast a full batch becomes a block and comes back, and how small it
// is.
#include <benchmark/benchmark.h>

#include "journal/block.h"
#include "journal/sample.h"

namespace pharos::journal {
namespace {

// Enough blocks that those measured name few new ids, as most do.
struct Sample {
  cel::Schema schema = sample_schema();
  engine::EventBatch batch;
  Directory directory;
  std::string bytes;

  explicit Sample(std::size_t event_count) {
    SampleEvents events(1, 100'000);
    SampleDirectory numbers;
    for (std::uint64_t block = 0; block < 8; ++block) {
      batch.clear();
      batch.seq_first = 1 + block * event_count;
      for (std::size_t i = 0; i < event_count; ++i) events.add(batch);
      numbers.resolve(batch, directory);
    }
    BlockWriter(schema).write(batch, directory, bytes);
  }
  void report(benchmark::State& state) const {
    const auto count = static_cast<std::int64_t>(batch.events.size());
    state.SetItemsProcessed(state.iterations() * count);
    state.counters["bytes_per_event"] =
        static_cast<double>(bytes.size()) / static_cast<double>(count);
  }
};

void write(benchmark::State& state) {
  const Sample sample(static_cast<std::size_t>(state.range(0)));
  BlockWriter writer(sample.schema);
  for (auto _ : state) {
    std::string bytes;
    writer.write(sample.batch, sample.directory, bytes);
    benchmark::DoNotOptimize(bytes);
  }
  sample.report(state);
}
BENCHMARK(write)->Arg(1'000)->Arg(65'536);

void read(benchmark::State& state) {
  const Sample sample(static_cast<std::size_t>(state.range(0)));
  BlockReader reader(sample.schema);
  const ReadOptions options{.ids = state.range(1) != 0, .extra = state.range(1) != 0};
  Block block;
  for (auto _ : state) {
    const bool done = reader.read(sample.bytes, 1, options, block).has_value();
    if (!done) state.SkipWithError("cannot be read");
    benchmark::DoNotOptimize(block);
  }
  sample.report(state);
}
BENCHMARK(read)->Args({1'000, 0})->Args({65'536, 0})->Args({65'536, 1});

}  // namespace
}  // namespace pharos::journal
