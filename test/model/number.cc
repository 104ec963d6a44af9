// model/number.cc: schoolbook arithmetic on text.
#include "model/number.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

namespace pharos::model {
namespace {

// Sign, digits before and behind the point, without zeros that mean nothing.
struct Parts {
  bool negative = false;
  std::string before, behind;
};

Parts parts_of(std::string_view text) {
  Parts parts;
  if (text.starts_with('-')) {
    parts.negative = true;
    text.remove_prefix(1);
  }
  const std::size_t point = text.find('.');
  parts.before = text.substr(0, point);
  if (point != std::string_view::npos) parts.behind = text.substr(point + 1);
  while (parts.before.starts_with('0')) parts.before.erase(0, 1);
  while (parts.behind.ends_with('0')) parts.behind.pop_back();
  if (parts.before.empty() && parts.behind.empty()) parts.negative = false;
  return parts;
}

int sign(int order) {
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string without_leading_zeros(std::string digits) {
  while (digits.starts_with('0')) digits.erase(0, 1);
  return digits;
}

int compare_digits(const std::string& a, const std::string& b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return sign(a.compare(b));
}

// Products of digits, column by column.
std::string multiply(const std::string& a, const std::string& b) {
  std::string out(a.size() + b.size(), '0');
  for (std::size_t i = a.size(); i-- > 0;) {
    int carry = 0;
    for (std::size_t j = b.size(); j-- > 0;) {
      const int sum = (a[i] - '0') * (b[j] - '0') + (out[i + j + 1] - '0') + carry;
      out[i + j + 1] = static_cast<char>('0' + sum % 10);
      carry = sum / 10;
    }
    out[i] = static_cast<char>('0' + (out[i] - '0') + carry);
  }
  return without_leading_zeros(out);
}

std::string subtract(std::string a, const std::string& b) {
  int borrow = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    char& digit = a[a.size() - 1 - i];
    int d = digit - '0' - borrow - (i < b.size() ? b[b.size() - 1 - i] - '0' : 0);
    borrow = d < 0 ? 1 : 0;
    if (d < 0) d += 10;
    digit = static_cast<char>('0' + d);
  }
  return without_leading_zeros(a);
}

// Long division of digits: the quotient and what is left.
std::pair<std::string, std::string> divide(const std::string& a, const std::string& b) {
  std::string quotient, rest;
  for (const char digit : a) {
    rest = without_leading_zeros(rest + digit);
    char times = '0';
    for (; compare_digits(rest, b) >= 0; ++times) rest = subtract(rest, b);
    quotient += times;
  }
  return {without_leading_zeros(quotient), rest};
}

}  // namespace

std::string exact_text(double real) {
  char buffer[1'500];
  std::snprintf(buffer, sizeof buffer, "%.1074f", real);  // A double has no digit behind that.
  return buffer;
}

std::string exact_text(Wide whole) {
  if (whole == 0) return "0";
  std::string digits;
  for (Wide rest = whole; rest != 0; rest /= 10) {
    const int digit = static_cast<int>(rest % 10);
    digits.insert(digits.begin(), static_cast<char>('0' + (digit < 0 ? -digit : digit)));
  }
  return (whole < 0 ? "-" : "") + digits;
}

int compare_text(std::string_view a, std::string_view b) {
  const Parts x = parts_of(a), y = parts_of(b);
  if (x.negative != y.negative) return x.negative ? -1 : 1;
  int order = compare_digits(x.before, y.before);
  if (order == 0) order = sign(x.behind.compare(y.behind));
  return x.negative ? -order : order;
}

std::string shortest_text(double real) {
  if (std::isnan(real)) return "NaN";
  if (std::isinf(real)) return real < 0 ? "-Infinity" : "Infinity";
  char buffer[64];
  int precision = 0;
  do {
    std::snprintf(buffer, sizeof buffer, "%.*e", precision, real);
  } while (std::strtod(buffer, nullptr) != real && ++precision < 18);
  const std::string text = buffer;
  const std::size_t e = text.find('e');
  const int exponent = std::atoi(text.c_str() + e + 1);
  std::string digits = text.substr(0, e);
  const bool negative = digits.starts_with('-');
  if (negative) digits.erase(0, 1);
  if (digits.size() > 1) digits.erase(1, 1);  // The point.
  std::string out;
  if (exponent < -4 || exponent >= 16) {
    out = digits.substr(0, 1) + (digits.size() > 1 ? "." + digits.substr(1) : "");
    std::snprintf(buffer, sizeof buffer, "e%c%02d", exponent < 0 ? '-' : '+', std::abs(exponent));
    out += buffer;
  } else if (exponent < 0) {
    out = "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  } else {
    const auto before = static_cast<std::size_t>(exponent + 1);
    if (digits.size() < before) digits.append(before - digits.size(), '0');
    out = digits.substr(0, before);
    if (digits.size() > before) out += "." + digits.substr(before);
  }
  return (negative ? "-" : "") + out;
}

std::optional<double> read_double(std::string_view text) {
  const auto decimal = read_decimal(text);
  if (!decimal) return std::nullopt;
  const double value = std::strtod(std::string(text).c_str(), nullptr);
  if (!std::isfinite(value)) return std::nullopt;
  if (value == 0 && !decimal->digits.empty()) return std::nullopt;  // Nearer to zero than any.
  return value;
}

std::optional<Wide> read_whole(std::string_view text, bool with_sign) {
  const bool negative = with_sign && text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  Wide whole = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    whole = whole * 10 + (c - '0');
    if (whole > Wide{1} << 65) return std::nullopt;
  }
  return negative ? -whole : whole;
}

std::optional<DecimalText> read_decimal(std::string_view text) {
  DecimalText decimal;
  std::size_t at = 0;
  if (text.starts_with('-')) decimal.negative = ++at > 0;
  bool any = false, point = false;
  for (; at < text.size() && (is_digit(text[at]) || (text[at] == '.' && !point)); ++at) {
    if (text[at] == '.') {
      point = true;
      continue;
    }
    any = true;
    decimal.digits += text[at];
    if (point) --decimal.exponent;
  }
  if (!any) return std::nullopt;
  if (at < text.size()) {
    if (text[at] != 'e' && text[at] != 'E') return std::nullopt;
    std::string_view power = text.substr(at + 1);
    const bool down = power.starts_with('-');
    if (down || power.starts_with('+')) power.remove_prefix(1);
    const auto value = read_whole(power, false);
    if (!value || *value > 1'000'000) return std::nullopt;
    decimal.exponent += static_cast<long>(down ? -*value : *value);
  }
  decimal.digits = without_leading_zeros(decimal.digits);
  return decimal;
}

int compare_money_text(Wide minor, int digits, const DecimalText& decimal) {
  // Both sides times 10^places, until neither has digits behind the point.
  const long places = std::max<long>(digits, -decimal.exponent);
  std::string a = exact_text(minor), b = decimal.digits.empty() ? "0" : decimal.digits;
  a.append(static_cast<std::size_t>(places - digits), '0');
  b.append(static_cast<std::size_t>(places + decimal.exponent), '0');
  return compare_text(a, (decimal.negative ? "-" : "") + b);
}

Wide half_even(Wide numerator, Wide denominator) {
  const bool negative = (numerator < 0) != (denominator < 0);
  if (numerator < 0) numerator = -numerator;
  if (denominator < 0) denominator = -denominator;
  Wide whole = numerator / denominator;
  const Wide rest = numerator - whole * denominator;
  if (rest > denominator - rest || (rest == denominator - rest && whole % 2 == 1)) ++whole;
  return negative ? -whole : whole;
}

Datum money_times(Wide minor, const DecimalText& by, bool is_division) {
  const bool negative = (minor < 0) != by.negative;
  std::string top = exact_text(minor < 0 ? -minor : minor), bottom = "1";
  long exponent = by.exponent;
  if (is_division) {
    bottom = by.digits;
    if (bottom.empty()) return Datum::error("division by zero");
    exponent = -exponent;
  } else {
    top = multiply(top, by.digits);
  }
  (exponent > 0 ? top : bottom).append(static_cast<std::size_t>(std::labs(exponent)), '0');
  auto [whole, rest] = divide(without_leading_zeros(top), bottom);
  const int half = compare_digits(multiply(rest, "2"), bottom);
  const bool odd = !whole.empty() && (whole.back() - '0') % 2 == 1;
  const auto value = read_whole(whole.empty() ? "0" : whole, false);
  if (!value) return Datum::error("the amount is outside the range of money");
  Wide amount = *value + (half > 0 || (half == 0 && odd) ? 1 : 0);
  if (negative) amount = -amount;
  return Datum::whole_of(Kind::money, amount);
}

}  // namespace pharos::model
