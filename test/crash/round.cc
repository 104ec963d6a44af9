// crash/round.cc: one round of faults: write, fail, come back, look, go on, and send all again.
#include <filesystem>

#include "base/seeded.h"
#include "crash/fault_disk.h"
#include "crash/world.h"
#include "journal/workspace.h"

namespace pharos::crash {
namespace {

using journal::Workspace;

constexpr std::uint64_t batches_a_session = 12;

class Round {
 public:
  Round(std::uint64_t seed, Tally& tally)
      : tally_(tally), seeded_(seed), feed_(seed), folder_("round"), disk_(FaultDisk::instance()) {
    make_workspace(folder_.path());
  }

  std::string run() {
    const std::uint64_t sessions = 1 + seeded_.below(3);
    for (std::uint64_t i = 0; i < sessions; ++i) {
      if (const std::string fault = session(); !fault.empty())
        return fmt::format("session {} ({} at call {}): {}", i + 1, name_of(plan_.fault),
                           plan_.call, fault);
    }
    return check_resent(folder_.path(), feed_, sent_, there_);
  }

 private:
  std::string session() {
    plan_ = {.fault = static_cast<Fault>(seeded_.below(fault_count)),
             .call = 1 + seeded_.below(seeded_.chance(0.3) ? 400 : 60),
             .seed = seeded_.next()};
    if (plan_.fault == Fault::failed_sync) plan_.call = 1 + plan_.call % 20;
    disk_.watch(folder_.path());
    disk_.arm(plan_);
    std::string fault = write();
    // After any fault the power may go as well, before anyone has tidied up.
    if (seeded_.chance(0.3)) disk_.cut_power(seeded_.next());
    disk_.settle();
    if (!fault.empty()) return fault;
    fault = check_reopened(folder_.path(), feed_, acknowledged_, sent_, there_);
    ++tally_.sessions;
    if (disk_.has_struck()) ++tally_.struck[static_cast<std::size_t>(plan_.fault)];
    if (there_ > acknowledged_) ++tally_.kept;
    if (there_ < sent_) ++tally_.lost;
    acknowledged_ = there_;
    return fault;
  }

  // Until the fault, or the end of the session. What it says is wrong.
  std::string write() {
    auto opened = Workspace::open_to_write(folder_.path(), {});
    if (!opened) {
      ++tally_.unopened;
      return unexpected(opened.error());
    }
    Workspace& workspace = **opened;
    const std::uint64_t together = 1 + seeded_.below(3);  // Batches to a flush.
    for (std::uint64_t i = 0; i < batches_a_session; ++i) {
      sent_ = std::max(sent_, at() + 1);
      if (const auto receipt = workspace.append(feed_.batch(at())); !receipt)
        return stopped(workspace, receipt.error());
      ++ahead_;
      if (i % together != 0) continue;
      if (const auto flushed = workspace.flush(); !flushed)
        return stopped(workspace, flushed.error());
      acknowledged_ = at();
      ahead_ = 0;
      // One that cannot be written is no failure; the next session begins with the one before.
      if (seeded_.chance(0.1)) (void)workspace.save_snapshot(1);
    }
    ahead_ = 0;
    return "";
  }

  // After a failure nothing more is taken.
  std::string stopped(Workspace& workspace, const Error& error) {
    const std::size_t next = at() + 1;
    ahead_ = 0;
    if (workspace.append(feed_.batch(next)) || workspace.flush())
      return "goes on after a failed append";
    return unexpected(error);
  }

  std::string unexpected(const Error& error) const {
    if (!disk_.has_struck()) return "fails without a fault: " + error.message;
    return "";
  }
  std::size_t at() const { return acknowledged_ + ahead_; }

  Tally& tally_;
  Seeded seeded_;
  Feed feed_;
  Folder folder_;
  FaultDisk& disk_;
  Plan plan_;
  std::size_t acknowledged_ = 0;  // Batches.
  std::size_t ahead_ = 0;         // Appended, not flushed.
  std::size_t sent_ = 0;          // At most so many were ever sent.
  std::size_t there_ = 0;
};

}  // namespace

std::string run_round(std::uint64_t seed, Tally& tally) {
  const std::string fault = Round(seed, tally).run();
  return fault.empty() ? "" : fmt::format("{}\n  {}", fault, replay_command(seed));
}

std::string replay_command(std::uint64_t seed) {
  return fmt::format("build/release/crash --from {} --rounds 1", seed);
}

}  // namespace pharos::crash
