// access/operators_test.cc: who comes in, by which link, and who may change whom.
#include "access/operators.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/roles.h"
#include "access/trial.h"

namespace pharos::access {
namespace {

using testing::HasSubstr;

using Operators = Trial;

// ASVS 6.3.2: nothing to sign in with before somebody chose a password.
TEST_F(Operators, a_new_workspace_has_nobody) {
  EXPECT_TRUE(list_operators(db())->empty());
}

TEST_F(Operators, the_first_owner_comes_by_a_link_that_works_once) {
  const std::string token = *make_first_owner(db(), " Owner@Example.ORG ", at({}));
  EXPECT_EQ(token.size(), 43U);
  EXPECT_EQ(find_operator(db(), "OWNER@example.org")->value().state, OperatorState::invited);
  EXPECT_EQ(value("SELECT count(*) FROM operator_link WHERE sum = '" + token + "'"), "0");
  EXPECT_EQ(accept_link(db(), token, "short", password_cost_least, at({})).error().code,
            ErrorCode::invalid);  // And the link is still good.
  const OperatorId id = *accept_link(db(), token, good_password, password_cost_least, at({}));
  const Operator owner = *find_operator(db(), id);
  EXPECT_EQ(owner.state, OperatorState::active);
  EXPECT_EQ(owner.email, "owner@example.org");
  EXPECT_EQ(accept_link(db(), token, good_password, password_cost_least, at({})).error().code,
            ErrorCode::not_found);
  EXPECT_EQ(make_first_owner(db(), "other@example.org", at({})).error().code, ErrorCode::conflict);
}

TEST_F(Operators, a_lost_first_link_is_made_again_and_the_old_one_is_void) {
  const std::string lost = *make_first_owner(db(), "owner@example.org", at({}));
  const std::string found = *make_first_owner(db(), "owner@example.org", at(hour));
  EXPECT_FALSE(accept_link(db(), lost, good_password, password_cost_least, at(hour)));
  EXPECT_TRUE(accept_link(db(), found, good_password, password_cost_least, at(hour)));
}

TEST_F(Operators, links_expire) {
  const Principal boss = owner();
  const std::pair<Duration, bool> rows[] = {{7 * day - Duration{1}, true}, {7 * day, false}};
  for (const auto& [after, holds] : rows) {
    const std::string email = holds ? "in@example.org" : "late@example.org";
    const std::string token =
        *invite(db(), boss, profile(email, "lead"), trial_schema(), at({}, boss.who.id));
    EXPECT_EQ(accept_link(db(), token, good_password, password_cost_least, at(after)).has_value(),
              holds);
  }
  const std::string reset = *make_reset_link(db(), boss.who.id, at({}));
  EXPECT_FALSE(accept_link(db(), reset, good_password, password_cost_least, at(hour)));
}

TEST_F(Operators, a_reset_signs_out_everywhere) {
  const Principal boss = owner();
  const NewSession before = *session(boss.who.id, at({}));
  const std::string reset = *make_reset_link(db(), boss.who.id, at({}));
  ASSERT_TRUE(accept_link(db(), reset, "brisk lantern under ice", password_cost_least, at(minute)));
  EXPECT_FALSE(find_session(db(), before.token, {}, at(minute).now)->has_value());
}

TEST_F(Operators, an_email_is_known_once_whatever_its_case) {
  const Principal boss = owner();
  colleague(boss, "wang@example.org", "operator");
  EXPECT_EQ(
      invite(db(), boss, profile("WANG@Example.org", "lead"), trial_schema(), at({})).error().code,
      ErrorCode::conflict);
  for (const char* email : {"", "wang", "@example.org", "wang@", "a@b@c", "a b@example.org",
                            "a\r\n@example.org", "<a>@example.org"})
    EXPECT_FALSE(fold_email(email)) << email;
}

TEST_F(Operators, nobody_invites_above_or_changes_those_above_them) {
  const Principal boss = owner();
  Role hr{.name = "hr",
          .grants = *parse_grants("operators:read operators:create operators:update"),
          .scope = ""};
  ASSERT_TRUE(save_role(db(), boss, hr, trial_schema(), at({}, boss.who.id)));
  const Principal clerk = colleague(boss, "hr@example.org", "hr");
  EXPECT_EQ(
      invite(db(), clerk, profile("x@example.org", "owner"), trial_schema(), at({})).error().code,
      ErrorCode::forbidden);
  EXPECT_TRUE(invite(db(), clerk, profile("x@example.org", "hr"), trial_schema(), at({})));
  // Neither themselves up, nor the owner down.
  EXPECT_EQ(update_operator(db(), clerk, clerk.who.id, profile("hr@example.org", "owner"),
                            OperatorState::active, trial_schema(), at({}))
                .error()
                .code,
            ErrorCode::forbidden);
  EXPECT_EQ(update_operator(db(), clerk, boss.who.id, profile("owner@example.org", "hr"),
                            OperatorState::disabled, trial_schema(), at({}))
                .error()
                .code,
            ErrorCode::forbidden);
  const Principal lead = colleague(boss, "lead@example.org", "lead");
  EXPECT_EQ(invite(db(), lead, profile("y@example.org", "read_only"), trial_schema(), at({}))
                .error()
                .code,
            ErrorCode::forbidden);
}

TEST_F(Operators, the_last_owner_stays) {
  const Principal boss = owner();
  const auto disable = [&] {
    return update_operator(db(), boss, boss.who.id, profile("owner@example.org", "owner"),
                           OperatorState::disabled, trial_schema(), at({}, boss.who.id));
  };
  EXPECT_EQ(disable().error().code, ErrorCode::conflict);
  colleague(boss, "second@example.org", "owner");
  EXPECT_TRUE(disable());
}

TEST_F(Operators, whoever_loses_rights_is_signed_out) {
  const Principal boss = owner();
  const Principal wang = colleague(boss, "wang@example.org", "lead");
  const auto change = [&](Profile to, OperatorState state) {
    return update_operator(db(), boss, wang.who.id, to, state, trial_schema(),
                           at(minute, boss.who.id));
  };
  NewSession token = *session(wang.who.id, at({}));
  ASSERT_TRUE(change(profile("wang@example.org", "lead"), OperatorState::active));
  EXPECT_TRUE(find_session(db(), token.token, {}, at({}).now)->has_value());  // Nothing changed.
  ASSERT_TRUE(change(profile("wang@example.org", "analyst"), OperatorState::active));
  EXPECT_FALSE(find_session(db(), token.token, {}, at({}).now)->has_value());
  token = *session(wang.who.id, at({}));
  ASSERT_TRUE(change(profile("wang@example.org", "analyst"), OperatorState::disabled));
  EXPECT_FALSE(find_session(db(), token.token, {}, at({}).now)->has_value());
  EXPECT_EQ(make_reset_link(db(), wang.who.id, at({})).error().code, ErrorCode::conflict);
}

// Being active needs a password that its owner chose.
TEST_F(Operators, an_invited_one_is_not_made_active_by_others) {
  const Principal boss = owner();
  ASSERT_TRUE(invite(db(), boss, profile("new@example.org", "lead"), trial_schema(), at({})));
  const OperatorId id = find_operator(db(), "new@example.org")->value().id;
  ASSERT_TRUE(update_operator(db(), boss, id, profile("new@example.org", "lead"),
                              OperatorState::active, trial_schema(), at({})));
  EXPECT_EQ(find_operator(db(), id)->state, OperatorState::invited);
}

TEST_F(Operators, a_password_is_changed_by_whoever_knows_it) {
  const Principal boss = owner();
  const NewSession here = *session(boss.who.id, at({})), there = *session(boss.who.id, at({}));
  const auto change = [&](std::string_view before, std::string_view after) {
    return change_password(db(), boss.who.id, {before, after, here.id}, password_cost_least,
                           at(minute, boss.who.id));
  };
  EXPECT_EQ(change("wrong", "brisk lantern under ice").error().code, ErrorCode::forbidden);
  EXPECT_EQ(change(good_password, "owner@example.org").error().code, ErrorCode::invalid);
  ASSERT_TRUE(change(good_password, "brisk lantern under ice"));
  EXPECT_TRUE(find_session(db(), here.token, {}, at(minute).now)->has_value());
  EXPECT_FALSE(find_session(db(), there.token, {}, at(minute).now)->has_value());
}

TEST_F(Operators, a_custom_role_is_checked_when_it_is_saved) {
  const Principal boss = owner();
  const auto save = [&](std::string name, std::string scope) {
    return save_role(db(), boss, {.name = std::move(name), .grants = {}, .scope = std::move(scope)},
                     trial_schema(), at({}, boss.who.id));
  };
  EXPECT_TRUE(save("beauty", "industry == 'beauty'"));
  EXPECT_THAT(save("beauty", "industri == 'beauty' && siz == 'key'").error().message,
              testing::AllOf(HasSubstr("scope:1:1:"), HasSubstr("Did you mean \"industry\"?"),
                             HasSubstr("Did you mean \"size\"?")));
  EXPECT_FALSE(save("owner", ""));
  EXPECT_FALSE(save("Not a name", ""));
  colleague(boss, "b@example.org", "beauty");
  EXPECT_EQ(delete_role(db(), boss, "beauty", at({})).error().code, ErrorCode::conflict);
}

}  // namespace
}  // namespace pharos::access
