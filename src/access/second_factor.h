// access/second_factor.h: one-time codes of an operator, and codes for the day the phone is lost.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "access/operator.h"
#include "base/error.h"
#include "store/database.h"

namespace pharos::access {

inline constexpr std::size_t recovery_code_count = 10;

// A new secret, as an otpauth:// address to show once as a QR code. It counts from its confirmation
// on. Errors: not_found, conflict (there is one already: remove it first).
Result<std::string> enrol_second_factor(store::Database& database, OperatorId id,
                                        std::string_view issuer, const Caller& caller);
// By a first code. The recovery codes, shown once: each lets in one time. Errors: invalid (wrong
// code), conflict (nothing to confirm).
Result<std::vector<std::string>> confirm_second_factor(store::Database& database, OperatorId id,
                                                       std::string_view code, const Caller& caller);
// Asked for by the operator, or by one who may change operators. Errors: not_found.
Result<> remove_second_factor(store::Database& database, OperatorId id, const Caller& caller);

// Takes a code, or a recovery code, and uses it up. Within the transaction of the sign-in.
Result<bool> take_code(store::Database& database, OperatorId id, std::string_view code,
                       const Caller& caller);

}  // namespace pharos::access
