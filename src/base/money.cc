// base/money.cc: decimal text and minor units, exactly.
#include "base/money.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace pharos {
namespace {

// ISO 4217 codes in use, by digits after the point (list one, 2026; funds and metals left out).
constexpr std::string_view digits_0 =
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
constexpr std::string_view digits_3 = "BHD IQD JOD KWD LYD OMR TND";
constexpr std::string_view digits_2 =
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF "
    "CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD "
    "HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA "
    "MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN "
    "QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP "
    "TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW ZWG";

}  // namespace

Result<Currency> find_currency(std::string_view code) {
  const std::array<std::pair<std::string_view, int>, 3> lists{
      {{digits_0, 0}, {digits_2, 2}, {digits_3, 3}}};
  for (const auto& [codes, digits] : lists)
    if (code.size() == 3 && code.find(' ') == std::string_view::npos &&
        codes.find(code) != std::string_view::npos)
      return Currency{std::string(code), digits};
  return fail(ErrorCode::invalid, "{} is not a currency; use an ISO 4217 code such as CNY or USD",
              quoted(code.substr(0, 32)));
}

Result<Money> parse_money(std::string_view text, int digits) {
  const auto bad = [&](std::string_view what) {
    return fail(ErrorCode::invalid, "{} is not an amount: {}", quoted(text.substr(0, 64)), what);
  };
  std::string_view rest = text;
  const bool negative = !rest.empty() && rest[0] == '-';
  if (negative) rest.remove_prefix(1);
  int exponent = 0;
  // An `e` behind anything but a number is no exponent, and the digits are what is wrong.
  const std::size_t e = rest.find_first_not_of("0123456789.");
  if (e != std::string_view::npos && (rest[e] == 'e' || rest[e] == 'E')) {
    std::string_view power = rest.substr(e + 1);
    if (!power.empty() && power[0] == '+') power.remove_prefix(1);
    const auto value = parse_int64(power);
    if (!value || *value < -400 || *value > 400) return bad("no such exponent");
    exponent = static_cast<int>(*value);
    rest = rest.substr(0, e);
  }
  // Of the zeros that only lengthen the fraction, one is kept: ".0" is a number.
  if (rest.find('.') != std::string_view::npos)
    rest = rest.substr(0, rest.find_last_not_of('0') + 2);
  const auto too_long = [&] {
    return bad(fmt::format("more than {} digit(s) after the point", digits));
  };
  __int128 mantissa = 0;
  int scale = 0;
  bool point = false, any = false;
  for (const char c : rest) {
    if (c == '.' && !point) {
      point = true;
    } else if (c >= '0' && c <= '9') {
      any = true;
      if (mantissa > static_cast<__int128>(money_minor_max) * 1'000'000)
        return point ? too_long() : bad("too large");
      mantissa = mantissa * 10 + (c - '0');
      if (point) ++scale;
    } else {
      return bad("write digits and at most one point");
    }
  }
  if (!any) return bad("no digits");
  int shift = digits + exponent - scale;
  for (; shift < 0 && mantissa % 10 == 0 && mantissa != 0; ++shift) mantissa /= 10;
  if (mantissa == 0) return Money{0};
  if (shift < 0) return too_long();
  for (; shift > 0 && mantissa <= money_minor_max; --shift) mantissa *= 10;
  if (mantissa > money_minor_max) return bad("too large");
  const auto minor = static_cast<std::int64_t>(mantissa);
  return Money{negative ? -minor : minor};
}

std::string format_money(Money money, int digits) {
  const bool negative = money.minor < 0;
  const auto size = negative ? 0 - static_cast<std::uint64_t>(money.minor)
                             : static_cast<std::uint64_t>(money.minor);
  std::string text = std::to_string(size);
  if (digits > 0) {
    const auto places = static_cast<std::size_t>(digits);
    if (text.size() <= places) text.insert(0, places + 1 - text.size(), '0');
    text.insert(text.size() - places, ".");
  }
  return negative ? "-" + text : text;
}

std::string format_money_grouped(Money money, int digits) {
  std::string text = format_money(money, digits);
  const std::size_t first = text[0] == '-' ? 1 : 0;
  const std::size_t point = std::min(text.find('.'), text.size());
  for (std::size_t at = point; at > first + 3;) text.insert(at -= 3, ",");
  return text;
}

std::int64_t round_half_even(__int128 numerator, __int128 denominator) {
  ASSERT(denominator != 0);
  if (denominator < 0) {
    numerator = -numerator;
    denominator = -denominator;
  }
  __int128 quotient = numerator / denominator;
  __int128 rest = numerator % denominator;
  if (rest < 0) {
    rest += denominator;
    --quotient;
  }
  const __int128 twice = rest * 2;
  if (twice > denominator || (twice == denominator && quotient % 2 != 0)) ++quotient;
  return static_cast<std::int64_t>(quotient);
}

}  // namespace pharos
