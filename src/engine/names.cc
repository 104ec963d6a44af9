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
    if (slot.number_1 == 0 || (slot.check == check && texts_[slot.number_1 - 1] == text)) return at;
  }
}

std::uint64_t Names::hash_of(std::string_view text) {
  return hash64(text);
}

void Names::fetch_slot(std::uint64_t hash) const {
  if (!slots_.empty()) __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]);
}

void Names::fetch_view(std::uint64_t hash) const {
  if (slots_.empty()) return;
  const Slot& slot = slots_[hash & (slots_.size() - 1)];
  if (slot.number_1 != 0) __builtin_prefetch(&texts_[slot.number_1 - 1]);
}

void Names::fetch_text(std::uint64_t hash) const {
  if (slots_.empty()) return;
  const Slot& slot = slots_[hash & (slots_.size() - 1)];
  if (slot.number_1 != 0) __builtin_prefetch(texts_[slot.number_1 - 1].data());
}

std::uint32_t Names::add(std::string_view text, std::uint64_t hash) {
  if (texts_.size() * 3 >= slots_.size() * 2) grow();
  Slot& slot = slots_[locate(text, hash)];
  if (slot.number_1 != 0) return slot.number_1 - 1;
  ASSERT(texts_.size() < std::numeric_limits<std::uint32_t>::max() - 1);
  texts_.push_back(store(text));
  slot = {static_cast<std::uint32_t>(hash >> 32), static_cast<std::uint32_t>(texts_.size())};
  return slot.number_1 - 1;
}

std::optional<std::uint32_t> Names::find(std::string_view text) const {
  if (slots_.empty()) return std::nullopt;
  const Slot& slot = slots_[locate(text, hash64(text))];
  if (slot.number_1 == 0) return std::nullopt;
  return slot.number_1 - 1;
}

void Names::grow() {
  slots_.assign(std::max<std::size_t>(16, slots_.size() * 2), Slot{});
  const std::size_t mask = slots_.size() - 1;
  for (std::uint32_t number = 0; number < texts_.size(); ++number) {
    const std::uint64_t hash = hash64(texts_[number]);
    std::size_t at = hash & mask;
    while (slots_[at].number_1 != 0) at = (at + 1) & mask;
    slots_[at] = {static_cast<std::uint32_t>(hash >> 32), number + 1};
  }
}

std::string_view Names::store(std::string_view text) {
  constexpr std::size_t chunk_size = 65'536;
  if (text.size() > chunk_left_) {
    const std::size_t size = std::max(chunk_size, text.size());
    chunks_.push_back(std::make_unique_for_overwrite<char[]>(size));
    chunk_next_ = chunks_.back().get();
    chunk_left_ = size;
    chunk_bytes_ += size;
  }
  if (!text.empty()) std::memcpy(chunk_next_, text.data(), text.size());
  const std::string_view stored(chunk_next_, text.size());
  chunk_next_ += text.size();
  chunk_left_ -= text.size();
  return stored;
}

std::size_t Names::memory_bytes() const {
  return slots_.capacity() * sizeof(Slot) + texts_.capacity() * sizeof(std::string_view) +
         chunk_bytes_;
}

}  // namespace pharos::engine
