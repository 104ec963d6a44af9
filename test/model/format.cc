// model/format.cc: the clauses of format() with the C library's printf.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "model/clock.h"
#include "model/number.h"
#include "model/text.h"

namespace pharos::model {
namespace {

Datum bad(std::string why) {
  return Datum::error("format: " + why);
}

Datum in_base(const Datum& value, int base, bool upper) {
  if (!value.is(Kind::integer) && !value.is(Kind::uinteger)) return bad("not a whole number");
  const std::string_view digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  std::string out;
  Wide rest = value.whole < 0 ? -value.whole : value.whole;
  do {
    out.insert(out.begin(), digits[static_cast<std::size_t>(rest % base)]);
    rest /= base;
  } while (rest != 0);
  return Datum::string((value.whole < 0 ? "-" : "") + out);
}

Datum with_digits(const Datum& value, int precision, bool scientific) {
  if (!is_numeric(value.kind)) return bad("not a number");
  const double real =
      value.is(Kind::real) ? value.real : std::strtod(exact_text(value.whole).c_str(), nullptr);
  if (!std::isfinite(real)) return Datum::string(shortest_text(real));
  char buffer[600];
  std::snprintf(buffer, sizeof buffer, scientific ? "%.*e" : "%.*f", precision, real);
  return Datum::string(buffer);
}

Datum hexadecimal(const Datum& value, bool upper) {
  if (!value.is(Kind::string) && !value.is(Kind::bytes)) return in_base(value, 16, upper);
  std::string out;
  for (const char c : value.text) {
    char buffer[3];
    std::snprintf(buffer, sizeof buffer, upper ? "%02X" : "%02x", static_cast<unsigned char>(c));
    out += buffer;
  }
  return Datum::string(out);
}

Datum as_text(const Datum& value, int digits) {
  switch (value.kind) {
    case Kind::null: return Datum::string("null");
    case Kind::boolean: return Datum::string(value.yes ? "true" : "false");
    case Kind::integer:
    case Kind::uinteger: return Datum::string(exact_text(value.whole));
    case Kind::real: return Datum::string(shortest_text(value.real));
    case Kind::money: return Datum::string(money_text(value.whole, digits));
    case Kind::string:
    case Kind::type: return Datum::string(value.text);
    case Kind::bytes: return decode(value.text) ? Datum::string(value.text) : bad("not UTF-8");
    case Kind::timestamp: return Datum::string(write_timestamp(value.whole));
    case Kind::duration: return Datum::string(write_duration(value.whole));
    case Kind::list: {
      std::string out;
      for (const Datum& item : value.items) {
        const Datum text = as_text(item, digits);
        if (text.is_error()) return text;
        out += (out.empty() && &item == &value.items[0] ? "" : ", ") + text.text;
      }
      return Datum::string("[" + out + "]");
    }
    case Kind::map: {
      std::vector<std::pair<std::string, std::string>> entries;
      for (const DatumEntry& entry : in_order(value)) {
        const Datum key = as_text(entry.key, digits), text = as_text(entry.value, digits);
        if (key.is_error() || text.is_error()) return bad("in a map");
        entries.emplace_back(key.text, text.text);
      }
      std::ranges::stable_sort(entries, {}, &std::pair<std::string, std::string>::first);
      std::string out;
      for (const auto& [key, text] : entries)
        out += (&key == &entries[0].first ? "" : ", ") + key + ": " + text;
      return Datum::string("{" + out + "}");
    }
    default: return bad("a value without text");
  }
}

}  // namespace

std::string money_text(Wide minor, int digits) {
  std::string text = exact_text(minor < 0 ? -minor : minor);
  const auto places = static_cast<std::size_t>(digits);
  while (text.size() <= places) text.insert(0, "0");
  if (places > 0) text.insert(text.size() - places, ".");
  return (minor < 0 ? "-" : "") + text;
}

Datum format(std::string_view pattern, const std::vector<Datum>& values, int digits) {
  std::string out;
  std::size_t next = 0;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] != '%') {
      out += pattern[at];
      continue;
    }
    if (++at == pattern.size()) return bad("ends in %");
    if (pattern[at] == '%') {
      out += '%';
      continue;
    }
    int precision = 6;
    if (pattern[at] == '.') {
      std::string number;
      for (++at; at < pattern.size() && pattern[at] >= '0' && pattern[at] <= '9';)
        number += pattern[at++];
      if (number.empty() || number.size() > 9 || std::stoi(number) > 100 || at == pattern.size())
        return bad("the precision");
      precision = std::stoi(number);
    }
    if (next == values.size()) return bad("too few values");
    const Datum& value = values[next++];
    Datum text = bad("no such clause");
    switch (pattern[at]) {
      case 's': text = as_text(value, digits); break;
      case 'd':
        text = value.is(Kind::real) && !std::isfinite(value.real) ? as_text(value, digits)
                                                                  : in_base(value, 10, false);
        break;
      case 'f': text = with_digits(value, precision, false); break;
      case 'e': text = with_digits(value, precision, true); break;
      case 'b':
        text = value.is(Kind::boolean) ? Datum::string(value.yes ? "1" : "0")
                                       : in_base(value, 2, false);
        break;
      case 'o': text = in_base(value, 8, false); break;
      case 'x': text = hexadecimal(value, false); break;
      case 'X': text = hexadecimal(value, true); break;
      default: break;
    }
    if (text.is_error()) return text;
    out += text.text;
  }
  return Datum::string(out);
}

}  // namespace pharos::model
