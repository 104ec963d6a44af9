// cel/compare.cc: equality and order of values.
#include "cel/compare.h"

#include <array>
#include <cmath>
#include <limits>

#include "cel/box.h"

namespace pharos::cel {
namespace {

constexpr int unordered = 2;

template <class T>
int order_of(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

// A whole number against a double, exactly: the double's whole part fits into 128 bits wherever
// the comparison is not already decided by its size. `most` is the greatest number of the whole
// one's type: the double one above it is what `most` itself becomes as a double, and the
// conformance cases want the two to be equal.
int compare_whole(__int128 whole, __int128 most, double real) {
  if (std::isnan(real)) return unordered;
  if (real > 0x1p64) return -1;
  if (real < -0x1p63) return 1;
  const double floor = std::floor(real);
  __int128 other = static_cast<__int128>(floor);
  if (other == most + 1) other = most;
  const int order = order_of(whole, other);
  return order == 0 && real > floor ? -1 : order;
}

__int128 most_of(const Value& v) {
  return v.kind() == Kind::uinteger
             ? static_cast<__int128>(std::numeric_limits<std::uint64_t>::max())
             : static_cast<__int128>(std::numeric_limits<std::int64_t>::max());
}

__int128 whole_of(const Value& v) {
  return v.kind() == Kind::uinteger ? static_cast<__int128>(v.as_uinteger())
                                    : static_cast<__int128>(v.as_integer());
}

// Money against int, uint or double; unordered where they do not compare.
int compare_money(std::int64_t minor, const Value& number, MoneyScale scale) {
  if (number.kind() == Kind::real) {
    if (!scale.with_real) return unordered;
    const double major = major_units(minor, scale);
    const double other = number.as_real();
    return std::isnan(other) ? unordered : order_of(major, other);
  }
  return order_of(static_cast<__int128>(minor), whole_of(number) * scale.unit());
}

// Unordered also stands for kinds that have no common order; `known` tells them apart from NaN.
int compare_scalars(const Value& a, const Value& b, MoneyScale scale, bool& known) {
  const Kind x = a.kind(), y = b.kind();
  known = true;
  if (is_number(x) && is_number(y)) return compare_numbers(a, b);
  if (x == Kind::money && is_number(y) && (y != Kind::real || scale.with_real))
    return compare_money(a.as_integer(), b, scale);
  if (y == Kind::money && is_number(x) && (x != Kind::real || scale.with_real)) {
    const int order = compare_money(b.as_integer(), a, scale);
    return order == unordered ? order : -order;
  }
  if (x == y) {
    switch (x) {
      case Kind::boolean:
      case Kind::money:
      case Kind::duration: return order_of(a.as_integer(), b.as_integer());
      case Kind::string:
      case Kind::bytes: return order_of(a.as_string().compare(b.as_string()), 0);
      case Kind::timestamp:
        return a.seconds() != b.seconds() ? order_of(a.seconds(), b.seconds())
                                          : order_of(a.nanos(), b.nanos());
      default: break;
    }
  }
  known = false;
  return unordered;
}

class Equality {
 public:
  Equality(MoneyScale scale, Arena& arena) : scale_(scale), arena_(arena) {}

  bool spent() const { return spent_; }

  bool operator()(const Value& a, const Value& b, int depth = 0) {
    if (spent_ || depth > value_depth_max || !arena_.charge(1)) {
      spent_ = true;
      return false;
    }
    const Kind x = a.kind();
    if (x == b.kind()) {
      switch (x) {
        case Kind::null: return true;
        case Kind::list: return lists(list_of(a), list_of(b), depth);
        case Kind::map: return maps(map_of(a), map_of(b), depth);
        case Kind::type: return type_name_of(a) == type_name_of(b);
        case Kind::optional: {
          const Optional &p = optional_of(a), &q = optional_of(b);
          if (p.has_value != q.has_value) return false;
          return !p.has_value || (*this)(p.value, q.value, depth + 1);
        }
        case Kind::string:
        case Kind::bytes:
          if (a.as_string().size() != b.as_string().size()) return false;
          if (!arena_.charge(a.as_string().size() / 64)) spent_ = true;
          return !spent_ && a.as_string() == b.as_string();
        default: break;
      }
    }
    bool known = false;
    return compare_scalars(a, b, scale_, known) == 0;
  }

 private:
  bool lists(const List& a, const List& b, int depth) {
    if (a.size != b.size) return false;
    for (std::uint32_t i = 0; i < a.size; ++i)
      if (!(*this)(a.data[i], b.data[i], depth + 1)) return false;
    return true;
  }

  bool maps(const Map& a, const Map& b, int depth) {
    if (a.size != b.size) return false;
    for (std::uint32_t i = 0; i < a.size; ++i) {  // Both are sorted by the same order.
      const Value& key = a.data[i].key;
      if (key.kind() == Kind::string && !arena_.charge(key.as_string().size() / 64)) {
        spent_ = true;
        return false;
      }
      if (compare_keys(a.data[i].key, b.data[i].key) != 0) return false;
      if (!(*this)(a.data[i].value, b.data[i].value, depth + 1)) return false;
    }
    return true;
  }

  MoneyScale scale_;
  Arena& arena_;
  bool spent_ = false;
};

}  // namespace

std::string_view name_of(Op op) {
  constexpr std::array<std::string_view, 12> names{
      "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "in"};
  return names[static_cast<std::size_t>(op)];
}

Op mirrored(Op op) {
  switch (op) {
    case Op::lt: return Op::gt;
    case Op::le: return Op::ge;
    case Op::gt: return Op::lt;
    case Op::ge: return Op::le;
    default: return op;
  }
}

std::int64_t MoneyScale::unit() const {
  std::int64_t unit = 1;
  for (int i = 0; i < digits; ++i) unit *= 10;
  return unit;
}

double major_units(std::int64_t minor, MoneyScale scale) {
  const std::int64_t unit = scale.unit();
  constexpr std::int64_t exact_max = std::int64_t{1} << 53;
  if (minor >= -exact_max && minor <= exact_max)  // Both are doubles, so one division rounds once.
    return static_cast<double>(minor) / static_cast<double>(unit);
  // More bits of the quotient than a double holds, and whether there are others behind them.
  constexpr int more_bits = 24;
  using Wide = unsigned __int128;
  const Wide size = minor < 0 ? -static_cast<Wide>(minor) : static_cast<Wide>(minor);
  Wide quotient = (size << more_bits) / static_cast<Wide>(unit);
  if ((size << more_bits) % static_cast<Wide>(unit) != 0) quotient |= 1;
  const double rounded = std::ldexp(static_cast<double>(quotient), -more_bits);
  return minor < 0 ? -rounded : rounded;
}

bool is_number(Kind kind) {
  return kind == Kind::integer || kind == Kind::uinteger || kind == Kind::real;
}

double to_real(const Value& number) {
  switch (number.kind()) {
    case Kind::integer: return static_cast<double>(number.as_integer());
    case Kind::uinteger: return static_cast<double>(number.as_uinteger());
    default: return number.as_real();
  }
}

int compare_numbers(const Value& a, const Value& b) {
  const bool x = a.kind() == Kind::real, y = b.kind() == Kind::real;
  if (x && y) {
    if (std::isnan(a.as_real()) || std::isnan(b.as_real())) return unordered;
    return order_of(a.as_real(), b.as_real());
  }
  if (!x && !y) return order_of(whole_of(a), whole_of(b));
  if (y) return compare_whole(whole_of(a), most_of(a), b.as_real());
  const int order = compare_whole(whole_of(b), most_of(b), a.as_real());
  return order == unordered ? order : -order;
}

Value compare(Op op, const Value& a, const Value& b, MoneyScale scale, Arena& arena) {
  if (a.is_error()) return a;
  if (b.is_error()) return b;
  if (op == Op::eq || op == Op::ne) {
    const auto same = equal(a, b, scale, arena);
    return same ? Value::boolean(*same == (op == Op::eq)) : too_many_steps();
  }
  const bool is_text = a.kind() == Kind::string || a.kind() == Kind::bytes;
  if (is_text && !arena.charge(a.as_string().size() / 64)) return too_many_steps();
  bool known = false;
  const int order = compare_scalars(a, b, scale, known);
  if (!known) return Value::error("values of these types have no order");
  return Value::boolean(order != unordered && holds(op, order));
}

std::optional<bool> equal(const Value& a, const Value& b, MoneyScale scale, Arena& arena) {
  Equality equality(scale, arena);
  const bool same = equality(a, b);
  if (equality.spent()) return std::nullopt;
  return same;
}

bool is_key(Kind kind) {
  return kind == Kind::boolean || kind == Kind::integer || kind == Kind::uinteger ||
         kind == Kind::string;
}

int compare_keys(const Value& a, const Value& b) {
  const auto rank = [](Kind kind) {
    return kind == Kind::boolean ? 0 : kind == Kind::string ? 2 : is_number(kind) ? 1 : 3;
  };
  const int x = rank(a.kind()), y = rank(b.kind());
  if (x != y) return order_of(x, y);
  if (x == 0) return order_of(a.as_integer(), b.as_integer());
  if (x == 1) return order_of(whole_of(a), whole_of(b));
  return x == 2 ? order_of(a.as_string().compare(b.as_string()), 0) : -1;
}

std::optional<Value> whole_number(double value) {
  if (std::floor(value) != value || !(value >= -0x1p63 && value < 0x1p64)) return std::nullopt;
  if (value < 0x1p63) return Value::integer(static_cast<std::int64_t>(value));
  return Value::uinteger(static_cast<std::uint64_t>(value));
}

}  // namespace pharos::cel
