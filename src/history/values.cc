// history/values.cc: by the type that the playbook declares.
#include "history/values.h"

#include <bit>

#include "engine/event.h"

namespace pharos::history {

using cel::Kind;
using cel::PropertyType;
using cel::Value;

Kind kind_of(PropertyType type) {
  switch (type) {
    case PropertyType::bool_: return Kind::boolean;
    case PropertyType::int_: return Kind::integer;
    case PropertyType::double_: return Kind::real;
    case PropertyType::money: return Kind::money;
    case PropertyType::time: return Kind::timestamp;
    case PropertyType::string:
    case PropertyType::enum_: break;
  }
  return Kind::string;
}

Value value_at(const Values& values, std::size_t at, const cel::Property& property,
               const Texts& texts) {
  if (is_coded(property.type)) {
    const std::uint32_t code = values.codes[at];
    if (code >= code_null) return Value::error(not_set);
    if (property.type == PropertyType::bool_) return Value::boolean(code != 0);
    if (property.type == PropertyType::enum_) return Value::string(property.values[code]);
    return Value::string(texts.view(code));
  }
  const std::int64_t cell = values.cells[at];
  if (cell <= engine::cell_null) return Value::error(not_set);
  switch (property.type) {
    case PropertyType::double_: return Value::real(std::bit_cast<double>(cell));
    case PropertyType::money: return Value::money({cell});
    case PropertyType::time: return Value::timestamp(Instant{cell});
    default: return Value::integer(cell);
  }
}

std::vector<std::string_view> views_of(const Texts& texts) {
  std::vector<std::string_view> views;
  views.reserve(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) views.push_back(texts.view(i));
  return views;
}

}  // namespace pharos::history
