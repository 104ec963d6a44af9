// access/permission_test.cc: every role, resource and action against a table written anew.
#include "access/permission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace pharos::access {
namespace {

using testing::HasSubstr;

// The other way around from permission.cc: for each action on a resource, who may. Taken from
// docs/access.md.
const std::map<std::string, std::set<std::string>>& who_may() {
  static const std::set<std::string> all{"owner",   "lead",    "operator",
                                         "analyst", "partner", "read_only"};
  static const std::set<std::string> inside{"owner", "lead", "operator", "analyst", "read_only"};
  static const std::set<std::string> desk{"owner", "lead", "operator"};
  static const std::set<std::string> heads{"owner", "lead"};
  static const std::set<std::string> owner{"owner"};
  static const std::set<std::string> takers{"owner", "lead", "analyst"};
  static const std::map<std::string, std::set<std::string>> table{
      {"accounts:read", all},       {"accounts:create", heads},
      {"accounts:update", desk},    {"accounts:delete", owner},
      {"accounts:export", takers},  {"members:read", all},
      {"members:create", heads},    {"members:update", desk},
      {"members:delete", owner},    {"members:export", heads},
      {"events:read", inside},      {"events:create", desk},
      {"events:export", takers},    {"tasks:read", all},
      {"tasks:create", desk},       {"tasks:update", desk},
      {"tasks:delete", heads},      {"tasks:export", takers},
      {"ledger:read", inside},      {"ledger:create", owner},
      {"ledger:export", takers},    {"deliveries:read", inside},
      {"deliveries:update", heads}, {"deliveries:export", owner},
      {"playbooks:read", inside},   {"playbooks:create", takers},
      {"playbooks:update", heads},  {"playbooks:publish", heads},
      {"segments:read", inside},    {"segments:create", {"owner", "lead", "operator", "analyst"}},
      {"segments:update", takers},  {"segments:delete", heads},
      {"segments:export", takers},  {"reports:read", all},
      {"reports:export", takers},   {"operators:read", heads},
      {"operators:create", owner},  {"operators:update", owner},
      {"operators:delete", owner},  {"roles:read", heads},
      {"roles:create", owner},      {"roles:update", owner},
      {"roles:delete", owner},      {"keys:read", owner},
      {"keys:create", owner},       {"keys:delete", owner},
      {"settings:read", heads},     {"settings:update", owner},
      {"audit:read", owner},        {"audit:export", owner},
      {"server:read", heads},
  };
  return table;
}

TEST(Permission, each_cell_is_as_the_table_says) {
  std::size_t cells = 0, granted = 0;
  for (const Role& role : built_in_roles())
    for (std::size_t r = 0; r < resource_count; ++r)
      for (std::size_t a = 0; a < action_count; ++a) {
        const auto resource = static_cast<Resource>(r);
        const auto action = static_cast<Action>(a);
        const std::string cell = fmt::format("{}:{}", name_of(resource), name_of(action));
        const auto row = who_may().find(cell);
        const bool wanted = row != who_may().end() && row->second.contains(role.name);
        Principal principal{.who = {}, .role = role};
        principal.who.state = OperatorState::active;
        EXPECT_EQ(allowed(principal, action, resource), wanted) << role.name << " " << cell;
        principal.who.state = OperatorState::disabled;
        EXPECT_FALSE(allowed(principal, action, resource));
        principal.who.state = OperatorState::invited;
        EXPECT_FALSE(allowed(principal, action, resource));
        ++cells;
        granted += wanted ? 1 : 0;
      }
  EXPECT_EQ(cells, 6U * 15U * 6U);
  EXPECT_EQ(granted, 132U);  // Of the table above: an empty one would pass the loop.
}

TEST(Permission, grants_are_read_back_from_their_text) {
  for (const Role& role : built_in_roles())
    EXPECT_EQ(*parse_grants(grants_text(role.grants)), role.grants) << role.name;
  EXPECT_EQ(grants_text(*parse_grants(" tasks:update  accounts:read ")),
            "accounts:read tasks:update");
}

TEST(Permission, an_unknown_grant_says_what_is_near) {
  EXPECT_THAT(parse_grants("acounts:read").error().message,
              HasSubstr("Did you mean \"accounts\"?"));
  EXPECT_THAT(parse_grants("accounts:raed").error().message, HasSubstr("Did you mean \"read\"?"));
  EXPECT_FALSE(parse_grants("accounts"));
  EXPECT_FALSE(parse_grants("accounts:read:all"));
}

TEST(Permission, nobody_hands_out_what_they_do_not_have) {
  Principal lead{.who = {}, .role = *find_built_in_role("lead")};
  lead.who.state = OperatorState::active;
  EXPECT_TRUE(may_hand_out(lead, find_built_in_role("operator")->grants));
  EXPECT_TRUE(may_hand_out(lead, find_built_in_role("read_only")->grants));
  EXPECT_FALSE(may_hand_out(lead, find_built_in_role("owner")->grants));
  lead.who.state = OperatorState::disabled;
  EXPECT_FALSE(may_hand_out(lead, {}));
}

}  // namespace
}  // namespace pharos::access
