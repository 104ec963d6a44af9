// access/sign_in.cc: throttle, password, code, session; in this order.
#include "access/sign_in.h"

#include "access/audit.h"
#include "access/fields.h"
#include "access/operator_rows.h"
#include "access/operators.h"
#include "access/second_factor.h"
#include "access/secret.h"
#include "access/transaction.h"

namespace pharos::access {

using store::Database;

Result<SignIn> SignIn::open(Database& database, const PasswordCost& cost,
                            const ThrottleLimits& limits) {
  return SignIn(database, cost, limits, TRY(hash_password(make_token(), cost)));
}

Result<SignInAnswer> SignIn::refuse(SignInAnswer answer, std::string_view email, OperatorId id,
                                    std::string_view reason, const Caller& caller) {
  Transaction transaction = TRY(Transaction::begin(database_));
  const std::string subject = name_of(id);
  const std::string after = Fields().text("email", email).text("reason", reason).take();
  TRY(append_audit(database_, caller,
                   {.action = "session.refuse", .subject = subject, .before = "", .after = after}));
  TRY(transaction.commit());
  return answer;
}

Result<SignInAnswer> SignIn::run(const Credentials& credentials, std::string_view token_before,
                                 const Caller& caller) {
  // What is no address may be a password in the wrong field: it is written nowhere.
  const std::string email = fold_email(credentials.email).value_or("?");
  const auto found = TRY(read_operator(database_, email));
  const OperatorId id = found ? found->who.id : OperatorId{};
  const bool is_known = found && TRY(is_known_address(database_, id, caller.address, caller.now));
  const Attempt attempt{.account = email, .address = caller.address, .is_known_address = is_known};
  if (const Instant retry_at = throttle_.charge(attempt, caller.now); retry_at > caller.now)
    return refuse(
        {.outcome = SignInOutcome::throttled, .retry_at = retry_at, .id = {}, .session = {}}, email,
        id, "throttled", caller);

  const bool has_password = found && found->who.has_password;
  const bool is_right =
      is_password(has_password ? found->password : decoy_, credentials.password) && has_password;
  const SignInAnswer wrong;
  if (!is_right) return refuse(wrong, email, id, found ? "password" : "unknown", caller);
  if (found->who.state != OperatorState::active)
    return refuse(wrong, email, id, name_of(found->who.state), caller);
  SignInAnswer answer{
      .outcome = SignInOutcome::code_needed, .retry_at = {}, .id = {}, .session = {}};
  if (found->totp_confirmed && credentials.code.empty())
    return refuse(answer, email, id, "code_needed", caller);
  std::string hash;
  if (is_outdated(found->password, cost_)) hash = TRY(hash_password(credentials.password, cost_));

  Transaction transaction = TRY(Transaction::begin(database_));
  // Again, under the lock: a code counts once, and nobody was disabled or given another password.
  const auto now_stored = TRY(read_operator(database_, id));
  if (!now_stored || now_stored->who.state != OperatorState::active ||
      now_stored->password != found->password)
    return wrong;
  Caller self = caller;
  self.actor = id;
  if (now_stored->totp_confirmed && !TRY(take_code(database_, id, credentials.code, self))) {
    TRY(database_.rollback());
    return refuse(wrong, email, id, "code", caller);
  }
  if (!hash.empty()) TRY(write_password(database_, id, hash));
  if (!token_before.empty()) {
    const Sum sum = sha256(token_before);
    auto end = TRY(database_.prepare(
        "UPDATE operator_session SET ended_at = ? WHERE sum = ? AND ended_at IS NULL"));
    TRY(end->run_with(caller.now.ms, blob_of(sum)));
  }
  answer.outcome = SignInOutcome::done;
  answer.id = id;
  answer.session = TRY(begin_session(database_, id, credentials.agent, self));
  TRY(transaction.commit());
  throttle_.forget(attempt);
  return answer;
}

Result<> SignIn::require_password(OperatorId id, std::string_view password, const Caller& caller) {
  const auto found = TRY(read_operator(database_, id));
  if (!found) return fail(ErrorCode::not_found, "there is no operator {}", id.value);
  const Attempt attempt{
      .account = found->who.email, .address = caller.address, .is_known_address = true};
  const auto refused = [&](std::string_view reason, std::string_view said) -> Result<> {
    TRY(refuse({}, found->who.email, id, reason, caller));
    return fail(ErrorCode::forbidden, "{}", said);
  };
  if (throttle_.charge(attempt, caller.now) > caller.now)
    return refused("throttled", "the password was tried too often; wait some minutes");
  if (!found->who.has_password || !is_password(found->password, password))
    return refused("password", "the present password is another one");
  throttle_.forget(attempt);
  return {};
}

Result<> SignIn::change_password(OperatorId id, const PasswordChange& change,
                                 const PasswordCost& cost, const Caller& caller) {
  TRY(require_password(id, change.before, caller));
  return access::change_password(database_, id, change, cost, caller);
}

}  // namespace pharos::access
