// cli/faults.h: faults of what people write, as members of a document.
#pragma once

#include "base/diagnostic.h"
#include "cli/document.h"

namespace pharos::cli {

// A list of objects: severity, place, message, hint.
void put_diagnostics(Document& document, const Diagnostics& diagnostics);

}  // namespace pharos::cli
