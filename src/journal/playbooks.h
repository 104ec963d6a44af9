// journal/playbooks.h: the versions of the playbook that a workspace holds, as their documents.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "base/instant.h"
#include "playbook/load.h"
#include "playbook/model.h"
#include "store/database.h"

namespace pharos::journal {

struct Version {
  int number = 0;
  playbook::Playbook playbook;
  std::string documents;  // A sum of what it was read from (seal.h).
};

// Errors: invalid (all faults of the documents, one a line).
Result<playbook::Playbook> load_checked(const std::vector<playbook::Source>& sources);
// Stores documents that were checked, within a transaction of the caller.
Result<> store_playbook(store::Database& database, int version, Instant published_at,
                        const std::vector<playbook::Source>& sources);
// The documents of a version, in their order; none if there is no such version.
Result<std::vector<playbook::Source>> read_sources(store::Database& database, int version);
// Errors: corrupt (none there, or not as it was stored), invalid.
Result<Version> newest_playbook(store::Database& database, const std::string& path);

}  // namespace pharos::journal
