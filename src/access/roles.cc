// access/roles.cc: the table operator_role.
#include "access/roles.h"

#include "access/audit.h"
#include "access/fields.h"
#include "access/scope.h"
#include "access/transaction.h"
#include "base/text.h"

namespace pharos::access {
namespace {

using store::Database;

constexpr std::string_view select_roles =
    "SELECT name, grants, scope, sees_personal FROM operator_role";

Result<Role> role_of(const store::Statement& row) {
  auto grants = parse_grants(row.text(1));
  if (!grants) return fail(ErrorCode::corrupt, "role {}: {}", row.text(0), grants.error().message);
  return Role{.name = std::string(row.text(0)),
              .grants = *grants,
              .scope = std::string(row.text(2)),
              .sees_personal = row.integer(3) != 0};
}

std::string fields_of(const Role& role) {
  return Fields()
      .text("grants", grants_text(role.grants))
      .text("scope", role.scope)
      .boolean("sees_personal", role.sees_personal)
      .take();
}

Result<> check_role(const Role& role, const cel::Schema& schema) {
  if (!is_name(role.name))
    return fail(ErrorCode::invalid,
                "{} is no name for a role; take lower-case letters, digits and underscores",
                quoted(role.name));
  if (find_built_in_role(role.name) != nullptr)
    return fail(ErrorCode::invalid, "{} is a built-in role; choose another name", role.name);
  return role.scope.empty() ? Result<>() : require_scope(role.scope, schema);
}

}  // namespace

Result<Role> find_role(Database& database, std::string_view name) {
  if (const Role* const role = find_built_in_role(name)) return *role;
  auto query = TRY(database.prepare(fmt::format("{} WHERE name = ?", select_roles)));
  TRY(query->query_with(name));
  if (!TRY(query->step())) return fail(ErrorCode::not_found, "there is no role {}", quoted(name));
  return role_of(*query);
}

Result<std::vector<Role>> custom_roles(Database& database) {
  auto query = TRY(database.prepare(fmt::format("{} ORDER BY name", select_roles)));
  TRY(query->query({}));
  std::vector<Role> roles;
  while (TRY(query->step())) roles.push_back(TRY(role_of(*query)));
  return roles;
}

Result<> save_role(Database& database, const Principal& principal, const Role& role,
                   const cel::Schema& schema, const Caller& caller) {
  TRY(check_role(role, schema));
  Transaction transaction = TRY(Transaction::begin(database));
  const auto before = find_role(database, role.name);
  if (!before && before.error().code != ErrorCode::not_found)
    return std::unexpected(before.error());
  const Action action = before ? Action::update : Action::create;
  TRY(check_may(principal, action, Resource::roles, role));
  if (before) TRY(check_may(principal, action, Resource::roles, *before));
  auto write = TRY(database.prepare("INSERT OR REPLACE INTO operator_role VALUES (?, ?, ?, ?)"));
  const std::string grants = grants_text(role.grants);
  TRY(write->run_with(std::string_view(role.name), std::string_view(grants),
                      std::string_view(role.scope), std::int64_t{role.sees_personal}));
  const std::string subject = "role " + role.name, after = fields_of(role);
  const std::string was = before ? fields_of(*before) : "";
  TRY(append_audit(database, caller,
                   {.action = before ? "role.update" : "role.create",
                    .subject = subject,
                    .before = was,
                    .after = after}));
  return transaction.commit();
}

Result<> delete_role(Database& database, const Principal& principal, std::string_view name,
                     const Caller& caller) {
  if (find_built_in_role(name) != nullptr)
    return fail(ErrorCode::invalid, "{} is a built-in role; it stays", name);
  Transaction transaction = TRY(Transaction::begin(database));
  const Role role = TRY(find_role(database, name));
  TRY(check_may(principal, Action::delete_, Resource::roles, role));
  auto holders = TRY(database.prepare("SELECT count(*) FROM operator WHERE role = ?"));
  TRY(holders->query_with(name));
  if (TRY(holders->step()) && holders->integer(0) > 0)
    return fail(ErrorCode::conflict, "{} operators have the role {}; give them another first",
                holders->integer(0), name);
  TRY(holders->step());
  auto erase = TRY(database.prepare("DELETE FROM operator_role WHERE name = ?"));
  TRY(erase->run_with(name));
  const std::string subject = "role " + role.name, was = fields_of(role);
  TRY(append_audit(database, caller,
                   {.action = "role.delete", .subject = subject, .before = was, .after = ""}));
  return transaction.commit();
}

}  // namespace pharos::access
