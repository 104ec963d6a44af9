// access/sessions.cc: the table operator_session.
#include "access/sessions.h"

#include "access/audit.h"
#include "access/fields.h"
#include "access/secret.h"
#include "access/throttle.h"
#include "access/transaction.h"

namespace pharos::access {
namespace {

using store::Database;
using store::Statement;

constexpr std::size_t agent_bytes_max = 200;

NewSession with_new_token(std::int64_t id) {
  NewSession made{.id = id, .token = make_token(), .csrf_token = ""};
  made.csrf_token = csrf_token_of(made.token);
  return made;
}

Session session_of(const Statement& row) {
  return {.id = row.integer(0),
          .operator_id = {row.integer(1)},
          .address = std::string(row.text(2)),
          .agent = std::string(row.text(3)),
          .created_at = {row.integer(4)},
          .seen_at = {row.integer(5)}};
}

constexpr std::string_view columns =
    "SELECT operator_session.id, operator, address, agent, operator_session.created_at, seen_at "
    "FROM operator_session ";

// At a code point: the column is text.
std::string_view cut(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xC0) == 0x80) --bytes_max;
  return text.substr(0, bytes_max);
}

}  // namespace

std::string csrf_token_of(std::string_view token) {
  const Sum sum = sha256("pharos csrf " + std::string(token));
  return base64url({reinterpret_cast<const char*>(sum.data()), sum.size()});
}

bool is_csrf_token(std::string_view token, std::string_view csrf_token) {
  return is_same_secret(csrf_token_of(token), csrf_token);
}

Result<NewSession> begin_session(Database& database, OperatorId id, std::string_view agent,
                                 const Caller& caller) {
  auto forget = TRY(database.prepare("DELETE FROM operator_session WHERE created_at < ?"));
  TRY(forget->run_with((caller.now - session_kept).ms));
  auto last = TRY(database.prepare("SELECT coalesce(max(id), 0) FROM operator_session"));
  TRY(last->query({}));
  TRY(last->step());
  const NewSession made = with_new_token(last->integer(0) + 1);
  TRY(last->step());
  const Sum sum = sha256(made.token);
  auto insert =
      TRY(database.prepare("INSERT INTO operator_session VALUES (?, ?, ?, ?, ?, ?, ?, NULL)"));
  TRY(insert->run_with(made.id, blob_of(sum), id.value, std::string_view(caller.address),
                       cut(agent, agent_bytes_max), caller.now.ms, caller.now.ms));
  const std::string subject = name_of(id);
  const std::string after = Fields().number("session", made.id).take();
  TRY(append_audit(database, caller,
                   {.action = "session.begin", .subject = subject, .before = "", .after = after}));
  return made;
}

Result<std::optional<Session>> find_session(Database& database, std::string_view token,
                                            const SessionLimits& limits, Instant now) {
  const Sum sum = sha256(token);
  std::optional<Session> found;
  {
    auto query = TRY(database.prepare(
        std::string(columns) +
        "JOIN operator ON operator.id = operator_session.operator WHERE sum = ? AND ended_at IS "
        "NULL AND state = 'active'"));
    TRY(query->query_with(blob_of(sum)));
    if (!TRY(query->step())) return std::nullopt;
    found = session_of(*query);
  }
  if (now >= found->created_at + limits.absolute || now >= found->seen_at + limits.idle)
    return std::nullopt;
  if (now < found->seen_at + session_seen_every) return found;
  // Only forwards: requests of one moment come in any order.
  auto seen = TRY(
      database.prepare("UPDATE operator_session SET seen_at = ?1 WHERE id = ?2 AND seen_at < ?1"));
  TRY(seen->run_with(now.ms, found->id));
  found->seen_at = now;
  return found;
}

Result<NewSession> rotate_session(Database& database, std::string_view token,
                                  const Caller& caller) {
  Transaction transaction = TRY(Transaction::begin(database));
  const Sum before = sha256(token);
  auto query = TRY(database.prepare(
      "SELECT id, operator FROM operator_session WHERE sum = ? AND ended_at IS NULL"));
  TRY(query->query_with(blob_of(before)));
  if (!TRY(query->step())) return fail(ErrorCode::not_found, "there is no such session");
  const NewSession made = with_new_token(query->integer(0));
  const OperatorId id{query->integer(1)};
  TRY(query->step());
  const Sum after = sha256(made.token);
  auto update = TRY(database.prepare("UPDATE operator_session SET sum = ? WHERE id = ?"));
  TRY(update->run_with(blob_of(after), made.id));
  const std::string subject = name_of(id), fields = Fields().number("session", made.id).take();
  TRY(append_audit(
      database, caller,
      {.action = "session.rotate", .subject = subject, .before = "", .after = fields}));
  TRY(transaction.commit());
  return made;
}

Result<std::vector<Session>> list_sessions(Database& database, OperatorId id) {
  auto query =
      TRY(database.prepare(std::string(columns) +
                           "WHERE operator = ? AND ended_at IS NULL ORDER BY created_at DESC, "
                           "operator_session.id DESC"));
  TRY(query->query_with(id.value));
  std::vector<Session> sessions;
  while (TRY(query->step())) sessions.push_back(session_of(*query));
  return sessions;
}

Result<> end_session(Database& database, OperatorId id, std::int64_t session,
                     const Caller& caller) {
  Transaction transaction = TRY(Transaction::begin(database));
  auto query = TRY(database.prepare(
      "SELECT 1 FROM operator_session WHERE id = ? AND operator = ? AND ended_at IS NULL"));
  TRY(query->query_with(session, id.value));
  if (!TRY(query->step())) return fail(ErrorCode::not_found, "there is no session {}", session);
  TRY(query->step());
  auto end = TRY(database.prepare("UPDATE operator_session SET ended_at = ? WHERE id = ?"));
  TRY(end->run_with(caller.now.ms, session));
  const std::string subject = name_of(id), before = Fields().number("session", session).take();
  TRY(append_audit(database, caller,
                   {.action = "session.end", .subject = subject, .before = before, .after = ""}));
  return transaction.commit();
}

Result<> end_sessions(Database& database, OperatorId id, std::int64_t except, Instant now) {
  auto end = TRY(database.prepare(
      "UPDATE operator_session SET ended_at = ? WHERE operator = ? AND id <> ? AND ended_at IS "
      "NULL"));
  return end->run_with(now.ms, id.value, except);
}

Result<bool> is_known_address(Database& database, OperatorId id, std::string_view address,
                              Instant now) {
  auto query = TRY(database.prepare(
      "SELECT DISTINCT address FROM operator_session WHERE operator = ? AND created_at >= ?"));
  TRY(query->query_with(id.value, (now - session_kept).ms));
  const std::string group = address_group(address);
  while (TRY(query->step()))
    if (address_group(query->text(0)) == group) return true;
  return false;
}

}  // namespace pharos::access
