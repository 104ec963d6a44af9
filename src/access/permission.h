// access/permission.h: pure: which role may do what to which resource.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/operator.h"
#include "base/error.h"

namespace pharos::access {

enum class Resource : std::uint8_t {
  accounts,
  members,
  events,
  tasks,
  ledger,
  deliveries,
  playbooks,
  segments,
  reports,
  operators,
  roles,
  keys,
  settings,
  audit,
  server,  // Its metrics for machines.
};
inline constexpr std::size_t resource_count = 15;
std::string_view name_of(Resource resource);

enum class Action : std::uint8_t { read, create, update, delete_, export_, publish };
inline constexpr std::size_t action_count = 6;
std::string_view name_of(Action action);  // delete, export

// What a role may do: for each resource a set of actions.
class Grants {
 public:
  bool has(Resource resource, Action action) const {
    return (actions_[static_cast<std::size_t>(resource)] >> static_cast<unsigned>(action) & 1) != 0;
  }
  void add(Resource resource, Action action) {
    actions_[static_cast<std::size_t>(resource)] |=
        static_cast<std::uint8_t>(1U << static_cast<unsigned>(action));
  }
  bool contains(const Grants& other) const;
  bool operator==(const Grants&) const = default;

 private:
  std::array<std::uint8_t, resource_count> actions_{};
};

// "accounts:read", "accounts:update", in the order of the enums.
std::vector<std::string> grant_names(const Grants& grants);
// The same with blanks between. Errors: invalid (an unknown name; the
// nearest one is said).
std::string grants_text(const Grants& grants);
Result<Grants> parse_grants(std::string_view text);

struct Role {
  std::string name = {};
  Grants grants = {};
  std::string scope = {};      // CEL over accounts; empty: all of them.
  bool sees_personal = false;  // Otherwise personal fields are masked (mask.h).
  bool needs_scope = false;    // An operator without a scope of their own sees no account.
};

// owner, lead, operator, analyst, partner, read_only.
std::span<const Role> built_in_roles();
const Role* find_built_in_role(std::string_view name);

// An operator as they stand now: what a session opens.
struct Principal {
  Operator who;
  Role role;
};

// The one question. Nobody who is not active may do anything.
bool allowed(const Principal& principal, Action action, Resource resource);
// Whether the principal may hand out these grants, or change somebody who holds them: nobody gives
// what they do not have.
bool may_hand_out(const Principal& principal, const Grants& grants);
// Both, for a change that concerns a role. Errors: forbidden.
Result<> check_may(const Principal& principal, Action action, Resource resource, const Role& role);

}  // namespace pharos::access
