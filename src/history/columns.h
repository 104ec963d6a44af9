// history/columns.h: a frame at an instant, as the columns that a rule reads.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <vector>

#include "cel/column.h"
#include "history/aggregate.h"
#include "history/frame.h"

namespace pharos::history {

// Row i is the account at position i. Accounts that had no event by then are rows as well;
// is_live() tells. Rules that read nodes need a fold (replay.h), not this. One thread at a time.
class FrameColumns final : public cel::Columns {
 public:
  FrameColumns(const Frame& frame, const cel::Rule& rule, Instant now);

  bool is_live(Position position) const { return frame_.directory().firsts[position] <= now_.ms; }
  cel::Column attribute(std::uint32_t index, const cel::Rows& rows) override;
  cel::Column aggregate(std::uint32_t index, const cel::Rows& rows) override;
  cel::Column node(std::uint32_t index, cel::NodeField field, const cel::Rows& rows) override;
  Instant now() override { return now_; }

 private:
  // Where a column lies; kept for as long as the object, so that it lies there again.
  struct Buffer {
    std::array<std::int64_t, cel::column_rows_max> bits;
    std::array<std::uint32_t, cel::column_rows_max> codes;
    std::array<cel::Truth, cel::column_rows_max> truths;
    std::array<std::uint8_t, cel::column_rows_max> missing;
    std::vector<std::string_view> texts;  // Of an attribute.
  };
  struct Attribute {
    std::vector<std::int64_t> cells;
    std::vector<std::uint32_t> codes;
  };
  Buffer& buffer_of(std::map<std::uint32_t, std::unique_ptr<Buffer>>& buffers, std::uint32_t index);
  Values attribute_then(std::uint32_t index, const cel::Rows& rows);

  const Frame& frame_;
  const cel::Rule& rule_;
  Instant now_;
  std::vector<std::unique_ptr<Aggregator>> aggregators_;
  std::map<std::uint32_t, std::unique_ptr<Buffer>> attributes_, aggregates_;
  Attribute then_;  // Scratch.
  RunScratch scratch_;
};

}  // namespace pharos::history
