// history/directory.cc: numbers of text columns.
#include "history/directory.h"

namespace pharos::history {

TextColumns::TextColumns(const cel::Schema& schema) {
  for (const cel::EventType& event : schema.events) {
    std::vector<std::uint32_t>& columns = firsts_.emplace_back();
    for (const cel::Property& property : event.properties)
      columns.push_back(property.type == cel::PropertyType::string
                            ? static_cast<std::uint32_t>(count_++)
                            : code_absent);
  }
}

}  // namespace pharos::history
