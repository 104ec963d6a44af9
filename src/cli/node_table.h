// cli/node_table.h: a report over nodes, as tables by track and as a document.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/shell.h"
#include "insight/node_report.h"
#include "playbook/model.h"

namespace pharos::cli {

struct NodeGroup {
  std::vector<std::string> values;  // Of the attributes in `by`, for people.
  std::uint64_t account_count = 0;
  std::vector<insight::NodeLine> lines;  // Of every node of the playbook.
};

struct NodeReport {
  const playbook::Playbook& playbook;
  std::vector<std::uint32_t> by;  // Attributes.
  std::vector<NodeGroup> groups;
  std::optional<std::uint32_t> track;  // Only this one.
  Instant clock;                       // Of the state that is reported.
};

void print_nodes(const Shell& shell, const NodeReport& report);
std::string node_document(const NodeReport& report);

}  // namespace pharos::cli
