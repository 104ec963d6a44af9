// cel/lexer.h: CEL text as tokens.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cel/fault.h"

namespace pharos::cel {

enum class TokenKind : std::uint8_t {
  end,
  name,         // identifier or reserved word
  quoted_name,  // `foo.txt`
  integer,      // decimal or hexadecimal, without sign
  uinteger,
  real,
  string,
  bytes,
  sign,  // operator or bracket
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::uint32_t begin = 0;  // Byte offsets into the text.
  std::uint32_t end = 0;
  std::string text;  // name: itself; string, bytes: decoded; numbers: digits without suffix; sign
};

// Always ends with a token of kind end. What is no token is a fault and is left out.
std::vector<Token> tokenize(std::string_view text, Faults& faults);

}  // namespace pharos::cel
