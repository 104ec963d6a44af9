// access/links.h: one-time links: a random token that is shown once, kept as its sum, expires and
// is used up by its use.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "access/operator.h"
#include "base/error.h"
#include "store/database.h"

namespace pharos::access {

enum class LinkPurpose : std::uint8_t { first_owner, invitation, password_reset };
std::string_view name_of(LinkPurpose purpose);
Duration lifetime_of(LinkPurpose purpose);  // 24h, 7d, 1h

// All within the transaction of their caller.
// The token; earlier links of the operator are void from then on.
Result<std::string> issue_link(store::Database& database, LinkPurpose purpose, OperatorId id,
                               Instant now);
struct Link {
  LinkPurpose purpose = LinkPurpose::invitation;
  OperatorId id;
};
// None: unknown, used, expired, or of an operator who is disabled by now.
Result<std::optional<Link>> find_link(store::Database& database, std::string_view token,
                                      Instant now);
Result<> void_links(store::Database& database, OperatorId id);

}  // namespace pharos::access
