// model/text.cc: the strings extension over code points, one loop a function.
#include "model/text.h"

#include <algorithm>

namespace pharos::model {
namespace {

using Points = std::u32string;

constexpr std::u32string_view white_space =
    U"\u0009\u000A\u000B\u000C\u000D\u0020\u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005"
    U"\u2006\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000";

Datum outside() {
  return Datum::error("the position is outside of the text");
}

bool within(const Datum& position, const Points& text) {
  return position.whole >= 0 && position.whole <= static_cast<Wide>(text.size());
}

bool stands_at(const Points& text, const Points& what, std::size_t at) {
  return text.substr(at, what.size()) == what;
}

Datum index_of(const Points& text, const Points& what, const Datum* from) {
  if (from && !within(*from, text)) return outside();
  for (std::size_t at = from ? static_cast<std::size_t>(from->whole) : 0; at <= text.size(); ++at)
    if (stands_at(text, what, at)) return Datum::integer(static_cast<Wide>(at));
  return Datum::integer(-1);
}

Datum last_index_of(const Points& text, const Points& what, const Datum* from) {
  if (from && !within(*from, text)) return outside();
  const std::size_t last = from ? static_cast<std::size_t>(from->whole) : text.size();
  for (std::size_t at = last + 1; at-- > 0;)
    if (stands_at(text, what, at)) return Datum::integer(static_cast<Wide>(at));
  return Datum::integer(-1);
}

Datum substring(const Points& text, const Datum& begin, const Datum* end) {
  const Datum stop = end ? *end : Datum::integer(static_cast<Wide>(text.size()));
  if (!within(begin, text) || !within(stop, text) || begin.whole > stop.whole) return outside();
  return Datum::string(encode(text.substr(static_cast<std::size_t>(begin.whole),
                                          static_cast<std::size_t>(stop.whole - begin.whole))));
}

Datum trim(Points text) {
  const auto is_space = [](char32_t c) { return white_space.find(c) != Points::npos; };
  while (!text.empty() && is_space(text.front())) text.erase(0, 1);
  while (!text.empty() && is_space(text.back())) text.pop_back();
  return Datum::string(encode(text));
}

Datum replace(const Points& text, const Points& what, const Points& with, Wide times) {
  Points out;
  for (std::size_t at = 0; at <= text.size();) {
    if (times != 0 && stands_at(text, what, at)) {
      out += with;
      --times;
      if (!what.empty()) {
        at += what.size();
        continue;
      }
    }
    if (at < text.size()) out += text[at];
    ++at;
  }
  return Datum::string(encode(out));
}

Datum split(const Points& text, const Points& by, Wide most) {
  std::vector<Datum> parts;
  if (most == 0 || (text.empty() && by.empty())) return Datum::list({});
  Points part;
  for (std::size_t at = 0; at < text.size();) {
    const bool may_split = most < 0 || static_cast<Wide>(parts.size()) + 1 < most;
    if (may_split && !by.empty() && stands_at(text, by, at)) {
      parts.push_back(Datum::string(encode(part)));
      part.clear();
      at += by.size();
      continue;
    }
    if (may_split && by.empty() && !part.empty()) {
      parts.push_back(Datum::string(encode(part)));
      part.clear();
      continue;
    }
    part += text[at++];
  }
  parts.push_back(Datum::string(encode(part)));
  return Datum::list(parts);
}

Datum quote(const Points& text) {
  constexpr std::u32string_view plain = U"\a\b\f\n\r\t\v\\\"", letters = U"abfnrtv\\\"";
  Points out = U"\"";
  for (const char32_t c : text) {
    const std::size_t i = plain.find(c);
    out += i == Points::npos ? Points(1, c) : Points{U'\\', letters[i]};
  }
  return Datum::string(encode(out + U"\""));
}

Datum ascii(Points text, char32_t first, char32_t last, int shift) {
  for (char32_t& c : text)
    if (c >= first && c <= last) c = static_cast<char32_t>(static_cast<int>(c) + shift);
  return Datum::string(encode(text));
}

}  // namespace

std::optional<std::u32string> decode(std::string_view bytes) {
  Points points;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[at + i]); };
    const unsigned lead = byte(0);
    const std::size_t size = lead < 0x80                    ? 1
                             : lead >= 0xC2 && lead <= 0xDF ? 2
                             : lead >= 0xE0 && lead <= 0xEF ? 3
                             : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                            : 0;
    if (size == 0 || at + size > bytes.size()) return std::nullopt;
    char32_t point = size == 1 ? lead : size == 2 ? lead & 31 : size == 3 ? lead & 15 : lead & 7;
    for (std::size_t i = 1; i < size; ++i) {
      if (byte(i) < 0x80 || byte(i) > 0xBF) return std::nullopt;
      point = point * 64 + (byte(i) - 0x80);
    }
    if ((size == 3 && point < 0x800) || (size == 4 && point < 0x10000) || point > 0x10FFFF ||
        (point >= 0xD800 && point <= 0xDFFF))
      return std::nullopt;
    points += point;
    at += size;
  }
  return points;
}

std::string encode(std::u32string_view points) {
  std::string bytes;
  for (const char32_t point : points) {
    const auto put = [&](char32_t byte) { bytes += static_cast<char>(byte); };
    if (point < 0x80) {
      put(point);
      continue;
    }
    const int more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    constexpr char32_t leads[] = {0, 0xC0, 0xE0, 0xF0};
    put(leads[more] + (point >> (6 * more)));
    for (int i = more - 1; i >= 0; --i) put(0x80 + (point >> (6 * i)) % 64);
  }
  return bytes;
}

std::optional<Datum> text_function(std::string_view name, const std::vector<Datum>& arguments) {
  const auto text = [&](std::size_t i) { return *decode(arguments[i].text); };
  const Points s = text(0);
  const std::size_t count = arguments.size();
  const Datum* const third = count > 2 ? &arguments[2] : nullptr;
  if (name == "contains") return Datum::boolean(s.find(text(1)) != Points::npos);
  if (name == "startsWith") return Datum::boolean(stands_at(s, text(1), 0));
  if (name == "endsWith") {
    const Points end = text(1);
    return Datum::boolean(s.size() >= end.size() && s.substr(s.size() - end.size()) == end);
  }
  if (name == "charAt") {
    if (!within(arguments[1], s)) return outside();
    return Datum::string(encode(s.substr(static_cast<std::size_t>(arguments[1].whole), 1)));
  }
  if (name == "indexOf") return index_of(s, text(1), third);
  if (name == "lastIndexOf") return last_index_of(s, text(1), third);
  if (name == "substring") return substring(s, arguments[1], third);
  if (name == "lowerAscii") return ascii(s, U'A', U'Z', 32);
  if (name == "upperAscii") return ascii(s, U'a', U'z', -32);
  if (name == "trim") return trim(s);
  if (name == "replace") return replace(s, text(1), text(2), count > 3 ? arguments[3].whole : -1);
  if (name == "split") return split(s, text(1), third ? third->whole : -1);
  if (name == "reverse") return Datum::string(encode(Points(s.rbegin(), s.rend())));
  if (name == "strings.quote") return quote(s);
  return std::nullopt;
}

}  // namespace pharos::model
