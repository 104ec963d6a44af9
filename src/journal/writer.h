// journal/writer.h: the single writer: dedupes, folds, hands over to the committer.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/fold.h"
#include "journal/committer.h"
#include "journal/contents.h"
#include "journal/crew.h"
#include "journal/dedupe.h"
#include "journal/history.h"
#include "journal/numbering.h"
#include "journal/snapshot.h"
#include "journal/workspace.h"
#include "playbook/model.h"
#include "store/database.h"

namespace pharos::journal {

// Accounts are folded in so many lanes: a number of the journal, not of the machine, so that
// snapshots of one serve another.
inline constexpr std::uint32_t writer_lanes = 8;

// Lives on its caller's thread, and has a crew to help with large batches. The playbook and the
// database to read from must outlive it.
class Writer {
 public:
  // Replays the journal, from where the snapshot of `made_by` ends if there is one (snapshot.h; not
  // asked if it is empty). `path`: of the database, opened once more for the committing thread.
  static Result<std::unique_ptr<Writer>> open(const std::string& path,
                                              const playbook::Playbook& playbook,
                                              std::string_view made_by, store::Database& reads,
                                              const Progress& progress);

  Result<Receipt> append(engine::EventBatch batch);
  Result<> tick(Instant now);
  Result<> flush() { return committer_->flush(); }
  // Workspace::save_snapshot().
  Result<> save_snapshot(std::uint64_t events_min);
  const engine::Fold& fold() const { return fold_; }

 private:
  // What is asked of an event to know whether it repeats another.
  struct Look {
    Dedupe::Key key;
    std::uint32_t contents = 0;
  };

  Writer(const std::string& path, const playbook::Playbook& playbook, std::string_view made_by);
  engine::FoldOptions fold_options();
  Result<> load(const SnapshotFile& snapshot, RowWriter& rows);
  Result<> replay(store::Database& reads, RowWriter& rows, const Progress& progress);
  void bind_links(store::Database& reads);
  void note_ids(const Block& block, const Numbering& numbering, std::vector<std::uint64_t> sums);
  Receipt drop_repeats(engine::EventBatch& batch);
  void look_at(const engine::EventBatch& batch, std::size_t from, std::size_t count);
  void resolve(engine::EventBatch& batch);
  void follow_links(engine::EventBatch& batch) const;
  Directory number(const engine::EventBatch& batch, std::uint32_t account_first);
  Result<> accept(engine::EventBatch batch);
  Result<> fold(const engine::EventBatch& batch);

  const std::string dir_;
  const std::string made_by_;  // Of snapshots.
  const playbook::Playbook& playbook_;
  Contents contents_;
  Dedupe dedupe_;
  Numbering numbering_;
  LinkSource links_;
  Crew crew_;
  std::vector<Look> looks_;                    // At events of the batch at hand.
  std::vector<engine::MemberNumber> members_;  // The journal's, by event of the batch at hand.
  engine::Effects effects_;
  engine::Fold fold_;
  Tail tail_;
  Tail snapshot_;  // Where the latest one ends.
  std::optional<Error> failure_;
  std::unique_ptr<Committer> committer_;
};

}  // namespace pharos::journal
