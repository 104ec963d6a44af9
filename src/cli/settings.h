// cli/settings.h: the settings of the server from its file and the environment, faults shown.
#pragma once

#include <string>

#include "cli/shell.h"
#include "server/settings.h"

namespace pharos::cli {

// `file` empty: defaults and environment. `listen` not empty: instead of the setting. Errors:
// not_found, io, invalid (the faults were shown).
Result<server::Settings> load_settings(const Shell& shell, const std::string& file,
                                       const std::string& listen);

}  // namespace pharos::cli
