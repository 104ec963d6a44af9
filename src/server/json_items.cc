// server/json_items.cc: brackets, strings and commas.
#include "server/json_items.h"

#include <fmt/format.h>

namespace pharos::server {

std::optional<std::string_view> JsonItems::fail(std::string_view what) {
  fault_ = fmt::format("not a JSON array: {} at byte {}", what, at_);
  ended_ = true;
  return std::nullopt;
}

void JsonItems::skip_space() {
  while (at_ < text_.size() &&
         (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
    ++at_;
}

bool JsonItems::skip_string() {
  for (++at_; at_ < text_.size(); ++at_) {
    if (text_[at_] == '\\')
      ++at_;
    else if (text_[at_] == '"')
      return ++at_, true;
  }
  return false;
}

// To the comma or bracket behind the element.
bool JsonItems::skip_item() {
  std::size_t depth = 0;
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '"') {
      if (!skip_string()) return false;
      continue;
    }
    if (depth == 0 && (c == ',' || c == ']')) return true;
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') {
      if (depth == 0) return false;
      --depth;
    }
    ++at_;
  }
  return false;
}

std::optional<std::string_view> JsonItems::next() {
  if (ended_) return std::nullopt;
  skip_space();
  if (!began_) {
    began_ = true;
    if (at_ == text_.size() || text_[at_] != '[') return fail("expected [");
    ++at_;
    skip_space();
    if (at_ < text_.size() && text_[at_] == ']') {
      ended_ = true;
      ++at_;
      skip_space();
      if (at_ < text_.size()) return fail("text behind the array");
      return std::nullopt;
    }
  }
  const std::size_t first = at_;
  if (!skip_item()) return fail("an element is not closed");
  const std::string_view item = text_.substr(first, at_ - first);
  if (text_[at_] == ']') {
    ended_ = true;
    ++at_;
    skip_space();
    if (at_ < text_.size()) fault_ = "not a JSON array: text behind its end";
  } else {
    ++at_;
  }
  return item;
}

}  // namespace pharos::server
