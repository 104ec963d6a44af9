// cli/faults.h: faults of what people write, for people and as members of a document, each with the
// line it is in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "cli/document.h"
#include "cli/shell.h"
#include "playbook/load.h"

namespace pharos::cli {

// What faults may be about: a text, and the name that places give it.
struct FaultText {
  std::string file;
  std::string_view text;
};
using FaultTexts = std::vector<FaultText>;

// Every document of a playbook that was loaded from `path`; views into `loaded`.
FaultTexts texts_of(const playbook::Loaded& loaded, const std::string& path);

// On stderr: each fault, and below it its line with a caret at the place.
void show_faults(const Shell& shell, const Diagnostics& diagnostics, const FaultTexts& texts);
// A list of objects: severity, place, message, hint, and the line with the place in it.
void put_faults(Document& document, const Diagnostics& diagnostics, const FaultTexts& texts);

}  // namespace pharos::cli
