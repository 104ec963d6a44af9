// history/aggregate.cc: counts, sums and the rest over slices of columns.
#include "history/aggregate.h"

#include <algorithm>
#include <bit>

#include "base/money.h"
#include "history/values.h"

namespace pharos::history {
namespace {

using cel::AggregateKind;
using cel::Kind;
using cel::PropertyType;

constexpr std::string_view empty_window = "there is no such event in the window";

Kind kind_of_answer(const cel::Aggregate& aggregate, PropertyType type) {
  switch (aggregate.kind) {
    case AggregateKind::count:
    case AggregateKind::distinct: return Kind::integer;
    case AggregateKind::since: return Kind::duration;
    case AggregateKind::growth: return Kind::real;
    case AggregateKind::avg: return type == PropertyType::money ? Kind::money : Kind::real;
    default: return kind_of(type);
  }
}

std::int64_t add_wrapping(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

}  // namespace

Aggregator::Aggregator(const Frame& frame, const cel::Rule& rule, const cel::Aggregate& aggregate,
                       Instant now)
    : frame_(frame),
      aggregate_(aggregate),
      now_(now),
      bounds_(bounds_of(aggregate.window, now, frame.schema().zone)),
      error_(empty_window),
      facts_(frame, aggregate.event) {
  if (aggregate.filter >= 0) filter_ = &rule.filters[static_cast<std::size_t>(aggregate.filter)];
  if (aggregate.kind == AggregateKind::growth) {
    before_ = {bounds_.from - aggregate.window.length.ms, bounds_.from - 1};
    error_ = "there is nothing in the window before to grow from";
  }
  if (aggregate.kind == AggregateKind::since) error_ = "there was no such event yet";
  if (aggregate.property >= 0) {
    property_ = static_cast<std::uint32_t>(aggregate.property);
    const cel::Property& property = frame.schema().events[aggregate.event].properties[property_];
    type_ = property.type;
    if (type_ == PropertyType::string)
      texts_ =
          views_of(frame.directory().texts[frame.text_columns().of(aggregate.event, property_)]);
    if (type_ == PropertyType::enum_) texts_ = {property.values.begin(), property.values.end()};
  } else if (aggregate.property == cel::property_member) {
    type_ = PropertyType::string;
    texts_ = views_of(frame.directory().members);
  }
  coded_ = is_coded(type_);
  kind_ = kind_of_answer(aggregate, type_);
}

bool Aggregator::passes(const Run& run, std::uint32_t event) {
  facts_.set(*run.family, event);
  return cel::evaluate(*filter_, facts_, arena_).is_true();
}

template <class Take>
void Aggregator::each(const Run& run, Slice slice, Take take) {
  const std::uint32_t from = run.range.from;
  for (std::size_t i = slice.first; i < slice.last; ++i) {
    const auto event = static_cast<std::uint32_t>(from + i);
    if (filter_ == nullptr || passes(run, event)) take(event);
  }
}

bool Aggregator::has_value(const Run& run, std::uint32_t event) const {
  if (aggregate_.property == cel::property_member)
    return !run.family->members.empty() && run.family->members[event] != code_absent;
  const Values& values = run.family->properties[property_];
  return coded_ ? values.codes[event] < code_null : values.cells[event] > engine::cell_null;
}

std::int64_t Aggregator::bits_of(const Run& run, std::uint32_t event) const {
  if (aggregate_.property == cel::property_member) return run.family->members[event];
  const Values& values = run.family->properties[property_];
  return coded_ ? values.codes[event] : values.cells[event];
}

Answer Aggregator::read(Position position) {
  const Run run = frame_.run(aggregate_.event, position, scratch_);
  if (aggregate_.kind == AggregateKind::growth) return growth(run);
  const Slice slice = slice_of(run.times(), bounds_);
  switch (aggregate_.kind) {
    case AggregateKind::count: return count(run, slice);
    case AggregateKind::sum: return sum(run, slice);
    case AggregateKind::avg: return average(run, slice);
    case AggregateKind::min:
    case AggregateKind::max: return extreme(run, slice);
    case AggregateKind::distinct: return distinct(run, slice);
    default: return end(run, slice);
  }
}

Answer Aggregator::count(const Run& run, Slice slice) {
  const bool all = aggregate_.property == cel::property_none;
  if (all && filter_ == nullptr) return {true, static_cast<std::int64_t>(slice.size())};
  std::int64_t count = 0;
  each(run, slice, [&](std::uint32_t event) { count += all || has_value(run, event) ? 1 : 0; });
  return {true, count};
}

// Doubles are added in the order of time, so that every evaluation gives the same bits.
Answer Aggregator::sum(const Run& run, Slice slice) {
  if (type_ == PropertyType::double_) {
    double sum = 0;
    each(run, slice, [&](std::uint32_t event) {
      if (has_value(run, event)) sum += std::bit_cast<double>(bits_of(run, event));
    });
    return {true, std::bit_cast<std::int64_t>(sum)};
  }
  std::int64_t sum = 0;
  const auto& cells = run.family->properties[property_].cells;
  each(run, slice, [&](std::uint32_t event) {
    if (cells[event] > engine::cell_null) sum = add_wrapping(sum, cells[event]);
  });
  return {true, sum};
}

Answer Aggregator::average(const Run& run, Slice slice) {
  std::int64_t count = 0;
  each(run, slice, [&](std::uint32_t event) { count += has_value(run, event) ? 1 : 0; });
  if (count == 0) return {};
  const std::int64_t total = sum(run, slice).bits;
  if (type_ == PropertyType::money) return {true, round_half_even(total, count)};
  const double whole =
      type_ == PropertyType::double_ ? std::bit_cast<double>(total) : static_cast<double>(total);
  return {true, std::bit_cast<std::int64_t>(whole / static_cast<double>(count))};
}

Answer Aggregator::extreme(const Run& run, Slice slice) {
  Answer best;
  const auto less = [&](std::int64_t a, std::int64_t b) {
    return type_ == PropertyType::double_ ? std::bit_cast<double>(a) < std::bit_cast<double>(b)
                                          : a < b;
  };
  each(run, slice, [&](std::uint32_t event) {
    if (!has_value(run, event)) return;
    const std::int64_t bits = bits_of(run, event);
    const bool better =
        aggregate_.kind == AggregateKind::min ? less(bits, best.bits) : less(best.bits, bits);
    if (!best.present || better) best = {true, bits};
  });
  return best;
}

// first, last, since.
Answer Aggregator::end(const Run& run, Slice slice) {
  const bool forward = aggregate_.kind == AggregateKind::first;
  const bool since = aggregate_.kind == AggregateKind::since;
  for (std::size_t i = 0; i < slice.size(); ++i) {
    const std::size_t at = forward ? slice.first + i : slice.last - 1 - i;
    const auto event = static_cast<std::uint32_t>(run.range.from + at);
    if (!since && !has_value(run, event)) continue;
    if (filter_ != nullptr && !passes(run, event)) continue;
    if (!since) return {true, bits_of(run, event)};
    return {true, (now_.ms - run.family->times[event]) * 1'000'000};
  }
  return {};
}

Answer Aggregator::distinct(const Run& run, Slice slice) {
  found_.clear();
  each(run, slice, [&](std::uint32_t event) {
    if (has_value(run, event)) found_.push_back(bits_of(run, event));
  });
  std::ranges::sort(found_);
  const auto rest = std::ranges::unique(found_);
  return {true, static_cast<std::int64_t>(rest.begin() - found_.begin())};
}

double Aggregator::amount(const Run& run, Slice slice) {
  if (aggregate_.property == cel::property_none) return static_cast<double>(count(run, slice).bits);
  const std::int64_t bits = sum(run, slice).bits;
  return type_ == PropertyType::double_ ? std::bit_cast<double>(bits) : static_cast<double>(bits);
}

Answer Aggregator::growth(const Run& run) {
  const double then = amount(run, slice_of(run.times(), before_));
  if (then == 0) return {};
  const double now = amount(run, slice_of(run.times(), bounds_));
  return {true, std::bit_cast<std::int64_t>(now / then - 1)};
}

}  // namespace pharos::history
