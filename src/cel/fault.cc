// cel/fault.cc: from byte offsets to lines and columns.
#include "cel/fault.h"

#include <algorithm>

#include "base/text.h"

namespace pharos::cel {

Place place_at(std::string_view text, std::size_t offset, const Place& place) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const int first_line = std::max(place.line, 1), first_column = std::max(place.column, 1);
  const int lines = static_cast<int>(std::ranges::count(before, '\n'));
  const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0.
  const int column = static_cast<int>(count_code_points(before.substr(line_begin)));
  return {place.file, first_line + lines, first_column + column};
}

}  // namespace pharos::cel
