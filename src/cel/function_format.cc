// cel/function_format.cc: the clauses of format().
#include "cel/function_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>
#include <vector>

#include "base/money.h"
#include "base/text.h"
#include "cel/box.h"
#include "cel/time_text.h"

namespace pharos::cel {
namespace {

constexpr int precision_max = 100;

class Formatter {
 public:
  explicit Formatter(const Call& call) : call_(call) {}

  Value run() {
    const std::string_view pattern = call_.text(0);
    const auto items = list_of(call_[1]).items();
    std::size_t item = 0;
    for (std::size_t at = 0; at < pattern.size();) {
      if (!grow(1)) return error_;
      if (pattern[at] != '%') {
        out_ += pattern[at++];
        continue;
      }
      if (++at == pattern.size()) return Value::error("format: a % stands at the end");
      if (pattern[at] == '%') {
        out_ += pattern[at++];
        continue;
      }
      int precision = 6;
      if (pattern[at] == '.' && !read_precision(pattern, ++at, precision)) return error_;
      if (at == pattern.size()) return Value::error("format: a clause is not complete");
      if (item == items.size()) return Value::error("format: more clauses than values");
      if (!clause(pattern[at++], items[item++], precision)) return error_;
    }
    return call_.arena.string(out_);
  }

 private:
  bool fail(std::string_view message) {
    if (!error_.is_error()) error_ = Value::error(message);
    return false;
  }

  bool grow(std::size_t bytes) {
    if (out_.size() + bytes > arena_bytes_max) {
      error_ = too_much_memory();
      return false;
    }
    if (!call_.arena.charge(1 + bytes / 64)) {
      error_ = too_many_steps();
      return false;
    }
    return true;
  }

  bool append(std::string_view text) {
    if (!grow(text.size())) return false;
    out_ += text;
    return true;
  }

  bool read_precision(std::string_view pattern, std::size_t& at, int& precision) {
    precision = 0;
    const std::size_t first = at;
    for (; at < pattern.size() && pattern[at] >= '0' && pattern[at] <= '9'; ++at) {
      precision = precision * 10 + (pattern[at] - '0');
      if (precision > precision_max) return fail("format: more than 100 digits after the point");
    }
    return at > first || fail("format: digits are expected after the point");
  }

  bool clause(char letter, const Value& value, int precision) {
    switch (letter) {
      case 's': return any(value, 0);
      case 'd': return decimal(value);
      case 'f': return real(value, precision, false);
      case 'e': return real(value, precision, true);
      case 'b': return binary(value);
      case 'o': return whole(value, "format: %o takes an int or a uint", "{}{:o}");
      case 'x': return hexadecimal(value, false);
      case 'X': return hexadecimal(value, true);
      default: return fail("format: clauses are %s %d %f %e %b %o %x %X and %%");
    }
  }

  bool special(double real) {
    return append(std::isnan(real) ? "NaN" : real > 0 ? "Infinity" : "-Infinity");
  }

  bool decimal(const Value& value) {
    if (value.kind() == Kind::real && !std::isfinite(value.as_real()))
      return special(value.as_real());
    return whole(value, "format: %d takes an int or a uint", "{}{}");
  }

  bool whole(const Value& value, std::string_view otherwise, std::string_view pattern) {
    if (value.kind() != Kind::integer && value.kind() != Kind::uinteger) return fail(otherwise);
    const bool negative = value.kind() == Kind::integer && value.as_integer() < 0;
    const std::uint64_t size = negative ? 0 - value.as_uinteger() : value.as_uinteger();
    return append(fmt::format(fmt::runtime(pattern), negative ? "-" : "", size));
  }

  bool real(const Value& value, int precision, bool scientific) {
    if (!is_number(value.kind())) return fail("format: %f and %e take a number");
    const double number = to_real(value);
    if (!std::isfinite(number)) return special(number);
    return append(scientific ? fmt::format("{:.{}e}", number, precision)
                             : fmt::format("{:.{}f}", number, precision));
  }

  bool binary(const Value& value) {
    if (value.kind() == Kind::boolean) return append(value.as_boolean() ? "1" : "0");
    return whole(value, "format: %b takes an int, a uint or a bool", "{}{:b}");
  }

  bool hexadecimal(const Value& value, bool upper) {
    if (value.kind() != Kind::string && value.kind() != Kind::bytes)
      return whole(value, "format: %x takes an int, a uint, a string or bytes",
                   upper ? "{}{:X}" : "{}{:x}");
    if (!grow(2 * value.as_string().size())) return false;
    const std::string_view digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    for (const char c : value.as_string()) {
      out_ += digits[static_cast<unsigned char>(c) >> 4];
      out_ += digits[static_cast<unsigned char>(c) & 15];
    }
    return true;
  }

  bool any(const Value& value, int depth) {
    if (depth > value_depth_max) return fail("format: lists are nested too deep");
    switch (value.kind()) {
      case Kind::null: return append("null");
      case Kind::boolean: return append(value.as_boolean() ? "true" : "false");
      case Kind::integer: return append(fmt::format("{}", value.as_integer()));
      case Kind::uinteger: return append(fmt::format("{}", value.as_uinteger()));
      case Kind::real:
        if (!std::isfinite(value.as_real())) return special(value.as_real());
        return append(fmt::format("{}", value.as_real()));
      case Kind::money: return append(format_money(value.as_money(), call_.money.digits));
      case Kind::string: return append(value.as_string());
      case Kind::bytes:
        if (!grow(value.as_string().size())) return false;
        if (!is_utf8(value.as_string())) return fail("format: the bytes are not valid UTF-8");
        return append(value.as_string());
      case Kind::timestamp: return append(format_timestamp(value));
      case Kind::duration: return append(format_cel_duration(value));
      case Kind::type: return append(type_name_of(value));
      case Kind::list: return list(list_of(value), depth);
      case Kind::map: return map(map_of(value), depth);
      default: return fail("format: %s does not take an optional");
    }
  }

  bool list(const List& items, int depth) {
    if (!append("[")) return false;
    for (std::uint32_t i = 0; i < items.size; ++i)
      if ((i > 0 && !append(", ")) || !any(items.data[i], depth + 1)) return false;
    return append("]");
  }

  // Entries in the order of their keys as text.
  bool map(const Map& map, int depth) {
    std::vector<std::pair<std::string, const Value*>> entries;
    for (const Entry& entry : map.entries()) {
      std::string before = std::exchange(out_, {});
      const bool done = any(entry.key, depth + 1);
      std::string key = std::exchange(out_, std::move(before));
      if (!done) return false;
      entries.emplace_back(std::move(key), &entry.value);
    }
    std::ranges::sort(entries, {}, &std::pair<std::string, const Value*>::first);
    if (!append("{")) return false;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if ((i > 0 && !append(", ")) || !append(entries[i].first) || !append(": ") ||
          !any(*entries[i].second, depth + 1))
        return false;
    }
    return append("}");
  }

  const Call& call_;
  std::string out_;
  Value error_;
};

}  // namespace

Value format_text(const Call& call) {
  return Formatter(call).run();
}

}  // namespace pharos::cel
