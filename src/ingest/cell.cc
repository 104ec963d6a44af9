// ingest/cell.cc: text to typed values; numbers of usual length by the short way, the rest exactly
// too.
#include "ingest/cell.h"

#include <algorithm>
#include <array>
#include <bit>

#include "base/money.h"
#include "base/text.h"

namespace pharos::ingest {
namespace {

using cel::PropertyType;

// "1234", "-12.5": at most 15 digits, and as many after the point as wanted. Answers false on all
// else, valid or not.
bool read_plain_number(std::string_view text, int digits, std::int64_t& value) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) text.remove_prefix(1);
  if (text.empty() || text.size() > 14 || text[0] == '.') return false;
  std::int64_t number = 0;
  int places = -1;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      number = number * 10 + (c - '0');
      if (places >= 0) ++places;
    } else if (c == '.' && places < 0) {
      places = 0;
    } else {
      return false;
    }
  }
  if (places == 0 || places > digits) return false;
  for (places = std::max(places, 0); places < digits; ++places) number *= 10;
  if (number > money_minor_max) return false;
  value = negative ? -number : number;
  return true;
}

Fault wrong_type(const cel::Property& property, const Field& field) {
  return {RejectCode::wrong_type, fmt::format("{} is {}; expected {}", property.name, shown(field),
                                              property.type == PropertyType::bool_ ? "true or false"
                                              : property.type == PropertyType::time   ? "a time"
                                              : property.type == PropertyType::string ? "a text"
                                              : property.type == PropertyType::enum_  ? "a text"
                                                                                     : "a number")};
}

std::optional<Fault> read_int(const cel::Property& property, std::string_view text,
                              CellValue& cell) {
  if (read_plain_number(text, 0, cell.cell)) return {};
  const auto number = parse_money(text, 0);  // Whole numbers up to the same limit; 3.0 and 1e3 too.
  static_assert(money_minor_max == engine::int_property_max);
  if (number) {
    cell.cell = number->minor;
    return {};
  }
  return Fault{RejectCode::bad_number,
               fmt::format("{} is {}; expected a whole number of at most {}", property.name,
                           shown(text), grouped(engine::int_property_max))};
}

std::optional<Fault> read_double(const cel::Property& property, std::string_view text,
                                 CellValue& cell) {
  const auto number = parse_double(text.starts_with('+') ? "" : text);
  if (!number)
    return Fault{RejectCode::bad_number,
                 fmt::format("{} is {}; expected a finite number", property.name, shown(text))};
  cell.cell = std::bit_cast<std::int64_t>(*number);
  if (cell.cell <= engine::cell_null) cell.cell = 0;  // -0.0, and the number nearest to it.
  return {};
}

std::optional<Fault> read_money(const cel::Property& property, std::string_view text, int digits,
                                CellValue& cell) {
  if (read_plain_number(text, digits, cell.cell)) return {};
  const auto amount = parse_money(text, digits);
  if (!amount)
    return Fault{RejectCode::bad_amount,
                 fmt::format("{}: {}", property.name, amount.error().message)};
  cell.cell = amount->minor;
  return {};
}

std::optional<Fault> read_bool(const cel::Property& property, const Field& field, CellValue& cell) {
  const std::string_view text = trimmed(field.text());
  constexpr std::array<std::string_view, 6> known = {"false", "true", "0", "1", "no", "yes"};
  const auto found = std::ranges::find(known, text);
  if (found == known.end()) return wrong_type(property, field);
  cell.cell = (found - known.begin()) % 2;
  return {};
}

std::optional<Fault> read_enum(const cel::Property& property, const Field& field, CellValue& cell) {
  const std::string_view text = field.text();
  for (std::size_t i = 0; i < property.values.size(); ++i) {
    if (property.values[i] != text) continue;
    cell.cell = static_cast<engine::Cell>(i);
    return {};
  }
  std::string known, hint = did_you_mean(text, property.values);
  for (std::size_t i = 0; i < property.values.size() && i < 10; ++i)
    known += (i == 0 ? "" : ", ") + property.values[i];
  if (property.values.size() > 10) known += ", ...";
  return Fault{RejectCode::unknown_value,
               fmt::format("{} is {}; expected one of {}{}{}", property.name, shown(field), known,
                           hint.empty() ? "" : ". ", hint)};
}

}  // namespace

std::optional<Fault> CellReader::read_given(const cel::Property& property, const Field& field,
                                            CellValue& cell) {
  cell = {};
  const FieldKind kind = field.kind();
  if (kind == FieldKind::null) {
    cell.cell = engine::cell_null;
    return {};
  }
  if (kind == FieldKind::json) return wrong_type(property, field);
  if (kind == FieldKind::boolean && property.type != PropertyType::bool_ &&
      property.type != PropertyType::string)
    return wrong_type(property, field);
  switch (property.type) {
    case PropertyType::string:
      if (field.text().size() > engine::text_property_bytes_max)
        return Fault{RejectCode::too_long,
                     fmt::format("{} has {} bytes; at most {} are allowed", property.name,
                                 field.text().size(), engine::text_property_bytes_max)};
      cell = {0, field.text()};
      return {};
    case PropertyType::money: return read_money(property, trimmed(field.text()), digits_, cell);
    case PropertyType::int_: return read_int(property, trimmed(field.text()), cell);
    case PropertyType::double_: return read_double(property, trimmed(field.text()), cell);
    case PropertyType::bool_: return read_bool(property, field, cell);
    case PropertyType::enum_: return read_enum(property, field, cell);
    case PropertyType::time: break;
  }
  const auto time = times_.read(field.text());
  if (!time)
    return Fault{RejectCode::bad_time, fmt::format("{}: {}", property.name, time.error().message)};
  cell.cell = time->ms;
  return {};
}

}  // namespace pharos::ingest
