// engine/multiset.h: how often each value is in a window, for distinct(): a block of sorted pairs.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>

#include "engine/event.h"
#include "engine/pool.h"

namespace pharos::engine {

// Lives in a pool; `handle` is kept by its owner, 0 while it is empty.
class Multiset {
 public:
  Multiset(Pool& pool, Pool::Handle& handle) : pool_(pool), handle_(handle) {}

  std::size_t size() const { return handle_ == 0 ? 0 : head().size; }

  void add(Cell value) {
    std::span<Pair> pairs = all();
    const auto at = std::ranges::lower_bound(pairs, value, {}, &Pair::value);
    if (at != pairs.end() && at->value == value) {
      ++at->count;
      return;
    }
    const auto index = static_cast<std::size_t>(at - pairs.begin());
    make_room();
    ++head().size;
    pairs = all();
    std::copy_backward(pairs.begin() + index, pairs.end() - 1, pairs.end());
    pairs[index] = {value, 1};
  }

  // The value is in it.
  void remove(Cell value) {
    const std::span<Pair> pairs = all();
    const auto at = std::ranges::lower_bound(pairs, value, {}, &Pair::value);
    ASSERT(at != pairs.end() && at->value == value);
    if (--at->count > 0) return;
    std::copy(at + 1, pairs.end(), at);
    if (--head().size == 0) clear();
  }

  // To a pool that is to take the place of this one.
  void move_to(Pool& pool) {
    if (handle_ == 0) return;
    Head next = head();
    const std::size_t bytes = sizeof(Head) + next.size * sizeof(Pair);
    next.size_class = Pool::class_of(bytes);
    const Pool::Handle moved = pool.take(next.size_class);
    std::memcpy(pool.at(moved), pool_.at(handle_), bytes);
    std::memcpy(pool.at(moved), &next, sizeof next);
    handle_ = moved;
  }

  void clear() {
    if (handle_ != 0) pool_.give_back(handle_, head().size_class);
    handle_ = 0;
  }

 private:
  struct Head {
    std::uint32_t size = 0;
    std::uint32_t size_class = 0;
    std::uint64_t spare = 0;
  };
  struct Pair {
    Cell value = 0;
    std::uint64_t count = 0;
  };

  Head& head() const { return *reinterpret_cast<Head*>(pool_.at(handle_)); }
  std::span<Pair> all() const {
    if (handle_ == 0) return {};
    return {reinterpret_cast<Pair*>(pool_.at(handle_) + sizeof(Head)), head().size};
  }

  void make_room() {
    const std::size_t bytes = sizeof(Head) + (size() + 1) * sizeof(Pair);
    if (handle_ != 0 && bytes <= Pool::bytes_of(head().size_class)) return;
    const std::uint32_t size_class = Pool::class_of(bytes);
    const Pool::Handle moved = pool_.take(size_class);
    const Head next{static_cast<std::uint32_t>(size()), size_class, 0};
    if (handle_ != 0) std::memcpy(pool_.at(moved), pool_.at(handle_), bytes - sizeof(Pair));
    std::memcpy(pool_.at(moved), &next, sizeof next);
    clear();
    handle_ = moved;
  }

  Pool& pool_;
  Pool::Handle& handle_;
};

}  // namespace pharos::engine
