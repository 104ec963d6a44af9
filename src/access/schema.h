// access/schema.h: the tables of this room in the database of a workspace. docs/access.md tells
// what they hold.
#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "store/database.h"

namespace pharos::access {

inline constexpr int schema_newest = 1;

// Makes the tables where they are missing. Errors: invalid (of a newer Pharos), unavailable.
Result<> ensure_schema(store::Database& database, const std::string& path);
// Whether there are tables to read. Errors: invalid (of a newer Pharos).
Result<bool> has_schema(store::Database& database, const std::string& path);

// A connection of its own to DIR/pharos.db, beside the journal's writer; its tables are made.
// Errors: not_found (no workspace), invalid, unavailable.
Result<std::unique_ptr<store::Database>> open_room(const std::string& dir);

}  // namespace pharos::access
