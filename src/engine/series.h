// engine/series.h: the events of one stream of one account: what is still inside a window, in time
// order, and sums over what has passed each edge. Works on the words of the account's record.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/zone.h"
#include "cel/value.h"
#include "engine/buffers.h"
#include "engine/event.h"
#include "engine/names.h"
#include "engine/plan.h"

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

// How often each value is in a window, for distinct(); sorted by value.
using Multiset = std::vector<std::pair<Cell, std::uint32_t>>;

// What series of all accounts share.
struct SeriesStore {
  explicit SeriesStore(Zone zone) : calendar(zone) {}
  Buffers buffers;
  std::vector<Multiset> multisets;
  std::vector<std::uint32_t> multisets_free;
  Calendar calendar;
  Names symbols;  // Texts of attributes, of string properties that rules read, and of member ids.
};

// All calls on one account come with instants that never go back.
class Series {
 public:
  Series(const Plan& plan, std::uint32_t stream, std::int64_t* record, SeriesStore& store)
      : plan_(plan), stream_(plan.streams[stream]), record_(record), store_(store) {}

  // Sets the words of a fresh record.
  void init();
  // Gives back what lies outside of the record.
  void release();
  // Puts an event in its place by its own time; `values` by column, strings as symbols.
  void insert(Instant now, Instant time, std::span<const Cell> values);
  cel::Value read(const Measure& measure, Instant now, const cel::EventType& event);
  // The next instant after `now` at which time alone can change the measure; or never. With bounds
  // of a count: at which it falls below one of them.
  Instant next_change(const Measure& measure, Instant now, std::span<const std::int64_t> bounds);
  // Hashes what the series means (not where it lies) into `hash`.
  std::uint64_t digest(Instant now, std::uint64_t hash);

 private:
  struct Ring {
    std::int64_t* buffer;
    std::uint32_t first, size, capacity, count;
  };
  Ring load() const;
  void save(const Ring& ring);
  std::int64_t& position(std::uint32_t edge) {
    return record_[stream_.passed + edge * stream_.edge_words()];
  }
  std::int64_t& passed_sum(std::uint32_t edge, std::uint32_t total) {
    return record_[stream_.passed + edge * stream_.edge_words() + 1 + total];
  }
  const std::int64_t* entry(const Ring& ring, std::uint32_t index) const {
    return ring.buffer + static_cast<std::size_t>(ring.first + index) * stream_.entry_words();
  }

  Instant boundary(const Edge& edge, Instant now);  // Behind: time < it.
  Ring advance(Instant now);
  void add_passed(std::uint32_t edge, const std::int64_t* values);
  void make_room(Ring& ring);
  void comes_in(const Measure& measure, Cell value);
  void goes_out(const Measure& measure, Cell value);
  void arrives(const Measure& measure, Instant time, Cell value);
  Multiset& multiset(const Measure& measure);

  std::pair<std::uint32_t, std::uint32_t> range(const Measure& measure, const Ring& ring);
  cel::Value value_of(const Measure& measure, Cell cell, const cel::EventType& event) const;
  cel::Value read_sum(const Measure& measure, const Ring& ring);
  cel::Value read_average(const Measure& measure, const Ring& ring);
  cel::Value read_extreme(const Measure& measure, const Ring& ring, const cel::EventType& event);
  cel::Value read_end(const Measure& measure, const Ring& ring, const cel::EventType& event);
  cel::Value read_growth(const Measure& measure, const Ring& ring);
  std::int64_t exact_sum(const Measure& measure, std::uint32_t total);
  std::pair<double, std::int64_t> scan(const Measure& measure, const Ring& ring, std::uint32_t from,
                                       std::uint32_t to) const;
  bool less(const Measure& measure, Cell a, Cell b) const;

  const Plan& plan_;
  const Stream& stream_;
  std::int64_t* record_;
  SeriesStore& store_;
};

}  // namespace pharos::engine
