// server/names.cc: where a word begins.
#include "server/names.h"

namespace pharos::server {
namespace {

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

std::string snake_case(std::string_view name) {
  std::string snake;
  bool is_parted = false;  // A separator was met since the last letter.
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (!is_upper(c) && !is_lower(c) && !is_digit(c)) {
      is_parted = true;
      continue;
    }
    const char before = i == 0 ? ' ' : name[i - 1],
               behind = i + 1 < name.size() ? name[i + 1] : ' ';
    const bool begins_word = is_upper(c) && (is_lower(before) || is_digit(before) ||
                                             (is_upper(before) && is_lower(behind)));
    if ((is_parted || begins_word) && !snake.empty()) snake += '_';
    is_parted = false;
    snake += is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return snake;
}

}  // namespace pharos::server
