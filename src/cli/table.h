// cli/table.h: rows of text in columns that line up, whatever script they are written in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pharos::cli {

enum class Align : std::uint8_t { left, right };

struct Column {
  std::string title;
  Align align = Align::left;
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // As many cells as columns. Line breaks in a cell are shown as spaces.
  void add(std::vector<std::string> cells);
  // A line across all columns, above the rows that follow.
  void add_heading(std::string text) { rows_.push_back({std::move(text)}); }
  bool empty() const { return rows_.empty(); }

  // Titles, a rule, the rows; each line indented, without blanks at its end. Cells that are wider
  // than `cell_width_max` columns of the terminal are cut, with an ellipsis.
  std::string text(std::size_t indent = 0, std::size_t cell_width_max = 60) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;  // A single cell: a heading.
};

// `text` filled up with blanks to `width` columns of a terminal.
std::string padded(std::string_view text, std::size_t width, Align align = Align::left);
// Cut to at most `width` columns of a terminal, the last of them an ellipsis.
std::string clipped(std::string_view text, std::size_t width);
// A bar of `part` of `whole`, at most `width` columns, in eighths.
std::string bar(std::uint64_t part, std::uint64_t whole, std::size_t width);

}  // namespace pharos::cli
