// journal/merger.cc: decode, join, encode, and look at what came out before anyone else does.
#include "journal/merger.h"

#include <algorithm>

#include "playbook/model.h"

namespace pharos::journal {
namespace {

using engine::Event;
using engine::EventBatch;
using engine::TextRef;

bool has_link(const EventBatch& batch) {
  return std::ranges::any_of(batch.events,
                             [](const Event& event) { return event.type == playbook::event_link; });
}

// Blocks read one after the other into one.
class Joined {
 public:
  explicit Joined(const cel::Schema& schema) : schema_(schema), reader_(schema) {}

  // False if the block cannot be told without loss.
  Result<bool> add(const BlockRow& row) {
    Block block;
    std::vector<std::uint64_t> sums;
    TRY(reader_.read(row.data, row.number, {.contents = &sums}, block));
    if (block.undeclared_count > 0 || has_link(block.batch)) return false;
    if (links_.empty()) {
      batch_.seq_first = block.batch.seq_first;
      batch_.tick = block.batch.tick;
      directory_.account_first = block.directory.account_first;
      directory_.member_first = block.directory.member_first;
    } else if (block.batch.tick != instant_min ||
               block.batch.seq_first != batch_.seq_first + batch_.events.size()) {
      return false;  // A block has one tick, before its first event, and no gap.
    }
    const std::vector<std::uint64_t> links = TRY(links_of(row.data, row.number));
    if (links.empty()) links_.push_back(row.checksum);
    links_.insert(links_.end(), links.begin(), links.end());
    add_directory(block.directory);
    add_events(block.batch);
    sums_.insert(sums_.end(), sums.begin(), sums.end());
    return true;
  }

  // False if what comes out does not say what went in.
  Result<bool> write(std::uint64_t number, std::string& bytes) {
    BlockWriter(schema_).write(batch_, directory_, bytes, links_);
    Block block;
    std::vector<std::uint64_t> sums;
    TRY(reader_.read(bytes, number, {.contents = &sums}, block));
    return sums == sums_ && is_same(block.directory) && is_same(block.batch);
  }
  const EventBatch& batch() const { return batch_; }

 private:
  void add_directory(const Directory& directory) {
    for (const TextRef ref : directory.accounts) directory_.add_account(directory.view(ref));
    for (std::size_t i = 0; i < directory.members.size(); ++i)
      directory_.add_member(directory.member_accounts[i], directory.view(directory.members[i]));
  }

  void add_events(const EventBatch& batch) {
    const auto text = static_cast<std::uint32_t>(batch_.text.size());
    const auto cells = static_cast<std::uint32_t>(batch_.cells.size());
    const auto moved = [&](TextRef ref) {
      if (ref.size > 0) ref.offset += text;
      return ref;
    };
    batch_.text += batch.text;
    batch_.cells.insert(batch_.cells.end(), batch.cells.begin(), batch.cells.end());
    for (Event event : batch.events) {
      const auto& properties = schema_.events[event.type].properties;
      event.cells += cells;
      for (TextRef Event::*ref : {&Event::id, &Event::account, &Event::member, &Event::extra})
        event.*ref = moved(event.*ref);
      for (std::size_t i = 0; i < properties.size(); ++i) {
        engine::Cell& cell = batch_.cells[event.cells + i];
        if (properties[i].type == cel::PropertyType::string && cell > engine::cell_null)
          cell = engine::text_cell(moved(engine::text_of(cell)));
      }
      batch_.events.push_back(event);
    }
  }

  bool is_same(const Directory& other) const {
    const auto same_texts = [&](const std::vector<TextRef>& ours,
                                const std::vector<TextRef>& theirs) {
      return std::ranges::equal(
          ours, theirs, [&](TextRef a, TextRef b) { return directory_.view(a) == other.view(b); });
    };
    return directory_.account_first == other.account_first &&
           directory_.member_first == other.member_first &&
           directory_.member_accounts == other.member_accounts &&
           same_texts(directory_.accounts, other.accounts) &&
           same_texts(directory_.members, other.members);
  }
  // The sums hold names, times, properties and the rest.
  bool is_same(const EventBatch& other) const {
    return batch_.seq_first == other.seq_first && batch_.tick == other.tick &&
           std::ranges::equal(batch_.events, other.events, [&](const Event& a, const Event& b) {
             return a.account_number == b.account_number && a.member_number == b.member_number &&
                    a.time == b.time && a.type == b.type && batch_.view(a.id) == other.view(b.id) &&
                    batch_.view(a.account) == other.view(b.account);
           });
  }

  const cel::Schema& schema_;
  BlockReader reader_;
  EventBatch batch_;
  Directory directory_;
  std::vector<std::uint64_t> sums_, links_;
};

bool is_small(const BlockRow& row) {
  return row.event_count < block_events_small;
}
// What a repair leaves in place of lost blocks: docs/journal.md.
bool is_gap(const BlockRow& row) {
  return row.event_count == 0 && row.tick == instant_min;
}

}  // namespace

Result<std::optional<Merged>> Merger::merge(store::Database& database, const cel::Schema& schema,
                                            std::uint64_t first, std::uint64_t last) {
  Joined joined(schema);
  bool fits = true;
  Merged merged;
  merged.first = first;
  const auto take = [&](const BlockRow& row) -> Result<> {
    if (fits) fits = TRY(joined.add(row));
    merged.row.number = row.number;
    merged.row.chain = row.chain;  // What follows goes on from there.
    merged.row.time_first = std::min(merged.row.time_first, row.time_first);
    merged.row.time_last = std::max(merged.row.time_last, row.time_last);
    return {};
  };
  TRY(each_block_row_of(database, first, last, take));
  if (!fits || merged.row.number != last || !TRY(joined.write(last, merged.bytes)))
    return std::nullopt;
  merged.row.seq_first = joined.batch().seq_first;
  merged.row.event_count = joined.batch().events.size();
  merged.row.tick = joined.batch().tick;
  merged.row.checksum = checksum_of(merged.bytes);
  return merged;
}

Result<> Merger::put(store::Database& database, const Merged& merged) {
  auto remove = TRY(database.prepare("DELETE FROM block WHERE number BETWEEN ? AND ?"));
  TRY(remove->run_with(static_cast<std::int64_t>(merged.first),
                       static_cast<std::int64_t>(merged.row.number)));
  BlockInsert insert = TRY(BlockInsert::prepare(database));
  BlockRow row = merged.row;
  row.data = merged.bytes;
  return insert.run(row);
}

Result<std::unique_ptr<Merger>> Merger::start(const std::string& path, const cel::Schema& schema,
                                              std::uint64_t end_kept) {
  auto database = TRY(store::open_sqlite(path, store::OpenMode::read));
  std::unique_ptr<Merger> merger(new Merger(std::move(database), schema));
  merger->end_kept_ = end_kept;
  TRY(merger->read_end());
  merger->thread_ = std::thread([self = merger.get()] { self->run(); });
  return merger;
}

Merger::~Merger() {
  {
    const std::lock_guard guard(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

// The small blocks that an earlier writer left.
Result<> Merger::read_end() {
  auto query = TRY(database_->prepare(
      "SELECT number, event_count, tick IS NOT NULL FROM block ORDER BY number DESC LIMIT ?"));
  TRY(query->query_with(std::int64_t{merged_blocks_max}));
  std::vector<BlockRow> rows;
  while (TRY(query->step())) {
    BlockRow row;
    row.number = static_cast<std::uint64_t>(query->integer(0));
    row.event_count = static_cast<std::uint64_t>(query->integer(1));
    if (query->integer(2) != 0) row.tick = {};
    if (!is_small(row)) break;
    rows.push_back(row);
  }
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) add(*row, true);
  return {};
}

void Merger::add(const BlockRow& row, bool mergeable) {
  if (row.tick != instant_min || run_.events + row.event_count > merged_events_max ||
      run_.blocks == merged_blocks_max || run_.last == end_kept_)
    close_run(run_);
  if (!mergeable || !is_small(row) || is_gap(row)) {
    close_run(run_);
    return;
  }
  if (run_.blocks == 0) run_.first = row.number;
  run_.last = row.number;
  ++run_.blocks;
  run_.events += row.event_count;
}

// Batches of a few events come to blocks that are small still; those of a row are merged in turn.
void Merger::note_merged(const Merged& merged) {
  const std::lock_guard guard(mutex_);
  Run& run = merged_run_;
  if (merged.row.tick != instant_min || merged.first != run.last + 1 ||
      run.events + merged.row.event_count > merged_events_max || run.blocks == merged_blocks_max ||
      run.last == end_kept_)
    close_run(run);
  if (is_small(merged.row)) {
    if (run.blocks == 0) run.first = merged.first;
    run.last = merged.row.number;
    ++run.blocks;
    run.events += merged.row.event_count;
  }
  if (!ready_.empty()) changed_.notify_all();
}

void Merger::close_run(Run& run) {
  if (run.blocks >= merged_blocks_min) ready_.push_back(run);
  run = {};
}

void Merger::note(const BlockRow& row, bool mergeable) {
  const std::lock_guard guard(mutex_);
  add(row, mergeable);
  if (!ready_.empty()) changed_.notify_all();
}

void Merger::keep_end(std::uint64_t block) {
  const std::lock_guard guard(mutex_);
  end_kept_ = block;
}

std::optional<Merged> Merger::take() {
  const std::lock_guard guard(mutex_);
  if (merged_.empty()) return {};
  Merged merged = std::move(merged_.front());
  merged_.pop_front();
  return merged;
}

// A failure leaves the blocks as they are; whoever reads them next will say what is wrong.
void Merger::run() {
  std::unique_lock guard(mutex_);
  while (true) {
    changed_.wait(guard, [&] { return ending_ || !ready_.empty(); });
    if (ending_) return;
    const Run run = ready_.front();
    ready_.pop_front();
    guard.unlock();
    auto merged = merge(*database_, schema_, run.first, run.last);
    guard.lock();
    if (merged && *merged) merged_.push_back(**std::move(merged));
  }
}

}  // namespace pharos::journal
