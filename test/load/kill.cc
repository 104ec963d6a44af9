// load/kill.cc: one thread kills and starts, one runs the clients.
#include "load/kill.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <thread>

#include "base/seeded.h"
#include "crash/program.h"
#include "load/connection.h"
#include "load/load.h"
#include "load/world.h"

namespace pharos::load {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

constexpr milliseconds retry_after{5};

struct World {
  asio::io_context context{1};
  std::atomic<std::uint16_t> port = 0;  // 0: no server at the moment.
  std::atomic<bool> is_over = false;    // What is under way is brought to its end.
  Instant start;
  std::vector<Memory> memories;  // With `heard`, of the clients' thread until it is joined.
  KillOutcome heard;
};

// Sends batch after batch, and each again until it is acknowledged.
Task<void> send_and_remember(World& world, std::uint32_t sender, std::uint64_t seed) {
  Connection connection(world.context.get_executor());
  asio::steady_timer timer(world.context);
  Seeded seeded(seed);
  Memory& memory = world.memories[sender];
  for (std::uint64_t first = 0; !world.is_over;) {
    const std::uint64_t count = 1 + seeded.below(60);
    std::string body;
    for (std::uint64_t i = first; i < first + count; ++i)
      body += json_of({sender, i}, world.start) + "\n";
    // Both ways in: one body as a whole, and a stream of lines.
    const bool is_stream = seeded.chance(0.5);
    if (!is_stream) {
      for (char& letter : body)
        if (letter == '\n') letter = ',';
      body.pop_back();
      body = "[" + body + "]";
    }
    const std::string request =
        post("/v1/events", is_stream ? "application/x-ndjson" : "application/json", body);
    memory.note_sent(first, count);
    while (true) {
      const std::uint16_t port = world.port;
      Reply reply;
      if (port != 0) reply = co_await connection.ask(port, request);
      if (reply.status == 200) {
        const Counts counts = counts_in(reply.body);
        if (counts.accepted + counts.duplicates == static_cast<std::int64_t>(count)) {
          memory.note_acknowledged(first, count);
          world.heard.repeats += static_cast<std::uint64_t>(counts.duplicates);
        } else {
          world.heard.wrong += "not all taken: " + reply.body + "\n";
        }
        break;
      }
      if (reply.status != 0 && reply.status != 503 && reply.status != 429)
        world.heard.wrong += fmt::format("{}: {}\n", reply.status, reply.body);
      if (port != 0) ++world.heard.unanswered;
      timer.expires_after(retry_after);
      co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    first += count;
  }
}

void kill_again_and_again(World& world, const KillPlan& plan, KillOutcome& outcome) {
  Seeded seeded(plan.seed);
  while (outcome.kills + outcome.kills_opening < plan.kills) {
    if (seeded.chance(0.1)) {
      const std::chrono::microseconds patience(seeded.below(60'000));
      (void)crash::run_program({"serve", plan.dir, "--open", "--listen", "127.0.0.1:0"}, patience);
      ++outcome.kills_opening;
      continue;
    }
    crash::Served server(plan.dir, {}, quiet_and_unlimited());
    if (server.port() == 0) {
      outcome.wrong += "the server does not start: " + server.complaints() + "\n";
      return;
    }
    world.port = server.port();
    // Time itself is meant: it dies at any moment of its work.
    std::this_thread::sleep_for(milliseconds(5 + seeded.below(350)));
    server.kill();
    world.port = 0;
    ++outcome.kills;
  }
}

// Once more in peace, so that what waits to be sent again is acknowledged; then an orderly end.
void serve_the_rest(World& world, const KillPlan& plan, std::thread& clients,
                    KillOutcome& outcome) {
  crash::Served server(plan.dir, {}, quiet_and_unlimited());
  world.port = server.port();
  if (server.port() == 0) world.context.stop();
  clients.join();
  server.send(SIGTERM);
  if (const int code = server.wait(); code != 0)
    outcome.wrong += fmt::format("the server ended with {}: {}\n", code, server.complaints());
}

}  // namespace

KillOutcome run_kills(const KillPlan& plan) {
  World world;
  world.start = an_hour_ago();
  world.memories.resize(plan.clients);
  for (std::uint32_t i = 0; i < plan.clients; ++i)
    asio::co_spawn(world.context, send_and_remember(world, i, plan.seed * 1'000 + i),
                   asio::detached);
  std::thread clients([&] { world.context.run(); });
  KillOutcome outcome;
  kill_again_and_again(world, plan, outcome);
  world.is_over = true;
  serve_the_rest(world, plan, clients, outcome);
  outcome.repeats = world.heard.repeats;
  outcome.unanswered = world.heard.unanswered;
  outcome.wrong += world.heard.wrong + check(plan.dir, world.memories, world.start);
  for (const Memory& memory : world.memories) outcome.acknowledged += memory.acknowledged_count();
  return outcome;
}

}  // namespace pharos::load
