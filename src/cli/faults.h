// cli/faults.h: faults of what people write, shown to people.
#pragma once

#include "cli/shell.h"
#include "playbook/fault_document.h"

namespace pharos::cli {

using playbook::FaultText;
using playbook::FaultTexts;
using playbook::put_faults;
using playbook::texts_of;

// On stderr: each fault, and below it its line with a caret at the place.
void show_faults(const Shell& shell, const Diagnostics& diagnostics, const FaultTexts& texts);

}  // namespace pharos::cli
