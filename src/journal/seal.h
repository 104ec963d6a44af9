// journal/seal.h: sums kept in `meta` over what no replay can tell: the text of the tables and the
// documents of the playbook.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/instant.h"
#include "playbook/load.h"
#include "store/database.h"

namespace pharos::journal {

// To be called in the transaction that made or widened tables, or that stored a playbook.
Result<> seal_schema(store::Database& database);
Result<> seal_playbook(store::Database& database, int version);

// Errors: corrupt (its documents are not those that were sealed).
Result<> check_playbook_seal(store::Database& database, const std::string& path, int version);
// All of it, in words. Workspaces from before there were seals are not held to them.
Result<std::vector<std::string>> check_seals(store::Database& database);

// The row of `meta` that seals a playbook, for those who read it elsewhere.
struct PlaybookSeal {
  Instant published_at{0};
  std::string documents;
};
std::string playbook_seal_key(int version);
std::optional<PlaybookSeal> read_playbook_seal(std::string_view value);
std::string documents_sum(const std::vector<playbook::Source>& sources);

}  // namespace pharos::journal
