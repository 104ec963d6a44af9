// playbook/load.h: from YAML text to a checked playbook, with every fault in one pass.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/error.h"
#include "playbook/model.h"

namespace pharos::playbook {

// One document of a playbook: the first is the main one, the others are what it includes. This is
// what a workspace stores as a version.
struct Source {
  std::string path;  // As in `include:`, relative to the main document's folder.
  std::string text;
};

// Reads a file that a playbook includes; the caller does the I/O.
using Reader = std::function<Result<std::string>(const std::string& path)>;

struct Loaded {
  std::optional<Playbook> playbook;  // Empty if there is an error among the diagnostics.
  Diagnostics diagnostics;           // In order of place.
  std::vector<Source> sources;       // Every document that was read.
};

// `path` is how places name the main document; includes resolve beside it.
Loaded load(const std::string& path, const Reader& reader);
// The same from stored sources.
Loaded load(const std::vector<Source>& sources);

}  // namespace pharos::playbook
