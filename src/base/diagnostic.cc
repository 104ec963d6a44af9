// base/diagnostic.cc: diagnostics as text.
#include "base/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>

namespace pharos {

bool has_error(const Diagnostics& diagnostics) {
  return std::ranges::any_of(diagnostics,
                             [](const Diagnostic& d) { return d.severity == Severity::error; });
}

std::string format_diagnostic(const Diagnostic& d) {
  std::string text = d.place.file;
  if (d.place.line > 0) text += fmt::format(":{}:{}", d.place.line, d.place.column);
  if (!text.empty()) text += ": ";
  if (d.severity == Severity::warning) text += "warning: ";
  text += d.message;
  if (!d.hint.empty()) text += "\n  " + d.hint;
  return text;
}

}  // namespace pharos
