// access/links.cc: the table operator_link.
#include "access/links.h"

#include <algorithm>

#include "access/secret.h"

namespace pharos::access {
namespace {

using store::Database;

constexpr std::string_view purpose_names[] = {"first_owner", "invitation", "password_reset"};
constexpr Duration lifetimes[] = {24 * hour, 7 * day, 1 * hour};

}  // namespace

std::string_view name_of(LinkPurpose purpose) {
  return purpose_names[static_cast<std::size_t>(purpose)];
}

Duration lifetime_of(LinkPurpose purpose) {
  return lifetimes[static_cast<std::size_t>(purpose)];
}

Result<std::string> issue_link(Database& database, LinkPurpose purpose, OperatorId id,
                               Instant now) {
  TRY(void_links(database, id));
  const std::string token = make_token();
  const Sum sum = sha256(token);
  auto insert = TRY(database.prepare("INSERT INTO operator_link VALUES (?, ?, ?, ?, ?)"));
  TRY(insert->run_with(blob_of(sum), name_of(purpose), id.value, now.ms,
                       (now + lifetime_of(purpose)).ms));
  return token;
}

Result<std::optional<Link>> find_link(Database& database, std::string_view token, Instant now) {
  const Sum sum = sha256(token);
  auto query = TRY(
      database.prepare("SELECT purpose, operator FROM operator_link JOIN operator ON operator.id = "
                       "operator_link.operator WHERE sum = ? AND expires_at > ? AND state <> "
                       "'disabled'"));
  TRY(query->query_with(blob_of(sum), now.ms));
  if (!TRY(query->step())) return std::nullopt;
  const auto at = std::ranges::find(purpose_names, query->text(0));
  if (at == std::end(purpose_names)) return std::nullopt;
  return Link{static_cast<LinkPurpose>(at - std::begin(purpose_names)), {query->integer(1)}};
}

Result<> void_links(Database& database, OperatorId id) {
  auto erase = TRY(database.prepare("DELETE FROM operator_link WHERE operator = ?"));
  return erase->run_with(id.value);
}

}  // namespace pharos::access
