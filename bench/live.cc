// bench/live.cc: live batches into a workspace (workload W6): append and flush each, one client
// after the other or several at once. Prints events a second and the times of a batch.
//
//   live WORKSPACE EVENTS MAP [SKIP [CLIENTS [BATCH]]]
//
// The first SKIP rows of EVENTS are in the workspace already; the rest come in file order.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>

#include "base/text.h"
#include "ingest/import.h"
#include "journal/workspace.h"

namespace pharos {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::string dir, events, map;
  std::size_t skip = 0, clients = 1, batch = 1'000;
};

// Of all threads of this process.
double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// One event with its texts, as a client would send it.
void copy_event(const cel::EventType& type, const engine::EventBatch& from, std::size_t index,
                engine::EventBatch& to) {
  engine::Event event = from.events[index];
  const auto cells = event.cells;
  event.cells = static_cast<std::uint32_t>(to.cells.size());
  for (auto* ref : {&event.id, &event.account, &event.member, &event.extra})
    *ref = to.add_text(from.view(*ref));
  for (std::size_t i = 0; i < type.properties.size(); ++i) {
    engine::Cell cell = from.cells[cells + i];
    if (type.properties[i].type == cel::PropertyType::string && cell >= 0)
      cell = engine::text_cell(to.add_text(from.view(engine::text_of(cell))));
    to.cells.push_back(cell);
  }
  to.events.push_back(event);
}

// All rows behind the first `skip`, cut into batches.
Result<std::vector<engine::EventBatch>> read_batches(const Options& options,
                                                     const playbook::Playbook& playbook) {
  ingest::ImportOptions import;
  import.paths = {options.events};
  std::ostringstream text;
  text << std::ifstream(options.map).rdbuf();
  ingest::LoadedMap loaded = ingest::load_map(text.str(), options.map, playbook);
  if (!loaded.map) return fail(ErrorCode::invalid, "{}: has faults", options.map);
  import.map = std::move(loaded.map);
  std::vector<engine::EventBatch> batches;
  std::size_t row = 0;
  const auto take = [&](engine::EventBatch&& batch) -> Result<> {
    for (std::size_t i = 0; i < batch.events.size(); ++i) {
      if (row++ < options.skip) continue;
      if (batches.empty() || batches.back().events.size() == options.batch) batches.emplace_back();
      copy_event(playbook.schema.events[batch.events[i].type], batch, i, batches.back());
    }
    return {};
  };
  TRY(ingest::import_files(playbook, import, {.sink = take, .reject = {}, .progress = {}}));
  return batches;
}

Result<> run(const Options& options) {
  auto workspace = TRY(journal::Workspace::open_to_write(options.dir, {}));
  auto batches = TRY(read_batches(options, workspace->playbook()));
  std::size_t events = 0, next = 0;
  for (const engine::EventBatch& batch : batches) events += batch.events.size();
  std::mutex mutex;  // Of the workspace and of `next`.
  std::vector<double> times(batches.size());
  Result<> failure;
  const auto client = [&] {
    while (true) {
      std::size_t index = 0;
      const auto start = Clock::now();
      {
        const std::lock_guard lock(mutex);
        if (next == batches.size() || !failure) return;
        index = next++;
        const auto receipt = workspace->append(std::move(batches[index]));
        if (!receipt) failure = std::unexpected(receipt.error());
      }
      const auto flushed = workspace->flush();  // Together with those of other clients.
      times[index] = seconds_since(start);
      if (flushed) continue;
      const std::lock_guard lock(mutex);
      failure = flushed;
    }
  };
  const double cpu_before = cpu_seconds();
  const auto start = Clock::now();
  std::vector<std::thread> clients;
  for (std::size_t i = 0; i < options.clients; ++i) clients.emplace_back(client);
  for (std::thread& one : clients) one.join();
  const double seconds = seconds_since(start);
  const double cpu = cpu_seconds() - cpu_before;
  TRY(failure);
  std::ranges::sort(times);
  const auto at = [&](double share) {
    return times.empty()
               ? 0.0
               : 1'000 *
                     times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
  };
  fmt::print(
      R"({{"clients":{},"batch":{},"events":{},"seconds":{:.3f},"events_per_s":{:.0f},"p50_ms":{:.3f},"p99_ms":{:.3f},"most_ms":{:.3f},"cpu_us_per_event":{:.3f}}})"
      "\n",
      options.clients, options.batch, events, seconds, static_cast<double>(events) / seconds,
      at(0.5), at(0.99), at(1), 1e6 * cpu / static_cast<double>(events));
  return {};
}

}  // namespace
}  // namespace pharos

int main(int argc, char** argv) {
  if (argc < 4) {
    fmt::print(stderr, "live WORKSPACE EVENTS MAP [SKIP [CLIENTS [BATCH]]]\n");
    return 2;
  }
  pharos::Options options{argv[1], argv[2], argv[3]};
  const auto number = [&](int index, std::size_t otherwise) {
    return argc > index ? static_cast<std::size_t>(std::atoll(argv[index])) : otherwise;
  };
  options.skip = number(4, 0);
  options.clients = number(5, 1);
  options.batch = number(6, 1'000);
  const auto result = pharos::run(options);
  if (!result) fmt::print(stderr, "live: {}\n", result.error().message);
  return result ? 0 : 1;
}
