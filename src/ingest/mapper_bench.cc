// ingest/mapper_bench.cc: rows of the benchmark's form to records, on one thread.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "base/seeded.h"
#include "ingest/mapper.h"

namespace pharos::ingest {
namespace {

constexpr int rows = 10'000;

playbook::Playbook merchants() {
  using cel::PropertyType;
  playbook::Playbook playbook;
  playbook.name = "merchants";
  playbook.schema.events = {{"account_updated", {}},
                            {"member_updated", {}},
                            {"link", {{"from", PropertyType::string, {}}}},
                            {"order_paid",
                             {{"amount", PropertyType::money, {}},
                              {"category", PropertyType::string, {}},
                              {"channel", PropertyType::string, {}}}}};
  return playbook;
}

constexpr std::string_view map_text = R"(
files:
  events.*:
    event: {column: name}
    id: event_id
    account: account_id
    member: member_id
    time: time
    props: {amount: amount, category: category, channel: channel}
)";

std::string make_rows(Format format) {
  Seeded random(1);
  std::string text;
  for (int i = 0; i < rows; ++i) {
    const auto account = random.below(100'000), member = random.below(1'000'000),
               cents = random.below(90'000);
    const std::string time = format_instant({1'735'689'600'000 + i * std::int64_t{1'572}});
    text +=
        format == Format::csv
            ? fmt::format("{},{},{},order_paid,{},{}.{:02},shoes,search\n", i, account, member,
                          time, cents / 100, cents % 100)
            : fmt::format(
                  R"({{"event_id":{},"account_id":{},"member_id":{},"name":"order_paid","time":"{}","amount":{}.{:02},"category":"shoes","channel":"search"}})"
                  "\n",
                  i, account, member, time, cents / 100, cents % 100);
  }
  return text;
}

void map_rows(benchmark::State& state, Format format) {
  const playbook::Playbook playbook = merchants();
  const LoadedMap map = load_map(map_text, "map.yaml", playbook);
  ASSERT(map.map);
  JoinTables tables;
  Diagnostics diagnostics;
  const std::vector<std::string> columns = {"event_id", "account_id", "member_id", "name",
                                            "time",     "amount",     "category",  "channel"};
  const PlanInput input{.playbook = playbook,
                        .map = map.map->files[0],
                        .path = "events",
                        .format = format,
                        .delimiter = ',',
                        .header = format == Format::csv ? columns : std::vector<std::string>(),
                        .tables = tables,
                        .find_file = {}};
  auto plan = make_plan(input, diagnostics);
  ASSERT(plan && diagnostics.empty());
  const RecordFormat record_format(playbook);
  const EventContext context{playbook, record_format, instant_max};
  std::string text = make_rows(format);
  const std::size_t size = text.size();
  text.append(row_padding, '\0');
  Mapper mapper(context, *plan);
  for (auto _ : state) {
    Mapped mapped;
    mapper.map(std::string_view(text).substr(0, size), mapped);
    ASSERT(mapped.made.events == rows);
    benchmark::DoNotOptimize(mapped.made.records.data());
  }
  state.SetItemsProcessed(state.iterations() * rows);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
}
BENCHMARK_CAPTURE(map_rows, ndjson, Format::ndjson);
BENCHMARK_CAPTURE(map_rows, csv, Format::csv);

}  // namespace
}  // namespace pharos::ingest
