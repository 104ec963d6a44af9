// playbook/scalar_map.cc: the walk along a scalar and its source.
#include "playbook/scalar_map.h"

#include "base/text.h"

namespace pharos::playbook {
namespace {

constexpr std::string_view white = " \t\r\n";

std::size_t skip_white(std::string_view text, std::size_t at) {
  const std::size_t next = text.find_first_not_of(white, at);
  return next == std::string_view::npos ? text.size() : next;
}

std::size_t code_point_bytes(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
  return end - at;
}

std::size_t escape_bytes(char letter) {
  return letter == 'x' ? 4 : letter == 'u' ? 6 : letter == 'U' ? 10 : 2;
}

class Walk {
 public:
  Walk(std::string_view document, std::size_t offset, std::string_view text)
      : document_(document), text_(text), source_(offset) {}

  ScalarMap run(bool is_quoted) {
    const char first = source_ < document_.size() ? document_[source_] : '\0';
    quote_ = is_quoted && (first == '"' || first == '\'') ? first : '\0';
    if (quote_ != '\0')
      ++source_;
    else if (is_quoted)
      enter_block();
    map_.begin = source_;
    if (at_ > 0) start_piece();
    while (at_ < text_.size() && source_ < document_.size() && step()) {
    }
    if (quote_ != '\0') map_.closed = !at_document_end();
    return std::move(map_);
  }

 private:
  // The text of a block begins in the line below its header ("|", ">-" ...).
  void enter_block() {
    const std::size_t line_end = document_.find('\n', source_);
    source_ =
        skip_white(document_, line_end == std::string_view::npos ? document_.size() : line_end);
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) advance_text(1);
  }

  void advance_text(std::size_t bytes) {
    offset_ += count_code_points(text_.substr(at_, bytes));
    at_ += bytes;
  }
  void start_piece() { map_.pieces.emplace_back(offset_, source_); }

  // True if the document breaks the line here, perhaps behind spaces.
  bool at_line_end() const {
    const std::size_t next = document_.find_first_not_of(" \t\r", source_);
    return next != std::string_view::npos && document_[next] == '\n';
  }

  bool step() {
    const char c = document_[source_];
    if (quote_ == '"' && c == '\\') return step_escape();
    if (quote_ == '\'' && c == '\'') {
      if (!document_.substr(source_).starts_with("''")) return false;
      advance_text(1);
      source_ += 2;
      start_piece();
      return true;
    }
    if (white.find(c) != std::string_view::npos && at_line_end()) {
      source_ = skip_white(document_, source_);
      while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) advance_text(1);
      start_piece();
      return true;
    }
    if (text_[at_] != c) return false;
    const std::size_t bytes = code_point_bytes(text_, at_);
    advance_text(bytes);
    source_ += bytes;
    return true;
  }

  bool step_escape() {
    if (source_ + 1 >= document_.size()) return false;
    const char letter = document_[source_ + 1];
    if (letter == '\n' || letter == '\r') {  // The line goes on in the next one.
      source_ = skip_white(document_, source_ + 1);
    } else {
      advance_text(code_point_bytes(text_, at_));
      source_ += escape_bytes(letter);
    }
    start_piece();
    return true;
  }

  // The library takes the end of the document for a closing quote.
  bool at_document_end() const { return skip_white(document_, source_) >= document_.size(); }

  std::string_view document_;
  std::string_view text_;
  std::size_t source_;      // Into the document.
  std::size_t at_ = 0;      // Into the text, bytes.
  std::size_t offset_ = 0;  // Into the text, code points.
  char quote_ = '\0';
  ScalarMap map_;
};

}  // namespace

ScalarMap map_scalar(std::string_view document, std::size_t offset, std::string_view text,
                     bool quoted) {
  return Walk(document, offset, text).run(quoted);
}

}  // namespace pharos::playbook
