// playbook/fault_document.h: faults of what people write as members of a document, each with the
// line it is in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/document.h"
#include "base/excerpt.h"
#include "playbook/load.h"

namespace pharos::playbook {

// What faults may be about: a text, and the name that places give it.
struct FaultText {
  std::string file;
  std::string_view text;
};
using FaultTexts = std::vector<FaultText>;

// Every document of a playbook that was loaded from `path`; views into `loaded`.
FaultTexts texts_of(const Loaded& loaded, const std::string& path);

// The line of a fault; empty if its text is not among them.
Excerpt excerpt_of(const Diagnostic& diagnostic, const FaultTexts& texts);
// A list of objects: severity, place, message, hint, and the line with the place in it.
void put_faults(Document& document, const Diagnostics& diagnostics, const FaultTexts& texts);

}  // namespace pharos::playbook
