// engine/nodes.h: where one account stands with each node: bits for all of them, and the rest only
// of those that something happened to.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "engine/plan.h"
#include "engine/pool.h"

namespace pharos::engine {

// Works on the account's record, and on a block of 12 bytes for each slot that is known, in order
// of slots. A node has a slot for its latest entry, and one with a due time another for its
// release.
class Nodes {
 public:
  Nodes(const Plan& plan, std::byte* record, Pool& pool)
      : plan_(plan), record_(record), pool_(pool) {}

  void begin() {
    for (std::size_t i = 0; i < plan_.open_first.words().size(); ++i)
      words(plan_.open)[i] = plan_.open_first.words()[i];
  }
  void end() {
    if (handle() != 0) pool_.give_back(handle(), size_class(count(plan_.slot_count)));
    handle() = 0;
  }
  // To a pool that is to take the place of this one.
  void move_to(Pool& pool) {
    if (handle() == 0) return;
    const std::size_t size = count(plan_.slot_count);
    const Pool::Handle moved = pool.take(size_class(size));
    std::memcpy(pool.at(moved), place(0), size * slot_bytes);
    handle() = moved;
  }

  bool is_held(std::uint32_t node) const { return test(plan_.held, node); }
  // Not held, and its `after` is none or held.
  bool is_open(std::uint32_t node) const { return test(plan_.open, node); }
  bool is_overdue(std::uint32_t node) const { return (find(node).status & 1) != 0; }
  std::uint32_t entry(std::uint32_t node) const { return find(node).status >> 1; }
  Instant entered_at(std::uint32_t node) const { return find(node).at; }
  Instant released_at(std::uint32_t node) const {
    const std::uint32_t slot = plan_.nodes[node].due_slot;
    return slot == none ? instant_min : find(slot).at;
  }

  // The next entry, which ends `overdue`. Returns its number.
  std::uint32_t enter(std::uint32_t node, Instant now) {
    const std::uint32_t next = entry(node) + 1;
    put(node, {now, next << 1});
    set_held(node, true);
    return next;
  }
  void release(std::uint32_t node, Instant now) {
    set_held(node, false);
    if (const std::uint32_t slot = plan_.nodes[node].due_slot; slot != none) put(slot, {now, 0});
  }
  void set_overdue(std::uint32_t node, bool overdue) {
    if (is_overdue(node) == overdue) return;
    Slot slot = find(node);
    slot.status ^= 1;
    put(node, slot);
  }

 private:
  struct Slot {
    Instant at = instant_min;
    std::uint32_t status = 0;  // Entry count << 1 | overdue.
  };
  static constexpr std::size_t slot_bytes = 12;

  static std::uint32_t size_class(std::size_t slots) { return Pool::class_of(slots * slot_bytes); }
  std::uint64_t* words(std::uint32_t offset) const {
    return reinterpret_cast<std::uint64_t*>(record_ + offset);
  }
  bool test(std::uint32_t offset, std::uint32_t bit) const {
    return (words(offset)[bit / 64] >> bit % 64 & 1) != 0;
  }
  void assign(std::uint32_t offset, std::uint32_t bit, bool value) {
    const std::uint64_t mask = std::uint64_t{1} << bit % 64;
    std::uint64_t& word = words(offset)[bit / 64];
    word = value ? word | mask : word & ~mask;
  }
  std::uint32_t& handle() const { return reinterpret_cast<Head*>(record_)->nodes; }

  // Known slots below this one.
  std::size_t count(std::uint32_t slot) const {
    std::size_t found = 0;
    for (std::uint32_t w = 0; w < slot / 64; ++w)
      found += static_cast<std::size_t>(std::popcount(words(plan_.known)[w]));
    if (slot % 64 == 0) return found;
    const std::uint64_t below = (std::uint64_t{1} << slot % 64) - 1;
    return found + static_cast<std::size_t>(std::popcount(words(plan_.known)[slot / 64] & below));
  }
  std::byte* place(std::size_t index) const { return pool_.at(handle()) + index * slot_bytes; }

  Slot find(std::uint32_t slot) const {
    if (!test(plan_.known, slot)) return {};
    Slot found;
    const std::byte* const at = place(count(slot));
    std::memcpy(&found.at, at, sizeof found.at);
    std::memcpy(&found.status, at + sizeof found.at, sizeof found.status);
    return found;
  }
  void put(std::uint32_t slot, const Slot& value) {
    const std::size_t index = count(slot);
    if (!test(plan_.known, slot)) {
      make_room(index);
      assign(plan_.known, slot, true);
    }
    std::memcpy(place(index), &value.at, sizeof value.at);
    std::memcpy(place(index) + sizeof value.at, &value.status, sizeof value.status);
  }
  void make_room(std::size_t index) {
    const std::size_t size = count(plan_.slot_count);
    const std::uint32_t from = size_class(size), to = size_class(size + 1);
    if (handle() == 0 || from != to) {
      const Pool::Handle moved = pool_.take(to);
      if (handle() != 0) {
        std::memcpy(pool_.at(moved), place(0), size * slot_bytes);
        pool_.give_back(handle(), from);
      }
      handle() = moved;
    }
    std::memmove(place(index + 1), place(index), (size - index) * slot_bytes);
  }

  void set_held(std::uint32_t node, bool held) {
    assign(plan_.held, node, held);
    const std::uint32_t after = plan_.nodes[node].after;
    assign(plan_.open, node, !held && (after == none || is_held(after)));
    for (const std::uint32_t child : plan_.nodes[node].children)
      assign(plan_.open, child, held && !is_held(child));
  }

  const Plan& plan_;
  std::byte* record_;
  Pool& pool_;
};

}  // namespace pharos::engine
