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

std::int64_t subtract_wrapping(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

}  // namespace

std::pair<std::uint32_t, std::uint32_t> Series::range(const Measure& measure, const Ring& ring) {
  return {static_cast<std::uint32_t>(position(measure.older)),
          measure.newer == none ? ring.size : static_cast<std::uint32_t>(position(measure.newer))};
}

Instant Series::next_change(const Measure& measure, Instant now,
                            std::span<const std::int64_t> bounds) {
  if (measure.older == none) return never;
  const Ring ring = advance(now);
  const Edge& edge = stream_.edges[measure.older];
  const auto at = static_cast<std::uint32_t>(position(measure.older));
  if (edge.calendar) return at < ring.size ? store_.calendar.start_of(edge.period, now, 1) : never;
  Instant next = never;
  if (measure.kind == AggregateKind::count && measure.column == none && !bounds.empty()) {
    // The oldest leave first: with n events, a bound b is passed when n - b + 1 have left.
    const std::int64_t count = ring.size - at;
    for (const std::int64_t bound : bounds)
      if (bound >= 1 && bound <= count)
        next =
            std::min(next, Instant{entry(ring, static_cast<std::uint32_t>(ring.size - bound))[0]} +
                               edge.length);
    return next;
  }
  if (at < ring.size) next = Instant{entry(ring, at)[0]} + edge.length;
  if (measure.oldest != none) {
    const auto far = static_cast<std::uint32_t>(position(measure.oldest));
    if (far < ring.size)
      next = std::min(next, Instant{entry(ring, far)[0]} + stream_.edges[measure.oldest].length);
  }
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

std::int64_t Series::exact_sum(const Measure& measure, std::uint32_t total) {
  const std::int64_t newer =
      measure.newer == none ? record_[stream_.sums + total] : passed_sum(measure.newer, total);
  return measure.older == none ? newer : subtract_wrapping(newer, passed_sum(measure.older, total));
}

// Sum and count of the doubles of a part of the ring, in order of time.
std::pair<double, std::int64_t> Series::scan(const Measure& measure, const Ring& ring,
                                             std::uint32_t from, std::uint32_t to) const {
  double sum = 0;
  std::int64_t count = 0;
  for (std::uint32_t i = from; i < to; ++i) {
    const Cell cell = entry(ring, i)[1 + measure.column];
    if (cell == cell_absent) continue;
    sum += std::bit_cast<double>(cell);
    ++count;
  }
  return {sum, count};
}

Value Series::read_sum(const Measure& measure, const Ring& ring) {
  if (measure.type == PropertyType::double_) {
    if (measure.older == none) return Value::real(std::bit_cast<double>(record_[measure.word]));
    const auto [from, to] = range(measure, ring);
    return Value::real(scan(measure, ring, from, to).first);
  }
  const std::int64_t sum = exact_sum(measure, measure.total);
  return measure.type == PropertyType::money ? Value::money({sum}) : Value::integer(sum);
}

Value Series::read_average(const Measure& measure, const Ring& ring) {
  if (measure.type == PropertyType::double_) {
    std::pair<double, std::int64_t> found;
    if (measure.older == none) {
      found = {std::bit_cast<double>(record_[measure.word]), record_[measure.word + 1]};
    } else {
      const auto [from, to] = range(measure, ring);
      found = scan(measure, ring, from, to);
    }
    if (found.second == 0) return Value::error(empty_window);
    return Value::real(found.first / static_cast<double>(found.second));
  }
  const std::int64_t sum = exact_sum(measure, measure.total);
  const std::int64_t count = exact_sum(measure, measure.presence);
  if (count == 0) return Value::error(empty_window);
  if (measure.type == PropertyType::money) return Value::money({round_half_even(sum, count)});
  return Value::real(static_cast<double>(sum) / static_cast<double>(count));
}

Value Series::read_extreme(const Measure& measure, const Ring& ring, const cel::EventType& event) {
  std::int64_t* const kept = record_ + measure.word;
  if (kept[1] == 0 && measure.older != none) {
    const auto [from, to] = range(measure, ring);
    for (std::uint32_t i = from; i < to; ++i) {
      const Cell cell = entry(ring, i)[1 + measure.column];
      if (cell == cell_absent) continue;
      const bool better = measure.kind == AggregateKind::min ? less(measure, cell, kept[0])
                                                             : less(measure, kept[0], cell);
      if (kept[1] == 0 || better) kept[0] = cell;
      kept[1] = 1;
    }
  }
  return kept[1] == 0 ? Value::error(empty_window) : value_of(measure, kept[0], event);
}

Value Series::read_end(const Measure& measure, const Ring& ring, const cel::EventType& event) {
  if (measure.older == none) {
    const std::int64_t* const kept = record_ + measure.word;
    if (kept[0] == never.ms || kept[0] == cell_absent) return Value::error(empty_window);
    return value_of(measure, kept[1], event);
  }
  const auto [from, to] = range(measure, ring);
  for (std::uint32_t i = 0; i < to - from; ++i) {
    const std::uint32_t at = measure.kind == AggregateKind::first ? from + i : to - 1 - i;
    const Cell cell = entry(ring, at)[1 + measure.column];
    if (cell != cell_absent) return value_of(measure, cell, event);
  }
  return Value::error(empty_window);
}

// growth = this window / the one before it - 1, in doubles.
Value Series::read_growth(const Measure& measure, const Ring& ring) {
  const auto recent = static_cast<std::uint32_t>(position(measure.older));
  const auto before = static_cast<std::uint32_t>(position(measure.oldest));
  double now = 0, then = 0;
  if (measure.column == none) {
    now = ring.size - recent;
    then = recent - before;
  } else if (measure.type == PropertyType::double_) {
    now = scan(measure, ring, recent, ring.size).first;
    then = scan(measure, ring, before, recent).first;
  } else {
    const std::int64_t all = record_[stream_.sums + measure.total];
    const std::int64_t middle = passed_sum(measure.older, measure.total);
    now = static_cast<double>(subtract_wrapping(all, middle));
    then =
        static_cast<double>(subtract_wrapping(middle, passed_sum(measure.oldest, measure.total)));
  }
  if (then == 0) return Value::error("there is nothing in the window before to grow from");
  return Value::real(now / then - 1);
}

Value Series::read(const Measure& measure, Instant now, const cel::EventType& event) {
  const Ring ring = advance(now);
  switch (measure.kind) {
    case AggregateKind::count: {
      if (measure.column != none) return Value::integer(exact_sum(measure, measure.presence));
      if (measure.older == none) return Value::integer(ring.count);
      const auto [from, to] = range(measure, ring);
      return Value::integer(to - from);
    }
    case AggregateKind::sum: return read_sum(measure, ring);
    case AggregateKind::avg: return read_average(measure, ring);
    case AggregateKind::min:
    case AggregateKind::max: return read_extreme(measure, ring, event);
    case AggregateKind::first:
    case AggregateKind::last: return read_end(measure, ring, event);
    case AggregateKind::distinct:
      return Value::integer(
          record_[measure.word] == 0 ? 0 : static_cast<std::int64_t>(multiset(measure).size()));
    case AggregateKind::since: {
      const Instant latest{record_[stream_.latest]};
      return latest == instant_min ? Value::error("there was no such event yet")
                                   : Value::duration(now - latest);
    }
    case AggregateKind::growth: return read_growth(measure, ring);
  }
  return Value::null();
}

}  // namespace pharos::engine
