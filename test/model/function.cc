// model/function.cc: a table of signatures, and one branch a function.
#include "model/function.h"

#include <re2/re2.h>

#include <cmath>
#include <cstdlib>

#include "model/clock.h"
#include "model/number.h"
#include "model/text.h"

namespace pharos::model {
namespace {

// One letter a kind, and what each parameter takes; the last stands for all that follow.
constexpr std::string_view letters = "EnbiudsytD$lmTo";  // In the order of Kind.

struct Signature {
  std::string_view name;
  char style;  // global, member or either
  std::size_t least, most;
  std::vector<std::string_view> parameters;  // "*": any
};

const std::vector<Signature>& signatures() {
  static const std::vector<Signature> table{
      {"int", 'g', 1, 1, {"iudst"}},
      {"uint", 'g', 1, 1, {"iuds"}},
      {"double", 'g', 1, 1, {"iuds$"}},
      {"bool", 'g', 1, 1, {"bs"}},
      {"string", 'g', 1, 1, {"iudsbytD$"}},
      {"bytes", 'g', 1, 1, {"sy"}},
      {"timestamp", 'g', 1, 1, {"sit"}},
      {"duration", 'g', 1, 1, {"sD"}},
      {"type", 'g', 1, 1, {"*"}},
      {"size", 'e', 1, 1, {"sylm"}},
      {"contains", 'm', 2, 2, {"s"}},
      {"startsWith", 'm', 2, 2, {"s"}},
      {"endsWith", 'm', 2, 2, {"s"}},
      {"matches", 'e', 2, 2, {"s"}},
      {"charAt", 'm', 2, 2, {"s", "i"}},
      {"indexOf", 'm', 2, 3, {"s", "s", "i"}},
      {"lastIndexOf", 'm', 2, 3, {"s", "s", "i"}},
      {"substring", 'm', 2, 3, {"s", "i"}},
      {"lowerAscii", 'm', 1, 1, {"s"}},
      {"upperAscii", 'm', 1, 1, {"s"}},
      {"trim", 'm', 1, 1, {"s"}},
      {"replace", 'm', 3, 4, {"s", "s", "s", "i"}},
      {"split", 'm', 2, 3, {"s", "s", "i"}},
      {"reverse", 'm', 1, 1, {"s"}},
      {"strings.quote", 'g', 1, 1, {"s"}},
      {"format", 'm', 2, 2, {"s", "l"}},
      {"join", 'm', 1, 2, {"l", "s"}},
      {"getFullYear", 'm', 1, 2, {"t", "s"}},
      {"getMonth", 'm', 1, 2, {"t", "s"}},
      {"getDayOfMonth", 'm', 1, 2, {"t", "s"}},
      {"getDate", 'm', 1, 2, {"t", "s"}},
      {"getDayOfWeek", 'm', 1, 2, {"t", "s"}},
      {"getDayOfYear", 'm', 1, 2, {"t", "s"}},
      {"getHours", 'm', 1, 1, {"tD"}},
      {"getHours", 'm', 2, 2, {"t", "s"}},
      {"getMinutes", 'm', 1, 1, {"tD"}},
      {"getMinutes", 'm', 2, 2, {"t", "s"}},
      {"getSeconds", 'm', 1, 1, {"tD"}},
      {"getSeconds", 'm', 2, 2, {"t", "s"}},
      {"getMilliseconds", 'm', 1, 1, {"tD"}},
      {"getMilliseconds", 'm', 2, 2, {"t", "s"}},
      {"math.greatest", 'g', 1, 32, {"iudl", "iud"}},
      {"math.least", 'g', 1, 32, {"iudl", "iud"}},
      {"math.ceil", 'g', 1, 1, {"d"}},
      {"math.floor", 'g', 1, 1, {"d"}},
      {"math.round", 'g', 1, 1, {"d"}},
      {"math.trunc", 'g', 1, 1, {"d"}},
      {"math.sqrt", 'g', 1, 1, {"iud"}},
      {"math.isNaN", 'g', 1, 1, {"d"}},
      {"math.isInf", 'g', 1, 1, {"d"}},
      {"math.isFinite", 'g', 1, 1, {"d"}},
      {"math.abs", 'g', 1, 1, {"iud$"}},
      {"math.sign", 'g', 1, 1, {"iud"}},
      {"math.bitAnd", 'g', 2, 2, {"iu"}},
      {"math.bitOr", 'g', 2, 2, {"iu"}},
      {"math.bitXor", 'g', 2, 2, {"iu"}},
      {"math.bitNot", 'g', 1, 1, {"iu"}},
      {"math.bitShiftLeft", 'g', 2, 2, {"iu", "i"}},
      {"math.bitShiftRight", 'g', 2, 2, {"iu", "i"}},
      {"optional.none", 'g', 0, 0, {}},
      {"optional.of", 'g', 1, 1, {"*"}},
      {"optional.ofNonZeroValue", 'g', 1, 1, {"*"}},
      {"hasValue", 'm', 1, 1, {"o"}},
      {"value", 'm', 1, 1, {"o"}},
      {"or", 'm', 2, 2, {"o"}},
      {"orValue", 'm', 2, 2, {"o", "*"}},
  };
  return table;
}

const Signature* signature_of(std::string_view name, bool member, std::size_t count) {
  for (const Signature& s : signatures())
    if (s.name == name && (s.style == 'e' || (s.style == 'm') == member) && count >= s.least &&
        count <= s.most)
      return &s;
  return nullptr;
}

bool takes(const Signature& signature, std::size_t i, Kind kind) {
  const auto& parameters = signature.parameters;
  const std::string_view allowed = parameters[std::min(i, parameters.size() - 1)];
  return allowed == "*" || allowed.find(letters[static_cast<std::size_t>(kind)]) != allowed.npos;
}

Datum to_int(const Datum& v) {
  switch (v.kind) {
    case Kind::real:
      if (!(v.real > -0x1p63 && v.real < 0x1p63)) return Datum::error("range");
      return Datum::integer(static_cast<Wide>(v.real));
    case Kind::string: {
      const auto whole = read_whole(v.text, true);
      return whole ? Datum::integer(*whole) : Datum::error("not an int");
    }
    case Kind::timestamp: {
      const Wide rest = (v.whole % nanos_a_second + nanos_a_second) % nanos_a_second;
      return Datum::integer((v.whole - rest) / nanos_a_second);
    }
    default: return Datum::integer(v.whole);
  }
}

Datum to_uint(const Datum& v) {
  if (v.is(Kind::real)) {
    if (!(v.real > -1 && v.real < 0x1p64)) return Datum::error("range");
    return Datum::uinteger(static_cast<Wide>(v.real));
  }
  if (!v.is(Kind::string)) return Datum::uinteger(v.whole);
  const auto whole = read_whole(v.text, false);
  return whole ? Datum::uinteger(*whole) : Datum::error("not a uint");
}

Datum to_double(const Datum& v, int digits) {
  switch (v.kind) {
    case Kind::real: return v;
    case Kind::money:
      return Datum::real_of(std::strtod(money_text(v.whole, digits).c_str(), nullptr));
    case Kind::string: break;
    default: return Datum::real_of(std::strtod(exact_text(v.whole).c_str(), nullptr));
  }
  std::string word = v.text;
  double sign = 1;
  if (word.starts_with('-') || word.starts_with('+')) {
    sign = word[0] == '-' ? -1 : 1;
    word.erase(0, 1);
  }
  if (word == "NaN") return Datum::real_of(std::nan(""));
  if (word == "Infinity" || word == "Inf" || word == "inf" || word == "infinity")
    return Datum::real_of(sign * HUGE_VAL);
  const auto number = read_double(v.text);
  return number ? Datum::real_of(*number) : Datum::error("not a double");
}

Datum to_string(const Datum& v, int digits) {
  switch (v.kind) {
    case Kind::boolean: return Datum::string(v.yes ? "true" : "false");
    case Kind::real: return Datum::string(shortest_text(v.real));
    case Kind::string: return v;
    case Kind::bytes: return decode(v.text) ? Datum::string(v.text) : Datum::error("not UTF-8");
    case Kind::timestamp: return Datum::string(write_timestamp(v.whole));
    case Kind::duration: return Datum::string(write_duration(v.whole));
    case Kind::money: return Datum::string(money_text(v.whole, digits));
    default: return Datum::string(exact_text(v.whole));
  }
}

Datum to_bool(const Datum& v) {
  if (v.is(Kind::boolean)) return v;
  for (const std::string_view word : {"true", "True", "TRUE", "t", "1"})
    if (v.text == word) return Datum::boolean(true);
  for (const std::string_view word : {"false", "False", "FALSE", "f", "0"})
    if (v.text == word) return Datum::boolean(false);
  return Datum::error("not a bool");
}

Datum size_of(const Datum& v) {
  switch (v.kind) {
    case Kind::list: return Datum::integer(static_cast<Wide>(v.items.size()));
    case Kind::map: return Datum::integer(static_cast<Wide>(v.entries.size()));
    case Kind::bytes: return Datum::integer(static_cast<Wide>(v.text.size()));
    default: return Datum::integer(static_cast<Wide>(decode(v.text)->size()));
  }
}

Datum matches(const std::string& text, const std::string& pattern) {
  re2::RE2::Options options(re2::RE2::Quiet);
  const re2::RE2 compiled(pattern, options);
  if (!compiled.ok()) return Datum::error("not a pattern");
  return Datum::boolean(re2::RE2::PartialMatch(text, compiled));
}

Datum extreme(const std::vector<Datum>& arguments, Order wanted) {
  std::vector<Datum> numbers = arguments;
  if (arguments[0].is(Kind::list)) {
    if (arguments.size() > 1) return Datum::error("a list and more");
    numbers = arguments[0].items;
  }
  if (numbers.empty()) return Datum::error("nothing to choose from");
  for (const Datum& number : numbers)
    if (!is_numeric(number.kind)) return Datum::error("not a number");
  Datum best = numbers[0];
  for (const Datum& number : numbers)
    if (order(number, best, {}) == wanted) best = number;
  return best;
}

Datum whole_math(std::string_view name, const std::vector<Datum>& a) {
  const auto bits = [](const Datum& v) { return static_cast<std::uint64_t>(v.whole); };
  const auto back = [&](std::uint64_t word) {
    return a[0].is(Kind::uinteger) ? Datum::uinteger(word)
                                   : Datum::integer(static_cast<std::int64_t>(word));
  };
  if (name == "math.bitNot") return back(~bits(a[0]));
  if (name.starts_with("math.bitShift")) {
    std::uint64_t word = bits(a[0]);
    if (a[1].whole < 0) return Datum::error("a negative distance");
    for (Wide i = 0; i < a[1].whole && word != 0; ++i)
      word = name == "math.bitShiftLeft" ? word << 1 : word >> 1;
    return back(word);
  }
  if (a[0].kind != a[1].kind) return Datum::error("two kinds");
  if (name == "math.bitAnd") return back(bits(a[0]) & bits(a[1]));
  if (name == "math.bitOr") return back(bits(a[0]) | bits(a[1]));
  return back(bits(a[0]) ^ bits(a[1]));
}

Datum math(std::string_view name, const std::vector<Datum>& a) {
  if (name == "math.greatest") return extreme(a, Order::greater);
  if (name == "math.least") return extreme(a, Order::less);
  if (name.starts_with("math.bit")) return whole_math(name, a);
  const Datum& v = a[0];
  const double real = v.is(Kind::real) ? v.real : std::strtod(exact_text(v.whole).c_str(), nullptr);
  if (name == "math.sqrt") return Datum::real_of(std::sqrt(real));
  if (name == "math.abs" || name == "math.sign") {
    const bool absolute = name == "math.abs";
    if (!v.is(Kind::real))
      return Datum::whole_of(v.kind, absolute ? (v.whole < 0 ? -v.whole : v.whole)
                                              : Wide{v.whole > 0} - Wide{v.whole < 0});
    if (std::isnan(real)) return v;
    if (absolute) return Datum::real_of(std::fabs(real));
    return Datum::real_of(real > 0 ? 1 : real < 0 ? -1 : 0);
  }
  if (name == "math.isNaN") return Datum::boolean(real != real);
  if (name == "math.isInf") return Datum::boolean(real == HUGE_VAL || real == -HUGE_VAL);
  if (name == "math.isFinite") return Datum::boolean(real - real == 0);
  if (name == "math.ceil") return Datum::real_of(std::ceil(real));
  if (name == "math.floor") return Datum::real_of(std::floor(real));
  if (name == "math.trunc") return Datum::real_of(real < 0 ? std::ceil(real) : std::floor(real));
  // Ties away from zero.
  const double below = std::floor(std::fabs(real));
  const double rounded = std::fabs(real) - below >= 0.5 ? below + 1 : below;
  return Datum::real_of(std::copysign(std::isfinite(real) ? rounded : real, real));
}

bool is_zero(const Datum& v) {
  switch (v.kind) {
    case Kind::null: return true;
    case Kind::boolean: return !v.yes;
    case Kind::real: return v.real == 0;
    case Kind::string:
    case Kind::bytes: return v.text.empty();
    case Kind::list:
    case Kind::optional: return v.items.empty();
    case Kind::map: return v.entries.empty();
    case Kind::integer:
    case Kind::uinteger:
    case Kind::money:
    case Kind::duration: return v.whole == 0;
    default: return false;
  }
}

Datum optionals(std::string_view name, const std::vector<Datum>& a) {
  if (name == "optional.none") return Datum::none();
  if (name == "optional.of") return Datum::some(a[0]);
  if (name == "optional.ofNonZeroValue") return is_zero(a[0]) ? Datum::none() : Datum::some(a[0]);
  const bool present = !a[0].items.empty();
  if (name == "hasValue") return Datum::boolean(present);
  if (name == "value") return present ? a[0].items[0] : Datum::error("no value");
  if (name == "or") return present ? a[0] : a[1];
  return present ? a[0].items[0] : a[1];
}

Datum join(const std::vector<Datum>& a) {
  std::string out;
  for (std::size_t i = 0; i < a[0].items.size(); ++i) {
    if (!a[0].items[i].is(Kind::string)) return Datum::error("not a string");
    if (i > 0 && a.size() > 1) out += a[1].text;
    out += a[0].items[i].text;
  }
  return Datum::string(out);
}

}  // namespace

bool is_function(std::string_view name, bool member, std::size_t count) {
  for (const Signature& s : signatures())
    if (s.name == name && (s.style == 'e' || (s.style == 'm') == member) &&
        (!name.starts_with("math.") || count > 0))
      return true;
  return false;
}

Datum call_function(std::string_view name, bool member, const std::vector<Datum>& a,
                    const MoneyRule& money) {
  const Signature* const signature = signature_of(name, member, a.size());
  if (!signature) return Datum::error("no such function");
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!takes(*signature, i, a[i].kind)) return Datum::error("no such overload");
  if (name == "int") return to_int(a[0]);
  if (name == "uint") return to_uint(a[0]);
  if (name == "double") return to_double(a[0], money.digits);
  if (name == "string") return to_string(a[0], money.digits);
  if (name == "bool") return to_bool(a[0]);
  if (name == "bytes") return Datum::of_text(Kind::bytes, a[0].text);
  if (name == "type") return Datum::of_text(Kind::type, std::string(type_name(a[0].kind)));
  if (name == "size") return size_of(a[0]);
  if (name == "timestamp") {
    if (a[0].is(Kind::timestamp)) return a[0];
    return a[0].is(Kind::integer) ? timestamp_of(a[0].whole * nanos_a_second)
                                  : read_timestamp(a[0].text);
  }
  if (name == "duration") return a[0].is(Kind::duration) ? a[0] : read_duration(a[0].text);
  if (name == "matches") return matches(a[0].text, a[1].text);
  if (name == "format") return format(a[0].text, a[1].items, money.digits);
  if (name == "join") return join(a);
  if (name.starts_with("math.")) return math(name, a);
  if (const auto field = time_field(name)) {
    if (a[0].is(Kind::duration)) return count_in_duration(a[0].whole, *field);
    if (a.size() == 2 && a[1].text.empty()) return Datum::error("no such zone");
    return read_field(a[0].whole, *field, a.size() == 2 ? a[1].text : "");
  }
  if (const auto text = a.empty() || !a[0].is(Kind::string) ? std::nullopt : text_function(name, a);
      text && signature->parameters[0] == "s")
    return *text;
  return optionals(name, a);
}

}  // namespace pharos::model
