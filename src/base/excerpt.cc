// base/excerpt.cc: lines cut, made printable and pointed into.
#include "base/excerpt.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace pharos {
namespace {

constexpr std::string_view unprintable = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view cut = "...";

bool continues(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

// Control characters, and those that turn the direction of writing.
bool is_unprintable(std::string_view character) {
  if (character.size() == 1) {
    const auto byte = static_cast<unsigned char>(character[0]);
    return (byte < 0x20 && byte != '\t') || byte >= 0x7F;
  }
  if (!is_utf8(character)) return true;
  if (character.size() == 2) return character[0] == '\xC2' && character[1] < '\xA0';
  return (character >= "\u202A" && character <= "\u202E") ||
         (character >= "\u2066" && character <= "\u2069");
}

// The line as characters, one for each code point that a column counts.
std::vector<std::string_view> characters_of(std::string_view line) {
  std::vector<std::string_view> characters;
  for (std::size_t at = 0; at < line.size();) {
    std::size_t end = at + 1;
    while (end < line.size() && continues(line[end])) ++end;
    // What continues nothing, at the very start, counts as nothing.
    const std::string_view character = line.substr(at, end - at);
    if (!continues(line[at]))
      characters.push_back(is_unprintable(character) ? unprintable : character);
    at = end;
  }
  return characters;
}

// The byte at which the column stands; the end if the line is shorter.
std::size_t offset_of(std::string_view line, int column) {
  int points = 0;
  for (std::size_t at = 0; at < line.size(); ++at)
    if (!continues(line[at]) && ++points == column) return at;
  return line.size();
}

std::size_t width_of(std::string_view character) {
  return character == "\t" ? 8 : display_width(character);  // At most.
}

Excerpt excerpt_of_line(std::string_view line, int column) {
  constexpr std::size_t bytes_max = excerpt_columns_max * 8;  // A side; lines may have megabytes.
  const std::size_t offset = offset_of(line, column);
  const std::size_t from = offset - std::min(offset, bytes_max);
  const auto left = characters_of(line.substr(from, offset - from));
  const auto right = characters_of(line.substr(offset, bytes_max));
  // As much on the left as fits half the width, then on the right, then again on the left.
  std::size_t begin = left.size(), end = 0, width = 0;
  const auto grow_left = [&](std::size_t width_max) {
    for (; begin > 0 && width + width_of(left[begin - 1]) <= width_max; --begin)
      width += width_of(left[begin - 1]);
  };
  grow_left(excerpt_columns_max / 2);
  for (; end < right.size() && width + width_of(right[end]) <= excerpt_columns_max; ++end)
    width += width_of(right[end]);
  grow_left(excerpt_columns_max);
  Excerpt excerpt;
  if (begin > 0 || from > 0) excerpt.line = cut;
  excerpt.column = static_cast<int>(excerpt.line.size() + left.size() - begin) + 1;
  for (std::size_t i = begin; i < left.size(); ++i) excerpt.line += left[i];
  for (std::size_t i = 0; i < end; ++i) excerpt.line += right[i];
  if (end < right.size() || offset + bytes_max < line.size()) excerpt.line += cut;
  return excerpt;
}

// Blanks as wide as what stands left of the place; tabs stay, so that they are as wide as above.
std::string below(const Excerpt& excerpt) {
  std::string blanks;
  int column = 1;
  for (const std::string_view character : characters_of(excerpt.line)) {
    if (column++ == excerpt.column) break;
    blanks += character == "\t" ? "\t" : std::string(display_width(character), ' ');
  }
  return blanks;
}

}  // namespace

Excerpt excerpt_at(std::string_view text, const Place& place) {
  if (place.line < 1 || place.column < 1) return {};
  std::size_t start = 0;
  for (int line = 1; line < place.line; ++line) {
    start = text.find('\n', start);
    if (start == std::string_view::npos) return {};
    ++start;
  }
  std::string_view line = text.substr(start, text.find('\n', start) - start);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return trimmed(line).empty() ? Excerpt{} : excerpt_of_line(line, place.column);
}

std::string format_excerpt(const Excerpt& excerpt) {
  if (excerpt.line.empty()) return "";
  return fmt::format("\n    {}\n    {}^", excerpt.line, below(excerpt));
}

}  // namespace pharos
