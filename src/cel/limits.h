// cel/limits.h: every bound on what an expression may be and may cost. docs/cel.md lists them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pharos::cel {

// Of the text.
inline constexpr std::size_t program_bytes_max = 64 * 1024;
inline constexpr int nesting_max = 100;  // Levels of the syntax tree, parentheses included.
inline constexpr std::uint8_t arguments_max = 32;   // Of one call.
inline constexpr std::size_t diagnostics_max = 50;  // More faults than that are not reported.

// Of one evaluation. A step is about one operation, one list item or 64 bytes of text looked at.
inline constexpr std::uint64_t evaluation_steps_max = 1'000'000;
inline constexpr std::size_t arena_bytes_max = 16 * 1024 * 1024;  // Built text, lists and maps.
inline constexpr int value_depth_max = 200;  // Lists within lists, when compared or written.

// Of a regular expression.
inline constexpr std::size_t pattern_bytes_max = 1'000;
inline constexpr std::size_t patterns_max = 50;         // Kept compiled, of one rule.
inline constexpr std::uint64_t pattern_steps = 10'000;  // Spent on compiling one in an evaluation.
inline constexpr std::int64_t pattern_memory_max = 1 << 20;

// Of a value written for people; what is longer is cut and ends with "...".
inline constexpr std::size_t format_bytes_max = 1 << 20;

}  // namespace pharos::cel
