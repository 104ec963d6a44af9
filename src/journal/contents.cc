// journal/contents.cc: the sum of the terms of one event.
#include "journal/contents.h"

namespace pharos::journal {

Contents::Contents(const cel::Schema& schema) {
  for (const cel::EventType& type : schema.events) {
    Type& own = types_.emplace_back();
    own.name = name_term(type.name);
    for (const cel::Property& property : type.properties) {
      Property& kept_property = own.properties.emplace_back();
      kept_property.key = property_key(property.name);
      kept_property.type = property.type;
      for (const std::string& value : property.values)
        kept_property.value_terms.push_back(text_term(kept_property.key, value));
    }
  }
}

std::uint64_t Contents::sum_of(const engine::EventBatch& batch, const engine::Event& event) const {
  const Type& type = types_[event.type];
  std::uint64_t sum = type.name + time_term(event.time);
  sum += account_term(batch.view(event.account)) + member_term(batch.view(event.member));
  sum += extra_term(batch.view(event.extra));
  for (std::size_t i = 0; i < type.properties.size(); ++i) {
    const Property& property = type.properties[i];
    const engine::Cell cell = batch.cells[event.cells + i];
    if (cell == engine::cell_absent) continue;
    if (cell == engine::cell_null) {
      sum += value_term(property.key, cell);
    } else if (property.type == cel::PropertyType::string) {
      sum += text_term(property.key, batch.view(engine::text_of(cell)));
    } else if (property.type == cel::PropertyType::enum_) {
      sum += property.value_terms[static_cast<std::size_t>(cell)];
    } else {
      sum += value_term(property.key, cell);
    }
  }
  return sum;
}

}  // namespace pharos::journal
