// history/texts.cc: a hash table of numbers beside the list.
#include "history/texts.h"

#include <algorithm>
#include <bit>

#include "base/hash.h"

namespace pharos::history {

void TextList::assign(const Texts& texts) {
  ends_.assign(texts.ends.begin(), texts.ends.end());
  bytes_.assign(texts.bytes.begin(), texts.bytes.end());
  slots_.clear();
  indexed_ = 0;
}

// The slot of a text, or the free one where it belongs.
std::size_t TextList::locate(std::string_view text, std::uint64_t hash) const {
  const auto check = static_cast<std::uint32_t>(hash >> 32);
  std::size_t at = hash & (slots_.size() - 1);
  for (; slots_[at].number_1 != 0; at = (at + 1) & (slots_.size() - 1))
    if (slots_[at].check == check && texts().view(slots_[at].number_1 - 1) == text) break;
  return at;
}

// Takes in what was pushed since; leaves room for one more.
void TextList::index() {
  if (slots_.size() < 2 * (ends_.size() + 1)) {
    slots_.assign(std::bit_ceil(std::max<std::size_t>(16, 4 * (ends_.size() + 1))), {});
    indexed_ = 0;
  }
  for (; indexed_ < ends_.size(); ++indexed_) {
    const std::string_view text = texts().view(indexed_);
    const std::uint64_t hash = hash64(text);
    Slot& slot = slots_[locate(text, hash)];
    if (slot.number_1 == 0)
      slot = {static_cast<std::uint32_t>(hash >> 32), static_cast<std::uint32_t>(indexed_) + 1};
  }
}

std::optional<std::uint32_t> TextList::find(std::string_view text) {
  index();
  const Slot& slot = slots_[locate(text, hash64(text))];
  if (slot.number_1 == 0) return std::nullopt;
  return slot.number_1 - 1;
}

std::uint32_t TextList::add(std::string_view text) {
  if (const auto known = find(text)) return *known;
  push(text);
  return static_cast<std::uint32_t>(ends_.size() - 1);
}

}  // namespace pharos::history
