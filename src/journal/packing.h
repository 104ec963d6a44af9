// journal/packing.h: integers as few bits: frames of 64 to 4,096 values, each with a width of its
// own. Layout: docs/journal.md.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace pharos::journal {

inline constexpr int packed_frame_log_min = 6;
inline constexpr int packed_frame_log_max = 12;

template <class T>
struct Range {
  T least, most;
};
// Of each 64 values of a list, in order: what all decisions about it are made from.
using Ranges = std::vector<Range<std::int64_t>>;

Ranges& ranges_of(std::span<const std::int64_t> values, Ranges& ranges);
// The differences of neighbours, modulo 2^64, and their ranges.
void differences_of(std::span<const std::int64_t> values, std::vector<std::int64_t>& differences,
                    Ranges& ranges);
// Of the whole list.
Range<std::int64_t> whole_range(const Ranges& ranges);
// About what pack() makes of a list, at a glance.
std::size_t packed_bytes_of(const Ranges& ranges, std::size_t count);

// How a list is cut into frames, and what pack() will then append.
struct Cut {
  int frame_log = packed_frame_log_min;
  std::size_t bytes = std::numeric_limits<std::size_t>::max();
};
// Small frames follow a list that changes on its way, large ones spare their heads. `ranges`: of
// the offsets; used up.
Cut best_cut(std::vector<Range<std::uint64_t>>& ranges, std::size_t count);
// Frames of offsets: the least of them, the width of the rest in bits, the bits.
void pack(std::span<const std::uint64_t> offsets, const Cut& cut, std::string& out);

}  // namespace pharos::journal
