// journal/publish.h: a new version of the playbook for a workspace that has a history: everything
// that follows from the journal is told anew under it, in one transaction.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/instant.h"
#include "journal/workspace.h"
#include "playbook/load.h"
#include "store/database.h"

namespace pharos::journal {

struct PublishOptions {
  Instant now;  // Stands beside the version.
  // The version that was read before; 0: whichever is there.
  int version_before = 0;
  // Called within the transaction, with the number of the new version: what is to be true with it
  // or not at all, such as a row of the audit.
  std::function<Result<>(store::Database&, int version)> also = {};
  Progress progress = {};
};

struct PublishReport {
  int version = 0;
  bool was_same = false;  // The documents are those of the present version: nothing was done.
  std::uint64_t events = 0;
};

// Takes the lock of the folder, so no writer is at work; readers go on with the version they began
// with. All or nothing, whenever it is stopped. It takes as long as a replay with its rows. Errors:
// invalid (faults of the documents; another currency than the journal's amounts are in), conflict
// (another version was published since), not_found, unavailable (a writer is at work), io.
Result<PublishReport> publish(const std::string& dir, const std::vector<playbook::Source>& sources,
                              const PublishOptions& options);

// The documents of a version; 0: of the newest. Errors: not_found.
struct StoredPlaybook {
  int version = 0;
  Instant published_at;
  std::vector<playbook::Source> sources;
};
Result<StoredPlaybook> stored_playbook(store::Database& database, int version);
// Without their documents, the newest first.
Result<std::vector<StoredPlaybook>> stored_playbooks(store::Database& database);

}  // namespace pharos::journal
