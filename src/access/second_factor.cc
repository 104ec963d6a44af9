// access/second_factor.cc: secrets in `operator`, sums of recovery codes in `operator_recovery`.
#include "access/second_factor.h"

#include "access/audit.h"
#include "access/operator_rows.h"
#include "access/secret.h"
#include "access/totp.h"
#include "access/transaction.h"

namespace pharos::access {
namespace {

using store::Database;

constexpr std::size_t recovery_bytes = 10;  // 80 bits: 16 characters.

Result<StoredOperator> stored_operator(Database& database, OperatorId id) {
  auto found = TRY(read_operator(database, id));
  if (!found) return fail(ErrorCode::not_found, "there is no operator {}", id.value);
  return std::move(*found);
}

Result<> write_secret(Database& database, OperatorId id, std::string_view secret, bool confirmed,
                      std::int64_t step) {
  auto update =
      TRY(database.prepare("UPDATE operator SET totp_secret = ?, totp_confirmed = ?, totp_step = ? "
                           "WHERE id = ?"));
  const store::Blob blob{reinterpret_cast<const std::byte*>(secret.data()), secret.size()};
  return update->run_with(blob, std::int64_t{confirmed}, step, id.value);
}

Result<> clear_recovery(Database& database, OperatorId id) {
  auto erase = TRY(database.prepare("DELETE FROM operator_recovery WHERE operator = ?"));
  return erase->run_with(id.value);
}

Result<> note(Database& database, const Caller& caller, std::string_view action, OperatorId id) {
  const std::string subject = name_of(id);
  return append_audit(database, caller, {.action = action, .subject = subject});
}

// As it is typed: in either case, with or without blanks and dashes.
std::string plain_code(std::string_view code) {
  std::string plain;
  for (const char c : code)
    if (c != ' ' && c != '-') plain += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return plain;
}

}  // namespace

Result<std::string> enrol_second_factor(Database& database, OperatorId id, std::string_view issuer,
                                        const Caller& caller) {
  Transaction transaction = TRY(Transaction::begin(database));
  const StoredOperator found = TRY(stored_operator(database, id));
  if (found.totp_confirmed)
    return fail(ErrorCode::conflict, "there is a second factor; remove it first");
  const std::string secret = random_bytes(totp_secret_bytes);
  TRY(write_secret(database, id, secret, false, 0));
  TRY(note(database, caller, "second_factor.enrol", id));
  TRY(transaction.commit());
  return totp_address(secret, issuer, found.who.email);
}

Result<std::vector<std::string>> confirm_second_factor(Database& database, OperatorId id,
                                                       std::string_view code,
                                                       const Caller& caller) {
  Transaction transaction = TRY(Transaction::begin(database));
  const StoredOperator found = TRY(stored_operator(database, id));
  if (found.totp_secret.empty() || found.totp_confirmed)
    return fail(ErrorCode::conflict, "there is no second factor to confirm");
  const auto step = match_totp(found.totp_secret, plain_code(code), caller.now, found.totp_step);
  if (!step) return fail(ErrorCode::invalid, "the code is wrong; look at the clock of the phone");
  TRY(write_secret(database, id, found.totp_secret, true, *step));
  TRY(clear_recovery(database, id));
  auto insert = TRY(database.prepare("INSERT INTO operator_recovery VALUES (?, ?)"));
  std::vector<std::string> codes;
  while (codes.size() < recovery_code_count) {
    codes.push_back(base32(random_bytes(recovery_bytes)));
    const Sum sum = sha256(codes.back());
    TRY(insert->run_with(id.value, blob_of(sum)));
  }
  TRY(note(database, caller, "second_factor.confirm", id));
  TRY(transaction.commit());
  return codes;
}

Result<> remove_second_factor(Database& database, OperatorId id, const Caller& caller) {
  Transaction transaction = TRY(Transaction::begin(database));
  TRY(stored_operator(database, id));
  TRY(write_secret(database, id, "", false, 0));
  TRY(clear_recovery(database, id));
  TRY(note(database, caller, "second_factor.remove", id));
  return transaction.commit();
}

Result<bool> take_code(Database& database, OperatorId id, std::string_view code,
                       const Caller& caller) {
  const StoredOperator found = TRY(stored_operator(database, id));
  const std::string plain = plain_code(code);
  if (const auto step = match_totp(found.totp_secret, plain, caller.now, found.totp_step)) {
    TRY(write_secret(database, id, found.totp_secret, true, *step));
    return true;
  }
  const Sum sum = sha256(plain);
  auto query =
      TRY(database.prepare("SELECT 1 FROM operator_recovery WHERE operator = ? AND sum = ?"));
  TRY(query->query_with(id.value, blob_of(sum)));
  if (!TRY(query->step())) return false;
  TRY(query->step());
  auto erase =
      TRY(database.prepare("DELETE FROM operator_recovery WHERE operator = ? AND sum = ?"));
  TRY(erase->run_with(id.value, blob_of(sum)));
  TRY(note(database, caller, "second_factor.recover", id));
  return true;
}

}  // namespace pharos::access
