// crash/main.cc: the rounds behind ./x sim, as many as one likes.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <string_view>

#include "base/text.h"
#include "crash/fault_disk.h"
#include "crash/world.h"

// crash [--rounds N] [--from S]; exits with 1 at the first fault, 2 on bad usage.
int main(int argc, char** argv) {
  std::int64_t rounds = 1'000, from = 1;
  for (int i = 1; i < argc; i += 2) {
    const std::string_view option = argv[i];
    const auto value = i + 1 < argc ? pharos::parse_int64(argv[i + 1]) : std::nullopt;
    if (!value || *value < 0 || (option != "--rounds" && option != "--from")) {
      fmt::print(stderr, "crash: use --rounds N and --from S with whole numbers\n");
      return 2;
    }
    (option == "--rounds" ? rounds : from) = *value;
  }
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  int faults = 0;
  pharos::crash::Tally tally;
  constexpr int faults_max = 5;  // The first few say enough.
  for (std::int64_t seed = from; seed < from + rounds; ++seed) {
    const std::string fault = pharos::crash::run_round(static_cast<std::uint64_t>(seed), tally);
    if (fault.empty()) continue;
    fmt::print("seed {}: {}\n", seed, fault);
    if (++faults == faults_max) break;
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  fmt::print("crash: {} round(s), {} fault(s), {:.1f} rounds/s\n", rounds, faults,
             static_cast<double>(rounds) / seconds);
  fmt::print("crash: {} sessions; struck:", tally.sessions);
  for (int i = 0; i < pharos::crash::fault_count; ++i)
    fmt::print(" {} {},", pharos::crash::name_of(static_cast<pharos::crash::Fault>(i)),
               tally.struck[i]);
  fmt::print(" {} while opening; {} kept more than was acknowledged, {} less than was sent\n",
             tally.unopened, tally.kept, tally.lost);
  return faults == 0 ? 0 : 1;
}
