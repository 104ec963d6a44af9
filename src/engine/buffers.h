// engine/buffers.h: memory for the rings of many small series: powers of two, reused by size.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/error.h"

namespace pharos::engine {

// Arrays of words; a freed one serves the next request of its size. Words are not initialised.
class Buffers {
 public:
  // At least `words` words; take(n) gives size(n) of them.
  static std::size_t size(std::size_t words) { return std::bit_ceil(words < 8 ? 8 : words); }

  std::int64_t* take(std::size_t words) {
    const std::size_t size_words = size(words);
    auto& spare = free_[static_cast<std::size_t>(std::countr_zero(size_words))];
    if (!spare.empty()) {
      std::int64_t* const buffer = spare.back();
      spare.pop_back();
      return buffer;
    }
    if (size_words > chunk_words / 4) {
      chunks_.push_back(std::make_unique_for_overwrite<std::int64_t[]>(size_words));
      bytes_ += size_words * 8;
      return chunks_.back().get();
    }
    if (left_ < size_words) {
      chunks_.push_back(std::make_unique_for_overwrite<std::int64_t[]>(chunk_words));
      bytes_ += chunk_words * 8;
      next_ = chunks_.back().get();
      left_ = chunk_words;
    }
    std::int64_t* const buffer = next_;
    next_ += size_words;
    left_ -= size_words;
    return buffer;
  }

  void give_back(std::int64_t* buffer, std::size_t words) {
    free_[static_cast<std::size_t>(std::countr_zero(size(words)))].push_back(buffer);
  }

  std::size_t bytes() const { return bytes_; }

 private:
  static constexpr std::size_t chunk_words = 1U << 17;  // 1 MiB
  std::array<std::vector<std::int64_t*>, 48> free_;
  std::vector<std::unique_ptr<std::int64_t[]>> chunks_;
  std::int64_t* next_ = nullptr;
  std::size_t left_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace pharos::engine
