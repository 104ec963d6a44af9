// access/keys.h: who may call without signing in: API keys, shown once, kept as their sums, with
// grants, an own scope over accounts, and an end.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/permission.h"
#include "base/error.h"
#include "cel/schema.h"
#include "store/database.h"

namespace pharos::access {

struct ApiKey {
  std::string name;
  Grants grants = {};
  std::string scope = {};  // CEL over accounts; empty: all of them.
  Instant created_at{}, expires_at{};
  std::optional<Instant> revoked_at = std::nullopt;
};

// As whom its holder acts: nobody's operator, with a role of the key's grants, that sees personal
// fields masked.
Principal principal_of(const ApiKey& key);

// The secret: it is shown once, and stored nowhere. Errors: conflict (the name is in use, or was),
// invalid (it is no name; a faulty scope with every fault), forbidden (more than the principal has;
// without a principal it is the machine's owner at the command line).
Result<std::string> add_key(store::Database& database, const Principal* principal,
                            const ApiKey& key, const cel::Schema& schema, const Caller& caller);
Result<std::vector<ApiKey>> list_keys(store::Database& database);  // By name.
// Errors: not_found (with the nearest name), forbidden.
Result<> revoke_key(store::Database& database, const Principal* principal, std::string_view name,
                    const Caller& caller);

// Those that are not revoked, with the sum of each secret as sha256() makes it.
Result<> each_key(store::Database& database,
                  const std::function<void(std::string_view sum, ApiKey key)>& take);

}  // namespace pharos::access
