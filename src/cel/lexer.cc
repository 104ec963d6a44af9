// cel/lexer.cc: CEL text as tokens.
#include "cel/lexer.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cel/utf8.h"

namespace pharos::cel {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

class Lexer {
 public:
  Lexer(std::string_view text, Faults& faults) : text_(text), faults_(faults) {}

  std::vector<Token> run() {
    for (skip_space(); at_ < text_.size(); skip_space()) {
      begin_ = at_;
      const char c = text_[at_];
      if (is_string_start())
        string_literal();
      else if (is_digit(c) || (c == '.' && is_digit(peek(1))))
        number();
      else if (is_letter(c))
        name();
      else if (c == '`')
        quoted_name();
      else
        sign();
    }
    begin_ = at_;
    push(TokenKind::end, "");
    return std::move(tokens_);
  }

 private:
  char peek(std::size_t ahead) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  void push(TokenKind kind, std::string text) {
    tokens_.push_back({kind, static_cast<std::uint32_t>(begin_), static_cast<std::uint32_t>(at_),
                       std::move(text)});
  }

  void skip_space() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
        ++at_;
      } else if (c == '/' && peek(1) == '/') {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      } else {
        return;
      }
    }
  }

  void name() {
    while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) ++at_;
    push(TokenKind::name, std::string(text_.substr(begin_, at_ - begin_)));
  }

  void quoted_name() {
    const auto allowed = [](char c) {
      return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '/' || c == ' ';
    };
    ++at_;
    while (at_ < text_.size() && allowed(text_[at_])) ++at_;
    if (peek(0) != '`' || at_ == begin_ + 1) {
      faults_.add(begin_,
                  "a field in backticks must be letters, digits, '_', '.', '-', '/' and "
                  "spaces, closed by a backtick");
      return;
    }
    ++at_;
    push(TokenKind::quoted_name, std::string(text_.substr(begin_ + 1, at_ - begin_ - 2)));
  }

  void digits() {
    while (is_digit(peek(0))) ++at_;
  }

  void number() {
    TokenKind kind = TokenKind::integer;
    if (peek(0) == '0' && (peek(1) == 'x' || peek(1) == 'X') && hex_value(peek(2)) >= 0) {
      at_ += 2;
      while (hex_value(peek(0)) >= 0) ++at_;
    } else {
      digits();
      if (peek(0) == '.' && is_digit(peek(1))) {
        kind = TokenKind::real;
        ++at_;
        digits();
      }
      if (peek(0) == 'e' || peek(0) == 'E') {
        const std::size_t skip = peek(1) == '+' || peek(1) == '-' ? 2 : 1;
        if (is_digit(peek(skip))) {
          kind = TokenKind::real;
          at_ += skip;
          digits();
        }
      }
    }
    const std::size_t end = at_;
    if (kind == TokenKind::integer && (peek(0) == 'u' || peek(0) == 'U')) {
      kind = TokenKind::uinteger;
      ++at_;
    }
    if (is_letter(peek(0)) || is_digit(peek(0))) {
      while (is_letter(peek(0)) || is_digit(peek(0))) ++at_;
      faults_.add(
          begin_, fmt::format("{} is not a number", quoted(text_.substr(begin_, at_ - begin_))),
          "A length of time is written in quotes, such as '30d'; a name begins with a letter.");
      push(TokenKind::integer, "0");
      return;
    }
    push(kind, std::string(text_.substr(begin_, end - begin_)));
  }

  // r'', b'', br'' in any case, or a bare quote.
  bool is_string_start() const {
    std::size_t i = 0;
    if (peek(i) == 'b' || peek(i) == 'B') ++i;
    if (peek(i) == 'r' || peek(i) == 'R') ++i;
    return peek(i) == '"' || peek(i) == '\'';
  }

  void string_literal() {
    bool bytes = false, raw = false;
    for (; peek(0) != '"' && peek(0) != '\''; ++at_)
      (peek(0) == 'b' || peek(0) == 'B' ? bytes : raw) = true;
    const char quote = peek(0);
    const bool triple = peek(1) == quote && peek(2) == quote;
    const std::string_view close = triple ? text_.substr(at_, 3) : text_.substr(at_, 1);
    at_ += close.size();
    std::string value;
    for (;;) {
      if (at_ >= text_.size() || (!triple && (text_[at_] == '\n' || text_[at_] == '\r'))) {
        faults_.add(begin_, fmt::format("text in quotes is not closed: expected {}", close));
        at_ = text_.size();  // Where it was meant to end is a guess.
        break;
      }
      if (text_.substr(at_).starts_with(close)) {
        at_ += close.size();
        break;
      }
      if (text_[at_] == '\\')
        raw ? raw_escape(value) : escape(value, bytes);
      else
        value += text_[at_++];
    }
    push(bytes ? TokenKind::bytes : TokenKind::string, std::move(value));
  }

  // In raw text a backslash stays, but it keeps the quote behind it from closing the text.
  void raw_escape(std::string& value) {
    value += text_[at_++];
    if (at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\'')) value += text_[at_++];
  }

  void escape(std::string& value, bool bytes) {
    constexpr std::string_view plain = "\\?\"'`", from = "abfnrtv", to = "\a\b\f\n\r\t\v";
    const std::size_t start = at_++;
    const char c = peek(0);
    if (const std::size_t i = from.find(c); c != '\0' && i != std::string_view::npos) {
      value += to[i];
      ++at_;
    } else if (c != '\0' && plain.find(c) != std::string_view::npos) {
      value += c;
      ++at_;
    } else if (c == 'x' || c == 'X') {
      ++at_;
      coded(value, bytes, start, 16, 2);
    } else if ((c == 'u' || c == 'U') && !bytes) {
      ++at_;
      coded(value, bytes, start, 16, c == 'u' ? 4 : 8);
    } else if (c >= '0' && c <= '3') {
      coded(value, bytes, start, 8, 3);
    } else {
      if (at_ < text_.size()) ++at_;
      faults_.add(start, fmt::format("{} is not an escape; a backslash is written \\\\",
                                     quoted(text_.substr(start, at_ - start))));
    }
  }

  void coded(std::string& value, bool bytes, std::size_t start, int base, int digit_count) {
    char32_t code = 0;
    for (int i = 0; i < digit_count; ++i, ++at_) {
      const int digit = hex_value(peek(0));
      if (digit < 0 || digit >= base) {
        faults_.add(start, fmt::format("an escape needs {} digits here", digit_count));
        return;
      }
      code = code * static_cast<char32_t>(base) + static_cast<char32_t>(digit);
    }
    if (bytes)
      value += static_cast<char>(code);
    else if (is_code_point(code))
      append_utf8(value, code);
    else
      faults_.add(start, "the escape is not a Unicode character");
  }

  void sign() {
    for (const std::string_view two : {"&&", "||", "==", "!=", "<=", ">="}) {
      if (text_.substr(at_).starts_with(two)) {
        at_ += 2;
        push(TokenKind::sign, std::string(two));
        return;
      }
    }
    const char c = text_[at_];
    if (std::string_view("()[]{}.,:?<>+-*/%!").find(c) != std::string_view::npos && c != '\0') {
      ++at_;
      push(TokenKind::sign, std::string(1, c));
      return;
    }
    at_ += std::min(bytes_of_lead(c), text_.size() - at_);
    std::string hint;
    if (c == '=') hint = "Equality is written ==.";
    if (c == '&') hint = "\"And\" is written &&.";
    if (c == '|') hint = "\"Or\" is written ||.";
    faults_.add(begin_,
                fmt::format("{} has no meaning here", quoted(text_.substr(begin_, at_ - begin_))),
                hint);
    if (c == '=') push(TokenKind::sign, "==");
    if (c == '&') push(TokenKind::sign, "&&");
    if (c == '|') push(TokenKind::sign, "||");
  }

  std::string_view text_;
  Faults& faults_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;
};

}  // namespace

std::vector<Token> tokenize(std::string_view text, Faults& faults) {
  return Lexer(text, faults).run();
}

}  // namespace pharos::cel
