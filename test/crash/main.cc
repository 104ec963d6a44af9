// crash/main.cc: the rounds behind ./x sim, as many as one likes.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <optional>
#include <string_view>

#include "base/text.h"
#include "crash/damage.h"
#include "crash/fault_disk.h"
#include "crash/world.h"

namespace {

using namespace pharos;
using namespace pharos::crash;

struct Options {
  std::int64_t rounds = 1'000, from = 1;
  bool damage = false;  // Hits of a file instead of faults of a disk.
};

std::optional<Options> read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view option = argv[i];
    if (option == "--damage") {
      options.damage = true;
      continue;
    }
    const auto value = i + 1 < argc ? parse_int64(argv[++i]) : std::nullopt;
    if (!value || *value < 0 || (option != "--rounds" && option != "--from")) return std::nullopt;
    (option == "--rounds" ? options.rounds : options.from) = *value;
  }
  return options;
}

void print(const Tally& tally) {
  fmt::print("crash: {} sessions; struck:", tally.sessions);
  for (int i = 0; i < fault_count; ++i)
    fmt::print(" {} {},", name_of(static_cast<Fault>(i)), tally.struck[i]);
  fmt::print(" {} while opening; {} kept more than was acknowledged, {} less than was sent\n",
             tally.unopened, tally.kept, tally.lost);
}

void print(const DamageTally& tally) {
  fmt::print(
      "crash: {} hits named ({} on opening), {} where nothing is read; {} blocks lost, {} "
      "playbooks "
      "given anew\n",
      tally.named, tally.unopened, tally.unread, tally.blocks_lost, tally.playbooks_given);
}

}  // namespace

// crash [--damage] [--rounds N] [--from S]; exits with 1 if a round fails, 2 on bad usage.
int main(int argc, char** argv) {
  const auto options = read_options(argc, argv);
  if (!options) {
    fmt::print(stderr, "crash: use --damage, --rounds N and --from S with whole numbers\n");
    return 2;
  }
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  int faults = 0;
  Tally tally;
  DamageTally damage;
  constexpr int faults_max = 5;  // The first few say enough.
  for (std::int64_t i = 0; i < options->rounds && faults < faults_max; ++i) {
    const auto seed = static_cast<std::uint64_t>(options->from + i);
    const std::string fault = options->damage ? run_damage(seed, damage) : run_round(seed, tally);
    if (fault.empty()) continue;
    fmt::print("seed {}: {}\n", seed, fault);
    std::fflush(stdout);
    ++faults;
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  fmt::print("crash: {} round(s), {} fault(s), {:.1f} rounds/s\n", options->rounds, faults,
             static_cast<double>(options->rounds) / seconds);
  if (options->damage)
    print(damage);
  else
    print(tally);
  return faults == 0 ? 0 : 1;
}
