// engine/bits.h: a small set of indexes, for the nodes and rules that an instant must look at.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

namespace pharos::engine {

class Bits {
 public:
  explicit Bits(std::size_t size = 0) : words_((size + 63) / 64), size_(size) {}

  void set(std::size_t at) { words_[at / 64] |= std::uint64_t{1} << at % 64; }
  void reset(std::size_t at) { words_[at / 64] &= ~(std::uint64_t{1} << at % 64); }
  bool test(std::size_t at) const { return words_[at / 64] >> at % 64 & 1; }
  void clear() { words_.assign(words_.size(), 0); }
  void fill() {
    for (std::size_t at = 0; at < size_; ++at) set(at);
  }
  std::span<const std::uint64_t> words() const { return words_; }
  std::span<std::uint64_t> words() { return words_; }
  void add(const Bits& other) {  // Of the same size.
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
  }
  bool any() const {
    for (const std::uint64_t word : words_)
      if (word != 0) return true;
    return false;
  }
  // The first member at `from` or after it, below `end`; `end` if there is none.
  std::size_t next(std::size_t from, std::size_t end) const {
    while (from < end) {
      const std::uint64_t word = words_[from / 64] >> from % 64;
      if (word != 0) {
        const std::size_t at = from + static_cast<std::size_t>(std::countr_zero(word));
        return at < end ? at : end;
      }
      from = (from / 64 + 1) * 64;
    }
    return end;
  }

 private:
  std::vector<std::uint64_t> words_;
  std::size_t size_;
};

}  // namespace pharos::engine
