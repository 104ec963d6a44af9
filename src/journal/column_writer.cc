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

// How often each byte comes, in a sample of a list.
class ByteSample {
 public:
  static constexpr std::size_t size_max = 2'048;
  void add(std::uint8_t byte) {
    ++counts_[byte];
    ++total_;
  }
  // What a code by frequency alone would need for a byte.
  double bits() const {
    double sum = 0;
    for (const std::uint32_t count : counts_)
      if (count > 0) sum += count * std::log2(static_cast<double>(total_) / count);
    return total_ == 0 ? 0 : sum / total_;
  }

 private:
  std::array<std::uint32_t, 256> counts_{};
  std::uint32_t total_ = 0;
};

// Whether a code by frequency would save a thirtieth at least, at a glance.
bool is_skewed(std::string_view bytes) {
  if (bytes.size() < ByteSample::size_max) return true;
  ByteSample sample;
  const std::size_t step = bytes.size() / ByteSample::size_max;
  for (std::size_t i = 0; i < ByteSample::size_max; ++i)
    sample.add(static_cast<std::uint8_t>(bytes[i * step]));
  return sample.bits() < 7.6;  // Of so few, equally frequent bytes give 7.9.
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
      if (is_same(items_[slots_[at] - 1], item)) return slots_[at] - 1;
    }
  }
  std::span<const Item> items() const { return items_; }

 private:
  static bool is_same(std::string_view a, std::string_view b) { return quick_equal(a, b); }
  static bool is_same(std::int64_t a, std::int64_t b) { return a == b; }
  static std::size_t hash_of(std::string_view text) { return quick_hash(text); }
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

constexpr std::size_t digits_max = 18;

// Where the number at the end begins: digits without a leading zero, at most 18 of them.
std::size_t number_begin(std::string_view text) {
  std::size_t begin = text.size();
  while (begin > 0 && text.size() - begin < digits_max && text[begin - 1] >= '0' &&
         text[begin - 1] <= '9')
    --begin;
  while (begin + 1 < text.size() && text[begin] == '0') ++begin;
  return begin;
}
std::int64_t number_of(std::string_view digits) {
  std::int64_t number = 0;
  for (const char digit : digits) number = number * 10 + (digit - '0');
  return number;
}

}  // namespace

void ColumnWriter::Freed::operator()(ZSTD_CCtx_s* context) const {
  ZSTD_freeCCtx(context);
}

ColumnWriter::ColumnWriter() : zstd_(ZSTD_createCCtx()) {}
ColumnWriter::~ColumnWriter() = default;

void ColumnWriter::frame(std::string_view bytes, std::string& out) {
  frame(bytes, effort_ == Effort::full, out);
}

// `squeeze`: whether it is worth a try.
void ColumnWriter::frame(std::string_view bytes, bool squeeze, std::string& out) {
  if (squeeze && bytes.size() >= zstd_bytes_min) {
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
  if (values.empty()) return;
  ranges_of(values, ranges_);
  if (values.size() >= 3) {
    // Differences wrap around; so do the sums of the reader.
    differences_of(values, deltas_, delta_ranges_);
    if (packed_bytes_of(delta_ranges_, deltas_.size()) + 16 <
        packed_bytes_of(ranges_, values.size())) {
      put_byte(out, static_cast<std::uint8_t>(IntegerForm::delta));
      put_zigzag(out, values[0]);
      direct(deltas_, delta_ranges_, out);
      return;
    }
  }
  direct(values, ranges_, out);
}

void ColumnWriter::direct(std::span<const std::int64_t> values, const Ranges& ranges,
                          std::string& out) {
  const auto [least, most] = whole_range(ranges);
  if (least == most) {
    put_byte(out, static_cast<std::uint8_t>(IntegerForm::constant));
    put_zigzag(out, least);
    return;
  }
  const auto offset_of = [first = static_cast<std::uint64_t>(least)](std::int64_t value) {
    return static_cast<std::uint64_t>(value) - first;
  };
  offsets_.resize(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) offsets_[i] = offset_of(values[i]);
  const std::uint64_t scale = common_divisor(offsets_);
  if (scale > 1) {
    for (std::uint64_t& offset : offsets_) offset /= scale;
  }
  const std::uint64_t range = offset_of(most) / scale;

  std::string head;
  put_zigzag(head, least);
  put_varint(head, scale);
  // A table leaves indexes below 256, for which there is no other table.
  if (values.size() >= rich_values_min && range > 255 && try_table(values, out)) return;

  cut_ranges_.clear();
  for (const auto& [low, high] : ranges)
    cut_ranges_.push_back({offset_of(low) / scale, offset_of(high) / scale});
  const Cut cut = best_cut(cut_ranges_, values.size());
  bytes_.clear();
  pack(offsets_, cut, bytes_);
  best_.assign(1, static_cast<char>(IntegerForm::packed));
  best_ += head;
  put_byte(best_, static_cast<std::uint8_t>(cut.frame_log));
  frame(bytes_, effort_ == Effort::full && is_skewed(bytes_), best_);
  if (effort_ == Effort::full && values.size() >= rich_values_min &&
      planes_may_pay(width_of(range), best_.size()))
    try_planes(head, width_of(range));
  out += best_;
}

// From a sample: whether planes may come out smaller than so many bytes.
bool ColumnWriter::planes_may_pay(int width, std::size_t bytes) const {
  const std::size_t count = offsets_.size();
  if (count < ByteSample::size_max) return true;
  const std::size_t step = count / ByteSample::size_max;
  double bits = 0;
  for (int shift = 0; shift < width; shift += 8) {
    ByteSample sample;
    for (std::size_t i = 0; i < ByteSample::size_max; ++i)
      sample.add(static_cast<std::uint8_t>(offsets_[i * step] >> shift));
    bits += sample.bits();
  }
  return bits / 8 * static_cast<double>(count) < static_cast<double>(bytes);
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
  Ranges ranges;
  direct(indexes, ranges_of(indexes, ranges), out);
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
    frame(bytes_, is_skewed(bytes_), candidate);
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
  std::string_view prefix_before;
  for (const std::string_view value : values) {
    const std::size_t begin = number_begin(value);
    if (begin == value.size() || begin > number_prefix_bytes_max) return false;
    const std::string_view prefix = value.substr(0, begin);
    if (!numbers.empty() && quick_equal(prefix, prefix_before)) {
      prefix_numbers.push_back(prefix_numbers.back());
    } else {
      const auto number = prefixes.number_of(prefix);
      if (!number) return false;
      prefix_numbers.push_back(*number);
      prefix_before = prefix;
    }
    numbers.push_back(number_of(value.substr(begin)));
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
