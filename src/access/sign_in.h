// access/sign_in.h: the door: an e-mail, a password, a code; and a session for those who have them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "access/operator.h"
#include "access/operators.h"
#include "access/password.h"
#include "access/sessions.h"
#include "access/throttle.h"
#include "base/error.h"
#include "store/database.h"

namespace pharos::access {

struct Credentials {
  std::string_view email, password;
  std::string_view code;   // One-time or recovery code; empty: none was asked for yet.
  std::string_view agent;  // For the list of sessions.
};

enum class SignInOutcome : std::uint8_t {
  done,
  wrong,        // Of e-mail, password or code, nobody says which; or the operator is disabled.
  code_needed,  // The password is right: the same again with a code.
  throttled,    // Nothing was looked at.
};

struct SignInAnswer {
  SignInOutcome outcome = SignInOutcome::wrong;
  Instant retry_at{};  // throttled
  OperatorId id;       // done
  std::optional<NewSession> session;
};

// One thread at a time, like its connection. What it is given must outlive it.
class SignIn {
 public:
  // Hashes one password to have something to compare with where there is no account. Errors: limit.
  static Result<SignIn> open(store::Database& database, const PasswordCost& cost,
                             const ThrottleLimits& limits);

  // The same work for known and unknown e-mails. Each try leaves a row of the audit, also those
  // that are refused. A session that the browser came with ends (`token_before`; may be empty).
  Result<SignInAnswer> run(const Credentials& credentials, std::string_view token_before,
                           const Caller& caller);
  // Whoever sits at somebody's open session may not guess their password without end either: these
  // count as tries to sign in. Errors: forbidden (wrong, or tried too often), and those of
  // access::change_password.
  Result<> require_password(OperatorId id, std::string_view password, const Caller& caller);
  Result<> change_password(OperatorId id, const PasswordChange& change, const PasswordCost& cost,
                           const Caller& caller);

 private:
  SignIn(store::Database& database, const PasswordCost& cost, const ThrottleLimits& limits,
         std::string decoy)
      : database_(database), cost_(cost), throttle_(limits), decoy_(std::move(decoy)) {}
  Result<SignInAnswer> refuse(SignInAnswer answer, std::string_view email, OperatorId id,
                              std::string_view reason, const Caller& caller);

  store::Database& database_;
  const PasswordCost cost_;
  Throttle throttle_;
  const std::string decoy_;
};

}  // namespace pharos::access
