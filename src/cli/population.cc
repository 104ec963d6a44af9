// cli/population.cc: two ways to one answer.
#include "cli/population.h"

#include <algorithm>
#include <thread>

#include "cel/arena.h"
#include "cli/progress_bar.h"
#include "cli/reading.h"
#include "history/life.h"
#include "history/replay.h"
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

// Every account's life is folded once, under the rules as well.
class InLives final : public Population {
 public:
  InLives(std::unique_ptr<const history::Frame> frame, history::Lives lives,
          const std::vector<cel::Rule>& rules)
      : frame_(std::move(frame)), lives_(std::move(lives)), rules_(rules) {}

  std::string_view id(Place place) const override { return frame_->directory().id(place); }
  std::vector<Place> matching(const cel::Rule* rule) override {
    std::vector<Place> found;
    for (Place place = 0; place < frame_->account_count(); ++place)
      if (lives_.is_live(place) &&
          (rule == nullptr || lives_.query(place, index_of(*rule), arena_).is_true()))
        found.push_back(place);
    return found;
  }
  void each_value(const cel::Rule& rule, std::span<const Place> places,
                  const TakeValue& take) override {
    for (std::size_t i = 0; i < places.size(); ++i)
      take(i, lives_.query(places[i], index_of(rule), arena_));
  }

 private:
  std::uint32_t index_of(const cel::Rule& rule) const {
    return static_cast<std::uint32_t>(&rule - rules_.data());
  }
  std::unique_ptr<const history::Frame> frame_;
  history::Lives lives_;
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

Result<> refresh_history(const Shell& shell, const std::string& dir) {
  const auto workspace = TRY(journal::Workspace::open_to_read(dir));
  ProgressBar bar(shell, std::string(shell.say({"Arranging history", "整理历史"})), Unit::events);
  return history::Frame::refresh(
      *workspace, dir, thread_count(),
      [&](std::uint64_t done, std::uint64_t total) { bar.update(done, total); });
}

std::vector<history::Position> accounts_where(const history::Frame& frame,
                                              const playbook::Playbook& playbook,
                                              const cel::Rule& rule, Instant as_of) {
  if (rule.nodes.empty())
    return history::matching(frame, &rule, as_of == never ? frame.clock() : as_of, thread_count());
  history::Lives lives = history::Lives::read(frame, playbook, {rule}, as_of, thread_count());
  cel::Arena arena;
  std::vector<history::Position> found;
  for (history::Position position = 0; position < frame.account_count(); ++position)
    if (lives.is_live(position) && lives.query(position, 0, arena).is_true())
      found.push_back(position);
  return found;
}

Result<journal::Workspace::AccountHistory> read_account(journal::Workspace& workspace,
                                                        const history::Frame& frame,
                                                        std::string_view id) {
  if (const auto position = frame.directory().find(id))
    if (auto indexed = history::history_of(frame, *position)) return *std::move(indexed);
  return workspace.history(id);
}

Result<std::unique_ptr<Population>> Population::open(const Shell& shell,
                                                     journal::Workspace& workspace,
                                                     const std::string& dir,
                                                     const std::vector<cel::Rule>& rules,
                                                     Instant as_of) {
  auto frame = TRY(open_frame(shell, workspace, dir));
  if (!reads_nodes(rules)) return std::make_unique<InColumns>(std::move(frame), as_of);
  history::Lives lives =
      history::Lives::read(*frame, workspace.playbook(), rules, as_of, thread_count());
  return std::make_unique<InLives>(std::move(frame), std::move(lives), rules);
}

}  // namespace pharos::cli
