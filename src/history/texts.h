// history/texts.h: texts and their numbers, in two arrays that lie in a file as they lie in memory.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "journal/mapped_heap.h"

namespace pharos::history {

// Borrowed: texts one behind the other, by number.
struct Texts {
  std::span<const std::uint64_t> ends;
  std::string_view bytes;
  std::size_t size() const { return ends.size(); }
  std::string_view view(std::size_t number) const {
    const std::uint64_t from = number == 0 ? 0 : ends[number - 1];
    return bytes.substr(from, ends[number] - from);
  }
};

// A growing list; as a set it gives each text one number.
class TextList {
 public:
  TextList() = default;
  explicit TextList(journal::MappedHeap* heap) : ends_(Ends(heap)), bytes_(Bytes(heap)) {}
  void push(std::string_view text) {
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    ends_.push_back(bytes_.size());
  }
  // The number of a text; it is added if it is new.
  std::uint32_t add(std::string_view text);
  std::optional<std::uint32_t> find(std::string_view text);
  void assign(const Texts& texts);
  Texts texts() const { return {ends_, std::string_view(bytes_.data(), bytes_.size())}; }
  std::size_t size() const { return ends_.size(); }

 private:
  struct Slot {
    std::uint32_t check = 0;
    std::uint32_t number_1 = 0;  // number + 1; 0: free.
  };
  std::size_t locate(std::string_view text, std::uint64_t hash) const;
  void index();
  using Ends = std::vector<std::uint64_t, journal::MappedAllocator<std::uint64_t>>;
  using Bytes = std::vector<char, journal::MappedAllocator<char>>;
  Ends ends_;
  Bytes bytes_;
  std::vector<Slot> slots_;  // Made at the first look-up: open addressing, at most half full.
  std::size_t indexed_ = 0;  // Texts that have a slot.
};

}  // namespace pharos::history
