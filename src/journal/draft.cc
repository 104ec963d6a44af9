// journal/draft.cc: sound blocks as they are, with an empty block in place of lost ones; or, where
// numbers can no longer be told apart, the events once more under their ids. docs/adr/0007 has the
// reasons.
#include "journal/draft.h"

#include <algorithm>
#include <set>
#include <utility>

#include "journal/blocks.h"
#include "journal/derive.h"
#include "journal/writer.h"

namespace pharos::journal {
namespace {

// A number further ahead than that is a slip of the damage, not a trace of lost events.
constexpr std::uint64_t seq_ahead_max = block_events_max;

// A block may hold more events than a batch.
Result<> append_in_parts(Writer& writer, engine::EventBatch batch) {
  const std::vector<engine::Event> events = std::move(batch.events);
  for (std::size_t at = 0; at == 0 || at < events.size(); at += engine::batch_events_max) {
    const std::size_t end = std::min(events.size(), at + engine::batch_events_max);
    engine::EventBatch part = batch;
    part.events.assign(events.begin() + static_cast<std::ptrdiff_t>(at),
                       events.begin() + static_cast<std::ptrdiff_t>(end));
    TRY(writer.append(std::move(part)));
    batch.tick = instant_min;  // It came before the first of them.
  }
  return {};
}

}  // namespace

Draft::Draft(std::string path, const Salvage& salvage, const playbook::Playbook& playbook,
             RepairReport& report)
    : path_(std::move(path)), salvage_(salvage), playbook_(playbook), report_(report) {}

Result<> Draft::write(const Progress& progress) {
  blocks_ = TRY(salvage_.blocks(playbook_.schema));
  // A dry walk: which blocks fit, and whether the directories have gaps.
  std::vector<FoundBlock> fitting;
  Place walked;
  bool has_gap = false;
  for (const FoundBlock& block : blocks_) {
    if (block.account_first < walked.account_next || block.member_first < walked.member_next)
      continue;
    has_gap = has_gap || block.account_first > walked.account_next ||
              block.member_first > walked.member_next;
    walked.account_next = block.account_first + block.account_count;
    walked.member_next = block.member_first + block.member_count;
    fitting.push_back(block);
  }
  blocks_ = std::move(fitting);
  report_.blocks = blocks_.size();
  if (has_gap) ids_ = TRY(KnownIds::read(salvage_, playbook_.schema, blocks_));
  if (ids_ && ids_->has_stray_link()) return retell(progress);

  auto database = TRY(store::open_sqlite(path_, store::OpenMode::write));
  TRY(database->begin());
  TRY(keep_blocks(*database));
  TRY(derive_rows(*database, *database, playbook_, {}, progress));
  TRY(database->commit());
  return database->execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

void Draft::note_lost(std::uint64_t seq_next, Instant time_after) {
  if (seq_next <= place_.seq_next) return;
  LostEvents lost{.seq_first = place_.seq_next, .seq_last = seq_next - 1};
  std::uint64_t known = 0;
  std::set<std::uint64_t> seen;
  for (const LostRow& row : salvage_.lost_rows()) {
    if (row.seq_first < place_.seq_next || row.seq_first + row.event_count > seq_next) continue;
    if (row.event_count == 0 || !seen.insert(row.seq_first).second) continue;
    known += row.event_count;
    lost.time_first = std::min(lost.time_first, row.time_first);
    lost.time_last = std::max(lost.time_last, row.time_last);
  }
  lost.times_are_theirs = known == seq_next - place_.seq_next;
  if (!lost.times_are_theirs) {
    lost.time_first = place_.time_last;
    lost.time_last = time_after;
  }
  report_.lost.push_back(lost);
}

// Behind the last event that rows of the tables or of the journal speak of. Its number, and those
// before it, are not given out again.
std::uint64_t Draft::traced_end() const {
  std::uint64_t end = place_.seq_next;
  const auto stretch = [&](std::uint64_t seq) {
    if (seq <= place_.seq_next + seq_ahead_max) end = std::max(end, seq);
  };
  stretch(salvage_.seq_last() + 1);
  for (const LostRow& row : salvage_.lost_rows()) stretch(row.seq_first + row.event_count);
  return end;
}

Result<> Draft::keep_blocks(store::Database& database) {
  for (const FoundBlock& block : blocks_) {
    const bool fits_numbers =
        block.account_first == place_.account_next && block.member_first == place_.member_next;
    // Where an earlier repair left a gap, its block closes it.
    if (!fits_numbers || (block.seq_first > place_.seq_next && !block.is_gap())) {
      note_lost(block.seq_first, block.time_first);
      TRY(write_gap(database, block.seq_first, block.account_first, block.member_first));
    }
    note_lost(block.seq_first, never);
    const auto bytes = salvage_.bytes_of(block);
    if (!bytes) return fail(ErrorCode::io, "block {}: cannot be read again", block.number);
    TRY(write_block(database, block, *bytes));
  }
  const std::uint64_t end = traced_end();
  if (end == place_.seq_next) return {};
  note_lost(end, never);
  return write_gap(database, end, place_.account_next, place_.member_next);
}

// An empty block in place of lost ones. It names the numbers that they gave out.
Result<> Draft::write_gap(store::Database& database, std::uint64_t seq_next,
                          std::uint32_t account_next, std::uint32_t member_next) {
  FoundBlock gap{.seq_first = seq_next,
                 .account_first = place_.account_next,
                 .account_count = account_next - place_.account_next,
                 .member_first = place_.member_next,
                 .member_count = member_next - place_.member_next};
  Directory directory;
  directory.account_first = gap.account_first;
  directory.member_first = gap.member_first;
  for (std::uint32_t number = gap.account_first; number < account_next; ++number) {
    const KnownIds::Id id = ids_->account(number);
    if (!id.is_known) ++report_.accounts_renamed;
    directory.add_account(id.id);
  }
  for (std::uint32_t number = gap.member_first; number < member_next; ++number) {
    // Nothing speaks any more of one without an owner; its number has to stand somewhere.
    const auto owner = ids_->owner(number);
    const bool has_owner = owner && owner->value < account_next;
    const KnownIds::Id id = ids_->member(number);
    if (!id.is_known && has_owner) ++report_.members_renamed;
    directory.add_member(has_owner ? *owner : engine::AccountNumber{0},
                         has_owner ? id.id : fmt::format("lost member {}", number));
  }
  engine::EventBatch batch;
  batch.seq_first = seq_next;
  std::string bytes;
  BlockWriter(playbook_.schema).write(batch, directory, bytes);
  return write_block(database, gap, bytes);
}

Result<> Draft::write_block(store::Database& database, const FoundBlock& block,
                            std::string_view bytes) {
  const std::uint64_t checksum = checksum_of(bytes);
  const Step step = step_of(place_.chain, checksum, TRY(links_of(bytes, block.number)));
  place_.chain = step.chain;
  place_.block += step.numbers;
  place_.seq_next = block.seq_end();
  place_.account_next = block.account_first + block.account_count;
  place_.member_next = block.member_first + block.member_count;
  if (block.time_last != instant_min) place_.time_last = block.time_last;
  report_.events += block.event_count;
  BlockInsert insert = TRY(BlockInsert::prepare(database));
  return insert.run({.number = place_.block,
                     .seq_first = block.seq_first,
                     .event_count = block.event_count,
                     .time_first = block.time_first,
                     .time_last = block.time_last,
                     .tick = block.tick,
                     .checksum = checksum,
                     .chain = place_.chain,
                     .data = bytes});
}

// Each run of events without a gap, through a writer of its own.
Result<> Draft::retell(const Progress& progress) {
  std::size_t begin = 0;
  while (begin < blocks_.size()) {
    const FoundBlock& first = blocks_[begin];
    if (first.seq_first > place_.seq_next) {
      note_lost(first.seq_first, first.time_first);
      TRY(leave_gap(first.seq_first));
    }
    std::size_t end = begin + 1;
    for (std::uint64_t seq = first.seq_end(); end < blocks_.size() && blocks_[end].seq_first == seq;
         ++end)
      seq = blocks_[end].seq_end();
    TRY(retell_run(begin, end, progress));
    begin = end;
  }
  const std::uint64_t traced = traced_end();
  if (traced == place_.seq_next) return {};
  note_lost(traced, never);
  return leave_gap(traced);
}

Result<> Draft::retell_run(std::size_t begin, std::size_t end, const Progress& progress) {
  auto reads = TRY(store::open_sqlite(path_, store::OpenMode::write));
  const auto writer = TRY(Writer::open(path_, playbook_, {}, *reads, progress));
  BlockReader reader(playbook_.schema);
  Block block;
  std::set<std::uint32_t> accounts, members;  // That are called by other names.
  for (std::size_t i = begin; i < end; ++i) {
    const auto bytes = salvage_.bytes_of(blocks_[i]);
    if (!bytes) return fail(ErrorCode::io, "block {}: cannot be read again", blocks_[i].number);
    TRY(reader.read(*bytes, blocks_[i].number, {}, block));
    if (block.undeclared_count > 0)
      return fail(
          ErrorCode::invalid,
          "block {}: has events that the playbook does not declare; give one that does with "
          "--playbook FILE",
          blocks_[i].number);
    engine::EventBatch& batch = block.batch;
    for (engine::Event& event : batch.events) {
      if (event.account.size == 0) {
        const KnownIds::Id id = ids_->account(event.account_number.value);
        if (!id.is_known) accounts.insert(event.account_number.value);
        event.account = batch.add_text(id.id);
      }
      if (event.member_number != engine::no_member) {
        const KnownIds::Id id = ids_->member(event.member_number.value);
        if (!id.is_known) members.insert(event.member_number.value);
        event.member = batch.add_text(id.id);
      }
      event.account_number = engine::no_account;
      event.member_number = engine::no_member;
    }
    TRY(append_in_parts(*writer, std::move(batch)));
    batch = {};
    place_.seq_next = blocks_[i].seq_end();
    if (blocks_[i].time_last != instant_min) place_.time_last = blocks_[i].time_last;
    report_.events += blocks_[i].event_count;
  }
  report_.accounts_renamed += accounts.size();
  report_.members_renamed += members.size();
  return writer->flush();
}

Result<> Draft::leave_gap(std::uint64_t seq_next) {
  auto database = TRY(store::open_sqlite(path_, store::OpenMode::write));
  const Tail tail = TRY(read_tail(*database));
  place_.block = tail.block;
  place_.chain = tail.chain;
  place_.account_next = place_.member_next = 0;
  Directory directory;
  BlockReader reader(playbook_.schema);
  const auto count = [&](const BlockRow& row) -> Result<> {
    TRY(reader.read_directory(row.data, row.number, directory));
    place_.account_next += static_cast<std::uint32_t>(directory.accounts.size());
    place_.member_next += static_cast<std::uint32_t>(directory.members.size());
    return {};
  };
  TRY(each_block_row(*database, count));
  return write_gap(*database, seq_next, place_.account_next, place_.member_next);
}

}  // namespace pharos::journal
