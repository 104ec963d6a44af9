// access/operator_rows.cc: rows to operators and back.
#include "access/operator_rows.h"

#include "access/fields.h"
#include "base/json.h"

namespace pharos::access {
namespace {

using store::Database;
using store::Statement;

constexpr std::string_view columns =
    "SELECT id, email, name, locale, role, teams, scope, state, password, totp_secret, "
    "totp_confirmed, totp_step, created_at FROM operator ";

constexpr std::string_view state_names[] = {"invited", "active", "disabled"};

std::vector<std::string> teams_of(std::string_view json) {
  std::vector<std::string> teams;
  const auto list = parse_json(json);
  if (!list || list->kind != JsonKind::list) return teams;
  for (const Json& team : list->items) teams.push_back(team.text);
  return teams;
}

StoredOperator stored(const Statement& row) {
  StoredOperator found;
  Operator& who = found.who;
  who.id = {row.integer(0)};
  who.email = row.text(1);
  who.name = row.text(2);
  who.locale = row.text(3);
  who.role = row.text(4);
  who.teams = teams_of(row.text(5));
  who.scope = row.text(6);
  // Whatever else stands there lets nobody in.
  who.state = row.text(7) == "active"    ? OperatorState::active
              : row.text(7) == "invited" ? OperatorState::invited
                                         : OperatorState::disabled;
  found.password = row.text(8);
  const store::Blob secret = row.blob(9);
  found.totp_secret.assign(reinterpret_cast<const char*>(secret.data()), secret.size());
  found.totp_confirmed = row.integer(10) != 0;
  found.totp_step = row.integer(11);
  who.created_at = {row.integer(12)};
  who.has_password = !found.password.empty();
  who.has_second_factor = found.totp_confirmed;
  return found;
}

Result<std::optional<StoredOperator>> first_of(Result<std::unique_ptr<Statement>> prepared,
                                               const store::Bind& key) {
  auto query = TRY(std::move(prepared));
  TRY(query->query({&key, 1}));
  if (!TRY(query->step())) return std::nullopt;
  return stored(*query);
}

}  // namespace

std::string_view name_of(OperatorState state) {
  return state_names[static_cast<std::size_t>(state)];
}

Result<std::optional<StoredOperator>> read_operator(Database& database, OperatorId id) {
  return first_of(database.prepare(std::string(columns) + "WHERE id = ?"), id.value);
}

Result<std::optional<StoredOperator>> read_operator(Database& database, std::string_view email) {
  return first_of(database.prepare(std::string(columns) + "WHERE email = ?"), email);
}

Result<std::vector<Operator>> read_operators(Database& database) {
  auto query = TRY(database.prepare(std::string(columns) + "ORDER BY id"));
  TRY(query->query({}));
  std::vector<Operator> all;
  while (TRY(query->step())) all.push_back(stored(*query).who);
  return all;
}

Result<OperatorId> insert_operator(Database& database, const Operator& who) {
  if (TRY(read_operator(database, who.email)))
    return fail(ErrorCode::conflict, "there is an operator {} already", who.email);
  auto last = TRY(database.prepare("SELECT coalesce(max(id), 0) FROM operator"));
  TRY(last->query({}));
  TRY(last->step());
  Operator made = who;
  made.id = {last->integer(0) + 1};  // Operators are never deleted, so no number comes twice.
  TRY(last->step());
  auto insert = TRY(
      database.prepare("INSERT INTO operator (id, email, name, locale, role, teams, scope, state, "
                       "created_at) VALUES (?, ?, '', '', '', '[]', '', 'invited', ?)"));
  TRY(insert->run_with(made.id.value, std::string_view(made.email), made.created_at.ms));
  TRY(write_operator(database, made));
  return made.id;
}

Result<> write_operator(Database& database, const Operator& who) {
  auto update = TRY(
      database.prepare("UPDATE operator SET email = ?, name = ?, locale = ?, role = ?, teams = ?, "
                       "scope = ?, state = ? WHERE id = ?"));
  const std::string teams = Fields::list_of(who.teams);
  return update->run_with(std::string_view(who.email), std::string_view(who.name),
                          std::string_view(who.locale), std::string_view(who.role),
                          std::string_view(teams), std::string_view(who.scope), name_of(who.state),
                          who.id.value);
}

Result<> write_password(Database& database, OperatorId id, std::string_view hash) {
  auto update = TRY(database.prepare("UPDATE operator SET password = ? WHERE id = ?"));
  return update->run_with(hash, id.value);
}

std::string fields_of(const Operator& who) {
  return Fields()
      .text("email", who.email)
      .text("name", who.name)
      .text("locale", who.locale)
      .text("role", who.role)
      .texts("teams", who.teams)
      .text("scope", who.scope)
      .text("state", name_of(who.state))
      .take();
}

}  // namespace pharos::access
