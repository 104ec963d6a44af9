// cli/program.h: from the words of a command line to a command.
#pragma once

#include <string>
#include <vector>

#include "cli/shell.h"

namespace pharos::cli {

// `arguments` without the program's name. Prints what is wrong; never throws.
Exit run(Shell shell, const std::vector<std::string>& arguments);

}  // namespace pharos::cli
