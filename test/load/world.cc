// load/world.cc: the program's own commands do the work.
#include "load/world.h"

#include <sys/resource.h>

#include <chrono>
#include <filesystem>

#include "crash/program.h"

namespace pharos::load {

std::string make_workspace(const std::string& dir) {
  if (crash::run_program({"init", dir, "--pack", "platform"}, {})) return "";
  return dir + ": cannot make a workspace there";
}

std::vector<std::string> quiet_and_unlimited() {
  return {"PHAROS_LOG_LEVEL=warning", "PHAROS_LIMITS_REQUESTS_PER_SECOND=10000000",
          "PHAROS_LIMITS_REQUEST_BURST=10000000"};
}

Instant an_hour_ago() {
  using namespace std::chrono;
  const auto now = duration_cast<milliseconds>(system_clock::now().time_since_epoch());
  return Instant{now.count()} - hour;
}

void open_many_files() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::string check(const std::string& dir, const std::vector<Memory>& memories, Instant start) {
  std::string wrong;
  if (!crash::run_program({"verify", dir}, {})) wrong += "pharos verify finds faults\n";
  const std::string path = dir + "-events.csv";
  if (!crash::run_program({"export", dir, "events", "--out", path}, {}))
    wrong += "pharos export fails\n";
  wrong += compare(path, memories, start);
  std::filesystem::remove(path);
  return wrong;
}

}  // namespace pharos::load
