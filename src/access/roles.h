// access/roles.h: roles by name: the built-in ones, and those that a workspace made for itself.
#pragma once

#include <string_view>
#include <vector>

#include "access/permission.h"
#include "cel/schema.h"
#include "store/database.h"

namespace pharos::access {

// Errors: not_found.
Result<Role> find_role(store::Database& database, std::string_view name);
Result<std::vector<Role>> custom_roles(store::Database& database);

// Makes or changes a custom role. `schema`: what its scope may name. Errors: forbidden (the
// principal may not change roles, or has less than the role would), invalid (no name, a built-in
// one, a faulty scope with every fault).
Result<> save_role(store::Database& database, const Principal& principal, const Role& role,
                   const cel::Schema& schema, const Caller& caller);
// Errors: forbidden, not_found, conflict (somebody has it).
Result<> delete_role(store::Database& database, const Principal& principal, std::string_view name,
                     const Caller& caller);

}  // namespace pharos::access
