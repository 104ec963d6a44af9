// load/load.cc: each client is a coroutine; all run on one thread.
#include "load/load.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include "base/json.h"
#include "base/text.h"
#include "load/connection.h"

namespace pharos::load {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

// Shared by all clients, and outlives them.
struct World {
  explicit World(const Plan& plan_in) : plan(plan_in), end(Clock::now() + plan_in.time) {}

  const Plan& plan;
  asio::io_context context{1};
  const Clock::time_point end;
  Outcome outcome;

  bool is_over() const { return Clock::now() >= end; }
  void note(Figures& figures, Clock::time_point since, int status) {
    if (status == 200)
      figures.milliseconds.push_back(
          std::chrono::duration<double, std::milli>(Clock::now() - since).count());
    else
      ++figures.failures[status];
  }
};

Task<void> sleep(World& world, std::chrono::microseconds time) {
  asio::steady_timer timer(world.context, time);
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

// Sends events [first, first + count) of one sender, and remembers what was said.
Task<void> send(World& world, Connection& connection, std::uint32_t sender, std::uint64_t first,
                std::uint64_t count, Figures& figures) {
  std::string body = "[";
  for (std::uint64_t i = first; i < first + count; ++i)
    body += (i == first ? "" : ",") + json_of({sender, i}, world.plan.start);
  const std::string request = post("/v1/events", "application/json", body + "]");
  world.outcome.memories[sender].note_sent(first, count);
  const auto since = Clock::now();
  const Reply reply = co_await connection.ask(world.plan.port, request);
  world.note(figures, since, reply.status);
  if (reply.status != 200) co_return;
  const Counts counts = counts_in(reply.body);
  if (counts.accepted == static_cast<std::int64_t>(count))
    world.outcome.memories[sender].note_acknowledged(first, count);
  else
    world.outcome.wrong += reply.body + "\n";
}

Task<void> keep(World& world, std::uint32_t number, std::uint32_t sender) {
  Connection connection(world.context.get_executor());
  const auto pause = std::chrono::microseconds(world.plan.pause);
  // Not all at once: their first requests lie spread over a pause.
  co_await sleep(world, pause * number / std::max(1U, world.plan.connections));
  if (!co_await connection.open(world.plan.port)) {
    ++world.outcome.kept.failures[0];
    co_return;
  }
  const auto& paths = world.plan.read_paths;
  std::uint64_t sent = 0;
  for (std::uint64_t turn = number; !world.is_over(); ++turn) {
    if (turn % 10 == 0) {
      co_await send(world, connection, sender, sent, 1, world.outcome.singles);
      ++sent;
    } else {
      const std::string request = get(paths[turn % paths.size()]);
      const auto since = Clock::now();
      const Reply reply = co_await connection.ask(world.plan.port, request);
      world.note(world.outcome.kept, since, reply.status);
    }
    co_await sleep(world, pause);
  }
  if (connection.is_open()) ++world.outcome.connections_open;
}

Task<void> write(World& world, std::uint32_t sender) {
  Connection connection(world.context.get_executor());
  for (std::uint64_t first = 0; !world.is_over(); first += world.plan.batch_events)
    co_await send(world, connection, sender, first, world.plan.batch_events, world.outcome.batches);
}

Task<void> read(World& world, std::uint32_t number) {
  Connection connection(world.context.get_executor());
  const auto& paths = world.plan.read_paths;
  for (std::uint64_t turn = number; !world.is_over(); ++turn) {
    const std::string request = get(paths[turn % paths.size()]);
    const auto since = Clock::now();
    const Reply reply = co_await connection.ask(world.plan.port, request);
    world.note(world.outcome.reads, since, reply.status);
    co_await sleep(world, world.plan.reader_pause);
  }
}

std::string line_of(std::string_view name, const Figures& figures, double seconds) {
  std::string line = fmt::format(
      "{:<28} {:>9} {:>10.0f}/s  p50 {:>7.2f} ms  p99 {:>7.2f} ms  max {:>7.2f} ms", name,
      figures.milliseconds.size(), static_cast<double>(figures.milliseconds.size()) / seconds,
      figures.percentile(50), figures.percentile(99), figures.percentile(100));
  for (const auto& [status, count] : figures.failures)
    line += fmt::format("  {} x {}", count, status == 0 ? "no answer" : std::to_string(status));
  return line + "\n";
}

}  // namespace

double Figures::percentile(double percent) const {
  if (milliseconds.empty()) return 0;
  std::vector<double> sorted = milliseconds;
  std::ranges::sort(sorted);
  const auto rank =
      static_cast<std::size_t>(std::ceil(percent / 100 * static_cast<double>(sorted.size())));
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

std::uint64_t Outcome::acknowledged() const {
  return std::accumulate(
      memories.begin(), memories.end(), std::uint64_t{0},
      [](std::uint64_t sum, const Memory& memory) { return sum + memory.acknowledged_count(); });
}

Counts counts_in(const std::string& body) {
  const auto json = parse_json(body);
  if (!json || json->kind != JsonKind::object) return {};
  const auto count = [&](std::string_view name) -> std::int64_t {
    const Json* const found = json->find(name);
    return found ? parse_int64(found->text).value_or(-1) : -1;
  };
  return {count("accepted"), count("duplicates"), count("rejected")};
}

Outcome run(const Plan& plan) {
  World world(plan);
  world.outcome.memories.resize(plan.writers + plan.connections);
  const auto begin = [&](Task<void> client) {
    asio::co_spawn(world.context, std::move(client), asio::detached);
  };
  const auto since = Clock::now();
  for (std::uint32_t i = 0; i < plan.writers; ++i) begin(write(world, i));
  for (std::uint32_t i = 0; i < plan.readers; ++i) begin(read(world, i));
  for (std::uint32_t i = 0; i < plan.connections; ++i) begin(keep(world, i, plan.writers + i));
  world.context.run();
  world.outcome.seconds = std::chrono::duration<double>(Clock::now() - since).count();
  return std::move(world.outcome);
}

std::string told(const Plan& plan, const Outcome& outcome) {
  std::string text = fmt::format(
      "{} kept connections ({} open at the end), {} writers of {} events, {} readers; {:.1f} s\n",
      plan.connections, outcome.connections_open, plan.writers, plan.batch_events, plan.readers,
      outcome.seconds);
  text += line_of("reads, kept connections", outcome.kept, outcome.seconds);
  text += line_of("single events", outcome.singles, outcome.seconds);
  text += line_of("batches", outcome.batches, outcome.seconds);
  text += line_of("reads, readers", outcome.reads, outcome.seconds);
  text += fmt::format("events acknowledged          {:>9} {:>10.0f}/s\n",
                      grouped(static_cast<std::int64_t>(outcome.acknowledged())),
                      static_cast<double>(outcome.acknowledged()) / outcome.seconds);
  return text + outcome.wrong;
}

}  // namespace pharos::load
