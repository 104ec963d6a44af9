// cel/column.h: the values of many accounts side by side, and where a rule over all of them reads
// its facts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/instant.h"
#include "cel/rule.h"
#include "cel/value.h"

namespace pharos::cel {

// A condition of one row. An error is not true, but it is not false either: !error is an error.
enum class Truth : std::uint8_t { no, yes, error };

// Rows of one kind, borrowed: which pointer is set follows from the kind.
struct Column {
  Kind kind = Kind::null;
  const Truth* truths = nullptr;         // boolean
  const std::int64_t* bits = nullptr;    // integer; money: minor units; timestamp: ms; duration: ns
  const double* reals = nullptr;         // real
  const std::uint32_t* codes = nullptr;  // string: into texts; texts.size() where there is none
  std::span<const std::string_view> texts;  // The same for all rows of an evaluation.
  const std::uint8_t* missing = nullptr;    // 1: no value here. Null: all have one.
  std::string_view error = "not set";       // Why not.

  Value at(std::size_t row) const;
};

// A run of rows, and which of them matter; the others need not be computed.
inline constexpr std::size_t column_rows_max = 1'024;
struct Rows {
  std::size_t first = 0;
  std::size_t size = 0;                  // At most column_rows_max.
  const std::uint8_t* needed = nullptr;  // By row from `first`, 0 or 1. Null: all.
};

// Item i of a column stands for row rows.first + i. A column stays as it is until other rows are
// asked for; asked again for more of the same rows, it lies where it lay.
class Columns {
 public:
  virtual ~Columns() = default;
  virtual Column attribute(std::uint32_t index, const Rows& rows) = 0;  // Always all rows.
  virtual Column aggregate(std::uint32_t index, const Rows& rows) = 0;  // Into rule.aggregates.
  virtual Column node(std::uint32_t index, NodeField field, const Rows& rows) = 0;
  virtual Instant now() = 0;  // Of all rows.
};

}  // namespace pharos::cel
