// history/file.h: a part and its directory as one file of DIR/cache. It is derived: whatever is
// wrong with it, it is made anew.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "cel/schema.h"
#include "history/builder.h"

namespace pharos::history {

struct Section {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

// Where each array of each_section() is to lie, behind a header.
std::vector<Section> measure(Part& part, Directory& directory,
                             std::span<const std::vector<std::uint32_t>> orders);
// How many arrays are of families; they come first. Counted in calls of each_section().
std::size_t family_section_count(Part& part);
// Writes the header in front of sections that are filled, and syncs.
Result<> seal(Built& built, const cel::Schema& schema, std::span<const Section> sections);

// Errors: not_found; corrupt (of another schema or version, cut off, or not what was written).
Result<Built> open_part(const std::string& path, const cel::Schema& schema);

// A hash of what the columns depend on: events with their properties, attributes, and their types.
std::uint64_t hash_of(const cel::Schema& schema);

}  // namespace pharos::history
