// access/permission.cc: the table of built-in roles, and grants as text.
#include "access/permission.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.h"

namespace pharos::access {
namespace {

constexpr std::string_view resource_names[resource_count] = {
    "accounts", "members",   "events", "tasks", "ledger",   "deliveries", "playbooks", "segments",
    "reports",  "operators", "roles",  "keys",  "settings", "audit",      "server"};
constexpr std::string_view action_names[action_count] = {"read",   "create", "update",
                                                         "delete", "export", "publish"};

// r read, c create, u update, d delete, x export, p publish.
struct TableRow {
  Resource resource;
  std::string_view owner, lead, operator_, analyst, partner, read_only;
};
constexpr TableRow table[] = {
    {Resource::accounts, "rcudx", "rcux", "ru", "rx", "r", "r"},
    {Resource::members, "rcudx", "rcux", "ru", "r", "r", "r"},
    {Resource::events, "rcx", "rcx", "rc", "rx", "", "r"},
    {Resource::tasks, "rcudx", "rcudx", "rcu", "rx", "r", "r"},
    {Resource::ledger, "rcx", "rx", "r", "rx", "", "r"},
    {Resource::deliveries, "rux", "ru", "r", "r", "", "r"},
    {Resource::playbooks, "rcup", "rcup", "r", "rc", "", "r"},
    {Resource::segments, "rcudx", "rcudx", "rc", "rcux", "", "r"},
    {Resource::reports, "rx", "rx", "r", "rx", "r", "r"},
    {Resource::operators, "rcud", "r", "", "", "", ""},
    {Resource::roles, "rcud", "r", "", "", "", ""},
    {Resource::keys, "rcd", "", "", "", "", ""},
    {Resource::settings, "ru", "r", "", "", "", ""},
    {Resource::audit, "rx", "", "", "", "", ""},
    {Resource::server, "r", "r", "", "", "", ""},
};
static_assert(std::size(table) == resource_count);

Action action_of(char letter) {
  return static_cast<Action>(std::string_view("rcudxp").find(letter));
}

Role make_role(std::string name, std::string_view TableRow::*column, bool sees_personal) {
  Role role{.name = std::move(name), .grants = {}, .scope = "", .sees_personal = sees_personal};
  for (const TableRow& row : table)
    for (const char letter : row.*column) role.grants.add(row.resource, action_of(letter));
  return role;
}

template <std::size_t size>
Result<std::size_t> find_word(const std::string_view (&names)[size], std::string_view word,
                              std::string_view what) {
  const auto at = std::ranges::find(names, word);
  if (at != std::end(names)) return static_cast<std::size_t>(at - std::begin(names));
  const std::vector<std::string> known(std::begin(names), std::end(names));
  std::string hint = did_you_mean(word, known);
  if (!hint.empty()) hint = "\n  " + hint;
  return fail(ErrorCode::invalid, "{} is no {}{}", quoted(word), what, hint);
}

}  // namespace

std::string_view name_of(Resource resource) {
  return resource_names[static_cast<std::size_t>(resource)];
}

std::string_view name_of(Action action) {
  return action_names[static_cast<std::size_t>(action)];
}

bool Grants::contains(const Grants& other) const {
  for (std::size_t i = 0; i < resource_count; ++i)
    if ((other.actions_[i] & ~actions_[i]) != 0) return false;
  return true;
}

std::vector<std::string> grant_names(const Grants& grants) {
  std::vector<std::string> names;
  for (std::size_t r = 0; r < resource_count; ++r)
    for (std::size_t a = 0; a < action_count; ++a)
      if (grants.has(static_cast<Resource>(r), static_cast<Action>(a)))
        names.push_back(fmt::format("{}:{}", resource_names[r], action_names[a]));
  return names;
}

std::string grants_text(const Grants& grants) {
  return fmt::format("{}", fmt::join(grant_names(grants), " "));
}

Result<Grants> parse_grants(std::string_view text) {
  Grants grants;
  for (const std::string_view word : split(text, ' ')) {
    if (word.empty()) continue;
    const auto parts = split(word, ':');
    if (parts.size() != 2)
      return fail(ErrorCode::invalid, "{} is no permission; write RESOURCE:ACTION", quoted(word));
    const std::size_t resource = TRY(find_word(resource_names, parts[0], "resource"));
    const std::size_t action = TRY(find_word(action_names, parts[1], "action"));
    grants.add(static_cast<Resource>(resource), static_cast<Action>(action));
  }
  return grants;
}

std::span<const Role> built_in_roles() {
  static const std::vector<Role> roles = [] {
    std::vector<Role> made;
    made.push_back(make_role("owner", &TableRow::owner, true));
    made.push_back(make_role("lead", &TableRow::lead, true));
    made.push_back(make_role("operator", &TableRow::operator_, true));
    made.push_back(make_role("analyst", &TableRow::analyst, false));
    made.push_back(make_role("partner", &TableRow::partner, false));
    made.back().needs_scope = true;  // An outsider who sees a part.
    made.push_back(make_role("read_only", &TableRow::read_only, false));
    return made;
  }();
  return roles;
}

const Role* find_built_in_role(std::string_view name) {
  const std::span<const Role> roles = built_in_roles();
  const auto at = std::ranges::find(roles, name, &Role::name);
  return at == roles.end() ? nullptr : &*at;
}

bool allowed(const Principal& principal, Action action, Resource resource) {
  return principal.who.state == OperatorState::active &&
         principal.role.grants.has(resource, action);
}

bool may_hand_out(const Principal& principal, const Grants& grants) {
  return principal.who.state == OperatorState::active && principal.role.grants.contains(grants);
}

Result<> check_may(const Principal& principal, Action action, Resource resource, const Role& role) {
  if (!allowed(principal, action, resource))
    return fail(ErrorCode::forbidden, "the role {} may not {} {}", principal.role.name,
                name_of(action), name_of(resource));
  if (!may_hand_out(principal, role.grants))
    return fail(ErrorCode::forbidden, "the role {} holds more than {} does", role.name,
                principal.role.name);
  return {};
}

}  // namespace pharos::access
