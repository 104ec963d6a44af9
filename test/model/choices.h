// model/choices.h: what a generator decides, read from bytes, so that a fuzzer steers it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace pharos::model {

// Past the last byte every choice is the first one, which ends whatever is being made.
class Choices {
 public:
  explicit Choices(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  bool is_spent() const { return at_ >= bytes_.size(); }
  std::size_t below(std::size_t bound) {  // At most 256.
    return is_spent() ? 0 : bytes_[at_++] % bound;
  }
  bool one_in(std::size_t count) { return !is_spent() && below(count) == count - 1; }
  std::uint64_t word() {
    std::uint64_t word = 0;
    for (int i = 0; i < 8; ++i) word = word << 8 | below(256);
    return word;
  }
  template <class Items>
  const auto& of(const Items& items) {
    return items[below(std::size(items))];
  }
  std::string_view rest() const {
    const auto left = bytes_.subspan(at_ < bytes_.size() ? at_ : bytes_.size());
    return {reinterpret_cast<const char*>(left.data()), left.size()};
  }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

}  // namespace pharos::model
