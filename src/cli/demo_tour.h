// cli/demo_tour.h: a first look at a workspace: its numbers, its nodes, its stuck accounts, one
// life.
#pragma once

#include <string>

#include "cli/shell.h"
#include "journal/workspace.h"

namespace pharos::cli {

Result<> print_tour(const Shell& shell, journal::Workspace& workspace, const std::string& dir);

}  // namespace pharos::cli
