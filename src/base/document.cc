// base/document.cc: commas, quotes and indentation.
#include "base/document.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "base/json.h"

namespace pharos {

Document& Document::key(std::string_view name) {
  begin_value();
  append_json(text_, name);
  text_ += layout_ == Layout::indented ? ": " : ":";
  after_key_ = true;
  return *this;
}

Document& Document::text(std::string_view value) {
  begin_value();
  append_json(text_, value);
  return *this;
}

Document& Document::integer(std::int64_t value) {
  return raw(fmt::format("{}", value));
}
Document& Document::count(std::uint64_t value) {
  return raw(fmt::format("{}", value));
}
Document& Document::boolean(bool value) {
  return raw(value ? "true" : "false");
}
Document& Document::null() {
  return raw("null");
}

Document& Document::real(double value) {
  return std::isfinite(value) ? raw(fmt::format("{}", value)) : null();
}

Document& Document::raw(std::string_view json) {
  begin_value();
  text_ += json;
  return *this;
}

std::string Document::take() {
  if (layout_ == Layout::indented) text_ += '\n';
  is_first_ = true;
  return std::exchange(text_, {});
}

Document& Document::open(char bracket) {
  begin_value();
  text_ += bracket;
  ++depth_;
  is_first_ = true;
  return *this;
}

Document& Document::close(char bracket) {
  --depth_;
  if (!is_first_) break_line();
  text_ += bracket;
  is_first_ = false;
  return *this;
}

void Document::begin_value() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (!is_first_) text_ += ',';
  if (depth_ > 0) break_line();
  is_first_ = false;
}

void Document::break_line() {
  if (layout_ == Layout::one_line) return;
  text_ += '\n';
  text_.append(depth_ * 2, ' ');
}

}  // namespace pharos
