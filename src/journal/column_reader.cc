// journal/column_reader.cc: one function a form, each checked against the end of its bytes.
#include "journal/column_reader.h"

#include <zstd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "journal/column_writer.h"

namespace pharos::journal {
namespace {

std::uint64_t load64(const char* at) {
  std::uint64_t value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

// `bits` has eight bytes to spare behind the last value, sixteen if width > 56.
void unpack_frame(const char* bits, unsigned width, std::uint64_t least, std::uint64_t scale,
                  std::span<std::int64_t> values) {
  const std::uint64_t mask = width == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
  std::size_t at = 0;
  if (width <= 56) {
    for (std::int64_t& value : values) {
      const std::uint64_t bits_here = load64(bits + (at >> 3)) >> (at & 7);
      value = static_cast<std::int64_t>((bits_here & mask) * scale + least);
      at += width;
    }
    return;
  }
  for (std::int64_t& value : values) {
    const unsigned shift = at & 7;
    unsigned __int128 wide = load64(bits + (at >> 3) + 8);
    wide = wide << 64 | load64(bits + (at >> 3));
    value = static_cast<std::int64_t>((static_cast<std::uint64_t>(wide >> shift) & mask) * scale +
                                      least);
    at += width;
  }
}

bool unpack(std::string_view bytes, int frame_log, std::uint64_t least, std::uint64_t scale,
            std::span<std::int64_t> values) {
  if (frame_log < packed_frame_log_min || frame_log > packed_frame_log_max) return false;
  const std::size_t step = std::size_t{1} << frame_log;
  ByteReader in(bytes);
  for (std::size_t i = 0; i < values.size(); i += step) {
    const auto frame = values.subspan(i, std::min(step, values.size() - i));
    const std::uint64_t frame_least = in.varint();
    const unsigned width = in.byte();
    if (width > 64) return false;
    const std::string_view bits = in.bytes((frame.size() * width + 7) / 8);
    if (in.failed()) return false;
    const std::uint64_t base = least + frame_least * scale;
    if (width == 0) {
      std::ranges::fill(frame, static_cast<std::int64_t>(base));
    } else if (in.remaining() >= 16) {
      unpack_frame(bits.data(), width, base, scale, frame);
    } else {
      std::array<char, (8U << packed_frame_log_max) + 16> padded;
      std::memcpy(padded.data(), bits.data(), bits.size());
      std::memset(padded.data() + bits.size(), 0, 16);
      unpack_frame(padded.data(), width, base, scale, frame);
    }
  }
  return in.is_complete();
}

constexpr char hex_digits[] = "0123456789abcdef";

}  // namespace

void ColumnReader::Freed::operator()(ZSTD_DCtx_s* context) const {
  ZSTD_freeDCtx(context);
}

ColumnReader::ColumnReader() : zstd_(ZSTD_createDCtx()) {}
ColumnReader::~ColumnReader() = default;

bool ColumnReader::frame(ByteReader& in, std::string& scratch, std::string_view& bytes) {
  const std::uint8_t form = in.byte();
  if (form == static_cast<std::uint8_t>(FrameForm::raw)) {
    bytes = in.text();
    return !in.failed();
  }
  if (form != static_cast<std::uint8_t>(FrameForm::zstd)) return false;
  const std::uint64_t size = in.varint();
  const std::string_view squeezed = in.text();
  if (in.failed() || size / zstd_ratio_max > squeezed.size()) return false;
  if (ZSTD_getFrameContentSize(squeezed.data(), squeezed.size()) != size) return false;
  scratch.resize(size);
  if (ZSTD_decompressDCtx(zstd_.get(), scratch.data(), size, squeezed.data(), squeezed.size()) !=
      size)
    return false;
  bytes = scratch;
  return true;
}

bool ColumnReader::integers(ByteReader& in, std::span<std::int64_t> values) {
  if (values.empty()) return true;
  const std::uint8_t form = in.byte();
  if (form != static_cast<std::uint8_t>(IntegerForm::delta)) return direct(form, in, values);
  auto sum = static_cast<std::uint64_t>(in.zigzag());
  values[0] = static_cast<std::int64_t>(sum);
  if (in.failed() || values.size() < 2) return false;
  const auto deltas = values.subspan(1);
  if (!direct(in.byte(), in, deltas)) return false;
  for (std::int64_t& value : deltas) {
    sum += static_cast<std::uint64_t>(value);
    value = static_cast<std::int64_t>(sum);
  }
  return true;
}

bool ColumnReader::direct(std::uint8_t form, ByteReader& in, std::span<std::int64_t> values) {
  std::string_view bytes;
  if (form == static_cast<std::uint8_t>(IntegerForm::constant)) {
    std::ranges::fill(values, in.zigzag());
    return !in.failed();
  }
  if (form == static_cast<std::uint8_t>(IntegerForm::table)) {
    std::array<std::int64_t, table_values_max> table{};
    const std::size_t count = in.byte() + std::size_t{1};
    for (std::size_t i = 0; i < count; ++i) table[i] = in.zigzag();
    const std::uint8_t index_form = in.byte();
    if (in.failed() || index_form == form || !direct(index_form, in, values)) return false;
    for (std::int64_t& value : values) {
      if (static_cast<std::uint64_t>(value) >= count) return false;
      value = table[static_cast<std::size_t>(value)];
    }
    return true;
  }
  const auto least = static_cast<std::uint64_t>(in.zigzag());
  const std::uint64_t scale = in.varint();
  if (in.failed()) return false;
  switch (static_cast<IntegerForm>(form)) {
    case IntegerForm::packed: {
      const int frame_log = in.byte();
      return frame(in, scratch_, bytes) && unpack(bytes, frame_log, least, scale, values);
    }
    case IntegerForm::planes: {
      const int plane_count = in.byte();
      if (plane_count < 1 || plane_count > 8) return false;
      std::ranges::fill(values, 0);
      for (int plane = 0; plane < plane_count; ++plane) {
        if (!frame(in, scratch_, bytes) || bytes.size() != values.size()) return false;
        for (std::size_t i = 0; i < values.size(); ++i)
          values[i] = static_cast<std::int64_t>(static_cast<std::uint64_t>(values[i]) << 8 |
                                                static_cast<std::uint8_t>(bytes[i]));
      }
      for (std::int64_t& value : values)
        value = static_cast<std::int64_t>(least + static_cast<std::uint64_t>(value) * scale);
      return true;
    }
    default: return false;
  }
}

bool ColumnReader::doubles(ByteReader& in, std::span<double> values) {
  if (values.empty()) return true;
  const std::uint8_t form = in.byte();
  if (form == static_cast<std::uint8_t>(DoubleForm::raw)) {
    std::string_view bytes;
    if (!frame(in, scratch_, bytes) || bytes.size() != values.size() * sizeof(double)) return false;
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return true;
  }
  if (form != static_cast<std::uint8_t>(DoubleForm::decimal)) return false;
  const int digits = in.byte();
  if (digits > decimal_digits_max) return false;
  double factor = 1;
  for (int i = 0; i < digits; ++i) factor *= 10;
  numbers_.resize(values.size());
  if (!integers(in, numbers_)) return false;
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<double>(numbers_[i]) / factor;
  return true;
}

bool ColumnReader::texts(ByteReader& in, std::string& text, std::span<engine::TextRef> values) {
  return texts_at(in, text, values, 0);
}

bool ColumnReader::texts_at(ByteReader& in, std::string& text, std::span<engine::TextRef> values,
                            int depth) {
  if (values.empty()) return true;
  switch (static_cast<TextForm>(in.byte())) {
    case TextForm::plain: return plain(in, text, values);
    case TextForm::table: return depth == 0 && table(in, text, values, depth);
    case TextForm::number: return numbers(in, text, values);
    case TextForm::hex: return hex(in, in.varint(), false, text, values);
    case TextForm::uuid: return hex(in, 32, true, text, values);
  }
  return false;
}

bool ColumnReader::plain(ByteReader& in, std::string& text, std::span<engine::TextRef> values) {
  numbers_.resize(values.size());
  if (!integers(in, numbers_)) return false;
  std::string_view bytes;
  if (!frame(in, scratch_, bytes) || text.size() + bytes.size() > engine::batch_text_bytes_max)
    return false;
  std::size_t offset = text.size();
  text += bytes;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto size = static_cast<std::uint64_t>(numbers_[i]);
    if (size > text.size() - offset) return false;
    values[i] = {static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(size)};
    offset += size;
  }
  return offset == text.size();
}

bool ColumnReader::table(ByteReader& in, std::string& text, std::span<engine::TextRef> values,
                         int depth) {
  const std::uint64_t count = in.varint();
  if (count > values.size()) return false;
  std::vector<engine::TextRef> table(count);
  if (!texts_at(in, text, table, depth + 1)) return false;
  indexes_.resize(values.size());
  if (!integers(in, indexes_)) return false;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto index = static_cast<std::uint64_t>(indexes_[i]);
    if (index >= count) return false;
    values[i] = table[index];
  }
  return true;
}

bool ColumnReader::numbers(ByteReader& in, std::string& text, std::span<engine::TextRef> values) {
  const std::uint64_t count = in.varint();
  if (count == 0 || count > table_values_max) return false;
  std::string prefix_text;
  refs_.resize(count);
  if (in.byte() != static_cast<std::uint8_t>(TextForm::plain) || !plain(in, prefix_text, refs_))
    return false;
  for (const engine::TextRef ref : refs_) {
    if (ref.size > number_prefix_bytes_max) return false;
  }
  indexes_.resize(values.size());
  numbers_.resize(values.size());
  if (!integers(in, indexes_) || !integers(in, numbers_)) return false;

  constexpr std::size_t digits_max = 20;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto index = static_cast<std::uint64_t>(indexes_[i]);
    if (index >= count) return false;
    char digits[digits_max];
    const char* end = std::to_chars(digits, digits + digits_max, numbers_[i]).ptr;
    const std::size_t offset = text.size();
    text.append(prefix_text, refs_[index].offset, refs_[index].size);
    text.append(digits, static_cast<std::size_t>(end - digits));
    if (text.size() > engine::batch_text_bytes_max) return false;
    values[i] = {static_cast<std::uint32_t>(offset),
                 static_cast<std::uint32_t>(text.size() - offset)};
  }
  return true;
}

bool ColumnReader::hex(ByteReader& in, std::size_t size, bool uuid, std::string& text,
                       std::span<engine::TextRef> values) {
  std::string_view bytes;
  if (in.failed() || size == 0 || size % 2 != 0 || !frame(in, scratch_, bytes)) return false;
  if (bytes.size() / values.size() != size / 2 || bytes.size() % values.size() != 0) return false;
  const std::size_t size_with_dashes = size + (uuid ? 4 : 0);
  if (text.size() + size_with_dashes * values.size() > engine::batch_text_bytes_max) return false;
  for (engine::TextRef& value : values) {
    value = {static_cast<std::uint32_t>(text.size()), static_cast<std::uint32_t>(size_with_dashes)};
    for (std::size_t i = 0; i < size / 2; ++i) {
      if (uuid && (i == 4 || i == 6 || i == 8 || i == 10)) text += '-';
      const auto byte = static_cast<std::uint8_t>(bytes[i]);
      text += hex_digits[byte >> 4];
      text += hex_digits[byte & 15];
    }
    bytes.remove_prefix(size / 2);
  }
  return true;
}

}  // namespace pharos::journal
