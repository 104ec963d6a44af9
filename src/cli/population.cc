// cli/population.cc: two ways to one answer.
#include "cli/population.h"

#include <algorithm>
#include <thread>

#include "cel/arena.h"
#include "cli/progress_bar.h"
#include "cli/reading.h"
#include "history/segment.h"

namespace pharos::cli {
namespace {

class InColumns final : public Population {
 public:
  InColumns(std::unique_ptr<const history::Frame> frame, Instant now)
      : frame_(std::move(frame)), now_(now == never ? frame_->clock() : now) {}

  std::string_view id(Place place) const override { return frame_->directory().id(place); }
  std::vector<Place> matching(const cel::Rule* rule) override {
    return history::matching(*frame_, rule, now_, thread_count());
  }
  void each_value(const cel::Rule& rule, std::span<const Place> places,
                  const TakeValue& take) override {
    history::each_value(*frame_, rule, now_, places, take);
  }

 private:
  std::unique_ptr<const history::Frame> frame_;
  Instant now_;
};

class Replayed final : public Population {
 public:
  Replayed(engine::Fold fold, const std::vector<cel::Rule>& rules)
      : fold_(std::move(fold)), rules_(rules) {}

  std::string_view id(Place place) const override { return fold_.account_id({place}); }
  std::vector<Place> matching(const cel::Rule* rule) override {
    std::vector<Place> found;
    for (const engine::AccountNumber account : live_accounts(fold_))
      if (rule == nullptr || fold_.query(account, index_of(*rule), arena_).is_true())
        found.push_back(account.value);
    return found;
  }
  void each_value(const cel::Rule& rule, std::span<const Place> places,
                  const TakeValue& take) override {
    for (std::size_t i = 0; i < places.size(); ++i)
      take(i, fold_.query({places[i]}, index_of(rule), arena_));
  }

 private:
  std::uint32_t index_of(const cel::Rule& rule) const {
    return static_cast<std::uint32_t>(&rule - rules_.data());
  }
  engine::Fold fold_;
  const std::vector<cel::Rule>& rules_;
  cel::Arena arena_;
};

}  // namespace

int thread_count() {
  return static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 64U));
}

Result<std::unique_ptr<const history::Frame>> open_frame(const Shell& shell,
                                                         journal::Workspace& workspace,
                                                         const std::string& dir) {
  ProgressBar bar(shell, std::string(shell.say({"Reading history", "读取历史"})), Unit::events);
  return history::Frame::open(
      workspace, dir, thread_count(),
      [&](std::uint64_t done, std::uint64_t total) { bar.update(done, total); });
}

Result<std::unique_ptr<Population>> Population::open(const Shell& shell,
                                                     journal::Workspace& workspace,
                                                     const std::string& dir,
                                                     const std::vector<cel::Rule>& rules,
                                                     Instant as_of) {
  if (!reads_nodes(rules))
    return std::make_unique<InColumns>(TRY(open_frame(shell, workspace, dir)), as_of);
  ReplayRequest request{.queries = rules, .lifecycle = true, .as_of = as_of, .account = {}};
  return std::make_unique<Replayed>(TRY(replay(shell, workspace, std::move(request))), rules);
}

}  // namespace pharos::cli
