// base/excerpt.h: the line that a fault is in, to be shown below it with a caret at the place.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/diagnostic.h"

namespace pharos {

// A line of a text. Of a long one only the part around the place, with "..." where it is cut. What
// a terminal would not show as a character (control characters, bytes that are not UTF-8) is
// U+FFFD, so that it can be printed as it is.
struct Excerpt {
  std::string line;  // Empty: the place is in no line of the text.
  int column = 0;    // Of the place within `line`.
  bool operator==(const Excerpt&) const = default;
};
inline constexpr std::size_t excerpt_columns_max = 120;  // Of a terminal.

Excerpt excerpt_at(std::string_view text, const Place& place);

// The line and the caret below it, indented, each behind a line end; empty if there is no line.
std::string format_excerpt(const Excerpt& excerpt);

}  // namespace pharos
