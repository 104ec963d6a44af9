// history/directory.cc: numbers of text columns.
#include "history/directory.h"

#include <algorithm>
#include <bit>

#include "base/hash.h"

namespace pharos::history {

std::vector<std::uint32_t> slots_of(const Texts& texts) {
  std::vector<std::uint32_t> slots(std::bit_ceil(2 * texts.size() + 1));
  for (std::uint32_t number = 0; number < texts.size(); ++number) {
    std::size_t at = hash64(texts.view(number)) & (slots.size() - 1);
    while (slots[at] != 0) at = (at + 1) & (slots.size() - 1);
    slots[at] = number + 1;
  }
  return slots;
}

std::optional<Position> Directory::find(std::string_view id) const {
  std::size_t at = hash64(id) & (slots.size() - 1);
  for (std::size_t steps = 0; steps < slots.size() && slots[at] != 0; ++steps) {
    if (slots[at] <= positions.size() && accounts.view(slots[at] - 1) == id)
      return positions[slots[at] - 1];
    at = (at + 1) & (slots.size() - 1);
  }
  return std::nullopt;
}

bool Directory::has_alias(Position position) const {
  if (positions.size() == numbers.size()) return false;
  return std::ranges::count(positions, position) > 1;
}

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
