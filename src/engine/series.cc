// engine/series.cc: rings that entries enter by time and leave by edges.
#include "engine/series.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/hash.h"

namespace pharos::engine {
namespace {

using cel::AggregateKind;
using cel::PropertyType;

std::int64_t pack(std::uint32_t high, std::uint32_t low) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(high) << 32 | low);
}
std::uint32_t high_of(std::int64_t word) {
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(word) >> 32);
}
std::uint32_t low_of(std::int64_t word) {
  return static_cast<std::uint32_t>(word);
}

// Sums wrap around, so that differences of them are exact whatever happened before.
void add_wrapping(std::int64_t& sum, std::int64_t value) {
  sum = static_cast<std::int64_t>(static_cast<std::uint64_t>(sum) +
                                  static_cast<std::uint64_t>(value));
}

std::int64_t amount(const Total& total, Cell value) {
  if (value == cell_absent) return 0;
  return total.presence ? 1 : value;
}

}  // namespace

Instant Calendar::start_of(Period period, Instant now, int offset) {
  for (Known& known : known_) {
    if (known.period != period || known.offset != offset) continue;
    if (now < known.from || now >= known.until)
      known = {period, offset, zone_.start_of(period, now), zone_.start_of(period, now, 1),
               zone_.start_of(period, now, offset)};
    return known.start;
  }
  known_.push_back({period, offset, never, never, never});
  return start_of(period, now, offset);
}

void Series::init() {
  save({nullptr, 0, 0, 0, 0});
  record_[stream_.latest] = instant_min.ms;
  for (const std::uint32_t m : stream_.kept) {
    const Measure& measure = plan_.measures[m];
    if (measure.older != none) continue;
    if (measure.kind == AggregateKind::first) record_[measure.word] = never.ms;
    if (measure.kind == AggregateKind::last) record_[measure.word] = cell_absent;
  }
}

void Series::release() {
  Ring ring = load();
  if (ring.buffer != nullptr)
    store_.buffers.give_back(ring.buffer,
                             static_cast<std::size_t>(ring.capacity) * stream_.entry_words());
  for (const std::uint32_t m : stream_.kept) {
    const Measure& measure = plan_.measures[m];
    if (measure.kind != AggregateKind::distinct || record_[measure.word] == 0) continue;
    const auto index = static_cast<std::uint32_t>(record_[measure.word] - 1);
    store_.multisets[index].clear();
    store_.multisets_free.push_back(index);
  }
}

Series::Ring Series::load() const {
  const std::int64_t* words = record_ + stream_.ring;
  return {reinterpret_cast<std::int64_t*>(static_cast<std::intptr_t>(words[0])), high_of(words[1]),
          low_of(words[1]), high_of(words[2]), low_of(words[2])};
}

void Series::save(const Ring& ring) {
  std::int64_t* words = record_ + stream_.ring;
  words[0] = static_cast<std::int64_t>(reinterpret_cast<std::intptr_t>(ring.buffer));
  words[1] = pack(ring.first, ring.size);
  words[2] = pack(ring.capacity, ring.count);
}

Instant Series::boundary(const Edge& edge, Instant now) {
  if (edge.calendar) return store_.calendar.start_of(edge.period, now, edge.offset);
  return now - edge.length + Duration{1};
}

void Series::add_passed(std::uint32_t edge, const std::int64_t* values) {
  for (std::uint32_t t = 0; t < stream_.totals.size(); ++t)
    add_wrapping(passed_sum(edge, t), amount(stream_.totals[t], values[stream_.totals[t].column]));
}

Series::Ring Series::advance(Instant now) {
  Ring ring = load();
  if (ring.size == 0) return ring;
  auto behind_all = static_cast<std::int64_t>(ring.size);
  bool moved = false;
  for (std::uint32_t e = 0; e < stream_.edges.size(); ++e) {
    std::int64_t& at = position(e);
    const Instant start = boundary(stream_.edges[e], now);
    while (at < ring.size && entry(ring, static_cast<std::uint32_t>(at))[0] < start.ms) {
      const std::int64_t* values = entry(ring, static_cast<std::uint32_t>(at)) + 1;
      add_passed(e, values);
      for (const std::uint32_t m : stream_.kept) {
        const Measure& measure = plan_.measures[m];
        if (measure.newer == e) comes_in(measure, values[measure.column]);
        if (measure.older == e) goes_out(measure, values[measure.column]);
      }
      ++at;
      moved = true;
    }
    behind_all = std::min(behind_all, at);
  }
  if (!moved || behind_all == 0) return ring;
  for (std::uint32_t e = 0; e < stream_.edges.size(); ++e) position(e) -= behind_all;
  ring.first += static_cast<std::uint32_t>(behind_all);
  ring.size -= static_cast<std::uint32_t>(behind_all);
  if (ring.size == 0) {
    store_.buffers.give_back(ring.buffer,
                             static_cast<std::size_t>(ring.capacity) * stream_.entry_words());
    ring.buffer = nullptr;
    ring.first = ring.capacity = 0;
  }
  save(ring);
  return ring;
}

void Series::make_room(Ring& ring) {
  if (ring.first + ring.size < ring.capacity) return;
  const std::size_t width = stream_.entry_words();
  if (ring.first > ring.capacity / 2) {
    std::memmove(ring.buffer, entry(ring, 0), ring.size * width * sizeof(std::int64_t));
    ring.first = 0;
    return;
  }
  const std::size_t words = Buffers::size((static_cast<std::size_t>(ring.size) + 1) * 2 * width);
  std::int64_t* const buffer = store_.buffers.take(words);
  if (ring.buffer != nullptr) {
    std::memcpy(buffer, entry(ring, 0), ring.size * width * sizeof(std::int64_t));
    store_.buffers.give_back(ring.buffer, ring.capacity * width);
  }
  ring.buffer = buffer;
  ring.first = 0;
  ring.capacity = static_cast<std::uint32_t>(words / width);
}

void Series::insert(Instant now, Instant time, std::span<const Cell> values) {
  Ring ring = advance(now);
  ++ring.count;
  for (std::uint32_t t = 0; t < stream_.totals.size(); ++t)
    add_wrapping(record_[stream_.sums + t],
                 amount(stream_.totals[t], values[stream_.totals[t].column]));
  for (const std::uint32_t m : stream_.kept) {
    const Measure& measure = plan_.measures[m];
    if (measure.older == none) arrives(measure, time, values[measure.column]);
  }
  record_[stream_.latest] = std::max(record_[stream_.latest], time.ms);

  bool inside_any = false;
  for (const Edge& edge : stream_.edges) inside_any |= time >= boundary(edge, now);
  if (inside_any) {
    make_room(ring);
    std::uint32_t at = ring.size;
    while (at > 0 && entry(ring, at - 1)[0] > time.ms) --at;
    const std::size_t width = stream_.entry_words();
    std::int64_t* const place = ring.buffer + static_cast<std::size_t>(ring.first + at) * width;
    if (at < ring.size)
      std::memmove(place + width, place, (ring.size - at) * width * sizeof(std::int64_t));
    place[0] = time.ms;
    for (std::size_t c = 0; c < values.size(); ++c) place[1 + c] = values[c];
    ++ring.size;
  }
  save(ring);
  for (std::uint32_t e = 0; e < stream_.edges.size(); ++e) {
    const bool behind = time < boundary(stream_.edges[e], now);
    if (!behind) continue;
    add_passed(e, values.data());
    if (inside_any) ++position(e);
  }
  for (const std::uint32_t m : stream_.kept) {
    const Measure& measure = plan_.measures[m];
    if (measure.older == none) continue;
    const bool left = time < boundary(stream_.edges[measure.older], now);
    const bool entered =
        measure.newer == none || time < boundary(stream_.edges[measure.newer], now);
    if (entered && !left) comes_in(measure, values[measure.column]);
  }
}

Multiset& Series::multiset(const Measure& measure) {
  std::int64_t& index_1 = record_[measure.word];
  if (index_1 == 0) {
    if (store_.multisets_free.empty()) {
      store_.multisets.emplace_back();
      store_.multisets_free.push_back(static_cast<std::uint32_t>(store_.multisets.size() - 1));
    }
    index_1 = static_cast<std::int64_t>(store_.multisets_free.back()) + 1;
    store_.multisets_free.pop_back();
  }
  return store_.multisets[static_cast<std::size_t>(index_1 - 1)];
}

// Kept words of min and max: value, and 1 if the value is known; a window's is forgotten when the
// value itself goes out, and found anew by the next reader.
void Series::comes_in(const Measure& measure, Cell value) {
  if (value == cell_absent) return;
  if (measure.kind == AggregateKind::distinct) {
    Multiset& set = multiset(measure);
    const auto at = std::ranges::lower_bound(set, value, {}, &Multiset::value_type::first);
    if (at != set.end() && at->first == value) {
      ++at->second;
    } else {
      set.insert(at, {value, 1});
    }
    return;
  }
  std::int64_t& kept = record_[measure.word];
  if (record_[measure.word + 1] == 0) return;
  const bool better =
      measure.kind == AggregateKind::min ? less(measure, value, kept) : less(measure, kept, value);
  if (better) kept = value;
}

void Series::goes_out(const Measure& measure, Cell value) {
  if (value == cell_absent) return;
  if (measure.kind == AggregateKind::distinct) {
    Multiset& set = multiset(measure);
    const auto at = std::ranges::lower_bound(set, value, {}, &Multiset::value_type::first);
    ASSERT(at != set.end() && at->first == value);
    if (--at->second == 0) set.erase(at);
    return;
  }
  if (record_[measure.word] == value) record_[measure.word + 1] = 0;
}

// Kept words of the window `all`: first and last: time (never and cell_absent: none yet) and value,
// by time and then by arrival; sum and avg of doubles: sum and count.
void Series::arrives(const Measure& measure, Instant time, Cell value) {
  if (value == cell_absent) return;
  std::int64_t* const words = record_ + measure.word;
  switch (measure.kind) {
    case AggregateKind::distinct: comes_in(measure, value); return;
    case AggregateKind::min:
    case AggregateKind::max:
      if (words[1] == 0) {
        words[0] = value;
        words[1] = 1;
      } else {
        comes_in(measure, value);
      }
      return;
    case AggregateKind::first:
      if (time.ms < words[0]) {
        words[0] = time.ms;
        words[1] = value;
      }
      return;
    case AggregateKind::last:
      if (time.ms >= words[0]) {
        words[0] = time.ms;
        words[1] = value;
      }
      return;
    case AggregateKind::sum:
    case AggregateKind::avg:
      words[0] = std::bit_cast<std::int64_t>(std::bit_cast<double>(words[0]) +
                                             std::bit_cast<double>(value));
      ++words[1];
      return;
    default: return;
  }
}

bool Series::less(const Measure& measure, Cell a, Cell b) const {
  if (measure.type == PropertyType::double_)
    return std::bit_cast<double>(a) < std::bit_cast<double>(b);
  if (measure.type == PropertyType::string)
    return store_.symbols.view(static_cast<std::uint32_t>(a)) <
           store_.symbols.view(static_cast<std::uint32_t>(b));
  return a < b;
}

std::uint64_t Series::digest(Instant now, std::uint64_t hash) {
  const Ring ring = advance(now);
  std::vector<std::int64_t> words{ring.size, ring.count, record_[stream_.latest]};
  for (std::uint32_t i = 0; i < ring.size; ++i)
    words.insert(words.end(), entry(ring, i), entry(ring, i) + stream_.entry_words());
  for (std::uint32_t t = 0; t < stream_.totals.size(); ++t)
    words.push_back(record_[stream_.sums + t]);
  for (std::uint32_t e = 0; e < stream_.edges.size(); ++e)
    for (std::uint32_t w = 0; w < stream_.edge_words(); ++w)
      words.push_back(record_[stream_.passed + e * stream_.edge_words() + w]);
  return hash64({reinterpret_cast<const char*>(words.data()), words.size() * 8}, hash);
}

}  // namespace pharos::engine
