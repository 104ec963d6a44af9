// cel/function_text.cc: strings: searching, cutting, matching. Positions count code points.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>

#include "base/text.h"
#include "cel/box.h"
#include "cel/function.h"
#include "cel/function_format.h"
#include "cel/limits.h"
#include "cel/regex.h"
#include "cel/utf8.h"

namespace pharos::cel {
namespace {

constexpr Kinds text = bit(Kind::string);
constexpr Kinds integer = bit(Kind::integer);
constexpr Kinds boolean = bit(Kind::boolean);

bool charge(const Call& call, std::size_t bytes) {
  return call.arena.charge(bytes / 64 + 1);
}

// In linear time, which string_view::find does not promise.
std::size_t find_text(std::string_view in, std::string_view what, std::size_t from) {
  if (what.empty()) return from;
  const void* const at = ::memmem(in.data() + from, in.size() - from, what.data(), what.size());
  if (!at) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(at) - in.data());
}

std::int64_t points(std::string_view s) {
  return static_cast<std::int64_t>(count_code_points(s));
}

// The byte at which a code point begins; nothing outside of 0..size.
std::optional<std::size_t> byte_of(std::string_view s, std::int64_t point) {
  if (point < 0) return std::nullopt;
  std::size_t at = 0;
  for (; point > 0 && at < s.size(); --point) next_code_point(s, at);
  if (point > 0) return std::nullopt;
  return at;
}

Value outside() {
  return Value::error("the position is outside of the text");
}

Value contains(const Call& call) {
  if (!charge(call, call.text(0).size())) return too_many_steps();
  return Value::boolean(find_text(call.text(0), call.text(1), 0) != std::string_view::npos);
}
Value starts_with(const Call& call) {
  if (!charge(call, call.text(1).size())) return too_many_steps();
  return Value::boolean(call.text(0).starts_with(call.text(1)));
}
Value ends_with(const Call& call) {
  if (!charge(call, call.text(1).size())) return too_many_steps();
  return Value::boolean(call.text(0).ends_with(call.text(1)));
}

Value matches(const Call& call) {
  if (!call.arena.charge(pattern_steps)) return too_many_steps();
  std::string fault;
  const auto pattern = Regex::compile(call.text(1), fault);
  if (!pattern) return call.arena.error("not a regular expression: " + fault);
  if (!call.arena.charge(pattern->steps(call.text(0).size()))) return too_many_steps();
  return Value::boolean(pattern->found_in(call.text(0)));
}

Value char_at(const Call& call) {
  const std::string_view s = call.text(0);
  if (!charge(call, s.size())) return too_many_steps();
  const auto at = byte_of(s, call[1].as_integer());
  if (!at) return outside();
  if (*at == s.size()) return Value::string("");
  std::size_t end = *at;
  next_code_point(s, end);
  return Value::string(s.substr(*at, end - *at));
}

Value index_of(const Call& call) {
  const std::string_view s = call.text(0), what = call.text(1);
  if (!charge(call, s.size())) return too_many_steps();
  std::size_t from = 0;
  if (call.size() == 3) {
    const auto at = byte_of(s, call[2].as_integer());
    if (!at) return outside();
    from = *at;
  }
  const std::size_t found = find_text(s, what, from);
  return Value::integer(found == std::string_view::npos ? -1 : points(s.substr(0, found)));
}

Value last_index_of(const Call& call) {
  const std::string_view s = call.text(0), what = call.text(1);
  if (!charge(call, s.size() + s.size() * what.size())) return too_many_steps();
  std::size_t last = std::string_view::npos;
  if (call.size() == 3) {
    const auto at = byte_of(s, call[2].as_integer());
    if (!at) return outside();
    last = *at;
  }
  const std::size_t found = s.rfind(what, last);
  return Value::integer(found == std::string_view::npos ? -1 : points(s.substr(0, found)));
}

Value substring(const Call& call) {
  const std::string_view s = call.text(0);
  if (!charge(call, s.size())) return too_many_steps();
  const auto begin = byte_of(s, call[1].as_integer());
  const auto end = call.size() == 3 ? byte_of(s, call[2].as_integer()) : s.size();
  if (!begin || !end || *begin > *end) return outside();
  return Value::string(s.substr(*begin, *end - *begin));
}

template <class Change>
Value with_ascii(const Call& call, Change change) {
  if (!charge(call, call.text(0).size())) return too_many_steps();
  std::string out(call.text(0));
  for (char& c : out) c = change(c);
  return call.arena.string(out);
}
Value lower_ascii(const Call& call) {
  return with_ascii(
      call, [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
}
Value upper_ascii(const Call& call) {
  return with_ascii(
      call, [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
}

// Unicode's White_Space.
bool is_space(char32_t c) {
  return (c >= 0x9 && c <= 0xD) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

Value trim(const Call& call) {
  const std::string_view s = call.text(0);
  if (!charge(call, s.size())) return too_many_steps();
  std::size_t begin = s.size(), end = s.size();
  for (std::size_t at = 0; at < s.size();) {
    const std::size_t start = at;
    if (is_space(next_code_point(s, at))) continue;
    begin = std::min(begin, start);
    end = at;
  }
  return Value::string(s.substr(begin, end - begin));
}

Value replace(const Call& call) {
  const std::string_view s = call.text(0), what = call.text(1), with = call.text(2);
  std::int64_t left = call.size() == 4 ? call[3].as_integer() : -1;
  if (!charge(call, s.size())) return too_many_steps();
  std::string out;
  std::size_t at = 0;
  while (left != 0) {
    const std::size_t found = find_text(s, what, at);
    if (found == std::string_view::npos) break;
    out.append(s, at, found - at).append(with);
    at = found + what.size();
    if (left > 0) --left;  // Below zero: all.
    if (what.empty()) {    // Between any two characters, and at both ends.
      if (at == s.size()) break;
      std::size_t next = at;
      next_code_point(s, next);
      out.append(s, at, next - at);
      at = next;
    }
    if (out.size() > arena_bytes_max) return too_much_memory();
    if (!charge(call, with.size())) return too_many_steps();
  }
  out.append(s, at);
  return call.arena.string(out);
}

Value split(const Call& call) {
  const std::string_view s = call.text(0), by = call.text(1);
  const std::int64_t most = call.size() == 3 ? call[2].as_integer() : -1;
  if (!charge(call, s.size())) return too_many_steps();
  std::vector<Value> parts;
  std::size_t at = 0;
  while (most != 0) {
    std::size_t end = s.size();
    std::size_t next = s.size() + 1;
    if (most < 0 || static_cast<std::int64_t>(parts.size()) + 1 < most) {
      if (by.empty() && at < s.size()) {
        end = at;
        next_code_point(s, end);
        next = end == s.size() ? end + 1 : end;
      } else if (const std::size_t found = find_text(s, by, at);
                 !by.empty() && found != std::string_view::npos) {
        end = found;
        next = found + by.size();
      }
    }
    if (by.empty() && s.empty()) break;
    if (!call.arena.charge(1)) return too_many_steps();
    parts.push_back(Value::string(s.substr(at, end - at)));
    if (next > s.size()) break;
    at = next;
  }
  Value* const items = call.arena.array<Value>(parts.size());
  if (!items) return too_much_memory();
  std::ranges::copy(parts, items);
  return make_list({items, parts.size()}, call.arena);
}

Value reverse(const Call& call) {
  const std::string_view s = call.text(0);
  if (!charge(call, s.size())) return too_many_steps();
  std::string out(s.size(), '\0');
  std::size_t to = s.size();
  for (std::size_t at = 0; at < s.size();) {
    const std::size_t begin = at;
    next_code_point(s, at);
    to -= at - begin;
    std::copy(s.begin() + static_cast<std::ptrdiff_t>(begin),
              s.begin() + static_cast<std::ptrdiff_t>(at),
              out.begin() + static_cast<std::ptrdiff_t>(to));
  }
  return call.arena.string(out);
}

Value quote(const Call& call) {
  if (!charge(call, call.text(0).size())) return too_many_steps();
  constexpr std::string_view plain = "\a\b\f\n\r\t\v\\\"", letters = "abfnrtv\\\"";
  std::string out = "\"";
  for (const char c : call.text(0)) {
    const std::size_t i = plain.find(c);
    if (i == std::string_view::npos)
      out += c;
    else
      (out += '\\') += letters[i];
  }
  return call.arena.string(out + "\"");
}

constexpr Function functions[] = {
    {"contains", Style::member, 2, 2, {text, text}, boolean, contains},
    {"startsWith", Style::member, 2, 2, {text, text}, boolean, starts_with},
    {"endsWith", Style::member, 2, 2, {text, text}, boolean, ends_with},
    {"matches", Style::either, 2, 2, {text, text}, boolean, matches},
    {"charAt", Style::member, 2, 2, {text, integer}, text, char_at},
    {"indexOf", Style::member, 2, 3, {text, text, integer}, integer, index_of},
    {"lastIndexOf", Style::member, 2, 3, {text, text, integer}, integer, last_index_of},
    {"substring", Style::member, 2, 3, {text, integer, integer}, text, substring},
    {"lowerAscii", Style::member, 1, 1, {text}, text, lower_ascii},
    {"upperAscii", Style::member, 1, 1, {text}, text, upper_ascii},
    {"trim", Style::member, 1, 1, {text}, text, trim},
    {"replace", Style::member, 3, 4, {text, text, text, integer}, text, replace},
    {"split", Style::member, 2, 3, {text, text, integer}, bit(Kind::list), split},
    {"reverse", Style::member, 1, 1, {text}, text, reverse},
    {"strings.quote", Style::global, 1, 1, {text}, text, quote},
    {"format", Style::member, 2, 2, {text, bit(Kind::list)}, text, format_text},
};

}  // namespace

std::span<const Function> text_functions() {
  return functions;
}

}  // namespace pharos::cel
