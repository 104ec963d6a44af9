// journal/verify.h: is the file sound, and do the tables say what the journal says?
#pragma once

#include <string>

#include "journal/workspace.h"
#include "playbook/model.h"
#include "store/database.h"

namespace pharos::journal {

inline constexpr std::size_t faults_listed_max = 100;

// Checks the file's header and the database itself, the sums over its schema and its playbooks, the
// checksum and the chain of the blocks, their numbers, and, where all of these hold, every row of
// every derived table against a replay from nothing. Faults are listed up to a limit, then counted.
// Errors: io; never what is wrong with the contents.
Result<VerifyReport> verify(store::Database& database, const std::string& path,
                            const playbook::Playbook& playbook, const Progress& progress);

// The same without the replay: is the file whole, and the journal in it? In the time it takes to
// read it.
Result<VerifyReport> verify_file(store::Database& database, const std::string& path);

}  // namespace pharos::journal
