// server/json_items.h: a JSON array cut into its elements, so that a bad one costs only itself.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pharos::server {

// Finds where elements end; what stands inside them is for their reader to check. `text` must
// outlive it.
class JsonItems {
 public:
  explicit JsonItems(std::string_view text) : text_(text) {}

  // The next element; none at the end, or where the text is no array: see fault().
  std::optional<std::string_view> next();
  // Empty: the array was read to its end, and nothing follows it.
  const std::string& fault() const { return fault_; }

 private:
  std::optional<std::string_view> fail(std::string_view what);
  void skip_space();
  bool skip_item();
  bool skip_string();

  std::string_view text_;
  std::size_t at_ = 0;
  bool began_ = false, ended_ = false;
  std::string fault_;
};

}  // namespace pharos::server
