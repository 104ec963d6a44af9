// journal/rooms.h: tables that other rooms keep in the database of a workspace, beside the
// journal's: operators, keys. The journal knows that they are there, not what they mean.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "store/database.h"

namespace pharos::journal {

// The row of `meta` that holds the version of a room's tables: `room access`.
inline constexpr std::string_view room_key = "room ";

// 0: the room has no tables yet. Errors: corrupt (the row holds no version).
Result<int> room_version(store::Database& database, std::string_view room);
// To be called in the transaction that made or changed the tables of the room.
Result<> store_room_version(store::Database& database, std::string_view room, int version);

// A table of another room, as a repair found it.
struct KeptTable {
  std::string name;
  std::uint64_t rows = 0;
  bool is_whole = true;  // Otherwise rows are lost: the damage lies among them.
};
struct KeptRooms {
  bool is_readable = true;  // Otherwise it is not known whether there were any.
  std::vector<KeptTable> tables;
};

// Copies the tables that are in the damaged file and not in the draft, with their indexes, triggers
// and views, and the versions of their rooms. The damaged file is only read. Within a transaction
// of the draft. Errors: of the draft, io.
Result<KeptRooms> keep_rooms(const std::string& damaged, store::Database& draft);

}  // namespace pharos::journal
