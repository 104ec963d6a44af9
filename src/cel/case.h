// cel/case.h: conformance cases: an expression, its variables, and what must come of it. The format
// is that of the suites of cel-spec in JSON, see docs/cel.md.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cel/json_value.h"

namespace pharos::cel {

struct Case {
  std::string section, name;
  std::string text;  // The expression.
  int line = 0;      // Where the case begins in its file.
  std::unique_ptr<Bindings> bindings;
  std::optional<Value> expected;  // Held by `bindings`; empty: an error.
};

// Every case of one file, or the first thing that is not as the format has it. Errors: invalid,
// limit; the message begins with "FILE:LINE: ".
Result<std::vector<Case>> read_cases(std::string_view text, const std::string& file);

struct CaseOutcome {
  bool passed = false;
  std::string expected, found;  // Values in the typed form, "an error", "error: ...".
};
// Kinds must match (int 1 is not double 1.0), NaN is NaN, maps know no order.
CaseOutcome run_case(const Case& test);

}  // namespace pharos::cel
