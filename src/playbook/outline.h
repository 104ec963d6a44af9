// playbook/outline.h: a YAML document as a plain tree with places. The one file that meets the YAML
// library is outline.cc; playbooks, their unit tests and import maps are all read through it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/diagnostic.h"

namespace pharos::playbook {

enum class OutlineKind : std::uint8_t { null, scalar, list, map };
std::string_view name_of(OutlineKind kind);  // "nothing", "a text", "a list", "a map"

struct OutlineMember;

struct Outline {
  // A run of a scalar's text that stands in one line of the document, character for character.
  struct Piece {
    std::size_t offset = 0;  // Into the text, in code points.
    int line = 0;
    int column = 0;
  };

  OutlineKind kind = OutlineKind::null;
  std::string text;            // Scalar: its text, quotes resolved.
  bool quoted = false;         // Scalar written in quotes, or as a block: never a number or bool.
  Place place;                 // Scalar: where its text begins (behind an opening quote).
  std::vector<Piece> pieces;   // Scalar: only if it is not one run.
  std::vector<Outline> items;  // List.
  std::vector<OutlineMember> members;  // Map, in written order; keys are scalars.

  const Outline* find(std::string_view key) const;  // Map member, or null.
  // Where a character of a scalar's text stands in the document: through escapes, folded lines and
  // blocks. `offset` in code points.
  Place place_at(std::size_t offset) const;
};

// Not a pair, which clang wants complete inside of Outline.
struct OutlineMember {
  Outline first;  // The key.
  Outline second;
};

inline constexpr std::size_t outline_bytes_max = 4U << 20;
inline constexpr std::size_t outline_depth_max = 64;
inline constexpr std::size_t outline_nodes_max = 200'000;

// Limits: 4 MiB a document, 64 levels, 200,000 nodes; anchors and aliases are refused (a document
// of a few lines could otherwise unfold without bound), and so are tags and further documents.
// Duplicate keys, tabs, control characters, invalid UTF-8 and all syntax errors become diagnostics.
struct OutlineResult {
  Outline root;
  Diagnostics diagnostics;
  bool complete =
      true;  // False if the document could not be read to its end; the root is then cut.
};
OutlineResult parse_outline(std::string_view text, const std::string& file);

}  // namespace pharos::playbook
