// access/operators.h: the people of a workspace: invited, changed, disabled; never deleted, since
// the audit speaks of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/links.h"
#include "access/operator.h"
#include "access/password.h"
#include "access/permission.h"
#include "base/error.h"
#include "cel/schema.h"
#include "store/database.h"

namespace pharos::access {

// In lower case, without white space around; "NAME@DOMAIN" of ASCII, at most 254 bytes. Errors:
// invalid.
Result<std::string> fold_email(std::string_view email);

Result<std::vector<Operator>> list_operators(store::Database& database);
Result<Operator> find_operator(store::Database& database, OperatorId id);  // Errors: not_found.
Result<std::optional<Operator>> find_operator(store::Database& database, std::string_view email);
Result<Principal> principal_of(store::Database& database, OperatorId id);

// What others say of an operator.
struct Profile {
  std::string email, name, locale = "en", role;
  std::vector<std::string> teams;
  std::string scope;
};

// The first one, of a workspace that has no active owner yet: a link that is shown on the server's
// own console. Errors: conflict (there is an active owner), invalid (the e-mail).
Result<std::string> make_first_owner(store::Database& database, std::string_view email,
                                     const Caller& caller);
Result<bool> has_owner(store::Database& database);  // An active one.
// At the command line, whose user owns the file: for a workspace without an active owner as
// make_first_owner, for an owner who cannot get in a new password's link; with
// `without_second_factor` their phone is forgotten, too. Errors: conflict (an operator of another
// role, or there are owners with other e-mails; they are said), invalid.
Result<std::string> restore_owner(store::Database& database, std::string_view email,
                                  bool without_second_factor, const Caller& caller);
// A link for the operator to choose a password by. Errors: forbidden, conflict (the e-mail is
// known), not_found (the role), invalid.
Result<std::string> invite(store::Database& database, const Principal& principal,
                           const Profile& profile, const cel::Schema& schema, const Caller& caller);
// A new link in place of those that are out: to be mailed, and said to nobody else. Errors:
// not_found, conflict (the operator is disabled).
Result<std::string> make_reset_link(store::Database& database, OperatorId id, const Caller& caller);

// The name, role, teams, scope and state of an operator; the e-mail and the locale too. Whoever
// loses or gains rights is signed out everywhere. Errors: forbidden (more than the principal has,
// or somebody who has more), conflict (the last active owner; the e-mail is known), not_found,
// invalid.
Result<> update_operator(store::Database& database, const Principal& principal, OperatorId id,
                         const Profile& profile, OperatorState state, const cel::Schema& schema,
                         const Caller& caller);

// What somebody says of themselves; empty: as it was.
struct SelfProfile {
  std::string name, locale;
  std::string email;  // Taken from the first owner alone: nobody knew it before.
};
// By the operator. Errors: invalid, not_found.
Result<> update_self(store::Database& database, OperatorId id, const SelfProfile& self,
                     const Caller& caller);

// By a link: the operator is active from then on, and signed out everywhere. The link is used up
// only if the password is taken. Errors: not_found (no such link: unknown, used, expired, or a
// first owner's where there is an owner by now), conflict (the e-mail is another's), invalid.
Result<OperatorId> accept_link(store::Database& database, std::string_view token,
                               std::string_view password, const PasswordCost& cost,
                               const Caller& caller, const SelfProfile& self = {});
// By the operator, who must know the old one; every other session ends. Errors: forbidden (the old
// password is wrong), invalid.
struct PasswordChange {
  std::string_view before, after;
  std::int64_t session = 0;  // Stays.
};
Result<> change_password(store::Database& database, OperatorId id, const PasswordChange& change,
                         const PasswordCost& cost, const Caller& caller);

}  // namespace pharos::access
