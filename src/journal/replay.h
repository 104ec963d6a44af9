// journal/replay.h: the journal into a fold, from the first block on.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/error.h"
#include "engine/fold.h"
#include "journal/block.h"
#include "journal/blocks.h"
#include "journal/history.h"
#include "journal/numbering.h"
#include "journal/workspace.h"
#include "playbook/model.h"
#include "store/database.h"

namespace pharos::journal {

struct ReplayScope {
  Instant as_of = never;       // Events after it are left out, links are not: they are about ids.
  std::optional<Group> group;  // Only these accounts; the fold must be empty.
  std::uint64_t block_after = 0;  // Up to this one blocks are in the fold already; see go_on().
};

class Replay {
 public:
  // The fold is empty; its `history` asks `links`, which this sets up, and which must outlive it.
  Replay(store::Database& database, const playbook::Playbook& playbook, engine::Fold& fold,
         LinkSource& links, ReplayScope scope);

  struct Watch {
    // Each block as it was read, before it is applied; with the sums of its contents (contents.h).
    std::function<void(const Block&, const std::vector<std::uint64_t>&)> block;
    std::function<Result<>(const engine::Effects&)> effects;
    Progress progress = {};
  };
  Result<> run(const Watch& watch);
  // What belongs to a fold that is not empty; before run().
  void go_on(Numbering numbering, std::vector<Link> links);

  // As it is now; what a writer goes on with.
  Numbering& numbering() { return numbering_; }
  std::uint64_t undeclared_count() const { return undeclared_count_; }

 private:
  Result<> take(const BlockRow& row, const Watch& watch);
  Result<> take_runs(const Watch& watch);
  Result<> apply(engine::EventBatch& batch, const Watch& watch);
  bool is_wanted(const engine::Event& event) const;

  store::Database& database_;
  const playbook::Playbook& playbook_;
  engine::Fold& fold_;
  ReplayScope scope_;
  BlockReader reader_;
  Numbering numbering_;
  LinkSource& links_;
  ReadOptions options_;
  Block block_;
  engine::EventBatch run_;
  engine::Effects effects_;
  std::vector<std::uint64_t> contents_;
  std::uint64_t undeclared_count_ = 0;
};

}  // namespace pharos::journal
