// base/document.h: a JSON text, written from front to end.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace pharos {

enum class Layout : std::uint8_t { indented, one_line };

// The caller sees to it that objects get keys and lists do not.
class Document {
 public:
  explicit Document(Layout layout = Layout::indented) : layout_(layout) {}

  Document& open_object() { return open('{'); }
  Document& close_object() { return close('}'); }
  Document& open_list() { return open('['); }
  Document& close_list() { return close(']'); }
  Document& key(std::string_view name);

  Document& text(std::string_view value);
  Document& integer(std::int64_t value);
  Document& count(std::uint64_t value);
  Document& real(double value);  // null where JSON has no number for it.
  Document& boolean(bool value);
  Document& null();
  Document& raw(std::string_view json);  // JSON already: a number with its digits, an object.

  // What was written so far; the document begins anew.
  std::string take();

 private:
  Document& open(char bracket);
  Document& close(char bracket);
  void begin_value();
  void break_line();

  Layout layout_;
  std::string text_;
  std::size_t depth_ = 0;
  bool is_first_ = true;  // Of its object or list.
  bool after_key_ = false;
};

}  // namespace pharos
