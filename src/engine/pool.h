// engine/pool.h: memory for the many small blocks of many accounts, named by handles instead of
// addresses, so that all of it is written and read back as it is.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/error.h"

namespace pharos::engine {

// Blocks of whole units; a freed one serves the next request of its size class. A block that was
// taken holds anything.
class Pool {
 public:
  using Handle = std::uint32_t;  // Counts units from the start; 0: none.
  static constexpr std::size_t unit_bytes = 16;

  // Classes are 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, ... units: a block wastes a fifth at
  // most.
  static std::uint32_t class_of(std::size_t bytes) {
    const std::size_t units = bytes == 0 ? 1 : (bytes + unit_bytes - 1) / unit_bytes;
    if (units <= 8) return static_cast<std::uint32_t>(units - 1);
    const auto shift = static_cast<std::uint32_t>(std::bit_width(units - 1) - 3);
    return 4 * shift + static_cast<std::uint32_t>((units - 1) >> shift);
  }
  static std::size_t bytes_of(std::uint32_t size_class) {
    if (size_class < 8) return (size_class + 1) * unit_bytes;
    const std::uint32_t shift = size_class / 4 - 1;
    return (std::size_t{size_class % 4 + 5} << shift) * unit_bytes;
  }

  Handle take(std::uint32_t size_class) {
    Handle& spare = free_[size_class];
    if (spare == 0) return carve(bytes_of(size_class) / unit_bytes);
    const Handle handle = spare;
    spare = *reinterpret_cast<const Handle*>(at(handle));
    return handle;
  }
  void give_back(Handle handle, std::uint32_t size_class) {
    *reinterpret_cast<Handle*>(at(handle)) = free_[size_class];
    free_[size_class] = handle;
  }
  std::byte* at(Handle handle) const {
    return chunks_[handle / chunk_units] + handle % chunk_units * unit_bytes;
  }
  std::size_t bytes() const { return chunks_.size() * chunk_units * unit_bytes; }

 private:
  friend class PoolImage;  // snapshot.cc

  static constexpr std::size_t chunk_units = 1U << 14;  // 256 KiB
  static constexpr std::size_t class_count = 112;

  // A run of chunks that lie one behind the other.
  void grow(std::size_t chunk_count) {
    ASSERT(chunks_.size() + chunk_count < (std::size_t{1} << 32) / chunk_units);
    const std::size_t bytes = chunk_count * chunk_units * unit_bytes;
    owned_.push_back(std::make_unique<std::byte[]>(bytes));
    std::byte* const start = owned_.back().get();
    for (std::size_t i = 0; i < chunk_count; ++i)
      chunks_.push_back(start + i * chunk_units * unit_bytes);
  }

  Handle carve(std::size_t units) {
    if (chunks_.empty()) {
      grow(1);
      next_ = 1;  // 0 stands for none.
      left_ = chunk_units - 1;
    }
    if (units > chunk_units / 4) {  // Chunks of its own.
      const std::size_t first = chunks_.size();
      grow((units + chunk_units - 1) / chunk_units);
      return static_cast<Handle>(first * chunk_units);
    }
    if (left_ < units) {
      next_ = static_cast<Handle>(chunks_.size() * chunk_units);
      left_ = chunk_units;
      grow(1);
    }
    const Handle handle = next_;
    next_ += static_cast<Handle>(units);
    left_ -= units;
    return handle;
  }

  std::array<Handle, class_count> free_{};  // Linked through the first bytes of freed blocks.
  std::vector<std::byte*> chunks_;
  std::vector<std::unique_ptr<std::byte[]>> owned_;
  Handle next_ = 0;
  std::size_t left_ = 0;
};

}  // namespace pharos::engine
