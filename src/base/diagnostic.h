// base/diagnostic.h: a fault in what people write, with its place and what to do about it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pharos {

// Lines and columns count from 1; columns count Unicode code points. Line 0: the file as a whole.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
  bool operator==(const Place&) const = default;
};

enum class Severity : std::uint8_t { warning, error };

struct Diagnostic {
  Severity severity = Severity::error;
  Place place;
  std::string message;  // What was found and what was expected: one sentence, lower case start.
  std::string hint;     // What to do, such as `Did you mean "signed"?`; may be empty.
};
using Diagnostics = std::vector<Diagnostic>;

bool has_error(const Diagnostics& diagnostics);

// "file:line:column: [warning: ]message" and, where there is a hint, a second, indented line.
std::string format_diagnostic(const Diagnostic& diagnostic);

}  // namespace pharos
