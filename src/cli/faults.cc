// cli/faults.cc: a fault, its line and its caret.
#include "cli/faults.h"

namespace pharos::cli {

void show_faults(const Shell& shell, const Diagnostics& diagnostics, const FaultTexts& texts) {
  for (const Diagnostic& diagnostic : diagnostics)
    fmt::print(shell.err, "{}{}\n", format_diagnostic(diagnostic),
               format_excerpt(playbook::excerpt_of(diagnostic, texts)));
}

}  // namespace pharos::cli
