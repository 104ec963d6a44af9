// cel/column_bench.cc: a filter over the columns of ten million accounts.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "cel/column_rule.h"
#include "cel/testing.h"

namespace pharos::cel {
namespace {

constexpr std::string_view filter = "industry == 'beauty' && sum30 >= 5000.0 && logins7 == 0";

Schema accounts() {
  Schema schema;
  schema.attributes = {{"industry", PropertyType::string, {}},
                       {"sum30", PropertyType::double_, {}},
                       {"logins7", PropertyType::int_, {}}};
  return schema;
}

// Twelve industries; a third of the accounts sells enough, a third has not logged in.
struct Table final : Columns {
  explicit Table(std::size_t count) : industries(count), sums(count), logins(count) {
    std::uint64_t random = 88'172'645'463'325'252;
    for (std::size_t i = 0; i < count; ++i) {
      random ^= random << 13;
      random ^= random >> 7;
      random ^= random << 17;
      industries[i] = static_cast<std::uint32_t>(random % 12);
      sums[i] = static_cast<double>(random >> 8 & 0x3FFF);
      logins[i] = static_cast<std::int64_t>((random >> 32) % 3);
    }
  }
  Column attribute(std::uint32_t index, const Rows& rows) override {
    switch (index) {
      case 0:
        return {.kind = Kind::string, .codes = industries.data() + rows.first, .texts = names};
      case 1: return {.kind = Kind::real, .reals = sums.data() + rows.first, .texts = {}};
      default: return {.kind = Kind::integer, .bits = logins.data() + rows.first, .texts = {}};
    }
  }
  Column aggregate(std::uint32_t, const Rows&) override { std::abort(); }
  Column node(std::uint32_t, NodeField, const Rows&) override { std::abort(); }
  Instant now() override { return {}; }

  std::vector<std::string_view> names{"beauty", "food",  "shoes", "bags", "toys", "books",
                                      "sport",  "house", "music", "cars", "pets", "garden"};
  std::vector<std::uint32_t> industries;
  std::vector<double> sums;
  std::vector<std::int64_t> logins;
};

// Values a second: three a row.
void filter_columns(benchmark::State& state) {
  const Schema schema = accounts();
  const Compiled compiled =
      compile(filter, {"bench", 1, 1}, {.use = Use::query, .schema = &schema, .metrics = {}},
              Kind::boolean);
  Table table(static_cast<std::size_t>(state.range(0)));
  ColumnRule rule(*compiled.rule);
  std::array<Truth, column_rows_max> truths;
  std::size_t matches = 0;
  for (auto _ : state) {
    matches = 0;
    for (std::size_t first = 0; first < table.sums.size(); first += column_rows_max) {
      const std::size_t size = std::min(column_rows_max, table.sums.size() - first);
      rule.test(table, {first, size}, truths.data());
      for (std::size_t i = 0; i < size; ++i) matches += truths[i] == Truth::yes ? 1 : 0;
    }
    benchmark::DoNotOptimize(matches);
  }
  state.counters["matches"] = static_cast<double>(matches);
  state.counters["values"] = benchmark::Counter(
      3.0 * static_cast<double>(table.sums.size()) * static_cast<double>(state.iterations()),
      benchmark::Counter::kIsRate);
}
BENCHMARK(filter_columns)->Arg(100'000)->Arg(10'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace pharos::cel
