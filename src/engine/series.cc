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

// Sums wrap around, so that differences of them are exact whatever happened before.
void add_wrapping(std::int64_t& sum, std::int64_t value) {
  sum = static_cast<std::int64_t>(static_cast<std::uint64_t>(sum) +
                                  static_cast<std::uint64_t>(value));
}
void subtract_wrapping(std::int64_t& sum, std::int64_t value) {
  sum = static_cast<std::int64_t>(static_cast<std::uint64_t>(sum) -
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
  if (stream_.latest != none) word(stream_.latest) = instant_min.ms;
  for (const std::uint32_t m : stream_.kept_all) {
    const Measure& measure = plan_.measures[m];
    if (measure.kind == AggregateKind::first) word(measure.own) = never.ms;
    if (measure.kind == AggregateKind::last) word(measure.own) = cell_absent;
  }
}

void Series::release() {
  if (Block* const b = block()) free_block(*b);
  for (const std::uint32_t m : stream_.kept_all)
    if (const Measure& measure = plan_.measures[m]; measure.kind == AggregateKind::distinct)
      Multiset(store_.pool, *reinterpret_cast<Pool::Handle*>(&word(measure.own))).clear();
}

std::int64_t* Series::own(const Measure& measure, Block* block) const {
  if (measure.older == none) return &word(measure.own);
  return block == nullptr ? nullptr : block->words() + measure.own;
}

void Series::free_block(Block& block) {
  for (const std::uint32_t m : stream_.kept_window)
    if (const Measure& measure = plan_.measures[m]; measure.kind == AggregateKind::distinct)
      Multiset(store_.pool, *reinterpret_cast<Pool::Handle*>(own(measure, &block))).clear();
  store_.pool.give_back(handle(), block.size_class);
  handle() = 0;
}

Instant Series::boundary(const Edge& edge, Instant now) {
  if (edge.calendar) return store_.calendar.start_of(edge.period, now, edge.offset);
  return now - edge.length + Duration{1};
}

void Series::add_to_edge(Block& block, std::uint32_t edge, const std::int64_t* values,
                         bool leaves) {
  for (std::uint32_t t = 0; t < stream_.totals.size(); ++t) {
    const std::int64_t value = amount(stream_.totals[t], values[stream_.totals[t].column]);
    if (leaves)
      subtract_wrapping(sum(block, edge, t), value);
    else
      add_wrapping(sum(block, edge, t), value);
  }
}

// Moves the edges to where they are at `now`, and takes out what is behind all of them.
Series::Block* Series::advance(Instant now) {
  Block* const found = block();
  if (found == nullptr) return nullptr;
  Block& b = *found;
  std::uint32_t behind_all = b.size;
  for (std::uint32_t e = 0; e < stream_.edges.size(); ++e) {
    std::uint32_t& at = position(b, e);
    const Instant start = boundary(stream_.edges[e], now);
    for (; at < b.size && entry(b, at)[0] < start.ms; ++at) {
      const std::int64_t* const values = entry(b, at) + 1;
      add_to_edge(b, e, values, true);
      for (const std::uint32_t m : stream_.kept_window) {
        const Measure& measure = plan_.measures[m];
        if (measure.newer == e) comes_in(measure, own(measure, &b), values[measure.column]);
        if (measure.older == e) goes_out(measure, own(measure, &b), values[measure.column]);
      }
    }
    behind_all = std::min(behind_all, at);
  }
  if (behind_all == 0) return found;
  for (std::uint32_t e = 0; e < stream_.edges.size(); ++e) position(b, e) -= behind_all;
  b.first = (b.first + behind_all) % b.capacity;
  b.size -= behind_all;
  if (b.size > 0) return found;
  free_block(b);
  return nullptr;
}

// A block with room for an entry more. A full one is first rid of what has left; then it moves to
// one with an eighth to spare, or to a smaller one if it has become much too large.
Series::Block* Series::make_room(Instant now) {
  Block* found = block();
  if (found != nullptr && found->size < found->capacity) return found;
  if (found != nullptr) found = advance(now);
  const std::uint32_t size = found == nullptr ? 0 : found->size;
  const std::uint32_t size_class = Pool::class_of(bytes_for(size + 1 + size / 8));
  if (found != nullptr && size < found->capacity && size_class + 2 > found->size_class)
    return found;
  const auto [moved, next] = copied(found, store_.pool, size_class);
  if (found != nullptr) store_.pool.give_back(handle(), found->size_class);
  handle() = moved;
  return next;
}

std::pair<Pool::Handle, Series::Block*> Series::copied(Block* from, Pool& pool,
                                                       std::uint32_t size_class) const {
  const Pool::Handle taken = pool.take(size_class);
  auto* const next = reinterpret_cast<Block*>(pool.at(taken));
  if (from == nullptr)
    std::memset(next, 0, bytes_for(0));
  else
    std::memcpy(next, from, bytes_for(0));
  next->first = 0;
  next->size_class = size_class;
  next->capacity = static_cast<std::uint32_t>((Pool::bytes_of(size_class) - bytes_for(0)) /
                                              (stream_.entry_words() * sizeof(std::int64_t)));
  if (from == nullptr) return {taken, next};
  const std::uint32_t before_end = std::min(from->size, from->capacity - from->first);
  std::memcpy(entry(*next, 0), entry(*from, 0), bytes_for(before_end) - bytes_for(0));
  if (from->size > before_end)
    std::memcpy(entry(*next, before_end), entry(*from, before_end),
                bytes_for(from->size - before_end) - bytes_for(0));
  return {taken, next};
}

void Series::move_to(Pool& pool, Instant now) {
  const auto move_values = [&](const Measure& measure, std::int64_t* words) {
    if (measure.kind == AggregateKind::distinct)
      Multiset(store_.pool, *reinterpret_cast<Pool::Handle*>(words)).move_to(pool);
  };
  for (const std::uint32_t m : stream_.kept_all)
    move_values(plan_.measures[m], &word(plan_.measures[m].own));
  Block* const found = advance(now);
  if (found == nullptr) return;
  const auto [moved, next] = copied(found, pool, Pool::class_of(bytes_for(found->size)));
  for (const std::uint32_t m : stream_.kept_window)
    move_values(plan_.measures[m], own(plan_.measures[m], next));
  handle() = moved;
}

void Series::insert(Instant now, Instant time, std::span<const Cell> values) {
  if (stream_.count != none) ++*reinterpret_cast<std::uint32_t*>(record_ + stream_.count);
  if (stream_.latest != none) word(stream_.latest) = std::max(word(stream_.latest), time.ms);
  for (std::uint32_t t = 0; t < stream_.totals.size(); ++t)
    if (stream_.all_time[t] != none)
      add_wrapping(word(stream_.all_time[t]),
                   amount(stream_.totals[t], values[stream_.totals[t].column]));
  for (const std::uint32_t m : stream_.kept_all)
    arrives(plan_.measures[m], time, values[plan_.measures[m].column]);
  if (stream_.ring != none) put(now, time, values);
}

void Series::put(Instant now, Instant time, std::span<const Cell> values) {
  // The present event is ahead of every edge; a late one may be behind some or all.
  const bool late = time < now;
  bool inside_any = !late;
  if (late)
    for (const Edge& edge : stream_.edges) inside_any |= time >= boundary(edge, now);
  if (!inside_any) return;
  if (late) advance(now);
  Block& b = *make_room(now);
  std::uint32_t at = b.size;
  while (at > 0 && entry(b, at - 1)[0] > time.ms) --at;
  const std::size_t width = stream_.entry_words();
  for (std::uint32_t i = b.size; i > at; --i) std::copy_n(entry(b, i - 1), width, entry(b, i));
  std::int64_t* const place = entry(b, at);
  place[0] = time.ms;
  for (std::size_t c = 0; c < values.size(); ++c) place[1 + c] = values[c];
  ++b.size;
  const auto is_behind = [&](std::uint32_t edge) {
    return late && time < boundary(stream_.edges[edge], now);
  };
  for (std::uint32_t e = 0; e < stream_.edges.size(); ++e) {
    if (is_behind(e))
      ++position(b, e);
    else
      add_to_edge(b, e, values.data(), false);
  }
  for (const std::uint32_t m : stream_.kept_window) {
    const Measure& measure = plan_.measures[m];
    const bool entered = measure.newer == none || is_behind(measure.newer);
    if (entered && !is_behind(measure.older))
      comes_in(measure, own(measure, &b), values[measure.column]);
  }
}

// Kept words of min and max: value, and 1 if the value is known; a window's is forgotten when the
// value itself goes out, and found anew by the next reader. Of distinct: handle of a multiset.
void Series::comes_in(const Measure& measure, std::int64_t* own, Cell value) {
  if (value == cell_absent) return;
  if (measure.kind == AggregateKind::distinct) {
    Multiset(store_.pool, *reinterpret_cast<Pool::Handle*>(own)).add(value);
    return;
  }
  if (own[1] == 0) return;
  const bool better = measure.kind == AggregateKind::min ? less(measure, value, own[0])
                                                         : less(measure, own[0], value);
  if (better) own[0] = value;
}

void Series::goes_out(const Measure& measure, std::int64_t* own, Cell value) {
  if (value == cell_absent) return;
  if (measure.kind == AggregateKind::distinct)
    Multiset(store_.pool, *reinterpret_cast<Pool::Handle*>(own)).remove(value);
  else if (own[0] == value)
    own[1] = 0;
}

// Kept words of the window `all`: first and last: time (never and cell_absent: none yet) and value,
// by time and then by arrival; sum and avg of doubles: sum and count.
void Series::arrives(const Measure& measure, Instant time, Cell value) {
  if (value == cell_absent) return;
  std::int64_t* const words = &word(measure.own);
  switch (measure.kind) {
    case AggregateKind::distinct: comes_in(measure, words, value); return;
    case AggregateKind::min:
    case AggregateKind::max:
      if (words[1] == 0) {
        words[0] = value;
        words[1] = 1;
      } else {
        comes_in(measure, words, value);
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

// The number of a text depends on what else was met before it.
std::int64_t Series::meaning(PropertyType type, Cell cell) const {
  if (type != PropertyType::string || cell == cell_absent) return cell;
  return static_cast<std::int64_t>(hash64(store_.symbols.view(static_cast<std::uint32_t>(cell))));
}

std::uint64_t Series::digest(Instant now, std::uint64_t hash) {
  std::vector<std::int64_t> words;
  if (stream_.count != none)
    words.push_back(*reinterpret_cast<std::uint32_t*>(record_ + stream_.count));
  if (stream_.latest != none) words.push_back(word(stream_.latest));
  for (const std::uint32_t total : stream_.all_time)
    if (total != none) words.push_back(word(total));
  if (Block* const b = advance(now)) {
    words.push_back(b->size);
    for (std::uint32_t i = 0; i < b->size; ++i) {
      words.push_back(entry(*b, i)[0]);
      for (std::size_t c = 0; c < stream_.columns.size(); ++c)
        words.push_back(meaning(stream_.columns[c].type, entry(*b, i)[1 + c]));
    }
    for (std::uint32_t e = 0; e < stream_.edges.size(); ++e) {
      words.push_back(position(*b, e));
      for (std::uint32_t t = 0; t < stream_.totals.size(); ++t) words.push_back(sum(*b, e, t));
    }
  }
  return hash64({reinterpret_cast<const char*>(words.data()), words.size() * 8}, hash);
}

}  // namespace pharos::engine
