// journal/writer.cc: one batch from its texts to its place in the queue.
#include "journal/writer.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

#include "engine/snapshot.h"
#include "journal/replay.h"

namespace pharos::journal {

using engine::AccountNumber;
using engine::Event;
using engine::EventBatch;
using engine::TextRef;

namespace {

// Whether the journal went through this point, and has a block that ends there.
Result<bool> holds(store::Database& database, const Tail& point) {
  auto query = TRY(database.prepare("SELECT chain FROM block WHERE number = ?"));
  TRY(query->query_with(static_cast<std::int64_t>(point.block)));
  return TRY(query->step()) && static_cast<std::uint64_t>(query->integer(0)) == point.chain;
}

}  // namespace

Writer::Writer(const std::string& path, const playbook::Playbook& playbook,
               std::string_view made_by)
    : dir_(std::filesystem::path(path).parent_path().string()),
      made_by_(made_by),
      playbook_(playbook),
      contents_(playbook_.schema),
      dedupe_(dir_),
      fold_(playbook_, fold_options()) {}

engine::FoldOptions Writer::fold_options() {
  return {.queries = {},
          .queries_only = false,
          .history = [this](AccountNumber a, AccountNumber b) { return links_.events_of(a, b); },
          .lanes = writer_lanes,
          .runner = [this](std::size_t count, const Crew::Task& task) { crew_.run(count, task); }};
}

Result<std::unique_ptr<Writer>> Writer::open(const std::string& path,
                                             const playbook::Playbook& playbook,
                                             std::string_view made_by, store::Database& reads,
                                             const Progress& progress) {
  auto writes = TRY(store::open_sqlite(path, store::OpenMode::write));
  std::unique_ptr<Writer> writer(new Writer(path, playbook, made_by));
  RowWriter rows = TRY(RowWriter::prepare(*writes, playbook));
  if (!made_by.empty()) {
    const auto snapshot = SnapshotFile::open(writer->dir_, made_by);
    if (snapshot && TRY(holds(reads, snapshot->at())) && !writer->load(*snapshot, rows)) {
      writer.reset(new Writer(path, playbook, made_by));
      rows = TRY(RowWriter::prepare(*writes, playbook));
    }
  }
  TRY(writer->replay(reads, rows, progress));
  writer->tail_ = TRY(read_tail(reads));
  writer->committer_ = TRY(Committer::start(std::move(writes), path, playbook, std::move(rows),
                                            writer->tail_, writer->snapshot_.block));
  writer->bind_links(reads);
  return writer;
}

Result<> Writer::load(const SnapshotFile& snapshot, RowWriter& rows) {
  engine::ImageReader in(snapshot.body());
  numbering_.load(in);
  in.list(links_.links);
  rows.load(in);
  dedupe_.load(in);
  if (in.failed()) return fail(ErrorCode::corrupt, "the parts of a snapshot do not fit");
  fold_ = TRY(engine::read_snapshot(playbook_, fold_options(), made_by_, in.view(in.remaining())));
  if (!numbering_.goes_with(fold_))
    return fail(ErrorCode::corrupt, "the numbers of a snapshot are not those of its state");
  snapshot_ = snapshot.at();
  return {};
}

Result<> Writer::save_snapshot(std::uint64_t events_min) {
  if (failure_) return std::unexpected(*failure_);
  TRY(flush());
  if (tail_.seq - snapshot_.seq < events_min || tail_.seq == snapshot_.seq) return {};
  const Tail at = TRY(read_tail(*links_.database));
  ASSERT(at.seq == tail_.seq);
  committer_->keep_end(at.block);
  fold_.compact();
  auto snapshot = TRY(SnapshotWriter::create(dir_, made_by_, at));
  engine::ImageWriter& out = snapshot->out();
  numbering_.save(out);
  out.list(links_.links);
  committer_->rows().save(out);
  dedupe_.save(out);
  engine::write_snapshot(fold_, made_by_, out);  // Last: it takes all that is left.
  TRY(snapshot->keep());
  snapshot_ = at;
  return {};
}

Result<> Writer::replay(store::Database& reads, RowWriter& rows, const Progress& progress) {
  std::vector<Link> links = std::move(links_.links);
  Replay replay(reads, playbook_, fold_, links_,
                {.as_of = never, .group = {}, .block_after = snapshot_.block});
  replay.go_on(std::move(numbering_), std::move(links));
  const auto note = [&](const Block& block, const std::vector<std::uint64_t>& sums) {
    note_ids(block, replay.numbering(), sums);
  };
  const auto pass = [&](const engine::Effects& effects) -> Result<> {
    rows.pass(effects);
    return {};
  };
  TRY(replay.run({.block = note, .effects = pass, .progress = progress}));
  numbering_ = std::move(replay.numbering());
  return {};
}

// From now on links look back from this writer; those that the replay saw stay noted.
void Writer::bind_links(store::Database& reads) {
  links_.database = &reads;
  links_.numbering = &numbering_;
  links_.effects = &effects_;
  links_.flush = [this] { return committer_->flush(); };
}

// Ids of accounts and members are not in the blocks beside each event; the fold knows them.
void Writer::note_ids(const Block& block, const Numbering& numbering,
                      std::vector<std::uint64_t> sums) {
  const EventBatch& batch = block.batch;
  for (std::size_t i = 0; i < batch.events.size(); ++i) {
    Event event = batch.events[i];
    numbering.to_fold(event);
    sums[i] += account_term(event.account.size > 0 ? batch.view(event.account)
                                                   : fold_.account_id(event.account_number));
    if (event.member_number != engine::no_member)
      sums[i] += member_term(fold_.member_id(event.member_number));
    dedupe_.add(batch.view(event.id), kept(sums[i]));
  }
}

Result<Receipt> Writer::append(EventBatch batch) {
  if (failure_) return std::unexpected(*failure_);
  if (batch.events.size() > engine::batch_events_max)
    return fail(ErrorCode::limit, "a batch of {} events; at most {} go into one",
                batch.events.size(), engine::batch_events_max);
  if (batch.text.size() > engine::batch_text_bytes_max)
    return fail(ErrorCode::limit, "a batch with {} bytes of text; at most {} go into one",
                batch.text.size(), engine::batch_text_bytes_max);
  Receipt receipt = drop_repeats(batch);
  if (batch.tick <= tail_.tick) batch.tick = instant_min;  // Clocks do not go back.
  if (batch.events.empty() && batch.tick == instant_min) return receipt;
  if (auto accepted = accept(std::move(batch)); !accepted) {
    failure_ = accepted.error();
    return std::unexpected(*failure_);
  }
  return receipt;
}

Result<> Writer::tick(Instant now) {
  EventBatch batch;
  batch.tick = now;
  const auto receipt = append(std::move(batch));
  if (!receipt) return std::unexpected(receipt.error());
  return {};
}

// Ids and contents of some events, on all threads if they are many.
void Writer::look_at(const EventBatch& batch, std::size_t from, std::size_t count) {
  constexpr std::size_t part_size = 64;
  constexpr std::size_t shared_min = 256;  // Below, handing over costs more than it saves.
  looks_.resize(count);
  const auto look = [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const Event& event = batch.events[from + i];
      looks_[i] = {Dedupe::key_of(batch.view(event.id)), kept(contents_.sum_of(batch, event))};
    }
  };
  if (count < shared_min) return look(0, count);
  crew_.run((count + part_size - 1) / part_size, [&](std::size_t part) {
    look(part * part_size, std::min(count, (part + 1) * part_size));
  });
}

// Leaves the events that are new, in their order.
Receipt Writer::drop_repeats(EventBatch& batch) {
  constexpr std::size_t ahead = 16;
  constexpr std::size_t at_once = 4'096;  // What is known of so many events stays in near caches.
  Receipt receipt;
  std::size_t kept_count = 0;
  for (std::size_t i = 0; i < batch.events.size(); ++i) {
    const std::size_t at = i % at_once;
    if (at == 0) look_at(batch, i, std::min(at_once, batch.events.size() - i));
    if (at + ahead < looks_.size()) dedupe_.prefetch(looks_[at + ahead].key);
    const Event& event = batch.events[i];
    switch (dedupe_.add(looks_[at].key, looks_[at].contents)) {
      case Seen::never:
        if (kept_count != i) batch.events[kept_count] = event;
        ++kept_count;
        break;
      case Seen::same: ++receipt.duplicates; break;
      case Seen::other: receipt.conflicts.push_back({i, std::string(batch.view(event.id))}); break;
    }
  }
  batch.events.resize(kept_count);
  receipt.accepted = kept_count;
  return receipt;
}

// The block is encoded while the batch is being folded, from the same events: only where the fold
// numbers members otherwise than the journal, because of links, each has its own.
Result<> Writer::accept(EventBatch batch) {
  const auto account_first = static_cast<std::uint32_t>(fold_.account_count());
  batch.seq_first = tail_.seq + 1;
  resolve(batch);
  Directory directory = number(batch, account_first);
  std::optional<EventBatch> own;
  if (!std::ranges::equal(batch.events, members_, {}, &Event::member_number)) {
    own = batch;
    for (std::size_t i = 0; i < members_.size(); ++i) batch.events[i].member_number = members_[i];
  }
  const EventBatch* const begun = TRY(committer_->begin(std::move(batch), std::move(directory)));
  TRY(fold(own ? *own : *begun));
  tail_.seq += begun->events.size();
  tail_.tick = std::max(tail_.tick, begun->tick);
  return committer_->finish(rows_of(std::move(effects_), fold_));
}

Result<> Writer::fold(const EventBatch& batch) {
  links_.seq_end = batch.seq_first;
  effects_.clear();
  fold_.apply(batch, effects_);
  if (links_.failure) return std::unexpected(*links_.failure);
  for (const engine::Linked& link : effects_.linked) links_.links.push_back({link.from, link.to});
  return {};
}

// Numbers for ids. What is left as `account` is the id of a link, or one that was given in place of
// the account's own.
void Writer::resolve(EventBatch& batch) {
  const bool has_link = std::ranges::any_of(
      batch.events, [](const Event& event) { return event.type == playbook::event_link; });
  std::vector<TextRef> given;
  if (has_link) {
    for (const Event& event : batch.events) given.push_back(event.account);
    follow_links(batch);
  }
  fold_.resolve(batch);
  const bool has_alias = has_link || !links_.links.empty();
  for (std::size_t i = 0; i < batch.events.size(); ++i) {
    Event& event = batch.events[i];
    event.member = {};
    if (has_link) event.account = given[i];
    if (event.type == playbook::event_link) continue;
    if (!has_alias || batch.view(event.account) == fold_.account_id(event.account_number))
      event.account = {};
  }
}

// The fold follows the links of earlier batches. Those of this one it meets only when it applies
// them, so events behind them get the present id of their account here.
void Writer::follow_links(EventBatch& batch) const {
  std::map<std::string, std::string, std::less<>> linked;
  const auto root = [&](std::string_view id) {
    const auto known = fold_.find_account(id);
    std::string present(known ? fold_.account_id(*known) : id);
    for (auto at = linked.find(present); at != linked.end(); at = linked.find(present))
      present = at->second;
    return present;
  };
  for (Event& event : batch.events) {
    const std::string account = root(batch.view(event.account));
    if (event.type == playbook::event_link) {
      const std::string from = root(batch.view(engine::text_of(batch.cells[event.cells])));
      if (from != account) linked.emplace(from, account);
    } else if (!linked.empty() && account != batch.view(event.account)) {
      event.account = batch.add_text(account);
    }
  }
}

// The journal's numbers of the members of a batch, and the ids that are new.
Directory Writer::number(const EventBatch& batch, std::uint32_t account_first) {
  Directory directory;
  directory.account_first = account_first;
  directory.member_first = numbering_.member_count();
  for (std::uint32_t number = account_first; number < fold_.account_count(); ++number)
    directory.add_account(fold_.account_id({number}));
  members_.clear();
  for (const Event& event : batch.events)
    members_.push_back(event.member_number == engine::no_member
                           ? engine::no_member
                           : numbering_.journal_member(event.member_number, fold_, directory));
  return directory;
}

}  // namespace pharos::journal
