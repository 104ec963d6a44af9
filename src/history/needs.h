// history/needs.h: which events and which of their properties a fold has to see.
#pragma once

#include <cstdint>
#include <vector>

#include "cel/rule.h"
#include "playbook/model.h"

namespace pharos::history {

struct Needs {
  std::vector<bool> types;                    // By event type: it can change more than the clock.
  std::vector<std::vector<bool>> properties;  // By type and property.
  std::vector<bool> members;                  // By type: who acted.
};

// Of the lifecycle and the segments of a playbook (unless left out) and of further rules.
Needs needs_of(const playbook::Playbook& playbook, const std::vector<cel::Rule>& queries,
               bool queries_only);

// The same for an account whose life is under way: what no node waits for any more needs no
// reading.
struct NodeNeeds {
  std::vector<bool> always;                    // By event type: of segments and queries.
  std::vector<std::vector<std::uint32_t>> of;  // By node: the types that decide on it.
  // By node: once held it stays so, as neither it nor what it comes after can lapse.
  std::vector<bool> stays;
};
NodeNeeds node_needs_of(const playbook::Playbook& playbook, const std::vector<cel::Rule>& queries,
                        bool queries_only);

}  // namespace pharos::history
