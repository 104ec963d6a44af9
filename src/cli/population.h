// cli/population.h: all accounts at an instant, and what rules say of them: read from the columns
// of the history, or from a replay where a rule asks for places in the lifecycle.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "cel/rule.h"
#include "cli/shell.h"
#include "history/frame.h"
#include "journal/workspace.h"

namespace pharos::cli {

// Threads for questions over all accounts: one for each core.
int thread_count();

// The columns of a workspace, brought up to date, with a bar of progress.
Result<std::unique_ptr<const history::Frame>> open_frame(const Shell& shell,
                                                         journal::Workspace& workspace,
                                                         const std::string& dir);

// Makes the columns ready for the next question, if they are far behind the journal.
Result<> refresh_history(const Shell& shell, const std::string& dir);

// The accounts of a frame for which a rule holds, whatever it reads, in their order.
std::vector<history::Position> accounts_where(const history::Frame& frame,
                                              const playbook::Playbook& playbook,
                                              const cel::Rule& rule, Instant as_of);

// All events of an account: by index or, where the order in which they came matters, by a scan of
// the journal. Errors: not_found (with the nearest id).
Result<journal::Workspace::AccountHistory> read_account(journal::Workspace& workspace,
                                                        const history::Frame& frame,
                                                        std::string_view id);

class Population {
 public:
  using Place = std::uint32_t;  // Of an account; they have an order, that of first sight.
  using TakeValue = std::function<void(std::size_t index, const cel::Value& value)>;

  // `rules` may be asked; they must outlive it. `as_of`: never is the present.
  static Result<std::unique_ptr<Population>> open(const Shell& shell, journal::Workspace& workspace,
                                                  const std::string& dir,
                                                  const std::vector<cel::Rule>& rules,
                                                  Instant as_of);
  virtual ~Population() = default;
  virtual std::string_view id(Place place) const = 0;
  // Those for which a rule holds (null: everyone), in their order.
  virtual std::vector<Place> matching(const cel::Rule* rule) = 0;
  // The value of a rule for each; text lives until the callback returns.
  virtual void each_value(const cel::Rule& rule, std::span<const Place> places,
                          const TakeValue& take) = 0;
};

}  // namespace pharos::cli
