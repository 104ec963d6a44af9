// cel/arena.h: memory and budget of one evaluation, reused by the next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "cel/limits.h"
#include "cel/value.h"

namespace pharos::cel {

// Hands out memory that lives until the next reset(). Keeps its blocks, so that repeated
// evaluations do not allocate. One thread at a time.
class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  Arena(Arena&&) noexcept = default;
  Arena& operator=(Arena&&) noexcept = default;

  // Forgets everything and refills the budget.
  void reset();

  // Null past arena_bytes_max.
  void* allocate(std::size_t bytes);
  template <class T>
  T* array(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= 16);
    if (count > arena_bytes_max / sizeof(T)) return nullptr;
    T* items = static_cast<T*>(allocate(count * sizeof(T)));
    if (items)
      for (std::size_t i = 0; i < count; ++i) ::new (items + i) T();
    return items;
  }
  // The text of a value copied into the arena; an error value past the limit.
  Value string(std::string_view text);
  Value bytes(std::string_view text);
  Value error(std::string_view message);

  // Spends steps; false once there are none left.
  bool charge(std::uint64_t steps) {
    spent_ += steps;
    return spent_ <= evaluation_steps_max;
  }

  // Variables of comprehensions, numbered by the tree.
  std::span<Value> locals(std::size_t count);

 private:
  struct Block {
    std::unique_ptr<std::byte[]> bytes;
    std::size_t size = 0;
  };
  std::vector<Block> blocks_;
  std::size_t block_ = 0;  // In use.
  std::size_t used_ = 0;   // Bytes of that block.
  std::size_t total_ = 0;  // Bytes handed out since the reset.
  std::uint64_t spent_ = 0;
  std::vector<Value> locals_;
};

// What an evaluation answers when it would pass a limit.
inline Value too_many_steps() {
  return Value::error("takes more than 1,000,000 steps");
}
inline Value too_much_memory() {
  return Value::error("needs more than 16 MiB");
}

}  // namespace pharos::cel
