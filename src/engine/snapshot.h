// engine/snapshot.h: the whole state of a fold as bytes, and back, without a look at single events.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "engine/fold.h"
#include "engine/image.h"

namespace pharos::engine {

// A snapshot is a cache: bytes of this machine for the program that wrote them. It holds for one
// playbook, one set of queries, this format and one `made_by`, which the caller chooses so that it
// changes with whatever else the state depends on (the program's version, the playbook's sources).

// Appends the state as it is between two batches.
void write_snapshot(const Fold& fold, std::string_view made_by, ImageWriter& out);
inline void write_snapshot(const Fold& fold, std::string_view made_by, std::string& out) {
  ImageWriter writer(out);
  write_snapshot(fold, made_by, writer);
}

// A fold that goes on exactly as the one that was written. Errors: invalid (it is not for this
// playbook, format or `made_by`), corrupt (it is not what was written). Either way nothing is lost
// but time: the caller replays.
Result<Fold> read_snapshot(const playbook::Playbook& playbook, FoldOptions options,
                           std::string_view made_by, std::string_view bytes);

}  // namespace pharos::engine
