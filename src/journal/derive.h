// journal/derive.h: the derived tables from the journal alone.
#pragma once

#include <functional>

#include "base/error.h"
#include "journal/block.h"
#include "journal/workspace.h"
#include "playbook/model.h"
#include "store/database.h"

namespace pharos::journal {

// Replays the journal of one database into the derived tables of another, or the same one, which
// are empty; within a transaction of the caller. `watch` sees each block as it was read, all
// columns of it; may be empty.
Result<> derive_rows(store::Database& journal, store::Database& tables,
                     const playbook::Playbook& playbook,
                     const std::function<void(const Block&)>& watch, const Progress& progress);

}  // namespace pharos::journal
