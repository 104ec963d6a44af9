// ingest/emit.h: sorted records as batches of events, made on a thread beside the one that takes
// them.
#pragma once

#include <cstdint>

#include "base/error.h"
#include "ingest/import.h"
#include "ingest/record.h"
#include "ingest/run.h"

namespace pharos::ingest {

// Hands every record of `merge` to the sink, links in batches of their own. Ends with the first
// error of the sink or of reading.
Result<> emit(Merge merge, const RecordFormat& format, std::uint64_t total,
              const ImportCallbacks& callbacks);

}  // namespace pharos::ingest
