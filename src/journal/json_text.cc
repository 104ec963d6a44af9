// journal/json_text.cc: the little of JSON that is written here.
#include "journal/json_text.h"

#include <fmt/format.h>

#include <cmath>

namespace pharos::journal {

std::string json_text(std::string_view text) {
  std::string json = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      json += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      json += c;
    }
  }
  return json + '"';
}

std::string json_double(double value) {
  return std::isfinite(value) ? fmt::format("{}", value) : "null";
}

}  // namespace pharos::journal
