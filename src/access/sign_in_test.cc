// access/sign_in_test.cc: who gets in, and what is written down of those who do not.
#include "access/sign_in.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/audit.h"
#include "access/second_factor.h"
#include "access/totp.h"
#include "access/trial.h"

namespace pharos::access {
namespace {

using testing::HasSubstr;
using testing::Not;

class SignIns : public Trial {
 protected:
  void SetUp() override {
    Trial::SetUp();
    auto opened = SignIn::open(db(), password_cost_least, {});
    ASSERT_TRUE(opened.has_value());
    door_.emplace(std::move(*opened));
  }
  SignInAnswer enter(std::string_view email, std::string_view password, std::string_view code = "",
                     Duration after = hour, const std::string& address = "192.0.2.1",
                     std::string_view token_before = "") {
    auto answer =
        door_->run({email, password, code, "browser"}, token_before, at(after, {}, address));
    EXPECT_TRUE(answer.has_value()) << answer.error().message;
    return *answer;
  }
  std::string last_row() {
    return value("SELECT action || ' ' || subject || ' ' || after FROM audit ORDER BY number DESC");
  }
  // A confirmed second factor; its secret.
  std::string second_factor(OperatorId id, std::vector<std::string>* recovery = nullptr) {
    EXPECT_TRUE(enrol_second_factor(db(), id, "Pharos", at({})));
    auto query = *db().prepare("SELECT totp_secret FROM operator WHERE id = ?");
    EXPECT_TRUE(query->query_with(id.value));
    EXPECT_TRUE(*query->step());
    const store::Blob blob = query->blob(0);
    std::string secret(reinterpret_cast<const char*>(blob.data()), blob.size());
    EXPECT_FALSE(*query->step());
    auto codes = confirm_second_factor(db(), id, totp_code(secret, totp_step(at({}).now)), at({}));
    EXPECT_TRUE(codes.has_value()) << codes.error().message;
    if (recovery) *recovery = *codes;
    return secret;
  }

  std::optional<SignIn> door_;
};

TEST_F(SignIns, the_right_password_opens_a_session) {
  const OperatorId id = owner().who.id;
  const SignInAnswer answer = enter(" OWNER@example.org", good_password);
  ASSERT_EQ(answer.outcome, SignInOutcome::done);
  EXPECT_EQ(answer.id, id);
  EXPECT_TRUE(find_session(db(), answer.session->token, {}, at(hour).now)->has_value());
  EXPECT_THAT(last_row(), HasSubstr("session.begin operator 1"));
  EXPECT_EQ(value("SELECT address FROM audit ORDER BY number DESC"), "192.0.2.1");
}

// ASVS 7.2.4: whatever the browser came with is dead afterwards.
TEST_F(SignIns, a_session_from_before_ends) {
  owner();
  const std::string before = enter("owner@example.org", good_password).session->token;
  const auto answer = enter("owner@example.org", good_password, "", hour, "192.0.2.1", before);
  EXPECT_NE(answer.session->token, before);
  EXPECT_FALSE(find_session(db(), before, {}, at(hour).now)->has_value());
}

// ASVS 16.3.1, 16.2.5.
TEST_F(SignIns, refusals_look_alike_and_are_written_down_without_the_password) {
  const Principal boss = owner();
  const Principal gone = colleague(boss, "gone@example.org", "lead");
  ASSERT_TRUE(update_operator(db(), boss, gone.who.id, profile("gone@example.org", "lead"),
                              OperatorState::disabled, trial_schema(), at({})));
  ASSERT_TRUE(invite(db(), boss, profile("new@example.org", "lead"), trial_schema(), at({})));
  const std::tuple<std::string, std::string, std::string> rows[] = {
      {"owner@example.org", "wrong one entirely", "\"reason\":\"password\""},
      {"nobody@example.org", std::string(good_password), "\"reason\":\"unknown\""},
      {"gone@example.org", std::string(good_password), "\"reason\":\"disabled\""},
      {"new@example.org", std::string(good_password), "\"reason\":\"password\""},
      {std::string(good_password), "", "{\"email\":\"?\",\"reason\":\"unknown\"}"}};
  for (const auto& [email, password, reason] : rows) {
    const SignInAnswer answer = enter(email, password);
    EXPECT_EQ(answer.outcome, SignInOutcome::wrong) << email;
    EXPECT_FALSE(answer.session) << email;
    EXPECT_THAT(last_row(), HasSubstr("session.refuse")) << email;
    EXPECT_THAT(last_row(), HasSubstr(reason)) << email;
  }
  EXPECT_EQ(value("SELECT count(*) FROM audit WHERE before || after || subject LIKE '%otter%'"),
            "0");
}

// ASVS 6.3.1.
TEST_F(SignIns, guessing_is_stopped_and_the_owner_still_gets_in) {
  owner();
  ASSERT_EQ(enter("owner@example.org", good_password, "", {}, "198.51.100.7").outcome,
            SignInOutcome::done);
  int looked_at = 0;
  for (int i = 0; i < 100; ++i) {
    const std::string address = "10.0.0." + std::to_string(i + 1);
    if (enter("owner@example.org", "wrong " + std::to_string(i), "", hour, address).outcome ==
        SignInOutcome::wrong)
      ++looked_at;
  }
  EXPECT_EQ(looked_at, 20);
  const SignInAnswer stranger = enter("owner@example.org", good_password, "", hour, "10.9.9.9");
  EXPECT_EQ(stranger.outcome, SignInOutcome::throttled);
  EXPECT_EQ(stranger.retry_at, at(hour + 5 * minute).now);
  EXPECT_EQ(enter("owner@example.org", good_password, "", hour, "198.51.100.7").outcome,
            SignInOutcome::done);
}

TEST_F(SignIns, a_hash_of_lower_cost_is_made_anew) {
  owner();
  const std::string before = value("SELECT password FROM operator");
  auto dearer = *SignIn::open(db(), {.memory_kib = 16, .passes = 2}, {});
  const auto answer = dearer.run({"owner@example.org", good_password, "", ""}, "", at(hour));
  ASSERT_EQ(answer->outcome, SignInOutcome::done);
  const std::string after = value("SELECT password FROM operator");
  EXPECT_THAT(before, HasSubstr("m=8,t=1"));
  EXPECT_THAT(after, HasSubstr("m=16,t=2"));
  EXPECT_TRUE(is_password(after, good_password));
}

TEST_F(SignIns, a_code_is_asked_for_and_used_once) {
  const OperatorId id = owner().who.id;
  const std::string secret = second_factor(id);
  EXPECT_EQ(enter("owner@example.org", good_password).outcome, SignInOutcome::code_needed);
  EXPECT_EQ(enter("owner@example.org", "wrong one entirely").outcome, SignInOutcome::wrong);
  const std::string code = totp_code(secret, totp_step(at(hour).now));
  EXPECT_EQ(enter("owner@example.org", "wrong one entirely", code).outcome, SignInOutcome::wrong);
  EXPECT_EQ(enter("owner@example.org", good_password, code).outcome, SignInOutcome::done);
  EXPECT_EQ(enter("owner@example.org", good_password, code).outcome, SignInOutcome::wrong);
  EXPECT_THAT(last_row(), HasSubstr("\"reason\":\"code\""));
}

TEST_F(SignIns, a_recovery_code_lets_in_one_time) {
  std::vector<std::string> recovery;
  second_factor(owner().who.id, &recovery);
  ASSERT_EQ(recovery.size(), recovery_code_count);
  std::string typed = recovery[3];
  for (char& c : typed) c = static_cast<char>(std::tolower(c));
  typed.insert(8, "-");
  EXPECT_EQ(enter("owner@example.org", good_password, typed).outcome, SignInOutcome::done);
  EXPECT_EQ(enter("owner@example.org", good_password, typed).outcome, SignInOutcome::wrong);
  EXPECT_EQ(value("SELECT count(*) FROM operator_recovery"), "9");
  EXPECT_EQ(value("SELECT count(*) FROM operator_recovery WHERE cast(sum AS TEXT) = '" +
                  recovery[0] + "'"),
            "0");
}

TEST_F(SignIns, a_second_factor_counts_from_its_confirmation_on) {
  const OperatorId id = owner().who.id;
  const auto address = enrol_second_factor(db(), id, "Pharos", at({}));
  EXPECT_THAT(*address, HasSubstr("otpauth://totp/Pharos:owner%40example.org?secret="));
  EXPECT_EQ(confirm_second_factor(db(), id, "000000", at({})).error().code, ErrorCode::invalid);
  EXPECT_EQ(enter("owner@example.org", good_password).outcome, SignInOutcome::done);
}

}  // namespace
}  // namespace pharos::access
