// cel/arena.cc: blocks that double in size, up to the limit.
#include "cel/arena.h"

#include <algorithm>
#include <cstring>

namespace pharos::cel {
namespace {

constexpr std::size_t block_bytes_min = 4 * 1024;
constexpr std::size_t kept_bytes_max =
    256 * 1024;  // A larger block does not outlive its evaluation.

}  // namespace

void Arena::reset() {
  while (!blocks_.empty() && blocks_.back().size > kept_bytes_max) blocks_.pop_back();
  block_ = 0;
  used_ = 0;
  total_ = 0;
  spent_ = 0;
}

void* Arena::allocate(std::size_t bytes) {
  bytes = (bytes + 15) & ~std::size_t{15};
  if (bytes > arena_bytes_max - total_) return nullptr;
  while (block_ < blocks_.size() && blocks_[block_].size - used_ < bytes) {
    ++block_;
    used_ = 0;
  }
  if (block_ == blocks_.size()) {
    const std::size_t twice = blocks_.empty() ? block_bytes_min : 2 * blocks_.back().size;
    const std::size_t size = std::max(bytes, std::min(twice, arena_bytes_max));
    blocks_.push_back({std::make_unique_for_overwrite<std::byte[]>(size), size});
  }
  void* const memory = blocks_[block_].bytes.get() + used_;
  used_ += bytes;
  total_ += bytes;
  return memory;
}

Value Arena::string(std::string_view text) {
  if (text.empty()) return Value::string("");
  char* const memory = static_cast<char*>(allocate(text.size()));
  if (!memory) return too_much_memory();
  std::memcpy(memory, text.data(), text.size());
  return Value::string({memory, text.size()});
}

Value Arena::bytes(std::string_view text) {
  const Value copy = string(text);
  return copy.is_error() ? copy : Value::bytes(copy.as_string());
}

Value Arena::error(std::string_view message) {
  const Value copy = string(message);
  return Value::error(copy.as_string());
}

std::span<Value> Arena::locals(std::size_t count) {
  if (locals_.size() < count) locals_.resize(count);
  return {locals_.data(), count};
}

}  // namespace pharos::cel
