// history/grouping.cc: codes of several attributes become one number.
#include "history/grouping.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "history/columns.h"

namespace pharos::history {
namespace {

// Numbers the values of one attribute from 0; their texts beside.
struct Numbered {
  std::vector<std::uint32_t> of;  // By position.
  std::vector<std::string> texts;
};

Numbered numbered(const Frame& frame, std::uint32_t attribute, Instant now) {
  const cel::Rule nothing;
  FrameColumns columns(frame, nothing, now);
  Numbered result;
  result.of.resize(frame.account_count());
  std::unordered_map<std::int64_t, std::uint32_t> numbers;
  std::vector<std::uint32_t> by_code;
  for (std::size_t first = 0; first < result.of.size(); first += cel::column_rows_max) {
    const std::size_t size = std::min(cel::column_rows_max, result.of.size() - first);
    const cel::Column column = columns.attribute(attribute, {first, size});
    const auto add = [&](std::size_t row) {
      const cel::Value value = column.at(row);
      result.texts.push_back(value.is_error() ? "-" : cel::format_value(value, frame.schema()));
      return static_cast<std::uint32_t>(result.texts.size() - 1);
    };
    if (column.codes != nullptr && by_code.empty())
      by_code.assign(column.texts.size() + 1, code_absent);
    for (std::size_t i = 0; i < size; ++i) {
      if (column.codes != nullptr) {
        std::uint32_t& known = by_code[column.codes[i]];
        if (known == code_absent) known = add(i);
        result.of[first + i] = known;
        continue;
      }
      std::int64_t bits = engine::cell_absent;
      if (column.missing[i] == 0)
        bits = column.kind == cel::Kind::boolean ? static_cast<std::int64_t>(column.truths[i])
                                                 : column.bits[i];
      const auto [at, is_new] = numbers.try_emplace(bits, 0);
      if (is_new) at->second = add(i);
      result.of[first + i] = at->second;
    }
  }
  return result;
}

}  // namespace

Grouping::Grouping(const Frame& frame, const std::vector<std::uint32_t>& attributes, Instant now) {
  keys_.emplace_back();
  if (attributes.empty()) return;
  groups_.assign(frame.account_count(), 0);
  for (const std::uint32_t attribute : attributes) {
    const Numbered values = numbered(frame, attribute, now);
    std::vector<std::uint32_t> joined(keys_.size() * values.texts.size(), code_absent);
    std::vector<std::vector<std::string>> keys;
    for (std::size_t position = 0; position < groups_.size(); ++position) {
      std::uint32_t& group = joined[groups_[position] * values.texts.size() + values.of[position]];
      if (group == code_absent) {
        group = static_cast<std::uint32_t>(keys.size());
        keys.push_back(keys_[groups_[position]]);
        keys.back().push_back(values.texts[values.of[position]]);
      }
      groups_[position] = group;
    }
    keys_ = std::move(keys);
  }
}

Calendar::Calendar(Period period, const Zone& zone, Instant first, Instant last)
    : period_(period), zone_(zone) {
  Instant start = zone.start_of(period, first);
  starts_.push_back(start.ms);
  do {
    start = zone.start_of(period, start, 1);
    starts_.push_back(start.ms);
  } while (start <= last);
}

std::size_t Calendar::index_of(std::int64_t time) const {
  const auto behind = std::upper_bound(starts_.begin(), starts_.end() - 1, time);
  return behind == starts_.begin() ? 0 : static_cast<std::size_t>(behind - starts_.begin()) - 1;
}

std::string Calendar::name(std::size_t index) const {
  const LocalTime local = zone_.local(Instant{starts_[index]});
  switch (period_) {
    case Period::day:
    case Period::week:
      return fmt::format("{:04}-{:02}-{:02}", local.year, local.month, local.day_of_month);
    case Period::month: return fmt::format("{:04}-{:02}", local.year, local.month);
    case Period::quarter: return fmt::format("{:04}-Q{}", local.year, (local.month + 2) / 3);
    case Period::year: break;
  }
  return fmt::format("{:04}", local.year);
}

}  // namespace pharos::history
