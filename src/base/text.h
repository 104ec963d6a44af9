// base/text.h: small questions about text: is it UTF-8, what name is near, how is a number read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pharos {

bool is_utf8(std::string_view text);
std::size_t count_code_points(std::string_view text);

// The columns a terminal needs: 2 for East Asian wide characters, 0 for combining marks.
std::size_t display_width(std::string_view text);

// The candidate with the least edit distance, if it is near enough to be a slip of the hand.
std::optional<std::string> nearest_name(std::string_view name, std::span<const std::string> names);

// `Did you mean "signed"?`, or empty.
std::string did_you_mean(std::string_view name, std::span<const std::string> names);

// Lower-case letter first, then lower-case letters, digits and underscores; at most 64 bytes.
bool is_name(std::string_view text);

std::string quoted(std::string_view text);  // "text", control characters escaped.
std::string grouped(std::int64_t number);   // 1234567 -> 1,234,567
std::vector<std::string_view> split(std::string_view text, char separator);
std::string_view trimmed(std::string_view text);  // Without ASCII white space at the ends.

// The whole text as a decimal int64; none on anything else, overflow included.
std::optional<std::int64_t> parse_int64(std::string_view text);
// The whole text as a finite double; none for NaN, infinities and anything else.
std::optional<double> parse_double(std::string_view text);

}  // namespace pharos
