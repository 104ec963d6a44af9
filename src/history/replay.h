// history/replay.h: the fold over a frame: the life of each account under any playbook, one account
// after the other, on all cores. The same fold as everywhere, so the same transitions.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "engine/fold.h"
#include "history/frame.h"
#include "history/leaps.h"
#include "history/needs.h"
#include "playbook/model.h"

namespace pharos::history {

// Whether the columns of a frame hold all that a playbook declares: the same events and attributes.
bool fits(const Frame& frame, const playbook::Playbook& playbook);

// Feeds accounts of a frame to a fold of its own. One thread at a time.
class LifeReader {
 public:
  // `until`: later events are left out, and clocks come to stand there; never: the present. All
  // events are applied where `complete`; else only those that the rules can tell apart: then a
  // transition by a timer may carry the number of an older event.
  LifeReader(const Frame& frame, const playbook::Playbook& playbook,
             const std::vector<cel::Rule>& queries, bool queries_only, Instant until,
             bool complete);

  // The account under the next number of the fold; effects are appended.
  engine::AccountNumber read(Position position, engine::Fold& fold, engine::Effects& effects);

 private:
  bool wanted(std::uint32_t type, bool regular) const {
    return type != playbook::event_link && (complete_ || !regular || needs_.types[type]);
  }
  bool gather(Position position, bool regular);
  bool next(Head& item);
  void read_whole(engine::AccountNumber account, engine::Fold& fold, engine::Effects& effects);
  void read_in_leaps(engine::AccountNumber account, Instant end, engine::Fold& fold,
                     engine::Effects& effects);
  void take_in_before(const Head& to, engine::AccountNumber account, engine::Fold& fold);
  void drop_types(engine::AccountNumber account, const engine::Fold& fold);
  void fill_batch(std::size_t from, std::size_t to, engine::AccountNumber account,
                  engine::Fold& fold);
  engine::Cell cell_of(const Head& item, std::uint32_t property);
  void add_event(const Head& item, engine::AccountNumber account, engine::Fold& fold);
  void apply(std::size_t from, std::size_t to, engine::AccountNumber account, engine::Fold& fold,
             engine::Effects& effects);
  void read_irregular(Position position, std::uint32_t birth, engine::AccountNumber account,
                      engine::Fold& fold, engine::Effects& effects);
  Instant tick_before(std::uint64_t seq, std::uint64_t birth) const;

  const Frame& frame_;
  Needs needs_;
  std::vector<Ending> endings_;
  std::vector<std::vector<std::uint32_t>> properties_;  // By type: those that are read.
  Instant until_;
  bool complete_;
  bool asks_windows_;  // When the life is told: by queries.
  Leaps leaps_;
  std::vector<std::unique_ptr<RunScratch>> scratch_;  // By type.
  std::vector<Run> runs_;                             // By type.
  std::vector<Head> items_;
  std::vector<Head> heads_;          // Of the runs that are merged: the next event of each,
  std::vector<std::uint32_t> ends_;  // and where the run ends.
  engine::EventBatch batch_;
  std::vector<std::uint64_t> seqs_;
};

// Where all accounts stand under a playbook: a fold for each piece of them.
class Lives {
 public:
  static Lives read(const Frame& frame, const playbook::Playbook& playbook,
                    const std::vector<cel::Rule>& queries, Instant until, int threads);

  bool is_live(Position position) const;
  cel::Value query(Position position, std::uint32_t index, cel::Arena& arena);

 private:
  struct Piece {
    std::unique_ptr<engine::Fold> fold;
  };
  static constexpr std::size_t piece_accounts = 1'024;
  std::vector<Piece> pieces_;
};

}  // namespace pharos::history
