// access/keys_test.cc: keys are made by those who hold what they give, and every act is written
// down.
#include "access/keys.h"

#include <gmock/gmock.h>

#include "access/audit.h"
#include "access/secret.h"
#include "access/trial.h"

namespace pharos::access {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class KeyRoom : public Trial {
 protected:
  static ApiKey key(std::string name, std::string_view grants, std::string scope = "") {
    return {.name = std::move(name),
            .grants = *parse_grants(grants),
            .scope = std::move(scope),
            .created_at = trial_start,
            .expires_at = trial_start + 30 * day};
  }
  Result<std::string> add(const Principal* by, const ApiKey& wanted) {
    return add_key(db(), by, wanted, trial_schema(), at({}, by ? by->who.id : OperatorId{}));
  }
};

TEST_F(KeyRoom, a_key_acts_as_what_it_was_given) {
  const std::string secret = *add(nullptr, key("web", "events:create", "industry == 'beauty'"));
  EXPECT_THAT(secret, HasSubstr("phk_"));
  std::vector<std::string> sums, names;
  ASSERT_TRUE(each_key(db(), [&](std::string_view sum, const ApiKey& found) {
    sums.emplace_back(sum);
    const Principal principal = principal_of(found);
    EXPECT_TRUE(allowed(principal, Action::create, Resource::events));
    EXPECT_FALSE(allowed(principal, Action::read, Resource::events));
    EXPECT_EQ(principal.role.scope, "industry == 'beauty'");
    EXPECT_FALSE(principal.role.sees_personal);
  }));
  const Sum sum = sha256(secret);
  EXPECT_THAT(sums, ElementsAre(std::string(reinterpret_cast<const char*>(sum.data()), 32)));
}

TEST_F(KeyRoom, faulty_and_known_names_are_refused) {
  ASSERT_TRUE(add(nullptr, key("web", "events:create")));
  EXPECT_EQ(add(nullptr, key("web", "events:create")).error().code, ErrorCode::conflict);
  EXPECT_EQ(add(nullptr, key(" ", "events:create")).error().code, ErrorCode::invalid);
  EXPECT_EQ(add(nullptr, key("none", "")).error().code, ErrorCode::invalid);
  EXPECT_THAT(add(nullptr, key("s", "events:create", "industri == 'x'")).error().message,
              HasSubstr("industry"));
  const auto miss = revoke_key(db(), nullptr, "wed", at({}));
  EXPECT_EQ(miss.error().code, ErrorCode::not_found);
  EXPECT_THAT(miss.error().message, HasSubstr("Did you mean \"web\"?"));
}

TEST_F(KeyRoom, nobody_makes_a_key_that_may_more_than_they_do) {
  const Principal boss = owner(), lead = colleague(boss, "lead@example.org", "lead");
  EXPECT_TRUE(add(&boss, key("web", "events:create")));
  EXPECT_EQ(add(&lead, key("app", "events:create")).error().code, ErrorCode::forbidden);
  EXPECT_EQ(revoke_key(db(), &lead, "web", at({}, lead.who.id)).error().code, ErrorCode::forbidden);
  EXPECT_TRUE(revoke_key(db(), &boss, "web", at({}, boss.who.id)));
  std::size_t left = 0;
  ASSERT_TRUE(each_key(db(), [&](std::string_view, const ApiKey&) { ++left; }));
  EXPECT_EQ(left, 0U);
}

TEST_F(KeyRoom, making_and_revoking_are_written_down_without_the_secret) {
  const std::string secret = *add(nullptr, key("web", "events:create accounts:read"));
  ASSERT_TRUE(revoke_key(db(), nullptr, "web", at(hour)));
  std::vector<std::string> told;
  ASSERT_TRUE(each_audit_row(db(), [&](const AuditRow& row) {
    told.push_back(row.action + " " + row.subject);
    EXPECT_EQ((row.before + row.after).find(secret.substr(4)), std::string::npos);
    return true;
  }));
  EXPECT_THAT(told, ElementsAre("key.create key web", "key.revoke key web"));
  EXPECT_EQ(actor_of({.actor = {}, .address = "", .now = {}, .key = "web"}), "key web");
}

}  // namespace
}  // namespace pharos::access
