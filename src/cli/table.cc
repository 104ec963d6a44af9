// cli/table.cc: widths are counted in columns of a terminal, not in bytes.
#include "cli/table.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace pharos::cli {
namespace {

constexpr std::size_t gap = 2;

// The bytes of the code point that begins at `at`.
std::size_t code_point_bytes(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
  return end - at;
}

std::string repeated(std::string_view piece, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += piece;
  return text;
}

}  // namespace

std::string padded(std::string_view text, std::size_t width, Align align) {
  const std::size_t used = display_width(text);
  const std::string blanks(width > used ? width - used : 0, ' ');
  return align == Align::left ? std::string(text) + blanks : blanks + std::string(text);
}

std::string clipped(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  std::string kept;
  std::size_t used = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view point = text.substr(at, code_point_bytes(text, at));
    const std::size_t point_width = display_width(point);
    if (used + point_width + 1 > width) break;
    kept += point;
    used += point_width;
    at += point.size();
  }
  return kept + "…";
}

std::string bar(std::uint64_t part, std::uint64_t whole, std::size_t width) {
  if (whole == 0 || part == 0) return "";
  constexpr std::string_view eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const std::uint64_t steps = std::max<std::uint64_t>(std::min(part, whole) * width * 8 / whole, 1);
  return repeated("█", steps / 8) + std::string(eighths[steps % 8]);
}

void Table::add(std::vector<std::string> cells) {
  ASSERT(cells.size() == columns_.size());
  for (std::string& cell : cells)
    std::ranges::replace_if(
        cell, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  rows_.push_back(std::move(cells));
}

std::string Table::text(std::size_t indent, std::size_t cell_width_max) const {
  // In a table of one column they look alike.
  const auto is_heading = [&](const std::vector<std::string>& row) {
    return row.size() < columns_.size();
  };
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = display_width(columns_[i].title);
    for (const auto& row : rows_)
      if (!is_heading(row))
        width = std::max(width, std::min(display_width(row[i]), cell_width_max));
    widths.push_back(width);
  }
  std::string text;
  const auto add_line = [&](const auto& cell_at) {
    std::string line(indent, ' ');
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (i > 0) line += std::string(gap, ' ');
      line += padded(clipped(cell_at(i), widths[i]), widths[i], columns_[i].align);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  };
  add_line([&](std::size_t i) { return columns_[i].title; });
  add_line([&](std::size_t i) { return repeated("─", widths[i]); });
  for (const auto& row : rows_) {
    if (is_heading(row))
      text += std::string(indent, ' ') + row.front() + "\n";
    else
      add_line([&](std::size_t i) { return row[i]; });
  }
  return text;
}

}  // namespace pharos::cli
