// cli/faults.cc: one object a fault.
#include "cli/faults.h"

namespace pharos::cli {

void put_diagnostics(Document& document, const Diagnostics& diagnostics) {
  document.open_list();
  for (const Diagnostic& diagnostic : diagnostics) {
    document.open_object();
    document.key("severity").text(diagnostic.severity == Severity::error ? "error" : "warning");
    document.key("file").text(diagnostic.place.file);
    document.key("line").integer(diagnostic.place.line);
    document.key("column").integer(diagnostic.place.column);
    document.key("message").text(diagnostic.message);
    document.key("hint").text(diagnostic.hint);
    document.close_object();
  }
  document.close_list();
}

}  // namespace pharos::cli
