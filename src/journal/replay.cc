// journal/replay.cc: whole blocks where all of them counts, runs of events where not.
#include "journal/replay.h"

#include <algorithm>
#include <utility>

namespace pharos::journal {

using engine::Event;
using engine::EventBatch;

Replay::Replay(store::Database& database, const playbook::Playbook& playbook, engine::Fold& fold,
               LinkSource& links, ReplayScope scope)
    : database_(database),
      playbook_(playbook),
      fold_(fold),
      scope_(std::move(scope)),
      reader_(playbook.schema),
      links_(links) {
  if (scope_.group) {
    numbering_ = Numbering(scope_.group->numbers);
    fold_.add_account(scope_.group->id);
    for (const std::string& alias : scope_.group->aliases) fold_.add_account(alias);
    options_.only = &scope_.group->numbers;
  }
  options_.ids = false;
  options_.extra = false;
  links_ = {};
  links_.database = &database_;
  links_.playbook = &playbook_;
  links_.numbering = &numbering_;
  links_.effects = &effects_;
  links_.as_of = scope_.as_of;
}

void Replay::go_on(Numbering numbering, std::vector<Link> links) {
  numbering_ = std::move(numbering);
  links_.links = std::move(links);
}

Result<> Replay::run(const Watch& watch) {
  if (watch.block) {
    options_.ids = true;
    options_.contents = &contents_;
  }
  const std::uint64_t total = TRY(read_totals(database_, scope_.block_after)).events;
  std::uint64_t done = 0;
  if (watch.progress) watch.progress(0, total);
  const auto take_row = [&](const BlockRow& row) -> Result<> {
    TRY(take(row, watch));
    done += row.event_count;
    if (watch.progress) watch.progress(done, total);
    return {};
  };
  TRY(each_block_row_of(database_, scope_.block_after + 1, block_number_max, take_row));
  if (scope_.as_of != never) {
    fold_.tick(scope_.as_of, effects_);
    if (watch.effects) TRY(watch.effects(effects_));
    effects_.clear();
  }
  return {};
}

Result<> Replay::take(const BlockRow& row, const Watch& watch) {
  TRY(reader_.read(row.data, row.number, options_, block_));
  EventBatch& batch = block_.batch;
  if (batch.seq_first != row.seq_first || batch.tick != row.tick ||
      (options_.only == nullptr && batch.events.size() != row.event_count))
    return fail(ErrorCode::corrupt, "block {}: its row tells of other events than its bytes",
                row.number);
  TRY(numbering_.admit(block_.directory, row.number, fold_));
  undeclared_count_ += block_.undeclared_count;
  if (watch.block) watch.block(block_, contents_);
  if (batch.tick != instant_min) batch.tick = std::min(batch.tick, scope_.as_of);

  // Most blocks lie wholly before as_of, and then count as they are.
  const bool all = !scope_.group && block_.undeclared_count == 0 &&
                   (scope_.as_of == never || row.time_last <= scope_.as_of);
  if (!all) return take_runs(watch);
  for (Event& event : batch.events) numbering_.to_fold(event);
  return apply(batch, watch);
}

bool Replay::is_wanted(const Event& event) const {
  if (event.type == type_undeclared) return false;
  if (scope_.group &&
      std::ranges::find(scope_.group->numbers, event.account_number) == scope_.group->numbers.end())
    return false;
  return event.time <= scope_.as_of || event.type == playbook::event_link;
}

// Events keep their numbers, so each run of neighbours goes by itself.
Result<> Replay::take_runs(const Watch& watch) {
  EventBatch& batch = block_.batch;
  run_.clear();
  run_.tick = batch.tick;
  if (batch.tick != instant_min) {
    run_.seq_first = batch.seq_first;
    TRY(apply(run_, watch));
  }
  run_.tick = instant_min;
  run_.cells = std::move(batch.cells);
  run_.text = std::move(batch.text);
  for (std::size_t i = 0; i < batch.events.size(); ++i) {
    if (!is_wanted(batch.events[i])) continue;
    run_.events.clear();
    run_.seq_first = batch.seq_first + i;
    for (; i < batch.events.size() && is_wanted(batch.events[i]); ++i) {
      run_.events.push_back(batch.events[i]);
      numbering_.to_fold(run_.events.back());
    }
    TRY(apply(run_, watch));
  }
  batch.cells = std::move(run_.cells);
  batch.text = std::move(run_.text);
  return {};
}

Result<> Replay::apply(EventBatch& batch, const Watch& watch) {
  links_.seq_end = batch.seq_first;
  fold_.apply(batch, effects_);
  if (links_.failure) return std::unexpected(*links_.failure);
  for (const engine::Linked& link : effects_.linked) links_.links.push_back({link.from, link.to});
  if (watch.effects) TRY(watch.effects(effects_));
  effects_.clear();
  return {};
}

}  // namespace pharos::journal
