// engine/names.cc: an open-addressed table over texts that are kept in chunks.
#include "engine/names.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/error.h"
#include "base/hash.h"

namespace pharos::engine {

std::size_t Names::locate(std::string_view text, std::uint64_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  const auto check = static_cast<std::uint32_t>(hash >> 32);
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.number_1 == 0 || (slot.check == check && view(slot.number_1 - 1) == text)) return at;
  }
}

std::uint64_t Names::hash_of(std::string_view text) {
  return hash64(text);
}

void Names::fetch_slot(std::uint64_t hash) const {
  if (!slots_.empty()) __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]);
}

void Names::fetch_place(std::uint64_t hash) const {
  if (slots_.empty()) return;
  const Slot& slot = slots_[hash & (slots_.size() - 1)];
  if (slot.number_1 != 0) __builtin_prefetch(&places_[slot.number_1 - 1]);
}

void Names::fetch_text(std::uint64_t hash) const {
  if (slots_.empty()) return;
  const Slot& slot = slots_[hash & (slots_.size() - 1)];
  if (slot.number_1 != 0) __builtin_prefetch(at(slot.number_1 - 1));
}

std::uint32_t Names::add(std::string_view text, std::uint64_t hash) {
  if (places_.size() * 5 >= slots_.size() * 4) grow();
  Slot& slot = slots_[locate(text, hash)];
  if (slot.number_1 != 0) return slot.number_1 - 1;
  ASSERT(places_.size() < std::numeric_limits<std::uint32_t>::max() - 1);
  places_.push_back(store(text));
  slot = {static_cast<std::uint32_t>(hash >> 32), static_cast<std::uint32_t>(places_.size())};
  return slot.number_1 - 1;
}

std::optional<std::uint32_t> Names::find(std::string_view text, std::uint64_t hash) const {
  if (slots_.empty()) return std::nullopt;
  const Slot& slot = slots_[locate(text, hash)];
  if (slot.number_1 == 0) return std::nullopt;
  return slot.number_1 - 1;
}

void Names::grow() {
  slots_.assign(std::max<std::size_t>(16, slots_.size() * 2), Slot{});
  const std::size_t mask = slots_.size() - 1;
  for (std::uint32_t number = 0; number < places_.size(); ++number) {
    const std::uint64_t hash = hash64(view(number));
    std::size_t at = hash & mask;
    while (slots_[at].number_1 != 0) at = (at + 1) & mask;
    slots_[at] = {static_cast<std::uint32_t>(hash >> 32), number + 1};
  }
}

// Two bytes of size, then the text. A long one has a chunk of its own, and four bytes more.
std::uint32_t Names::store(std::string_view text) {
  const bool is_long = text.size() >= long_size;
  const std::uint16_t size = is_long ? long_size : static_cast<std::uint16_t>(text.size());
  const std::size_t bytes = text.size() + sizeof size + (is_long ? sizeof(std::uint32_t) : 0);
  if (bytes > chunk_left_) {
    ASSERT(chunks_.size() < std::numeric_limits<std::uint32_t>::max() / chunk_bytes);
    const auto chunk_size = static_cast<std::uint32_t>(std::max<std::size_t>(chunk_bytes, bytes));
    chunks_.push_back({std::make_unique<char[]>(chunk_size), chunk_size});
    chunk_left_ = chunk_size;
  }
  Chunk& chunk = chunks_.back();
  const std::uint32_t offset = chunk.size - chunk_left_;
  char* place = chunk.bytes.get() + offset;
  std::memcpy(place, &size, sizeof size);
  place += sizeof size;
  if (is_long) {
    const auto whole = static_cast<std::uint32_t>(text.size());
    std::memcpy(place, &whole, sizeof whole);
    place += sizeof whole;
  }
  if (!text.empty()) std::memcpy(place, text.data(), text.size());
  chunk_left_ -= static_cast<std::uint32_t>(bytes);
  return static_cast<std::uint32_t>(chunks_.size() - 1) * chunk_bytes + offset;
}

std::string_view Names::view(std::uint32_t number) const {
  const char* text = at(number);
  std::uint16_t size;
  std::memcpy(&size, text, sizeof size);
  text += sizeof size;
  if (size < long_size) return {text, size};
  std::uint32_t whole;
  std::memcpy(&whole, text, sizeof whole);
  return {text + sizeof whole, whole};
}

std::size_t Names::memory_bytes() const {
  std::size_t bytes = slots_.capacity() * sizeof(Slot) + places_.capacity() * sizeof(std::uint32_t);
  for (const Chunk& chunk : chunks_) bytes += chunk.size;
  return bytes;
}

}  // namespace pharos::engine
