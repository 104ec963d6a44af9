// cel/function_conversion.cc: int(), string(), timestamp() and their kin; type() and size().
#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "base/text.h"
#include "cel/box.h"
#include "cel/function.h"
#include "cel/time_text.h"
#include "cel/utf8.h"

namespace pharos::cel {
namespace {

constexpr Kinds numbers = bit(Kind::integer) | bit(Kind::uinteger) | bit(Kind::real);
constexpr Kinds text = bit(Kind::string);

Value to_int(const Call& call) {
  const Value& v = call[0];
  switch (v.kind()) {
    case Kind::uinteger:
      if (v.as_integer() < 0) return Value::error("the number is outside the range of int");
      return Value::integer(v.as_integer());
    case Kind::real: {
      const double real =
          v.as_real();  // The range is open at both ends, as the specification has it.
      if (!(real > -0x1p63 && real < 0x1p63))
        return Value::error("the number is outside the range of int");
      return Value::integer(static_cast<std::int64_t>(real));
    }
    case Kind::string: {
      const auto number = parse_int64(v.as_string());
      return number ? Value::integer(*number) : Value::error("the text is not an int");
    }
    case Kind::timestamp: return Value::integer(v.seconds());
    default: return v;
  }
}

Value to_uint(const Call& call) {
  const Value& v = call[0];
  switch (v.kind()) {
    case Kind::integer:
      if (v.as_integer() < 0) return Value::error("the number is outside the range of uint");
      return Value::uinteger(v.as_uinteger());
    case Kind::real:
      if (!(v.as_real() > -1 && v.as_real() < 0x1p64))
        return Value::error("the number is outside the range of uint");
      return Value::uinteger(static_cast<std::uint64_t>(std::max(v.as_real(), 0.0)));
    case Kind::string: {
      const std::string_view digits = v.as_string();
      std::uint64_t number = 0;
      const auto [end, error] =
          std::from_chars(digits.data(), digits.data() + digits.size(), number);
      if (error != std::errc{} || end != digits.data() + digits.size())
        return Value::error("the text is not a uint");
      return Value::uinteger(number);
    }
    default: return v;
  }
}

Value to_double(const Call& call) {
  const Value& v = call[0];
  if (is_number(v.kind())) return Value::real(to_real(v));
  if (v.kind() == Kind::money) return Value::real(major_units(v.as_integer(), call.money));
  std::string_view digits = v.as_string();
  const bool negative = digits.starts_with('-');
  std::string_view word = digits.substr(negative || digits.starts_with('+') ? 1 : 0);
  if (word == "NaN") return Value::real(std::nan(""));
  if (word == "Infinity" || word == "Inf" || word == "inf" || word == "infinity")
    return Value::real(negative ? -HUGE_VAL : HUGE_VAL);
  const auto number = parse_double(digits);
  return number ? Value::real(*number) : Value::error("the text is not a double");
}

Value to_bool(const Call& call) {
  const Value& v = call[0];
  if (v.kind() == Kind::boolean) return v;
  const std::string_view word = v.as_string();
  for (const std::string_view yes : {"true", "True", "TRUE", "t", "1"})
    if (word == yes) return Value::boolean(true);
  for (const std::string_view no : {"false", "False", "FALSE", "f", "0"})
    if (word == no) return Value::boolean(false);
  return Value::error("the text is not a bool");
}

Value to_string(const Call& call) {
  const Value& v = call[0];
  switch (v.kind()) {
    case Kind::boolean: return Value::string(v.as_boolean() ? "true" : "false");
    case Kind::integer: return call.arena.string(fmt::format("{}", v.as_integer()));
    case Kind::uinteger: return call.arena.string(fmt::format("{}", v.as_uinteger()));
    case Kind::real:
      if (!std::isfinite(v.as_real()))  // As double() reads it.
        return Value::string(std::isnan(v.as_real()) ? "NaN"
                             : v.as_real() > 0       ? "Infinity"
                                                     : "-Infinity");
      return call.arena.string(fmt::format("{}", v.as_real()));
    case Kind::money: return call.arena.string(format_money(v.as_money(), call.money.digits));
    case Kind::timestamp: return call.arena.string(format_timestamp(v));
    case Kind::duration: return call.arena.string(format_cel_duration(v));
    case Kind::bytes:
      if (!call.arena.charge(v.as_string().size() / 16)) return too_many_steps();
      if (!is_utf8(v.as_string())) return Value::error("the bytes are not valid UTF-8");
      return Value::string(v.as_string());
    default: return v;
  }
}

Value to_bytes(const Call& call) {
  return call[0].kind() == Kind::bytes ? call[0] : Value::bytes(call.text(0));
}

Value to_timestamp(const Call& call) {
  const Value& v = call[0];
  if (v.kind() == Kind::timestamp) return v;
  if (v.kind() == Kind::integer)
    return checked_timestamp(static_cast<__int128>(v.as_integer()) * nanos_per_second);
  const auto time = parse_timestamp(v.as_string());
  return time ? *time : Value::error("the text is not a time such as 2025-01-31T09:30:00Z");
}

Value to_duration(const Call& call) {
  if (call[0].kind() == Kind::duration) return call[0];
  const auto duration = parse_cel_duration(call.text(0));
  return duration ? *duration
                  : Value::error("the text is not a duration such as 90s, 1h30m or 30d");
}

Value to_type(const Call& call) {
  return type_of(call[0]);
}

Value size(const Call& call) {
  const Value& v = call[0];
  switch (v.kind()) {
    case Kind::list: return Value::integer(list_of(v).size);
    case Kind::map: return Value::integer(map_of(v).size);
    case Kind::bytes: return Value::integer(static_cast<std::int64_t>(v.as_string().size()));
    default:
      if (!call.arena.charge(v.as_string().size() / 64)) return too_many_steps();
      return Value::integer(static_cast<std::int64_t>(count_code_points(v.as_string())));
  }
}

constexpr Function functions[] = {
    {"int",
     Style::global,
     1,
     1,
     {numbers | text | bit(Kind::timestamp)},
     bit(Kind::integer),
     to_int},
    {"uint", Style::global, 1, 1, {numbers | text}, bit(Kind::uinteger), to_uint},
    {"double",
     Style::global,
     1,
     1,
     {numbers | text | bit(Kind::money)},
     bit(Kind::real),
     to_double},
    {"bool", Style::global, 1, 1, {bit(Kind::boolean) | text}, bit(Kind::boolean), to_bool},
    {"string",
     Style::global,
     1,
     1,
     {numbers | text | bit(Kind::boolean) | bit(Kind::bytes) | bit(Kind::timestamp) |
      bit(Kind::duration) | bit(Kind::money)},
     text,
     to_string},
    {"bytes", Style::global, 1, 1, {text | bit(Kind::bytes)}, bit(Kind::bytes), to_bytes},
    {"timestamp",
     Style::global,
     1,
     1,
     {text | bit(Kind::integer) | bit(Kind::timestamp)},
     bit(Kind::timestamp),
     to_timestamp},
    {"duration",
     Style::global,
     1,
     1,
     {text | bit(Kind::duration)},
     bit(Kind::duration),
     to_duration},
    {"type", Style::global, 1, 1, {any_kind}, bit(Kind::type), to_type},
    {"size",
     Style::either,
     1,
     1,
     {text | bit(Kind::bytes) | bit(Kind::list) | bit(Kind::map)},
     bit(Kind::integer),
     size},
};

}  // namespace

std::span<const Function> conversion_functions() {
  return functions;
}

}  // namespace pharos::cel
