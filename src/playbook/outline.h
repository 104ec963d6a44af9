// playbook/outline.h: a YAML document as a plain tree with places. The one file that meets the YAML
// library is outline.cc; playbooks, their unit tests and import maps are all read through it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/diagnostic.h"

namespace pharos::playbook {

enum class OutlineKind : std::uint8_t { null, scalar, list, map };

struct Outline {
  OutlineKind kind = OutlineKind::null;
  std::string text;     // Scalar: its text, quotes resolved.
  bool quoted = false;  // Scalar written in quotes, or as a block: never a number or bool.
  Place place;          // Scalar: where its text begins (behind an opening quote).
  std::vector<Outline> items;                            // List.
  std::vector<std::pair<Outline, Outline>> members;      // Map, in written order; keys are scalars.

  const Outline* find(std::string_view key) const;  // Map member, or null.
};

// Limits: 4 MiB a document, 64 levels, 200,000 nodes; anchors and aliases are refused (a document of
// a few lines could otherwise unfold without bound). Duplicate keys, tabs, invalid UTF-8 and all
// syntax errors become diagnostics.
struct OutlineResult {
  Outline root;
  Diagnostics diagnostics;
};
OutlineResult parse_outline(std::string_view text, const std::string& file);

}  // namespace pharos::playbook
