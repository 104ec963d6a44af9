// cli/show.cc: one switch for cells, one for values.
#include "cli/show.h"

#include <fmt/format.h>

#include <bit>

#include "base/text.h"
#include "cel/rule.h"

namespace pharos::cli {
namespace {

constexpr std::string_view nothing = "-";

bool is_nothing(engine::Cell cell) {
  return cell == engine::cell_absent || cell == engine::cell_null;
}

std::string_view text_of(engine::Cell cell, std::string_view text) {
  const engine::TextRef ref = engine::text_of(cell);
  return text.substr(ref.offset, ref.size);
}

std::string enum_text(const cel::Property& property, engine::Cell cell) {
  const auto index = static_cast<std::size_t>(cell);
  return index < property.values.size() ? property.values[index] : fmt::format("{}", cell);
}

// A whole number of thousands is grouped, a fraction keeps its digits.
std::string real_text(double value) {
  const std::string text = fmt::format("{}", value);
  const std::size_t digits = text.find_first_not_of("-0123456789");
  if (const auto whole = parse_int64(text.substr(0, digits)); whole && *whole != 0)
    return grouped(*whole) + (digits == std::string::npos ? "" : text.substr(digits));
  return text;
}

}  // namespace

std::string local_time(Instant instant, const Zone& zone) {
  if (instant == instant_min || instant == never) return std::string(nothing);
  const LocalTime time = zone.local(instant);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", time.year, time.month,
                     time.day_of_month, time.hour, time.minute, time.second);
}

std::string local_minute(Instant instant, const Zone& zone) {
  const std::string text = local_time(instant, zone);
  return text.substr(0, 16);
}

std::string clock_text(Instant instant, const cel::Schema& schema) {
  return fmt::format("{} ({}, {})", local_minute(instant, schema.zone), schema.zone.name(),
                     schema.currency.code);
}

std::string count_text(std::uint64_t count) {
  return grouped(static_cast<std::int64_t>(count));
}

std::string counted(std::uint64_t count, std::string_view one) {
  return fmt::format("{} {}{}", count_text(count), one, count == 1 ? "" : "s");
}

std::string share_text(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return std::string(nothing);
  const auto permille =
      static_cast<std::uint64_t>((static_cast<unsigned __int128>(part) * 2'000 + whole) /
                                 (static_cast<unsigned __int128>(whole) * 2));
  return fmt::format("{}.{} %", permille / 10, permille % 10);
}

std::string duration_text(std::optional<Duration> duration) {
  return duration ? format_duration_short(*duration) : std::string(nothing);
}

std::string cell_text(const cel::Property& property, engine::Cell cell, std::string_view text,
                      const cel::Schema& schema) {
  if (is_nothing(cell)) return "";
  switch (property.type) {
    case cel::PropertyType::int_: return grouped(cell);
    case cel::PropertyType::double_: return real_text(std::bit_cast<double>(cell));
    case cel::PropertyType::money: return format_money_grouped({cell}, schema.currency.digits);
    case cel::PropertyType::time: return local_time({cell}, schema.zone);
    default: return cell_csv(property, cell, text, schema);
  }
}

std::string cell_csv(const cel::Property& property, engine::Cell cell, std::string_view text,
                     const cel::Schema& schema) {
  if (is_nothing(cell)) return "";
  switch (property.type) {
    case cel::PropertyType::bool_: return cell != 0 ? "true" : "false";
    case cel::PropertyType::int_: return fmt::format("{}", cell);
    case cel::PropertyType::double_: return fmt::format("{}", std::bit_cast<double>(cell));
    case cel::PropertyType::string: return std::string(text_of(cell, text));
    case cel::PropertyType::enum_: return enum_text(property, cell);
    case cel::PropertyType::money: return format_money({cell}, schema.currency.digits);
    case cel::PropertyType::time: return format_instant({cell});
  }
  return "";
}

void put_cell(Document& document, const cel::Property& property, engine::Cell cell,
              std::string_view text, const cel::Schema& schema) {
  if (is_nothing(cell)) {
    document.null();
    return;
  }
  switch (property.type) {
    case cel::PropertyType::bool_:
    case cel::PropertyType::int_:
    case cel::PropertyType::money: document.raw(cell_csv(property, cell, text, schema)); break;
    case cel::PropertyType::double_: document.real(std::bit_cast<double>(cell)); break;
    case cel::PropertyType::string: document.text(text_of(cell, text)); break;
    case cel::PropertyType::enum_: document.text(enum_text(property, cell)); break;
    case cel::PropertyType::time: document.text(format_instant({cell})); break;
  }
}

std::string value_text(const cel::Value& value, const cel::Schema& schema) {
  switch (value.kind()) {
    case cel::Kind::error:
    case cel::Kind::null: return std::string(nothing);
    case cel::Kind::boolean: return value.as_boolean() ? "true" : "false";
    case cel::Kind::integer: return grouped(value.as_integer());
    case cel::Kind::real: return real_text(value.as_real());
    case cel::Kind::string: return std::string(value.as_string());
    case cel::Kind::timestamp: return local_time(value.as_instant(), schema.zone);
    case cel::Kind::duration: return format_duration_short(value.as_duration());
    case cel::Kind::money: return format_money_grouped(value.as_money(), schema.currency.digits);
    default: return cel::format_value(value, schema);
  }
}

void put_value(Document& document, const cel::Value& value, const cel::Schema& schema) {
  switch (value.kind()) {
    case cel::Kind::error:
    case cel::Kind::null: document.null(); break;
    case cel::Kind::boolean: document.boolean(value.as_boolean()); break;
    case cel::Kind::integer: document.integer(value.as_integer()); break;
    case cel::Kind::uinteger: document.count(value.as_uinteger()); break;
    case cel::Kind::real: document.real(value.as_real()); break;
    case cel::Kind::string: document.text(value.as_string()); break;
    case cel::Kind::timestamp: document.text(format_instant(value.as_instant())); break;
    case cel::Kind::duration: document.integer(value.as_duration().ms); break;
    case cel::Kind::money:
      document.raw(format_money(value.as_money(), schema.currency.digits));
      break;
    default: document.text(cel::format_value(value, schema)); break;
  }
}

bool is_numeric(cel::Kind kind) {
  return kind == cel::Kind::integer || kind == cel::Kind::uinteger || kind == cel::Kind::real ||
         kind == cel::Kind::money || kind == cel::Kind::duration;
}

}  // namespace pharos::cli
