// sim/main.cc: the program behind ./x sim: many seeds, and how many a second.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <string_view>

#include "base/text.h"
#include "sim/world.h"

// sim [--seeds N] [--from S]; exits with 1 at the first difference, 2 on bad usage.
int main(int argc, char** argv) {
  std::int64_t seeds = 1'000, from = 1;
  for (int i = 1; i < argc; i += 2) {
    const std::string_view option = argv[i];
    const auto value = i + 1 < argc ? pharos::parse_int64(argv[i + 1]) : std::nullopt;
    if (!value || *value < 0 || (option != "--seeds" && option != "--from")) {
      fmt::print(stderr, "sim: use --seeds N and --from S with whole numbers\n");
      return 2;
    }
    (option == "--seeds" ? seeds : from) = *value;
  }
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  int differences = 0;
  constexpr int differences_max = 5;  // The first few say enough.
  for (std::int64_t seed = from; seed < from + seeds; ++seed) {
    const std::string report = pharos::sim::run_seed(static_cast<std::uint64_t>(seed));
    if (report.empty()) continue;
    fmt::print("{}\n", report);
    if (++differences == differences_max) break;
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  fmt::print("sim: {} seed(s), {} difference(s), {:.1f} seeds/s\n", seeds, differences,
             static_cast<double>(seeds) / seconds);
  return differences == 0 ? 0 : 1;
}
