// cli/report.h: the report over nodes, as a value.
#pragma once

#include <optional>

#include "cli/commands.h"
#include "cli/node_table.h"
#include "journal/workspace.h"

namespace pharos::cli {

// None if an option is not right, which was complained about. The workspace must outlive it.
Result<std::optional<NodeReport>> make_node_report(const Shell& shell,
                                                   journal::Workspace& workspace,
                                                   const ReportOptions& options);

}  // namespace pharos::cli
