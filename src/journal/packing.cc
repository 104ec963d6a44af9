// journal/packing.cc: ranges first, then bits; each value is looked at as few times as can be.
#include "journal/packing.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace pharos::journal {
namespace {

constexpr std::size_t step = std::size_t{1} << packed_frame_log_min;

std::size_t width_of(std::uint64_t value) {
  return static_cast<std::size_t>(std::bit_width(value));
}

// Two chains each, so that the comparisons of neighbours overlap.
template <class T>
Range<T> range_of(const T* values, std::size_t count) {
  Range<T> even{values[0], values[0]}, odd = even;
  std::size_t i = 0;
  for (; i + 1 < count; i += 2) {
    even.least = std::min(even.least, values[i]);
    even.most = std::max(even.most, values[i]);
    odd.least = std::min(odd.least, values[i + 1]);
    odd.most = std::max(odd.most, values[i + 1]);
  }
  if (i < count) {
    even.least = std::min(even.least, values[i]);
    even.most = std::max(even.most, values[i]);
  }
  return {std::min(even.least, odd.least), std::max(even.most, odd.most)};
}

}  // namespace

Ranges& ranges_of(std::span<const std::int64_t> values, Ranges& ranges) {
  ranges.clear();
  for (std::size_t i = 0; i < values.size(); i += step)
    ranges.push_back(range_of(values.data() + i, std::min(step, values.size() - i)));
  return ranges;
}

void differences_of(std::span<const std::int64_t> values, std::vector<std::int64_t>& differences,
                    Ranges& ranges) {
  differences.resize(values.size() - 1);
  for (std::size_t i = 0; i + 1 < values.size(); ++i)
    differences[i] = static_cast<std::int64_t>(static_cast<std::uint64_t>(values[i + 1]) -
                                               static_cast<std::uint64_t>(values[i]));
  ranges_of(differences, ranges);
}

Range<std::int64_t> whole_range(const Ranges& ranges) {
  Range<std::int64_t> whole = ranges[0];
  for (const auto& [least, most] : ranges) {
    whole.least = std::min(whole.least, least);
    whole.most = std::max(whole.most, most);
  }
  return whole;
}

std::size_t packed_bytes_of(const Ranges& ranges, std::size_t count) {
  std::size_t bits = 0;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    const auto& [least, most] = ranges[i];
    bits += 16 + std::min(step, count - i * step) *
                     width_of(static_cast<std::uint64_t>(most) - static_cast<std::uint64_t>(least));
  }
  return bits / 8;
}

Cut best_cut(std::vector<Range<std::uint64_t>>& ranges, std::size_t count) {
  Cut best;
  for (int log = packed_frame_log_min; log <= packed_frame_log_max; ++log) {
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      const auto [least, most] = ranges[i];
      const std::size_t in_frame = std::min(std::size_t{1} << log, count - (i << log));
      bytes += (width_of(least | 1) + 6) / 7 + 1 + (in_frame * width_of(most - least) + 7) / 8;
    }
    if (bytes < best.bytes) best = {log, bytes};
    for (std::size_t i = 0; i < ranges.size(); i += 2) {
      const auto right = ranges[std::min(i + 1, ranges.size() - 1)];
      ranges[i / 2] = {std::min(ranges[i].least, right.least),
                       std::max(ranges[i].most, right.most)};
    }
    ranges.resize((ranges.size() + 1) / 2);
  }
  return best;
}

void pack(std::span<const std::uint64_t> offsets, const Cut& cut, std::string& out) {
  const std::size_t frame_size = std::size_t{1} << cut.frame_log;
  out.resize(out.size() + cut.bytes + 16);  // Whole words are stored, the last ones past the end.
  char* to = out.data() + out.size() - cut.bytes - 16;
  for (std::size_t i = 0; i < offsets.size(); i += frame_size) {
    const auto frame = offsets.subspan(i, std::min(frame_size, offsets.size() - i));
    const auto [least, most] = range_of(frame.data(), frame.size());
    const int width = static_cast<int>(width_of(most - least));
    for (std::uint64_t rest = least;; rest >>= 7) {
      *to++ = static_cast<char>(rest < 0x80 ? rest : rest | 0x80);
      if (rest < 0x80) break;
    }
    *to++ = static_cast<char>(width);
    if (width == 0) continue;
    std::uint64_t word = 0;
    int used = 0;
    for (const std::uint64_t value : frame) {
      word |= (value - least) << used;
      used += width;
      if (used < 64) continue;
      std::memcpy(to, &word, 8);
      to += 8;
      used -= 64;
      // A shift by 64 is none at all.
      word = used == 0 ? 0 : (value - least) >> (width - used);
    }
    std::memcpy(to, &word, 8);
    to += (used + 7) / 8;
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
}

}  // namespace pharos::journal
