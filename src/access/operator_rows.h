// access/operator_rows.h: the table `operator`, for the files of this room that change it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "access/operator.h"
#include "base/error.h"
#include "store/database.h"

namespace pharos::access {

// One operator with what never leaves this room.
struct StoredOperator {
  Operator who;
  std::string password;     // Its hash; empty: none yet.
  std::string totp_secret;  // Empty: none.
  bool totp_confirmed = false;
  std::int64_t totp_step = 0;  // Of the last code that was taken.
};

Result<std::optional<StoredOperator>> read_operator(store::Database& database, OperatorId id);
Result<std::optional<StoredOperator>> read_operator(store::Database& database,
                                                    std::string_view email);
Result<std::vector<Operator>> read_operators(store::Database& database);

// Without a password and a second factor. Errors: conflict (the e-mail is known).
Result<OperatorId> insert_operator(store::Database& database, const Operator& who);
Result<> write_operator(store::Database& database, const Operator& who);  // Not its secrets.
Result<> write_password(store::Database& database, OperatorId id, std::string_view hash);

std::string fields_of(const Operator& who);  // JSON for the audit.

}  // namespace pharos::access
