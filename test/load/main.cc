// load/main.cc: ./x load: figures, kills, or the memory of a server that has nothing to do.
#include <CLI/CLI.hpp>

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/text.h"
#include "crash/program.h"
#include "load/kill.h"
#include "load/load.h"
#include "load/world.h"

namespace pharos::load {
namespace {

namespace fs = std::filesystem;

// A line of /proc/PID/status in MiB.
double mib_of(pid_t process, std::string_view name) {
  std::ifstream file(fmt::format("/proc/{}/status", process));
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(name))
      return static_cast<double>(
                 parse_int64(
                     trimmed(line.substr(name.size() + 1, line.find(" kB") - name.size() - 1)))
                     .value_or(0)) /
             1'024;
  return 0;
}

int fail(const std::string& wrong) {
  fmt::print(stderr, "load: {}\n", wrong);
  return 1;
}

int idle(const std::string& dir) {
  const auto since = std::chrono::steady_clock::now();
  crash::Served server(dir, {}, quiet_and_unlimited());
  if (server.port() == 0) return fail(server.complaints());
  const std::chrono::duration<double> opened = std::chrono::steady_clock::now() - since;
  // Time itself is meant: what it holds after having had nothing to do.
  std::this_thread::sleep_for(std::chrono::seconds(5));
  fmt::print("{}: opened in {:.2f} s; after 5 s idle: resident {:.1f} MiB, at most {:.1f} MiB\n",
             dir, opened.count(), mib_of(server.process(), "VmRSS:"),
             mib_of(server.process(), "VmHWM:"));
  return 0;
}

int kills(const KillPlan& plan) {
  if (const std::string wrong = make_workspace(plan.dir); !wrong.empty()) return fail(wrong);
  const KillOutcome outcome = run_kills(plan);
  fmt::print(
      "{} kills under load, {} while opening; {} clients: {} events acknowledged, {} of them "
      "as repeats; {} requests without an answer were sent again\n",
      outcome.kills, outcome.kills_opening, plan.clients, outcome.acknowledged, outcome.repeats,
      outcome.unanswered);
  if (!outcome.wrong.empty()) return fail(outcome.wrong);
  fmt::print("nothing lost, nothing twice, nothing made up; verify: ok\n");
  return 0;
}

int measure(Plan plan, const std::string& dir) {
  if (const std::string wrong = make_workspace(dir); !wrong.empty()) return fail(wrong);
  crash::Served server(dir, {}, quiet_and_unlimited());
  if (server.port() == 0) return fail(server.complaints());
  plan.port = server.port();
  plan.start = an_hour_ago();
  const Outcome outcome = run(plan);
  fmt::print("{}", told(plan, outcome));
  fmt::print("server: resident {:.1f} MiB, at most {:.1f} MiB\n",
             mib_of(server.process(), "VmRSS:"), mib_of(server.process(), "VmHWM:"));
  server.send(SIGTERM);
  if (const int code = server.wait(); code != 0)
    return fail(fmt::format("the server ended with {}: {}", code, server.complaints()));
  const std::string wrong = outcome.wrong + check(dir, outcome.memories, plan.start);
  if (!wrong.empty()) return fail(wrong);
  fmt::print("every acknowledged event is there once; verify: ok\n");
  return 0;
}

}  // namespace
}  // namespace pharos::load

int main(int argc, char** argv) {
  using namespace pharos::load;
  Plan plan;
  KillPlan kill_plan;
  std::string dir, idle_dir;
  std::int64_t seconds = 20, pause_ms = plan.pause.count();
  kill_plan.kills = 0;
  CLI::App app("Clients against pharos serve: figures; or kills; or an idle server");
  app.add_option("--dir", dir,
                 "A new workspace; without it: one in the folder for temporary files");
  app.add_option("--seconds", seconds)->capture_default_str();
  app.add_option("--connections", plan.connections, "That are kept")->capture_default_str();
  app.add_option("--pause", pause_ms, "Of each of them between requests, in ms")
      ->capture_default_str();
  app.add_option("--writers", plan.writers)->capture_default_str();
  app.add_option("--batch", plan.batch_events, "Events of a batch")->capture_default_str();
  app.add_option("--readers", plan.readers)->capture_default_str();
  app.add_option("--read", plan.read_paths, "What is read, in turns")->capture_default_str();
  app.add_option("--kills", kill_plan.kills, "kill -9 so often, under load, instead of figures");
  app.add_option("--clients", kill_plan.clients, "With --kills")->capture_default_str();
  app.add_option("--seed", kill_plan.seed, "With --kills")->capture_default_str();
  app.add_option("--idle", idle_dir, "Memory of a server of this workspace, instead of figures");
  CLI11_PARSE(app, argc, argv);
  plan.time = std::chrono::seconds(seconds);
  plan.pause = std::chrono::milliseconds(pause_ms);
  open_many_files();
  if (!idle_dir.empty()) return idle(idle_dir);
  const bool is_ours = dir.empty();
  if (is_ours)
    dir = (std::filesystem::temp_directory_path() / fmt::format("pharos-load-{}", ::getpid()))
              .string();
  kill_plan.dir = dir;
  const int code = kill_plan.kills > 0 ? kills(kill_plan) : measure(plan, dir);
  if (is_ours && code == 0) std::filesystem::remove_all(dir);
  if (is_ours && code != 0) fmt::print(stderr, "load: the workspace is left in {}\n", dir);
  return code;
}
