// access/operators.cc: invitations, links, changes; each with its row of the audit.
#include "access/operators.h"

#include <algorithm>
#include <utility>

#include "access/audit.h"
#include "access/operator_rows.h"
#include "access/roles.h"
#include "access/scope.h"
#include "access/second_factor.h"
#include "access/sessions.h"
#include "access/transaction.h"
#include "base/text.h"

namespace pharos::access {
namespace {

using store::Database;

constexpr std::size_t email_bytes_max = 254;  // RFC 5321, 4.5.3.1.3.
constexpr std::size_t name_length_max = 100;
constexpr std::size_t teams_max = 50;

Result<StoredOperator> stored_operator(Database& database, OperatorId id) {
  auto found = TRY(read_operator(database, id));
  if (!found) return fail(ErrorCode::not_found, "there is no operator {}", id.value);
  return std::move(*found);
}

Result<> check_words(std::string_view name, std::string_view locale) {
  if (name.empty() || !is_utf8(name) || count_code_points(name) > name_length_max)
    return fail(ErrorCode::invalid, "a name has 1 to {} characters", name_length_max);
  if (locale != "en" && locale != "zh")
    return fail(ErrorCode::invalid, "{} is no locale; take en or zh", quoted(locale));
  return {};
}

Result<> check_profile(const Profile& profile, const cel::Schema& schema) {
  TRY(check_words(profile.name, profile.locale));
  if (profile.teams.size() > teams_max)
    return fail(ErrorCode::limit, "{} teams; at most {}", profile.teams.size(), teams_max);
  for (const std::string& team : profile.teams)
    if (!is_name(team)) return fail(ErrorCode::invalid, "{} is no name of a team", quoted(team));
  return profile.scope.empty() ? Result<>() : require_scope(profile.scope, schema);
}

Operator with_profile(Operator who, const Profile& profile, std::string email) {
  who.email = std::move(email);
  who.name = profile.name;
  who.locale = profile.locale;
  who.role = profile.role;
  who.teams = profile.teams;
  who.scope = profile.scope;
  return who;
}

Result<bool> has_active_owner(Database& database, OperatorId except) {
  auto query = TRY(database.prepare(
      "SELECT 1 FROM operator WHERE role = 'owner' AND state = 'active' AND id <> ? LIMIT 1"));
  TRY(query->query_with(except.value));
  return query->step();
}

Result<> note(Database& database, const Caller& caller, std::string_view action, OperatorId id,
              std::string_view before, std::string_view after) {
  const std::string subject = name_of(id);
  return append_audit(database, caller,
                      {.action = action, .subject = subject, .before = before, .after = after});
}

Result<Operator> with_self(Database& database, Operator who, const SelfProfile& self) {
  if (!self.name.empty()) who.name = self.name;
  if (!self.locale.empty()) who.locale = self.locale;
  if (!self.name.empty() || !self.locale.empty()) TRY(check_words(who.name, who.locale));
  if (self.email.empty()) return who;
  who.email = TRY(fold_email(self.email));
  if (const auto other = TRY(read_operator(database, who.email)); other && other->who.id != who.id)
    return fail(ErrorCode::conflict, "there is an operator {} already", who.email);
  return who;
}

// Words that a guesser tries for this operator.
std::vector<std::string> own_words(const Operator& who) {
  std::vector<std::string> words{who.email, who.email.substr(0, who.email.find('@'))};
  for (const std::string_view part : split(who.email.substr(who.email.find('@') + 1), '.'))
    words.emplace_back(part);
  words.push_back(who.name);
  for (const std::string_view part : split(who.name, ' ')) words.emplace_back(part);
  return words;
}

}  // namespace

Result<std::string> fold_email(std::string_view email) {
  std::string folded(trimmed(email));
  for (char& c : folded)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  const std::size_t at = folded.find('@');
  const bool is_plain = std::ranges::all_of(folded, [](char c) { return c > ' ' && c < 0x7F; });
  if (!is_plain || at == std::string::npos || at == 0 || at + 1 == folded.size() ||
      folded.find('@', at + 1) != std::string::npos || folded.size() > email_bytes_max ||
      folded.find_first_of("\"'<>(),;:\\") != std::string::npos)
    return fail(ErrorCode::invalid, "{} is no e-mail address; expected NAME@DOMAIN",
                quoted(email.substr(0, email_bytes_max)));
  return folded;
}

Result<std::vector<Operator>> list_operators(Database& database) {
  return read_operators(database);
}

Result<Operator> find_operator(Database& database, OperatorId id) {
  return TRY(stored_operator(database, id)).who;
}

Result<std::optional<Operator>> find_operator(Database& database, std::string_view email) {
  const auto folded = fold_email(email);
  if (!folded) return std::nullopt;
  const auto found = TRY(read_operator(database, *folded));
  if (!found) return std::nullopt;
  return found->who;
}

Result<Principal> principal_of(Database& database, OperatorId id) {
  Principal principal;
  principal.who = TRY(find_operator(database, id));
  principal.role = TRY(find_role(database, principal.who.role));
  return principal;
}

Result<std::string> make_first_owner(Database& database, std::string_view email,
                                     const Caller& caller) {
  const std::string folded = TRY(fold_email(email));
  Transaction transaction = TRY(Transaction::begin(database));
  if (TRY(has_active_owner(database, {})))
    return fail(ErrorCode::conflict,
                "the workspace has an owner; who can invite you, or reset "
                "your password");
  // The link may have been lost: the same e-mail gets another one.
  OperatorId id;
  if (const auto found = TRY(read_operator(database, folded))) {
    if (found->who.role != "owner" || found->who.state != OperatorState::invited)
      return fail(ErrorCode::conflict, "{} is an operator already; take another address", folded);
    id = found->who.id;
  } else {
    const Profile profile{
        .email = "", .name = folded, .locale = "en", .role = "owner", .teams = {}, .scope = ""};
    Operator owner = with_profile({}, profile, folded);
    owner.created_at = caller.now;
    id = TRY(insert_operator(database, owner));
    TRY(note(database, caller, "operator.first_owner", id, "", fields_of(owner)));
  }
  std::string token = TRY(issue_link(database, LinkPurpose::first_owner, id, caller.now));
  TRY(transaction.commit());
  return token;
}

Result<bool> has_owner(Database& database) {
  return has_active_owner(database, {});
}

Result<std::string> restore_owner(Database& database, std::string_view email,
                                  bool without_second_factor, const Caller& caller) {
  const std::string folded = TRY(fold_email(email));
  const auto found = TRY(read_operator(database, folded));
  if (found && found->who.role == "owner" && found->who.state == OperatorState::active) {
    if (without_second_factor) TRY(remove_second_factor(database, found->who.id, caller));
    return make_reset_link(database, found->who.id, caller);
  }
  if (!TRY(has_owner(database))) return make_first_owner(database, folded, caller);
  std::string owners;
  for (const Operator& who : TRY(read_operators(database)))
    if (who.role == "owner" && who.state == OperatorState::active)
      owners += (owners.empty() ? "" : ", ") + who.email;
  return fail(ErrorCode::conflict, "{} is no owner; the workspace has {}: give that e-mail", folded,
              owners);
}

Result<std::string> invite(Database& database, const Principal& principal, const Profile& profile,
                           const cel::Schema& schema, const Caller& caller) {
  TRY(check_profile(profile, schema));
  const std::string folded = TRY(fold_email(profile.email));
  Transaction transaction = TRY(Transaction::begin(database));
  const Role role = TRY(find_role(database, profile.role));
  TRY(check_may(principal, Action::create, Resource::operators, role));
  Operator who = with_profile({}, profile, folded);
  who.created_at = caller.now;
  const OperatorId id = TRY(insert_operator(database, who));
  TRY(note(database, caller, "operator.invite", id, "", fields_of(who)));
  std::string token = TRY(issue_link(database, LinkPurpose::invitation, id, caller.now));
  TRY(transaction.commit());
  return token;
}

Result<std::string> make_reset_link(Database& database, OperatorId id, const Caller& caller) {
  Transaction transaction = TRY(Transaction::begin(database));
  const StoredOperator found = TRY(stored_operator(database, id));
  if (found.who.state == OperatorState::disabled)
    return fail(ErrorCode::conflict, "operator {} is disabled; enable them first", id.value);
  const LinkPurpose purpose = found.who.state == OperatorState::invited
                                  ? LinkPurpose::invitation
                                  : LinkPurpose::password_reset;
  std::string token = TRY(issue_link(database, purpose, id, caller.now));
  TRY(note(database, caller, "operator.link", id, "", ""));
  TRY(transaction.commit());
  return token;
}

Result<> update_operator(Database& database, const Principal& principal, OperatorId id,
                         const Profile& profile, OperatorState state, const cel::Schema& schema,
                         const Caller& caller) {
  TRY(check_profile(profile, schema));
  const std::string folded = TRY(fold_email(profile.email));
  Transaction transaction = TRY(Transaction::begin(database));
  const StoredOperator found = TRY(stored_operator(database, id));
  const Operator& before = found.who;
  for (const std::string& name : {before.role, profile.role}) {
    const Role role = TRY(find_role(database, name));
    TRY(check_may(principal, Action::update, Resource::operators, role));
  }
  if (const auto other = TRY(read_operator(database, folded)); other && other->who.id != id)
    return fail(ErrorCode::conflict, "there is an operator {} already", folded);
  Operator after = with_profile(before, profile, folded);
  // Only a link makes somebody active for the first time: they choose their own password.
  const bool may_be_active = before.has_password;
  after.state = state == OperatorState::active && !may_be_active ? OperatorState::invited : state;
  if (after.state == OperatorState::invited && may_be_active) after.state = OperatorState::active;
  const bool was_owner = before.role == "owner" && before.state == OperatorState::active;
  const bool is_owner = after.role == "owner" && after.state == OperatorState::active;
  if (was_owner && !is_owner && !TRY(has_active_owner(database, id)))
    return fail(ErrorCode::conflict, "operator {} is the last owner; make another one first",
                id.value);
  TRY(write_operator(database, after));
  if (after.role != before.role || after.scope != before.scope || after.teams != before.teams ||
      after.state != before.state || after.email != before.email)
    TRY(end_sessions(database, id, 0, caller.now));
  if (after.email != before.email || after.state == OperatorState::disabled)
    TRY(void_links(database, id));
  TRY(note(database, caller, "operator.update", id, fields_of(before), fields_of(after)));
  return transaction.commit();
}

Result<> update_self(Database& database, OperatorId id, const SelfProfile& self,
                     const Caller& caller) {
  Transaction transaction = TRY(Transaction::begin(database));
  const Operator before = TRY(stored_operator(database, id)).who;
  const Operator after = TRY(with_self(database, before, {self.name, self.locale, ""}));
  TRY(write_operator(database, after));
  TRY(note(database, caller, "operator.update", id, fields_of(before), fields_of(after)));
  return transaction.commit();
}

namespace {

// Whose link it is, and how they call themselves. None: the link is good for nothing.
Result<std::optional<std::pair<Link, Operator>>> guest_of(Database& database,
                                                          std::string_view token,
                                                          const SelfProfile& self, Instant now) {
  const auto link = TRY(find_link(database, token, now));
  if (!link) return std::nullopt;
  const bool is_first = link->purpose == LinkPurpose::first_owner;
  if (is_first && TRY(has_active_owner(database, link->id))) return std::nullopt;
  const Operator before = TRY(stored_operator(database, link->id)).who;
  const SelfProfile taken{self.name, self.locale, is_first ? self.email : ""};
  return std::pair(*link, TRY(with_self(database, before, taken)));
}

}  // namespace

Result<OperatorId> accept_link(Database& database, std::string_view token,
                               std::string_view password, const PasswordCost& cost,
                               const Caller& caller, const SelfProfile& self) {
  const auto unknown = [] {
    return fail(ErrorCode::not_found,
                "this link is used, expired or was never made; ask for another one");
  };
  const auto asked = TRY(guest_of(database, token, self, caller.now));
  if (!asked) return unknown();
  TRY(check_password(password, own_words(asked->second)));
  const std::string hash = TRY(hash_password(password, cost));  // Slow: before the transaction.
  Transaction transaction = TRY(Transaction::begin(database));
  const auto guest = TRY(guest_of(database, token, self, caller.now));
  if (!guest) return unknown();  // Used meanwhile.
  const OperatorId id = guest->first.id;
  TRY(void_links(database, id));
  TRY(write_password(database, id, hash));
  const std::string before = fields_of(TRY(stored_operator(database, id)).who);
  Operator after = guest->second;
  after.state = OperatorState::active;
  TRY(write_operator(database, after));
  TRY(end_sessions(database, id, 0, caller.now));
  const std::string action = fmt::format("operator.accept_{}", name_of(guest->first.purpose));
  TRY(note(database, caller, action, id, before, fields_of(after)));
  TRY(transaction.commit());
  return id;
}

Result<> change_password(Database& database, OperatorId id, const PasswordChange& change,
                         const PasswordCost& cost, const Caller& caller) {
  const StoredOperator found = TRY(stored_operator(database, id));
  if (!is_password(found.password, change.before))
    return fail(ErrorCode::forbidden, "the present password is another one");
  TRY(check_password(change.after, own_words(found.who)));
  const std::string hash = TRY(hash_password(change.after, cost));
  Transaction transaction = TRY(Transaction::begin(database));
  if (TRY(stored_operator(database, id)).password != found.password)
    return fail(ErrorCode::conflict, "the password was changed meanwhile; sign in again");
  TRY(write_password(database, id, hash));
  TRY(void_links(database, id));
  TRY(end_sessions(database, id, change.session, caller.now));
  TRY(note(database, caller, "operator.change_password", id, "", ""));
  return transaction.commit();
}

}  // namespace pharos::access
