// journal/block_layout.h: the codes that stand in a block; for its writer and its reader.
#pragma once

#include <cstdint>
#include <vector>

#include "base/error.h"
#include "cel/schema.h"
#include "journal/bytes.h"

namespace pharos::journal {

// Whether the events of a type have a member, or a property.
enum class Presence : std::uint8_t { none, all, mixed };

enum class State : std::uint8_t { value, absent, null };

// The order of the enumerators is in files.
constexpr std::uint8_t code_of(cel::PropertyType type) {
  return static_cast<std::uint8_t>(type);
}
static_assert(code_of(cel::PropertyType::bool_) == 0 && code_of(cel::PropertyType::int_) == 1 &&
              code_of(cel::PropertyType::double_) == 2 && code_of(cel::PropertyType::string) == 3 &&
              code_of(cel::PropertyType::enum_) == 4 && code_of(cel::PropertyType::money) == 5 &&
              code_of(cel::PropertyType::time) == 6);
inline constexpr std::uint8_t property_code_max = 6;

// What stands before the head proper: mark, format, and the links of a merged block.
Result<std::vector<std::uint64_t>> read_links(ByteReader& in, std::uint64_t number);

}  // namespace pharos::journal
