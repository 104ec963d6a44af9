// journal/bytes.h: bytes out and bytes in: fixed and variable numbers, little end first, and a
// reader that never leaves its bounds.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace pharos::journal {

static_assert(std::endian::native == std::endian::little, "the layout is written as it lies");

constexpr std::uint64_t zigzag(std::int64_t value) {
  return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1 ^ (~(value & 1) + 1));
}

inline void put_byte(std::string& out, std::uint8_t value) {
  out += static_cast<char>(value);
}
inline void put_word(std::string& out, std::uint64_t value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}
// Seven bits a byte, least first; the top bit says that more follow. At most ten bytes.
inline void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}
inline void put_zigzag(std::string& out, std::int64_t value) {
  put_varint(out, zigzag(value));
}
inline void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out += text;
}

// Reads past the end give zeros and set failed(), once and for good; so a parser may look at the
// end of a part instead of at each number.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : begin_(bytes.data()), end_(begin_ + bytes.size()) {}

  std::uint8_t byte() {
    if (begin_ == end_) return fail(), std::uint8_t{0};
    return static_cast<std::uint8_t>(*begin_++);
  }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const std::uint64_t next = byte();
      if (shift == 63 && next > 1) break;
      value |= (next & 0x7F) << shift;
      if (next < 0x80) return value;
    }
    return fail(), std::uint64_t{0};
  }
  std::int64_t zigzag() { return unzigzag(varint()); }
  std::string_view bytes(std::uint64_t count) {
    if (count > remaining()) return fail(), std::string_view{};
    const std::string_view view(begin_, count);
    begin_ += count;
    return view;
  }
  std::string_view text() { return bytes(varint()); }

  std::size_t remaining() const { return static_cast<std::size_t>(end_ - begin_); }
  bool failed() const { return failed_; }
  bool is_complete() const { return !failed_ && begin_ == end_; }
  void fail() {
    failed_ = true;
    begin_ = end_;
  }

 private:
  const char* begin_;
  const char* end_;
  bool failed_ = false;
};

}  // namespace pharos::journal
