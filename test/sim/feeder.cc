// sim/feeder.cc: a scenario as batches for the engine, with a journal's manners.
#include "sim/feeder.h"

#include <algorithm>

#include "engine/snapshot.h"

namespace pharos::sim {

using engine::AccountNumber;
using engine::EventBatch;
using engine::History;

Feeder::Feeder(const Loaded& loaded, Seeded seeded) : loaded_(loaded), seeded_(seeded) {
  engine::FoldOptions options;
  options.queries = loaded.queries;
  options.history = [this](AccountNumber from, AccountNumber to) { return history(from, to); };
  fold_.emplace(loaded.playbook, std::move(options));
}

void Feeder::add(const Fact& fact) {
  if (!ids_.insert(fact.id).second) return;  // The journal knows it.
  if (batch_.events.empty())
    batch_.seq_first = ++seq_;
  else
    ++seq_;
  add_event(batch_, fact, loaded_.playbook.schema);
}

void Feeder::flush() {
  if (batch_.events.empty() && batch_.tick == instant_min) return;
  fold_->resolve(batch_);
  apply(batch_);
  batch_.clear();
}

void Feeder::apply(const EventBatch& batch) {
  engine::Effects effects;
  fold_->apply(batch, effects);
  journal_.push_back(batch);
  take(effects);
}

void Feeder::tick(Instant now, bool in_batch) {
  flush();
  if (in_batch) {
    batch_.tick = now;
    return;
  }
  engine::Effects effects;
  fold_->tick(now, effects);
  EventBatch block;  // A tick alone is a block as well.
  block.tick = now;
  journal_.push_back(block);
  take(effects);
}

// Moves one account's clock to somewhere between it and the event that comes next.
void Feeder::tick_before(const Fact& fact) {
  if (fact.type == playbook::event_link) return;  // It moves no clock.
  const auto account = fold_->find_account(fact.account);
  if (!account || !fold_->is_live(*account) || fold_->clock(*account) > fact.time) return;
  engine::Effects effects;
  fold_->tick(*account, {seeded_.between(fold_->clock(*account).ms, fact.time.ms)}, effects);
  take(effects);
}

// A new process: the directory from the journal, then its blocks in order.
void Feeder::restart() {
  flush();
  const engine::Fold old = std::move(*fold_);
  engine::FoldOptions options;
  options.queries = loaded_.queries;
  options.history = [this](AccountNumber from, AccountNumber to) { return history(from, to); };
  fold_.emplace(loaded_.playbook, std::move(options));
  for (std::uint32_t a = 0; a < old.account_count(); ++a) fold_->add_account(old.account_id({a}));
  for (std::uint32_t m = 0; m < old.member_count(); ++m)
    fold_->add_member(old.account_of({m}), old.member_id({m}));
  transitions_.clear();
  changes_.clear();
  const std::vector<EventBatch> blocks = std::move(journal_);
  journal_.clear();
  for (const EventBatch& block : blocks) apply(block);
}

void Feeder::revive() {
  flush();
  std::string bytes;
  engine::write_snapshot(*fold_, "sim", bytes);
  engine::FoldOptions options;
  options.queries = loaded_.queries;
  options.history = [this](AccountNumber from, AccountNumber to) { return history(from, to); };
  auto fold = engine::read_snapshot(loaded_.playbook, std::move(options), "sim", bytes);
  ASSERT(fold);
  fold_ = *std::move(fold);
}

// As the journal writes rows: links first, then what happened.
void Feeder::take(const engine::Effects& effects) {
  for (const engine::Linked& linked : effects.linked) {
    if (!linked.refolded) continue;
    transitions_.erase(linked.from);
    transitions_.erase(linked.to);
    changes_.erase(linked.from);
    changes_.erase(linked.to);
  }
  for (engine::Transition transition : effects.transitions) {
    const AccountNumber account = std::exchange(transition.account, engine::no_account);
    transitions_[account].push_back(transition);
  }
  for (engine::SegmentChange change : effects.segments) {
    const AccountNumber account = std::exchange(change.account, engine::no_account);
    changes_[account].push_back(change);
  }
}

// Of both accounts, from the blocks that were applied; the batch at hand the fold knows itself.
History Feeder::history(AccountNumber from, AccountNumber to) const {
  struct Found {
    const EventBatch* batch;
    std::size_t index;
    std::uint64_t seq;
  };
  std::vector<Found> found;
  for (const EventBatch& batch : journal_)
    for (std::size_t i = 0; i < batch.events.size(); ++i) {
      const AccountNumber owner = fold_->root(batch.events[i].account_number);
      const bool is_link = batch.events[i].type == playbook::event_link;
      if (!is_link && (owner == from || owner == to))
        found.push_back({&batch, i, batch.seq_first + i});
    }
  std::ranges::sort(found, {},
                    [](const Found& f) { return std::pair(f.batch->events[f.index].time, f.seq); });
  History history;
  for (const Found& f : found) {
    engine::Event event = f.batch->events[f.index];
    const auto& properties = loaded_.playbook.schema.events[event.type].properties;
    const std::uint32_t cells = event.cells;
    event.cells = static_cast<std::uint32_t>(history.batch.cells.size());
    for (std::size_t i = 0; i < properties.size(); ++i) {
      engine::Cell cell = f.batch->cells[cells + i];
      if (properties[i].type == cel::PropertyType::string && cell > engine::cell_null)
        cell = engine::text_cell(history.batch.add_text(f.batch->view(engine::text_of(cell))));
      history.batch.cells.push_back(cell);
    }
    event.id = history.batch.add_text(f.batch->view(event.id));
    event.account = event.member = event.extra = {};
    history.batch.events.push_back(event);
    history.seqs.push_back(f.seq);
  }
  return history;
}

}  // namespace pharos::sim
