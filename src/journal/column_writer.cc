// journal/column_writer.cc: tries the forms that can pay for a list, and keeps the shortest.
#include "journal/column_writer.h"

#include <zstd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <optional>

#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"
#include "journal/bytes.h"

namespace pharos::journal {
namespace {

constexpr int zstd_level = 1;
constexpr std::size_t zstd_bytes_min = 64;   // Below, its own head costs more than it saves.
constexpr std::size_t rich_values_min = 64;  // Below, packing bits is as good as anything.

int width_of(std::uint64_t value) {
  return static_cast<int>(std::bit_width(value));
}

template <class T>
struct Range {
  T least, most;
};

template <class T>
Range<std::remove_const_t<T>> range_of(std::span<T> values) {
  Range<std::remove_const_t<T>> range{values[0], values[0]};
  for (const auto value : values) {
    range.least = std::min(range.least, value);
    range.most = std::max(range.most, value);
  }
  return range;
}

// About what pack() makes of a list, at a glance.
std::size_t packed_bytes_of(std::span<const std::int64_t> values) {
  constexpr std::size_t step = 64;
  std::size_t bits = 0;
  for (std::size_t i = 0; i < values.size(); i += step) {
    const auto frame = values.subspan(i, std::min(step, values.size() - i));
    const auto [least, most] = range_of(frame);
    const auto width = static_cast<std::size_t>(
        width_of(static_cast<std::uint64_t>(most) - static_cast<std::uint64_t>(least)));
    bits += 16 + frame.size() * width;
  }
  return bits / 8;
}

// How a list is cut into frames, and what pack() will then append.
struct Cut {
  int frame_log = packed_frame_log_min;
  std::size_t bytes = std::numeric_limits<std::size_t>::max();
};

// Small frames follow a list that changes on its way, large ones spare their heads.
Cut best_cut(std::span<const std::uint64_t> offsets) {
  const std::size_t step = std::size_t{1} << packed_frame_log_min;
  std::vector<Range<std::uint64_t>> ranges;
  ranges.reserve(offsets.size() / step + 1);
  for (std::size_t i = 0; i < offsets.size(); i += step) {
    ranges.push_back(range_of(offsets.subspan(i, std::min(step, offsets.size() - i))));
  }
  Cut best;
  for (int log = packed_frame_log_min; log <= packed_frame_log_max; ++log) {
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      const auto [least, most] = ranges[i];
      const auto width = static_cast<std::size_t>(width_of(most - least));
      const std::size_t first = i << log;
      const std::size_t count = std::min(std::size_t{1} << log, offsets.size() - first);
      bytes += static_cast<std::size_t>(width_of(least | 1) + 6) / 7 + 1 + (count * width + 7) / 8;
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

// Frames of values: the least of them, the width of the rest in bits, the bits.
void pack(std::span<const std::uint64_t> offsets, const Cut& cut, std::string& out) {
  const std::size_t step = std::size_t{1} << cut.frame_log;
  out.resize(out.size() + cut.bytes + 16);  // Whole words are stored, the last ones past the end.
  char* to = out.data() + out.size() - cut.bytes - 16;
  for (std::size_t i = 0; i < offsets.size(); i += step) {
    const auto frame = offsets.subspan(i, std::min(step, offsets.size() - i));
    const auto [least, most] = range_of(frame);
    const int width = width_of(most - least);
    for (std::uint64_t rest = least;; rest >>= 7) {
      *to++ = static_cast<char>(rest < 0x80 ? rest : rest | 0x80);
      if (rest < 0x80) break;
    }
    *to++ = static_cast<char>(width);
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

// The greatest number that divides all of them; 1 in a moment where there is none.
std::uint64_t common_divisor(std::span<const std::uint64_t> offsets) {
  std::uint64_t divisor = 0;
  for (const std::uint64_t offset : offsets) {
    divisor = std::gcd(divisor, offset);
    if (divisor == 1) break;
  }
  return divisor == 0 ? 1 : divisor;
}

// Numbers for the different items of a list, in order of first sight; ends early past a limit.
template <class Item>
class Distinct {
 public:
  Distinct(std::size_t expected, std::size_t limit)
      : limit_(limit), slots_(std::bit_ceil(std::min(expected, limit + 1) * 2 + 2), 0) {}

  // Empty once there are more than the limit.
  std::optional<std::uint32_t> number_of(const Item& item) {
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = hash_of(item) & mask;; at = (at + 1) & mask) {
      if (slots_[at] == 0) {
        if (items_.size() == limit_) return {};
        items_.push_back(item);
        slots_[at] = static_cast<std::uint32_t>(items_.size());
        return slots_[at] - 1;
      }
      if (items_[slots_[at] - 1] == item) return slots_[at] - 1;
    }
  }
  std::span<const Item> items() const { return items_; }

 private:
  // Most are short: two words that overlap in the middle hold them whole.
  static std::size_t hash_of(std::string_view text) {
    if (text.size() < 8 || text.size() > 16) return hash64(text);
    std::uint64_t first, last;
    std::memcpy(&first, text.data(), 8);
    std::memcpy(&last, text.data() + text.size() - 8, 8);
    return ((first ^ last >> 29) * 0x9E3779B97F4A7C15 ^ last * 0xC2B2AE3D27D4EB4F) >> 20;
  }
  static std::size_t hash_of(std::int64_t value) {
    return static_cast<std::uint64_t>(value) * 0x9E3779B97F4A7C15 >> 32;
  }
  std::size_t limit_;
  std::vector<std::uint32_t> slots_;  // Item number plus one; 0: free.
  std::vector<Item> items_;
};

bool is_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}
void put_hex(std::string_view text, std::string& out) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    put_byte(out, static_cast<std::uint8_t>(digit(text[i]) << 4 | digit(text[i + 1])));
}

constexpr std::size_t uuid_bytes = 36;
bool is_uuid(std::string_view text) {
  return text.size() == uuid_bytes && text[8] == '-' && text[13] == '-' && text[18] == '-' &&
         text[23] == '-' && is_hex(text.substr(0, 8)) && is_hex(text.substr(9, 4)) &&
         is_hex(text.substr(14, 4)) && is_hex(text.substr(19, 4)) && is_hex(text.substr(24));
}

// Where the number at the end begins: digits without a leading zero, at most 18 of them.
std::size_t number_begin(std::string_view text) {
  std::size_t begin = text.size();
  while (begin > 0 && text.size() - begin < 18 && text[begin - 1] >= '0' && text[begin - 1] <= '9')
    --begin;
  while (begin + 1 < text.size() && text[begin] == '0') ++begin;
  return begin;
}

}  // namespace

void ColumnWriter::Freed::operator()(ZSTD_CCtx_s* context) const {
  ZSTD_freeCCtx(context);
}

ColumnWriter::ColumnWriter() : zstd_(ZSTD_createCCtx()) {}
ColumnWriter::~ColumnWriter() = default;

void ColumnWriter::frame(std::string_view bytes, std::string& out) {
  if (bytes.size() >= zstd_bytes_min) {
    squeezed_.resize(ZSTD_compressBound(bytes.size()));
    const std::size_t size = ZSTD_compressCCtx(zstd_.get(), squeezed_.data(), squeezed_.size(),
                                               bytes.data(), bytes.size(), zstd_level);
    // A thirtieth is the least for which reading is slowed down.
    if (ZSTD_isError(size) == 0 && size + bytes.size() / 32 + 4 < bytes.size()) {
      put_byte(out, static_cast<std::uint8_t>(FrameForm::zstd));
      put_varint(out, bytes.size());
      put_text(out, std::string_view(squeezed_).substr(0, size));
      return;
    }
  }
  put_byte(out, static_cast<std::uint8_t>(FrameForm::raw));
  put_text(out, bytes);
}

void ColumnWriter::integers(std::span<const std::int64_t> values, std::string& out) {
  if (values.size() < 3) {
    direct(values, out);
    return;
  }
  // Differences wrap around; so do the sums of the reader.
  deltas_.resize(values.size() - 1);
  for (std::size_t i = 0; i + 1 < values.size(); ++i)
    deltas_[i] = static_cast<std::int64_t>(static_cast<std::uint64_t>(values[i + 1]) -
                                           static_cast<std::uint64_t>(values[i]));
  if (packed_bytes_of(deltas_) + 16 < packed_bytes_of(values)) {
    put_byte(out, static_cast<std::uint8_t>(IntegerForm::delta));
    put_zigzag(out, values[0]);
    direct(deltas_, out);
  } else {
    direct(values, out);
  }
}

void ColumnWriter::direct(std::span<const std::int64_t> values, std::string& out) {
  if (values.empty()) return;
  const auto [least, most] = range_of(values);
  if (least == most) {
    put_byte(out, static_cast<std::uint8_t>(IntegerForm::constant));
    put_zigzag(out, least);
    return;
  }
  offsets_.resize(values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    offsets_[i] = static_cast<std::uint64_t>(values[i]) - static_cast<std::uint64_t>(least);
  const std::uint64_t scale = common_divisor(offsets_);
  if (scale > 1) {
    for (std::uint64_t& offset : offsets_) offset /= scale;
  }
  const std::uint64_t range =
      (static_cast<std::uint64_t>(most) - static_cast<std::uint64_t>(least)) / scale;

  std::string head;
  put_zigzag(head, least);
  put_varint(head, scale);
  // A table leaves indexes below 256, for which there is no other table.
  if (values.size() >= rich_values_min && range > 255 && try_table(values, out)) return;

  const Cut cut = best_cut(offsets_);
  bytes_.clear();
  pack(offsets_, cut, bytes_);
  best_.assign(1, static_cast<char>(IntegerForm::packed));
  best_ += head;
  put_byte(best_, static_cast<std::uint8_t>(cut.frame_log));
  frame(bytes_, best_);
  if (values.size() >= rich_values_min) try_planes(head, width_of(range));
  out += best_;
}

// False if there are too many different values.
bool ColumnWriter::try_table(std::span<const std::int64_t> values, std::string& out) {
  Distinct<std::int64_t> distinct(values.size(), table_values_max);
  std::vector<std::int64_t> indexes;
  for (const std::int64_t value : values) {
    const auto number = distinct.number_of(value);
    if (!number) return false;
    indexes.push_back(*number);
  }
  // Where nearly every value is another one, the table is longer than the list.
  if (distinct.items().size() * 4 > values.size()) return false;
  put_byte(out, static_cast<std::uint8_t>(IntegerForm::table));
  put_byte(out, static_cast<std::uint8_t>(distinct.items().size() - 1));
  for (const std::int64_t value : distinct.items()) put_zigzag(out, value);
  direct(indexes, out);
  return true;
}

// Byte by byte: values crowd in their high bytes, or are skewed, and then Zstandard does better
// than the width of the rarest.
void ColumnWriter::try_planes(std::string_view head, int width) {
  const int plane_count = (width + 7) / 8;
  std::string candidate(1, static_cast<char>(IntegerForm::planes));
  candidate += head;
  put_byte(candidate, static_cast<std::uint8_t>(plane_count));
  for (int plane = plane_count - 1; plane >= 0; --plane) {
    bytes_.resize(offsets_.size());
    for (std::size_t i = 0; i < offsets_.size(); ++i)
      bytes_[i] = static_cast<char>(offsets_[i] >> (8 * plane));
    frame(bytes_, candidate);
  }
  // It is slower to read than packed bits, so it has to be worth it.
  if (candidate.size() + candidate.size() / 32 < best_.size()) best_ = std::move(candidate);
}

void ColumnWriter::doubles(std::span<const double> values, std::string& out) {
  if (values.empty()) return;
  constexpr double exact_max = 9'007'199'254'740'992;  // 2^53
  double factor = 1;
  for (int digits = 0; digits <= decimal_digits_max; ++digits, factor *= 10) {
    decimals_.clear();
    for (const double value : values) {
      const double scaled = std::nearbyint(value * factor);
      if (!(std::abs(scaled) <= exact_max)) break;
      const auto decimal = static_cast<std::int64_t>(scaled);
      // Bit by bit: a negative zero is not a zero.
      if (std::bit_cast<std::uint64_t>(static_cast<double>(decimal) / factor) !=
          std::bit_cast<std::uint64_t>(value))
        break;
      decimals_.push_back(decimal);
    }
    if (decimals_.size() < values.size()) continue;
    put_byte(out, static_cast<std::uint8_t>(DoubleForm::decimal));
    put_byte(out, static_cast<std::uint8_t>(digits));
    integers(decimals_, out);
    return;
  }
  put_byte(out, static_cast<std::uint8_t>(DoubleForm::raw));
  frame({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(double)}, out);
}

void ColumnWriter::texts(std::span<const std::string_view> values, TextUse use, std::string& out) {
  if (values.empty()) return;
  if (use == TextUse::value && as_text_table(values, out)) return;
  if (as_numbers(values, out)) return;
  if (std::ranges::all_of(values, is_uuid)) {
    put_byte(out, static_cast<std::uint8_t>(TextForm::uuid));
    std::string raw;
    for (const std::string_view value : values) {
      for (const std::string_view part : split(value, '-')) put_hex(part, raw);
    }
    frame(raw, out);
    return;
  }
  const std::size_t size = values[0].size();
  if (size > 0 && size % 2 == 0 && std::ranges::all_of(values, [&](std::string_view value) {
        return value.size() == size && is_hex(value);
      })) {
    put_byte(out, static_cast<std::uint8_t>(TextForm::hex));
    put_varint(out, size);
    std::string raw;
    for (const std::string_view value : values) put_hex(value, raw);
    frame(raw, out);
    return;
  }
  as_plain(values, out);
}

bool ColumnWriter::as_text_table(std::span<const std::string_view> values, std::string& out) {
  if (values.size() < 2) return false;
  Distinct<std::string_view> distinct(values.size(), values.size() / 2);
  std::vector<std::int64_t> numbers;
  numbers.reserve(values.size());
  for (const std::string_view value : values) {
    const auto number = distinct.number_of(value);
    if (!number) return false;
    numbers.push_back(*number);
  }
  put_byte(out, static_cast<std::uint8_t>(TextForm::table));
  put_varint(out, distinct.items().size());
  texts(distinct.items(), TextUse::id, out);
  integers(numbers, out);
  return true;
}

bool ColumnWriter::as_numbers(std::span<const std::string_view> values, std::string& out) {
  Distinct<std::string_view> prefixes(values.size(), std::min(values.size(), table_values_max));
  std::vector<std::int64_t> prefix_numbers, numbers;
  prefix_numbers.reserve(values.size());
  numbers.reserve(values.size());
  for (const std::string_view value : values) {
    const std::size_t begin = number_begin(value);
    if (begin == value.size() || begin > number_prefix_bytes_max) return false;
    const auto prefix = prefixes.number_of(value.substr(0, begin));
    if (!prefix) return false;
    prefix_numbers.push_back(*prefix);
    numbers.push_back(*parse_int64(value.substr(begin)));
  }
  // A few short values such as "plan_1", "gold_2" gain nothing by it.
  if (prefixes.items().size() * 4 > values.size() && prefixes.items().size() > 1) return false;
  put_byte(out, static_cast<std::uint8_t>(TextForm::number));
  put_varint(out, prefixes.items().size());
  as_plain(prefixes.items(), out);
  integers(prefix_numbers, out);
  integers(numbers, out);
  return true;
}

void ColumnWriter::as_plain(std::span<const std::string_view> values, std::string& out) {
  put_byte(out, static_cast<std::uint8_t>(TextForm::plain));
  std::vector<std::int64_t> sizes;
  sizes.reserve(values.size());
  std::string all;
  for (const std::string_view value : values) {
    sizes.push_back(static_cast<std::int64_t>(value.size()));
    all += value;
  }
  integers(sizes, out);
  frame(all, out);
}

}  // namespace pharos::journal
