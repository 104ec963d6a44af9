// access/scope.h: pure: which accounts an operator sees: CEL over the attributes of accounts, with
// `me` (their e-mail) and `my_teams`.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "access/permission.h"
#include "cel/rule.h"
#include "cel/schema.h"

namespace pharos::access {

// For whoever writes a scope: all faults of the text. A scope reads attributes only: what an
// account does must not make it vanish from the desk of the one who looks after it.
Diagnostics check_scope(std::string_view text, const Place& place, const cel::Schema& schema);

// The same as an error with a line for each fault. Errors: invalid.
Result<> require_scope(std::string_view text, const cel::Schema& schema);

// All that must hold of an account for the principal to see it, as one condition: for a single
// account by cel::evaluate, for all by history::matching. None: every account is seen. What does
// not compile any more (an attribute is gone from the playbook) is an error: then nothing is shown.
// Errors: invalid.
Result<std::optional<cel::Rule>> scope_of(const Principal& principal, const cel::Schema& schema);

}  // namespace pharos::access
