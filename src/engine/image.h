// engine/image.h: plain values out to bytes and back in, for snapshots; a reader that never leaves
// its bounds.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace pharos::engine {

static_assert(std::endian::native == std::endian::little, "the layout is written as it lies");

class ImageWriter {
 public:
  using Sink = std::function<void(std::string_view)>;
  explicit ImageWriter(Sink sink) : sink_(std::move(sink)) {}
  explicit ImageWriter(std::string& out)
      : sink_([&out](std::string_view bytes) { out.append(bytes); }) {}

  void bytes(const void* data, std::size_t size) {
    if (size > 0) sink_({static_cast<const char*>(data), size});
  }
  template <class T>
  requires std::is_trivially_copyable_v<T>
  void value(const T& value) { bytes(&value, sizeof value); }
  template <class T>
  requires std::is_trivially_copyable_v<T>
  void list(const std::vector<T>& items) {
    value(std::uint64_t{items.size()});
    bytes(items.data(), items.size() * sizeof(T));
  }

 private:
  Sink sink_;
};

// Reads past the end give zeros and set failed(), once and for good.
class ImageReader {
 public:
  explicit ImageReader(std::string_view bytes) : left_(bytes) {}

  void bytes(void* data, std::size_t size) {
    if (size > left_.size()) return fail();
    if (size > 0) std::memcpy(data, left_.data(), size);
    left_.remove_prefix(size);
  }
  template <class T>
  requires std::is_trivially_copyable_v<T> T value() {
    T value{};
    bytes(&value, sizeof value);
    return value;
  }
  template <class T>
  requires std::is_trivially_copyable_v<T>
  void list(std::vector<T>& items) {
    const auto size = value<std::uint64_t>();
    if (size > left_.size() / sizeof(T)) return fail();
    items.resize(size);
    bytes(items.data(), size * sizeof(T));
  }

  // The next bytes as they lie there.
  std::string_view view(std::uint64_t size) {
    if (size > left_.size()) fail();
    const std::string_view next = left_.substr(0, size);
    left_.remove_prefix(next.size());
    return next;
  }

  // What was read does not fit together.
  void fail() {
    failed_ = true;
    left_ = {};
  }
  bool failed() const { return failed_; }
  std::size_t remaining() const { return left_.size(); }
  bool is_complete() const { return !failed_ && left_.empty(); }

 private:
  std::string_view left_;
  bool failed_ = false;
};

}  // namespace pharos::engine
