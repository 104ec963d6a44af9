// engine/series_read.cc: what a window function answers, and when time alone would change it.
#include <algorithm>
#include <bit>

#include "engine/series.h"

namespace pharos::engine {
namespace {

using cel::AggregateKind;
using cel::PropertyType;
using cel::Value;

constexpr std::string_view empty_window = "there is no such event in the window";

std::int64_t difference(std::int64_t a, std::int64_t b) {  // Sums wrap around.
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

}  // namespace

std::pair<std::uint32_t, std::uint32_t> Series::range(const Measure& measure, Block& block) const {
  return {position(block, measure.older),
          measure.newer == none ? block.size : position(block, measure.newer)};
}

Instant Series::next_change(const Measure& measure, Instant now,
                            std::span<const std::int64_t> bounds) {
  if (measure.older == none) return never;
  Block* const b = advance(now);
  if (b == nullptr) return never;
  const Edge& edge = stream_.edges[measure.older];
  const std::uint32_t at = position(*b, measure.older);
  if (edge.calendar) return at < b->size ? store_.calendar.start_of(edge.period, now, 1) : never;
  Instant next = never;
  const auto leaves = [&](std::uint32_t index, Duration length) {
    next = std::min(next, Instant{entry(*b, index)[0]} + length);
  };
  if (measure.kind == AggregateKind::count && measure.column == none && !bounds.empty()) {
    // The oldest leave first: with n events, a bound b is passed when n - b + 1 have left.
    const std::int64_t count = b->size - at;
    for (const std::int64_t bound : bounds)
      if (bound >= 1 && bound <= count)
        leaves(static_cast<std::uint32_t>(b->size - bound), edge.length);
    return next;
  }
  if (at < b->size) leaves(at, edge.length);
  if (measure.oldest != none && position(*b, measure.oldest) < b->size)
    leaves(position(*b, measure.oldest), stream_.edges[measure.oldest].length);
  return next;
}

Value Series::value_of(const Measure& measure, Cell cell, const cel::EventType& event) const {
  switch (measure.type) {
    case PropertyType::bool_: return Value::boolean(cell != 0);
    case PropertyType::int_: return Value::integer(cell);
    case PropertyType::double_: return Value::real(std::bit_cast<double>(cell));
    case PropertyType::string:
      return Value::string(store_.symbols.view(static_cast<std::uint32_t>(cell)));
    case PropertyType::enum_: {
      const auto property = static_cast<std::size_t>(stream_.columns[measure.column].property);
      return Value::string(event.properties[property].values[static_cast<std::size_t>(cell)]);
    }
    case PropertyType::money: return Value::money({cell});
    case PropertyType::time: return Value::timestamp(Instant{cell});
  }
  return Value::null();
}

std::int64_t Series::exact_sum(const Measure& measure, Block* block, std::uint32_t total) const {
  if (measure.older == none) return word(stream_.all_time[total]);
  if (block == nullptr) return 0;
  const std::int64_t older = sum(*block, measure.older, total);
  return measure.newer == none ? older : difference(older, sum(*block, measure.newer, total));
}

// Sum and count of the doubles of a part of the entries, in order of time.
std::pair<double, std::int64_t> Series::scan(const Measure& measure, Block& block,
                                             std::uint32_t from, std::uint32_t to) const {
  double sum = 0;
  std::int64_t count = 0;
  for (std::uint32_t i = from; i < to; ++i) {
    const Cell cell = entry(block, i)[1 + measure.column];
    if (cell == cell_absent) continue;
    sum += std::bit_cast<double>(cell);
    ++count;
  }
  return {sum, count};
}

Value Series::read_sum(const Measure& measure, Block* block) {
  if (measure.type == PropertyType::double_) {
    if (measure.older == none) return Value::real(std::bit_cast<double>(word(measure.own)));
    if (block == nullptr) return Value::real(0);
    const auto [from, to] = range(measure, *block);
    return Value::real(scan(measure, *block, from, to).first);
  }
  const std::int64_t sum = exact_sum(measure, block, measure.total);
  return measure.type == PropertyType::money ? Value::money({sum}) : Value::integer(sum);
}

Value Series::read_average(const Measure& measure, Block* block) {
  if (measure.type == PropertyType::double_) {
    std::pair<double, std::int64_t> found;
    if (measure.older == none) {
      const std::int64_t* const words = own(measure, block);
      found = {std::bit_cast<double>(words[0]), words[1]};
    } else if (block != nullptr) {
      const auto [from, to] = range(measure, *block);
      found = scan(measure, *block, from, to);
    }
    if (found.second == 0) return Value::error(empty_window);
    return Value::real(found.first / static_cast<double>(found.second));
  }
  const std::int64_t sum = exact_sum(measure, block, measure.total);
  const std::int64_t count = exact_sum(measure, block, measure.presence);
  if (count == 0) return Value::error(empty_window);
  if (measure.type == PropertyType::money) return Value::money({round_half_even(sum, count)});
  return Value::real(static_cast<double>(sum) / static_cast<double>(count));
}

Value Series::read_extreme(const Measure& measure, Block* block, const cel::EventType& event) {
  std::int64_t* const kept = own(measure, block);
  if (kept == nullptr) return Value::error(empty_window);
  if (kept[1] == 0 && measure.older != none) {
    const auto [from, to] = range(measure, *block);
    for (std::uint32_t i = from; i < to; ++i) {
      const Cell cell = entry(*block, i)[1 + measure.column];
      if (cell == cell_absent) continue;
      const bool better = measure.kind == AggregateKind::min ? less(measure, cell, kept[0])
                                                             : less(measure, kept[0], cell);
      if (kept[1] == 0 || better) kept[0] = cell;
      kept[1] = 1;
    }
  }
  return kept[1] == 0 ? Value::error(empty_window) : value_of(measure, kept[0], event);
}

Value Series::read_end(const Measure& measure, Block* block, const cel::EventType& event) {
  if (measure.older == none) {
    const std::int64_t* const kept = own(measure, block);
    if (kept[0] == never.ms || kept[0] == cell_absent) return Value::error(empty_window);
    return value_of(measure, kept[1], event);
  }
  if (block == nullptr) return Value::error(empty_window);
  const auto [from, to] = range(measure, *block);
  for (std::uint32_t i = 0; i < to - from; ++i) {
    const std::uint32_t at = measure.kind == AggregateKind::first ? from + i : to - 1 - i;
    const Cell cell = entry(*block, at)[1 + measure.column];
    if (cell != cell_absent) return value_of(measure, cell, event);
  }
  return Value::error(empty_window);
}

// growth = this window / the one before it - 1, in doubles.
Value Series::read_growth(const Measure& measure, Block* block) {
  double now = 0, then = 0;
  if (block != nullptr) {
    Block& b = *block;
    const std::uint32_t recent = position(b, measure.older), before = position(b, measure.oldest);
    if (measure.column == none) {
      now = b.size - recent;
      then = recent - before;
    } else if (measure.type == PropertyType::double_) {
      now = scan(measure, b, recent, b.size).first;
      then = scan(measure, b, before, recent).first;
    } else {
      const std::int64_t newer = sum(b, measure.older, measure.total);
      now = static_cast<double>(newer);
      then = static_cast<double>(difference(sum(b, measure.oldest, measure.total), newer));
    }
  }
  if (then == 0) return Value::error("there is nothing in the window before to grow from");
  return Value::real(now / then - 1);
}

Value Series::read(const Measure& measure, Instant now, const cel::EventType& event) {
  Block* const block = measure.older == none ? nullptr : advance(now);
  switch (measure.kind) {
    case AggregateKind::count: {
      if (measure.column != none)
        return Value::integer(exact_sum(measure, block, measure.presence));
      if (measure.older == none)
        return Value::integer(*reinterpret_cast<std::uint32_t*>(record_ + stream_.count));
      if (block == nullptr) return Value::integer(0);
      const auto [from, to] = range(measure, *block);
      return Value::integer(to - from);
    }
    case AggregateKind::sum: return read_sum(measure, block);
    case AggregateKind::avg: return read_average(measure, block);
    case AggregateKind::min:
    case AggregateKind::max: return read_extreme(measure, block, event);
    case AggregateKind::first:
    case AggregateKind::last: return read_end(measure, block, event);
    case AggregateKind::distinct: {
      std::int64_t* const kept = own(measure, block);
      if (kept == nullptr) return Value::integer(0);
      const Multiset set(store_.pool, *reinterpret_cast<Pool::Handle*>(kept));
      return Value::integer(static_cast<std::int64_t>(set.size()));
    }
    case AggregateKind::since: {
      const Instant latest{word(stream_.latest)};
      return latest == instant_min ? Value::error("there was no such event yet")
                                   : Value::duration(now - latest);
    }
    case AggregateKind::growth: return read_growth(measure, block);
  }
  return Value::null();
}

}  // namespace pharos::engine
