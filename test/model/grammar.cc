// model/grammar.cc: plain CEL: literals at the edges, operators, macros and functions of each kind.
#include "model/grammar.h"

#include <fmt/format.h>

#include <array>

namespace pharos::model {
namespace {

using cel::Kind;
using Texts = std::vector<std::string_view>;

const Texts ints{"0",
                 "1",
                 "-1",
                 "2",
                 "3",
                 "5",
                 "7",
                 "10",
                 "63",
                 "64",
                 "100",
                 "-9223372036854775808",
                 "9223372036854775807",
                 "9007199254740991",
                 "9007199254740992",
                 "9007199254740993",
                 "-9007199254740993",
                 "4294967296",
                 "9223372036854775806",
                 "0x10",
                 "253402300799",
                 "-62135596800"};
const Texts uints{"0u",
                  "1u",
                  "2u",
                  "3u",
                  "18446744073709551615u",
                  "9223372036854775808u",
                  "9223372036854775807u",
                  "9007199254740993u",
                  "0xFFu"};
const Texts reals{"0.0",
                  "-0.0",
                  "1.0",
                  "1.5",
                  "-2.5",
                  "0.5",
                  "2.0",
                  "3.0",
                  "0.1",
                  "1e308",
                  "-1e308",
                  "5e-324",
                  "2.2250738585072014e-308",
                  "9007199254740992.0",
                  "9007199254740994.0",
                  "9223372036854775807.0",
                  "9223372036854774784.0",
                  "18446744073709551615.0",
                  "-9223372036854775808.0",
                  "(1.0 / 0.0)",
                  "(-1.0 / 0.0)",
                  "(0.0 / 0.0)",
                  "1e15",
                  "1e16",
                  "1e-5",
                  "123456789.125",
                  "0.30000000000000004",
                  "-0.5",
                  "3.5",
                  "1e23"};
const Texts strings{
    "''",
    "'a'",
    "'b'",
    "'abc'",
    "'Abc aBC'",
    "' \\u3000a\\u00a0'",
    "'客户'",
    "'é'",
    "'😀a'",
    "'a,b,,c'",
    "','",
    "'true'",
    "'1'",
    "'-5'",
    "'1.5'",
    "'NaN'",
    "'1e3'",
    "'2025-02-28T23:59:60Z'",
    "'2024-02-29T12:30:15.123456789Z'",
    "'1h30m'",
    "'-1.5s'",
    "'30d'",
    "'Asia/Shanghai'",
    "'+08:00'",
    "'America/New_York'",
    "'Mars/Base'",
    "'a.c'",
    "'[a-'",
    "'^a+$'",
    "'%s'",
    "'%d %s'",
    "'%.2f|%e|%x'",
    "'100%%'",
    "'%b %o %X'",
    "'k'",
    "'a\\n\"b\\\\'",
    "r'\\d'",
    "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab'"};
const Texts bytes{"b''", "b'abc'", "b'\\xff\\x00'", "b'客'", "b'a'"};
const Texts times{
    "timestamp('1970-01-01T00:00:00Z')",           "timestamp('0001-01-01T00:00:00Z')",
    "timestamp('9999-12-31T23:59:59.999999999Z')", "timestamp('2024-02-29T12:30:15.123456789Z')",
    "timestamp('2025-03-30T01:00:00Z')",           "timestamp('2025-10-26T00:59:59.999Z')",
    "timestamp('2018-11-04T02:59:59Z')",           "timestamp('1969-12-31T23:59:59.5Z')",
    "timestamp('2035-07-01T12:00:00+05:30')",      "timestamp(1700000000)"};
const Texts lengths{"duration('0')",
                    "duration('1h')",
                    "duration('-1ns')",
                    "duration('1ns')",
                    "duration('24h')",
                    "duration('1.5s')",
                    "duration('-90m')",
                    "duration('9223372036854775807ns')",
                    "duration('-9223372036854775808ns')",
                    "duration('52w')",
                    "duration('1ms')"};
const Texts types{"int",
                  "uint",
                  "double",
                  "string",
                  "bytes",
                  "bool",
                  "list",
                  "map",
                  "null_type",
                  "type",
                  "optional_type",
                  "google.protobuf.Timestamp",
                  "google.protobuf.Duration"};
const Texts zones{"'UTC'",
                  "'Asia/Shanghai'",
                  "'America/New_York'",
                  "'Europe/Berlin'",
                  "'Australia/Lord_Howe'",
                  "'America/Sao_Paulo'",
                  "'Asia/Kathmandu'",
                  "'+08:00'",
                  "'-09:30'",
                  "'02:00'",
                  "'Mars/Base'",
                  "''",
                  "'25:00'"};
const Texts patterns{"'a'", "'^a.*c$'", "'[0-9]+'", "'(客|a)+'", "'('", "''", "'(?i)ABC'"};
const Texts formats{"'%s'", "'%d'", "'%f'",    "'%.3f'", "'%e'", "'%.0e'", "'%x'", "'%X'",
                    "'%o'", "'%b'", "'%s %s'", "'%%%s'", "'%'",  "'%q'",   "'%.s'"};
const Texts fields{"a", "b", "k", "`a.b`"};

constexpr std::array scalars{Kind::boolean,  Kind::integer,   Kind::string,   Kind::real,
                             Kind::uinteger, Kind::timestamp, Kind::duration, Kind::bytes,
                             Kind::list,     Kind::map,       Kind::optional, Kind::null,
                             Kind::type};

class Maker {
 public:
  explicit Maker(Choices& choices) : choices_(choices) {}

  std::string literal(Kind kind, int depth);
  std::string make(Kind kind, int depth);
  Kind any_kind() { return choices_.of(scalars); }

 private:
  template <class... Arguments>
  static std::string say(fmt::format_string<Arguments...> pattern, Arguments&&... arguments) {
    return fmt::format(pattern, std::forward<Arguments>(arguments)...);
  }

  std::string leaf(Kind kind);
  std::string any(int depth) { return make(any_kind(), depth); }
  std::string number(int depth) {
    constexpr std::array kinds{Kind::integer, Kind::real, Kind::uinteger};
    return make(choices_.of(kinds), depth);
  }
  std::string boolean(int depth);
  std::string comparison(int depth);
  std::string quantifier(int depth);
  std::string integer(int depth);
  std::string uinteger(int depth);
  std::string real(int depth);
  std::string string(int depth);
  std::string time(int depth);
  std::string length(int depth);
  std::string list(int depth);
  std::string map(int depth);
  std::string optional(int depth);
  std::string of_any_kind(Kind kind, int depth);
  // Opens a variable for the body that `make_body` writes.
  template <class Body>
  std::string in_scope(const std::vector<Kind>& kinds, Body make_body) {
    const std::size_t before = locals_.size();
    for (const Kind kind : kinds) locals_.emplace_back(say("x{}", locals_.size()), kind);
    std::string body = make_body();
    locals_.resize(before);
    return body;
  }
  std::string next_name(std::size_t ahead = 0) { return say("x{}", locals_.size() + ahead); }

  Choices& choices_;
  std::vector<std::pair<std::string, Kind>> locals_;
};

std::string Maker::literal(Kind kind, int depth) {
  const auto items = [&](bool pairs) {
    std::string text;
    const Kind kind_of_items = any_kind();
    for (std::size_t i = choices_.below(4); i > 0; --i) {
      if (!text.empty()) text += ", ";
      if (pairs) {
        constexpr std::array keys{Kind::string, Kind::integer, Kind::boolean, Kind::uinteger};
        text += literal(choices_.of(keys), 0) + ": ";
      }
      text += literal(choices_.one_in(8) ? any_kind() : kind_of_items, depth - 1);
    }
    return text;
  };
  switch (kind) {
    case Kind::boolean: return choices_.below(2) ? "true" : "false";
    case Kind::integer:
      return choices_.one_in(6) ? say("{}", static_cast<std::int64_t>(choices_.word()))
                                : std::string(choices_.of(ints));
    case Kind::uinteger: return std::string(choices_.of(uints));
    case Kind::real: return std::string(choices_.of(reals));
    case Kind::string: return std::string(choices_.of(strings));
    case Kind::bytes: return std::string(choices_.of(bytes));
    case Kind::timestamp: return std::string(choices_.of(times));
    case Kind::duration: return std::string(choices_.of(lengths));
    case Kind::type: return std::string(choices_.of(types));
    case Kind::list: return depth < 0 ? "[]" : "[" + items(false) + "]";
    case Kind::map: return depth < 0 ? "{}" : "{" + items(true) + "}";
    case Kind::optional:
      if (depth < 0 || choices_.below(3) == 0) return "optional.none()";
      return say("optional.of({})", literal(any_kind(), depth - 1));
    default: return "null";
  }
}

std::string Maker::leaf(Kind kind) {
  std::vector<std::string> names;
  for (const auto& [name, of] : locals_)
    if (of == kind) names.push_back(name);
  for (const PlainName& name : plain_names())
    if (name.kind == kind) names.emplace_back(name.name);
  if (!names.empty() && choices_.below(3) > 0) return choices_.of(names);
  return literal(kind, 1);
}

std::string Maker::make(Kind kind, int depth) {
  if (choices_.one_in(24)) kind = any_kind();  // What does not fit, now and then.
  if (depth <= 0 || choices_.is_spent() || choices_.below(6) == 0) return leaf(kind);
  if (choices_.below(8) == 0) return of_any_kind(kind, depth - 1);
  switch (kind) {
    case Kind::boolean: return boolean(depth - 1);
    case Kind::integer: return integer(depth - 1);
    case Kind::uinteger: return uinteger(depth - 1);
    case Kind::real: return real(depth - 1);
    case Kind::string: return string(depth - 1);
    case Kind::timestamp: return time(depth - 1);
    case Kind::duration: return length(depth - 1);
    case Kind::list: return list(depth - 1);
    case Kind::map: return map(depth - 1);
    case Kind::optional: return optional(depth - 1);
    case Kind::type: return say("type({})", any(depth - 1));
    case Kind::bytes:
      return choices_.below(2) ? say("bytes({})", make(Kind::string, depth - 1))
                               : say("{} + {}", leaf(Kind::bytes), leaf(Kind::bytes));
    default: return leaf(kind);
  }
}

std::string Maker::of_any_kind(Kind kind, int d) {
  switch (choices_.below(8)) {
    case 0: return say("({} ? {} : {})", make(Kind::boolean, d), make(kind, d), make(kind, d));
    case 1: return say("{}[{}]", make(Kind::list, d), number(d));
    case 2: return say("{}.{}", make(Kind::map, d), choices_.of(fields));
    case 3: return say("{}[{}]", make(Kind::map, d), any(d));
    case 4: {
      const Kind bound = any_kind();
      const std::string name = next_name(), e = make(bound, d);
      return say("cel.bind({}, {}, {})", name, e, in_scope({bound}, [&] { return make(kind, d); }));
    }
    case 5: return say("{}.orValue({})", make(Kind::optional, d), make(kind, d));
    case 6: return say("dyn({})", make(kind, d));
    default: return say("{}.value()", make(Kind::optional, d));
  }
}

std::string Maker::comparison(int d) {
  constexpr std::array<std::string_view, 6> operators{"==", "!=", "<", "<=", ">", ">="};
  const std::string_view op = choices_.of(operators);
  if (choices_.below(3) == 0) return say("{} {} {}", number(d), op, number(d));
  const Kind kind = any_kind();
  return say("({} {} {})", make(kind, d), op, make(kind, d));
}

std::string Maker::quantifier(int d) {
  constexpr std::array<std::string_view, 4> one{"all", "exists", "exists_one", "existsOne"};
  const Kind item = any_kind();
  const bool over_map = choices_.one_in(3);
  const std::string range = make(over_map ? Kind::map : Kind::list, d);
  const std::string_view macro = choices_.of(one);
  if (choices_.below(2)) {
    const std::string name = next_name();
    return say("{}.{}({}, {})", range, macro, name,
               in_scope({over_map ? Kind::string : item}, [&] { return make(Kind::boolean, d); }));
  }
  const std::string first = next_name(), second = next_name(1);
  const Kind key = over_map ? Kind::string : Kind::integer;
  return say("{}.{}({}, {}, {})", range, macro, first, second,
             in_scope({key, item}, [&] { return make(Kind::boolean, d); }));
}

std::string Maker::boolean(int d) {
  switch (choices_.below(14)) {
    case 0:
    case 1:
    case 2: return comparison(d);
    case 3: return say("({} && {})", make(Kind::boolean, d), make(Kind::boolean, d));
    case 4: return say("({} || {})", make(Kind::boolean, d), make(Kind::boolean, d));
    case 5: return say("!{}", make(Kind::boolean, d));
    case 6: return say("({} in {})", any(d), make(Kind::list, d));
    case 7: return say("({} in {})", any(d), make(Kind::map, d));
    case 8: return quantifier(d);
    case 9:
      return say("has({}.{})", make(choices_.below(4) ? Kind::map : Kind::optional, d),
                 choices_.of(fields));
    case 10: {
      constexpr std::array<std::string_view, 3> tests{"contains", "startsWith", "endsWith"};
      return say("{}.{}({})", make(Kind::string, d), choices_.of(tests), make(Kind::string, d));
    }
    case 11:
      return choices_.below(2)
                 ? say("{}.matches({})", make(Kind::string, d), choices_.of(patterns))
                 : say("matches({}, {})", make(Kind::string, d), make(Kind::string, d));
    case 12: {
      constexpr std::array<std::string_view, 3> tests{"isNaN", "isInf", "isFinite"};
      return say("math.{}({})", choices_.of(tests), make(Kind::real, d));
    }
    default:
      return choices_.below(2) ? say("{}.hasValue()", make(Kind::optional, d))
                               : say("bool({})", make(Kind::string, d));
  }
}

std::string Maker::integer(int d) {
  constexpr std::array<std::string_view, 5> operators{"+", "-", "*", "/", "%"};
  const auto two = [&](std::string_view function) {
    return say("math.{}({}, {})", function, make(Kind::integer, d), make(Kind::integer, d));
  };
  switch (choices_.below(12)) {
    case 0:
    case 1:
      return say("({} {} {})", make(Kind::integer, d), choices_.of(operators),
                 make(Kind::integer, d));
    case 2: return say("-({})", make(Kind::integer, d));
    case 3: {
      constexpr std::array kinds{Kind::string, Kind::list, Kind::map, Kind::bytes};
      return say("size({})", make(choices_.of(kinds), d));
    }
    case 4: {
      const std::string_view name = choices_.below(2) ? "indexOf" : "lastIndexOf";
      if (choices_.below(2))
        return say("{}.{}({})", make(Kind::string, d), name, make(Kind::string, d));
      return say("{}.{}({}, {})", make(Kind::string, d), name, make(Kind::string, d),
                 choices_.of(ints));
    }
    case 5: {
      constexpr std::array kinds{Kind::real, Kind::string, Kind::uinteger, Kind::timestamp};
      return say("int({})", make(choices_.of(kinds), d));
    }
    case 6:
    case 7: {
      constexpr std::array<std::string_view, 10> names{
          "getFullYear",  "getMonth", "getDayOfMonth", "getDate",    "getDayOfWeek",
          "getDayOfYear", "getHours", "getMinutes",    "getSeconds", "getMilliseconds"};
      const std::string_view name = choices_.of(names);
      if (choices_.below(4) == 0) return say("{}.{}()", make(Kind::duration, d), name);
      if (choices_.below(2)) return say("{}.{}()", make(Kind::timestamp, d), name);
      return say("{}.{}({})", make(Kind::timestamp, d), name, choices_.of(zones));
    }
    case 8: {
      constexpr std::array<std::string_view, 7> names{
          "greatest", "least", "bitAnd", "bitOr", "bitXor", "bitShiftLeft", "bitShiftRight"};
      return two(choices_.of(names));
    }
    case 9: {
      constexpr std::array<std::string_view, 3> names{"abs", "sign", "bitNot"};
      return say("math.{}({})", choices_.of(names), make(Kind::integer, d));
    }
    case 10:
      return say("math.{}({})", choices_.below(2) ? "greatest" : "least", make(Kind::list, d));
    default: return say("{}.size()", make(Kind::string, d));
  }
}

std::string Maker::uinteger(int d) {
  constexpr std::array<std::string_view, 5> operators{"+", "-", "*", "/", "%"};
  switch (choices_.below(4)) {
    case 0:
      return say("({} {} {})", make(Kind::uinteger, d), choices_.of(operators),
                 make(Kind::uinteger, d));
    case 1: return say("uint({})", number(d));
    case 2: return say("uint({})", make(Kind::string, d));
    default:
      return choices_.below(2)
                 ? say("math.bitNot({})", make(Kind::uinteger, d))
                 : say("math.bitShiftRight({}, {})", make(Kind::uinteger, d), choices_.of(ints));
  }
}

std::string Maker::real(int d) {
  constexpr std::array<std::string_view, 4> operators{"+", "-", "*", "/"};
  constexpr std::array<std::string_view, 7> names{"ceil", "floor", "round", "trunc",
                                                  "sqrt", "abs",   "sign"};
  switch (choices_.below(6)) {
    case 0:
    case 1:
      return say("({} {} {})", make(Kind::real, d), choices_.of(operators), make(Kind::real, d));
    case 2: return say("math.{}({})", choices_.of(names), make(Kind::real, d));
    case 3: return say("double({})", make(choices_.below(2) ? Kind::string : Kind::integer, d));
    case 4: return say("math.greatest({}, {}, {})", number(d), number(d), number(d));
    default: return say("-{}", make(Kind::real, d));
  }
}

std::string Maker::string(int d) {
  switch (choices_.below(14)) {
    case 0:
    case 1: return say("({} + {})", make(Kind::string, d), make(Kind::string, d));
    case 2: return say("{}.substring({})", make(Kind::string, d), make(Kind::integer, d));
    case 3:
      return say("{}.substring({}, {})", make(Kind::string, d), choices_.of(ints),
                 choices_.of(ints));
    case 4: return say("{}.charAt({})", make(Kind::string, d), choices_.of(ints));
    case 5:
      return say("{}.replace({}, {})", make(Kind::string, d), make(Kind::string, d),
                 make(Kind::string, d));
    case 6:
      return say("{}.replace({}, {}, {})", make(Kind::string, d), leaf(Kind::string),
                 leaf(Kind::string), choices_.of(ints));
    case 7: {
      constexpr std::array<std::string_view, 4> names{"lowerAscii", "upperAscii", "trim",
                                                      "reverse"};
      return say("{}.{}()", make(Kind::string, d), choices_.of(names));
    }
    case 8: return say("strings.quote({})", make(Kind::string, d));
    case 9:
    case 10: {
      constexpr std::array kinds{Kind::integer, Kind::real,      Kind::uinteger, Kind::boolean,
                                 Kind::bytes,   Kind::timestamp, Kind::duration, Kind::string};
      return say("string({})", make(choices_.of(kinds), d));
    }
    case 11: return say("{}.join({})", make(Kind::list, d), leaf(Kind::string));
    case 12: return say("{}.format([{}])", choices_.of(formats), any(d));
    default: return say("{}.format({})", leaf(Kind::string), make(Kind::list, d));
  }
}

std::string Maker::time(int d) {
  switch (choices_.below(4)) {
    case 0: return say("({} + {})", make(Kind::timestamp, d), make(Kind::duration, d));
    case 1: return say("({} - {})", make(Kind::timestamp, d), make(Kind::duration, d));
    case 2: return say("timestamp({})", make(Kind::string, d));
    default: return say("timestamp({})", make(Kind::integer, d));
  }
}

std::string Maker::length(int d) {
  switch (choices_.below(4)) {
    case 0: return say("({} - {})", make(Kind::timestamp, d), make(Kind::timestamp, d));
    case 1: return say("({} + {})", make(Kind::duration, d), make(Kind::duration, d));
    case 2: return say("({} - {})", make(Kind::duration, d), make(Kind::duration, d));
    default: return say("duration({})", make(Kind::string, d));
  }
}

std::string Maker::list(int d) {
  const Kind item = any_kind();
  const std::string name = next_name(), second = next_name(1);
  switch (choices_.below(9)) {
    case 0: return say("({} + {})", make(Kind::list, d), make(Kind::list, d));
    case 1: return say("[{}, {}]", make(item, d), make(item, d));
    case 2: return say("[{}, ?{}]", make(item, d), make(Kind::optional, d));
    case 3: {
      const std::string range = make(Kind::list, d);
      return say("{}.map({}, {})", range, name,
                 in_scope({item}, [&] { return make(any_kind(), d); }));
    }
    case 4: {
      const std::string range = make(choices_.below(3) ? Kind::list : Kind::map, d);
      return say("{}.filter({}, {})", range, name,
                 in_scope({item}, [&] { return make(Kind::boolean, d); }));
    }
    case 5: {
      const std::string range = make(Kind::list, d);
      return in_scope({item}, [&] {
        const std::string test = make(Kind::boolean, d);
        return say("{}.map({}, {}, {})", range, name, test, make(any_kind(), d));
      });
    }
    case 6: {
      const std::string range = make(choices_.below(2) ? Kind::list : Kind::map, d);
      return in_scope({Kind::integer, item}, [&] {
        const std::string body = make(any_kind(), d);
        if (choices_.below(2))
          return say("{}.transformList({}, {}, {})", range, name, second, body);
        return say("{}.transformList({}, {}, {}, {})", range, name, second, make(Kind::boolean, d),
                   body);
      });
    }
    case 7: return say("{}.split({})", make(Kind::string, d), leaf(Kind::string));
    default:
      return say("{}.split({}, {})", make(Kind::string, d), leaf(Kind::string), choices_.of(ints));
  }
}

std::string Maker::map(int d) {
  constexpr std::array keys{Kind::string, Kind::integer, Kind::uinteger, Kind::boolean};
  const std::string name = next_name(), second = next_name(1);
  switch (choices_.below(6)) {
    case 0:
      return say("{{{}: {}, {}: {}}}", make(choices_.of(keys), d), any(d),
                 make(choices_.of(keys), d), any(d));
    case 1: return say("{{'a': {}, ?'k': {}}}", any(d), make(Kind::optional, d));
    case 2: {
      const std::string range = make(choices_.below(2) ? Kind::list : Kind::map, d);
      return in_scope({Kind::integer, any_kind()}, [&] {
        const std::string body = any(d);
        if (choices_.below(2)) return say("{}.transformMap({}, {}, {})", range, name, second, body);
        return say("{}.transformMap({}, {}, {}, {})", range, name, second, make(Kind::boolean, d),
                   body);
      });
    }
    case 3: {
      const std::string range = make(choices_.below(2) ? Kind::list : Kind::map, d);
      return in_scope({Kind::integer, any_kind()}, [&] {
        return say("{}.transformMapEntry({}, {}, {{{}: {}}})", range, name, second,
                   make(choices_.of(keys), d), any(d));
      });
    }
    case 4: {
      const std::string range = make(Kind::list, d);
      return in_scope({Kind::integer, any_kind()}, [&] {
        return say("{}.transformMapEntry({}, {}, {})", range, name, second, make(Kind::map, d));
      });
    }
    default: return say("{{'a': {}, 'b': {}}}", any(d), any(d));
  }
}

std::string Maker::optional(int d) {
  const std::string name = next_name();
  const Kind kind = any_kind();
  switch (choices_.below(9)) {
    case 0: return say("{}.?{}", make(Kind::map, d), choices_.of(fields));
    case 1: return say("{}[?{}]", make(Kind::list, d), number(d));
    case 2: return say("{}[?{}]", make(Kind::map, d), any(d));
    case 3: return say("optional.of({})", any(d));
    case 4: return say("optional.ofNonZeroValue({})", any(d));
    case 5: {
      const std::string range = make(Kind::optional, d);
      return say("{}.optMap({}, {})", range, name, in_scope({kind}, [&] { return any(d); }));
    }
    case 6: {
      const std::string range = make(Kind::optional, d);
      return say("{}.optFlatMap({}, {})", range, name,
                 in_scope({kind}, [&] { return make(Kind::optional, d); }));
    }
    case 7: return say("{}.or({})", make(Kind::optional, d), make(Kind::optional, d));
    default: return say("{}.?{}.{}", make(Kind::map, d), choices_.of(fields), choices_.of(fields));
  }
}

}  // namespace

const std::vector<PlainName>& plain_names() {
  static const std::vector<PlainName> names{
      {"b0", Kind::boolean},   {"i0", Kind::integer},  {"i1", Kind::integer},
      {"u0", Kind::uinteger},  {"d0", Kind::real},     {"d1", Kind::real},
      {"s0", Kind::string},    {"s1", Kind::string},   {"y0", Kind::bytes},
      {"t0", Kind::timestamp}, {"r0", Kind::duration}, {"l0", Kind::list},
      {"l1", Kind::list},      {"m0", Kind::map},      {"m1", Kind::map},
      {"o0", Kind::optional},  {"p.q", Kind::integer}, {"p.q.r", Kind::string},
      {"n0", Kind::null},      {"map", Kind::integer}, {"gone", Kind::string}};
  return names;
}

std::string plain_value(Kind kind, Choices& choices) {
  return Maker(choices).literal(kind, 2);
}

std::string plain_expression(Choices& choices) {
  Maker maker(choices);
  const Kind kind = maker.any_kind();
  return maker.make(kind, 4);
}

}  // namespace pharos::model
