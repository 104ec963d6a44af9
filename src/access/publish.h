// access/publish.h: a version of the playbook published by somebody: with its row of the audit, or
// not at all.
#pragma once

#include <string>
#include <vector>

#include "access/operator.h"
#include "journal/publish.h"

namespace pharos::access {

struct Publishing {
  int version_before = 0;  // As journal::PublishOptions has it.
  std::string note = {};   // Why, in the publisher's words; stands in the audit.
};

// journal::publish(), and its errors.
Result<journal::PublishReport> publish(const std::string& dir,
                                       const std::vector<playbook::Source>& sources,
                                       const Publishing& publishing, const Caller& caller,
                                       const journal::Progress& progress);

}  // namespace pharos::access
