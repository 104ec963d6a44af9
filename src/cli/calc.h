// cli/calc.h: insight functions on JSON documents: a table of kinds, each with the families of
// cases it knows. A new kind is a source of its own and a line in the table of calc.cc.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/field.h"
#include "cli/json.h"

namespace pharos::cli {

// Works out the result of one case. What is wrong with the document goes to its faults; the result
// is not looked at then.
struct CalcFamily {
  std::string_view name;
  Json (*run)(const Field& document);
};

// One group of conformance/analytics.
struct CalcKind {
  std::string_view name;
  std::string_view text;  // What it works out, for --help.
  std::span<const CalcFamily> families;
};
std::span<const CalcKind> calc_kinds();
std::string calc_kinds_text();  // All of them, for --help.

std::span<const CalcFamily> funnel_families();     // calc_funnels.cc
std::span<const CalcFamily> retention_families();  // calc_retention.cc

// Where a result is not what was expected.
struct Difference {
  std::string path;
  std::string expected, got;
};
// Numbers pass within the tolerance of the case, everything else when it is equal. A result may
// have more members than were expected, except where its keys are data.
std::optional<Difference> first_difference(const Json& expected, const Json& got,
                                           const Json* tolerance);

}  // namespace pharos::cli
