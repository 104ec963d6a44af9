// access/keys.cc: the table api_key.
#include "access/keys.h"

#include <algorithm>

#include "access/audit.h"
#include "access/fields.h"
#include "access/scope.h"
#include "access/secret.h"
#include "access/transaction.h"
#include "base/text.h"

namespace pharos::access {
namespace {

using store::Database;

constexpr std::string_view secret_prefix = "phk_";  // So that scanners of leaked secrets know it.
constexpr std::size_t name_bytes_max = 64;

constexpr std::string_view columns =
    "SELECT name, grants, scope, created_at, expires_at, revoked_at, sum FROM api_key ";

// Grants that a newer Pharos wrote are not understood: the key may do nothing then.
ApiKey key_of(const store::Statement& row) {
  ApiKey key{.name = std::string(row.text(0)),
             .grants = parse_grants(row.text(1)).value_or(Grants{}),
             .scope = std::string(row.text(2)),
             .created_at = {row.integer(3)},
             .expires_at = {row.integer(4)}};
  if (!row.is_null(5)) key.revoked_at = Instant{row.integer(5)};
  return key;
}

Result<> check(const Principal* principal, const ApiKey& key, const cel::Schema& schema) {
  if (trimmed(key.name).empty() || key.name.size() > name_bytes_max || !is_utf8(key.name))
    return fail(ErrorCode::invalid, "a key's name has 1 to {} bytes of UTF-8", name_bytes_max);
  if (key.grants == Grants{})
    return fail(ErrorCode::invalid, "a key needs at least one permission, such as events:create");
  if (!key.scope.empty()) TRY(require_scope(key.scope, schema));
  if (principal == nullptr) return {};
  if (!allowed(*principal, Action::create, Resource::keys))
    return fail(ErrorCode::forbidden, "the role {} may not create keys", principal->role.name);
  if (!may_hand_out(*principal, key.grants))
    return fail(ErrorCode::forbidden, "the key would hold more than {} does", principal->role.name);
  return {};
}

}  // namespace

Principal principal_of(const ApiKey& key) {
  Principal principal;
  principal.who.name = principal.who.email = key.name;
  principal.who.state = OperatorState::active;
  principal.role = {.name = "key", .grants = key.grants, .scope = key.scope};
  return principal;
}

Result<std::string> add_key(Database& database, const Principal* principal, const ApiKey& key,
                            const cel::Schema& schema, const Caller& caller) {
  TRY(check(principal, key, schema));
  const std::string secret =
      std::string(secret_prefix) +
      hex_of(std::as_bytes(std::span<const char>(random_bytes(token_bytes))));
  const Sum sum = sha256(secret);
  const std::string grants = grants_text(key.grants), subject = "key " + key.name;
  Transaction transaction = TRY(Transaction::begin(database));
  auto known = TRY(database.prepare("SELECT 1 FROM api_key WHERE name = ?"));
  TRY(known->query_with(std::string_view(key.name)));
  if (TRY(known->step()))
    return fail(ErrorCode::conflict, "there is a key {} already; choose another name",
                quoted(key.name));
  auto insert = TRY(database.prepare("INSERT INTO api_key VALUES (?, ?, ?, ?, ?, ?, NULL)"));
  TRY(insert->run_with(std::string_view(key.name), blob_of(sum), std::string_view(grants),
                       std::string_view(key.scope), key.created_at.ms, key.expires_at.ms));
  const std::string after = Fields()
                                .text("permissions", grants)
                                .text("scope", key.scope)
                                .text("expires_at", format_instant(key.expires_at))
                                .take();
  TRY(append_audit(database, caller,
                   {.action = "key.create", .subject = subject, .before = "", .after = after}));
  TRY(transaction.commit());
  return secret;
}

Result<std::vector<ApiKey>> list_keys(Database& database) {
  auto query = TRY(database.prepare(std::string(columns) + "ORDER BY name"));
  TRY(query->query({}));
  std::vector<ApiKey> keys;
  while (TRY(query->step())) keys.push_back(key_of(*query));
  return keys;
}

Result<> revoke_key(Database& database, const Principal* principal, std::string_view name,
                    const Caller& caller) {
  if (principal != nullptr && !allowed(*principal, Action::delete_, Resource::keys))
    return fail(ErrorCode::forbidden, "the role {} may not delete keys", principal->role.name);
  Transaction transaction = TRY(Transaction::begin(database));
  const std::vector<ApiKey> keys = TRY(list_keys(database));
  const auto found = std::ranges::find(keys, name, &ApiKey::name);
  if (found == keys.end()) {
    std::vector<std::string> names;
    for (const ApiKey& key : keys) names.push_back(key.name);
    const std::string hint = did_you_mean(name, names);
    return fail(ErrorCode::not_found, "there is no key {}{}{}", quoted(name),
                hint.empty() ? "" : ". ", hint);
  }
  if (found->revoked_at) return {};
  auto update = TRY(database.prepare("UPDATE api_key SET revoked_at = ? WHERE name = ?"));
  TRY(update->run_with(caller.now.ms, name));
  const std::string subject = "key " + std::string(name);
  TRY(append_audit(database, caller,
                   {.action = "key.revoke", .subject = subject, .before = "", .after = ""}));
  return transaction.commit();
}

Result<> each_key(Database& database,
                  const std::function<void(std::string_view sum, ApiKey key)>& take) {
  auto query = TRY(database.prepare(std::string(columns) + "WHERE revoked_at IS NULL"));
  TRY(query->query({}));
  while (TRY(query->step())) {
    const store::Blob sum = query->blob(6);
    take({reinterpret_cast<const char*>(sum.data()), sum.size()}, key_of(*query));
  }
  return {};
}

}  // namespace pharos::access
