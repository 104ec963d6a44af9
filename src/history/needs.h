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

// Windows of a type that nothing reads any more once an account holds these nodes: they decide on
// nothing else, and stay held as neither they nor what they come after can lapse.
struct Ending {
  std::uint32_t type;
  std::vector<std::uint32_t> nodes;
};
std::vector<Ending> endings_of(const playbook::Playbook& playbook,
                               const std::vector<cel::Rule>& queries, bool queries_only);

}  // namespace pharos::history
