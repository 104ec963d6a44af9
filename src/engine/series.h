// engine/series.h: the events of one stream of one account: what is still inside a window, in time
// order, and sums over what lies before each edge. Works on the account's record and one block.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/zone.h"
#include "cel/value.h"
#include "engine/event.h"
#include "engine/multiset.h"
#include "engine/names.h"
#include "engine/plan.h"
#include "engine/pool.h"

namespace pharos::engine {

// Starts of calendar periods around the present instant, remembered while it stays inside them.
class Calendar {
 public:
  explicit Calendar(Zone zone) : zone_(zone) {}
  Instant start_of(Period period, Instant now, int offset);

 private:
  struct Known {
    Period period;
    int offset;
    Instant from, until;  // Holds for from <= now < until.
    Instant start;
  };
  Zone zone_;
  std::vector<Known> known_;
};

// What series of all accounts of a lane share.
struct SeriesStore {
  explicit SeriesStore(Zone zone) : calendar(zone) {}
  Pool pool;
  Calendar calendar;
  Names symbols;  // Texts of attributes, of string properties that rules read, and of member ids.
};

// All calls on one account come with instants that never go back. Entries that have left all
// windows are taken out when the series is read or its block is full: what lies in a block may be
// older.
class Series {
 public:
  Series(const Plan& plan, std::uint32_t stream, std::byte* record, SeriesStore& store)
      : plan_(plan), stream_(plan.streams[stream]), record_(record), store_(store) {}

  // Sets what is not zero in a fresh record.
  void init();
  // Gives back what lies outside of the record.
  void release();
  // Moves what lies outside of the record to another pool, which is to take the place of the
  // store's; what is outside of all windows at `now` is left behind.
  void move_to(Pool& pool, Instant now);
  // Puts an event in its place by its own time; `values` by column, strings as symbols.
  void insert(Instant now, Instant time, std::span<const Cell> values);
  cel::Value read(const Measure& measure, Instant now, const cel::EventType& event);
  // The next instant after `now` at which time alone can change the measure; or never. With bounds
  // of a count: at which it falls below one of them.
  Instant next_change(const Measure& measure, Instant now, std::span<const std::int64_t> bounds);
  // Hashes what the series means (not where it lies) into `hash`.
  std::uint64_t digest(Instant now, std::uint64_t hash);

 private:
  // The first words of a block; then positions, sums and what measures keep, then the entries: a
  // time and the columns. An entry's index counts from `first`, around the end to the beginning.
  struct Block {
    std::uint32_t first, size, capacity, size_class;
    std::int64_t* words() { return reinterpret_cast<std::int64_t*>(this); }
  };
  Pool::Handle& handle() const { return *reinterpret_cast<Pool::Handle*>(record_ + stream_.ring); }
  // Null: there are no entries inside a window.
  Block* block() const {
    if (stream_.ring == none || handle() == 0) return nullptr;
    return reinterpret_cast<Block*>(store_.pool.at(handle()));
  }
  std::int64_t& word(std::uint32_t offset) const {
    return *reinterpret_cast<std::int64_t*>(record_ + offset);
  }
  // Of an edge: the index of the first entry that is not behind it, and what those add up to.
  std::uint32_t& position(Block& block, std::uint32_t edge) const {
    return reinterpret_cast<std::uint32_t*>(block.words() + 2)[edge];
  }
  std::int64_t& sum(Block& block, std::uint32_t edge, std::uint32_t total) const {
    return block.words()[stream_.sums() + edge * stream_.totals.size() + total];
  }
  std::int64_t* entry(Block& block, std::uint32_t index) const {
    std::uint32_t place = block.first + index;
    if (place >= block.capacity) place -= block.capacity;
    return block.words() + stream_.block_words + std::size_t{place} * stream_.entry_words();
  }
  std::size_t bytes_for(std::size_t entries) const {
    return (stream_.block_words + entries * stream_.entry_words()) * sizeof(std::int64_t);
  }
  // The two words of a measure's own; null where there are no entries.
  std::int64_t* own(const Measure& measure, Block* block) const;

  Instant boundary(const Edge& edge, Instant now);  // Behind: time < it.
  Block* advance(Instant now);
  void free_block(Block& block);
  Block* make_room(Instant now);
  // A block of `size_class` in `pool` with all that is in `from`, if there is one.
  std::pair<Pool::Handle, Block*> copied(Block* from, Pool& pool, std::uint32_t size_class) const;
  void add_to_edge(Block& block, std::uint32_t edge, const std::int64_t* values, bool leaves);
  void put(Instant now, Instant time, std::span<const Cell> values);
  void comes_in(const Measure& measure, std::int64_t* own, Cell value);
  void goes_out(const Measure& measure, std::int64_t* own, Cell value);
  void arrives(const Measure& measure, Instant time, Cell value);

  // Of the entries of the measure's window: the first, and the one behind the last.
  std::pair<std::uint32_t, std::uint32_t> range(const Measure& measure, Block& block) const;
  cel::Value value_of(const Measure& measure, Cell cell, const cel::EventType& event) const;
  cel::Value read_sum(const Measure& measure, Block* block);
  cel::Value read_average(const Measure& measure, Block* block);
  cel::Value read_extreme(const Measure& measure, Block* block, const cel::EventType& event);
  cel::Value read_end(const Measure& measure, Block* block, const cel::EventType& event);
  cel::Value read_growth(const Measure& measure, Block* block);
  std::int64_t exact_sum(const Measure& measure, Block* block, std::uint32_t total) const;
  std::pair<double, std::int64_t> scan(const Measure& measure, Block& block, std::uint32_t from,
                                       std::uint32_t to) const;
  bool less(const Measure& measure, Cell a, Cell b) const;
  std::int64_t meaning(cel::PropertyType type, Cell cell) const;

  const Plan& plan_;
  const Stream& stream_;
  std::byte* record_;
  SeriesStore& store_;
};

}  // namespace pharos::engine
