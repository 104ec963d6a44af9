// access/sessions_test.cc: how long a session lasts, and what ends it.
#include "access/sessions.h"

#include <gtest/gtest.h>

#include "access/trial.h"

namespace pharos::access {
namespace {

using Sessions = Trial;

TEST_F(Sessions, a_token_is_kept_as_its_sum_only) {
  const OperatorId id = owner().who.id;
  const NewSession made = *session(id, at({}));
  EXPECT_EQ(made.token.size(), 43U);  // 256 bits.
  EXPECT_EQ(value("SELECT length(sum) FROM operator_session"), "32");
  EXPECT_EQ(
      value("SELECT count(*) FROM operator_session WHERE cast(sum AS TEXT) = '" + made.token + "'"),
      "0");
  const auto found = *find_session(db(), made.token, {}, at({}).now);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->operator_id, id);
  EXPECT_FALSE(find_session(db(), made.token + "x", {}, at({}).now)->has_value());
  EXPECT_FALSE(find_session(db(), "", {}, at({}).now)->has_value());
}

TEST_F(Sessions, idle_and_absolute_limits_hold_to_the_millisecond) {
  const OperatorId id = owner().who.id;
  const SessionLimits limits{.idle = hour, .absolute = 3 * hour};
  const NewSession idle = *session(id, at({}));
  EXPECT_TRUE(find_session(db(), idle.token, limits, at(hour - Duration{1}).now)->has_value());
  const Duration second_visit = hour - Duration{1};  // From there an hour more.
  EXPECT_FALSE(find_session(db(), idle.token, limits, at(second_visit + hour).now)->has_value());

  const NewSession busy = *session(id, at({}));
  for (int minutes = 0; minutes < 180; minutes += 10)
    ASSERT_TRUE(find_session(db(), busy.token, limits, at(minutes * minute).now)->has_value());
  EXPECT_TRUE(find_session(db(), busy.token, limits, at(3 * hour - Duration{1}).now)->has_value());
  EXPECT_FALSE(find_session(db(), busy.token, limits, at(3 * hour).now)->has_value());
}

TEST_F(Sessions, a_request_within_a_minute_writes_nothing) {
  const NewSession made = *session(owner().who.id, at({}));
  const std::string before = value("SELECT seen_at FROM operator_session");
  ASSERT_TRUE(find_session(db(), made.token, {}, at(Duration{59'999}).now)->has_value());
  EXPECT_EQ(value("SELECT seen_at FROM operator_session"), before);
  ASSERT_TRUE(find_session(db(), made.token, {}, at(minute).now)->has_value());
  EXPECT_NE(value("SELECT seen_at FROM operator_session"), before);
}

// ASVS 7.2.4.
TEST_F(Sessions, rotation_leaves_the_old_token_dead_and_the_times_as_they_were) {
  const NewSession made = *session(owner().who.id, at({}));
  const NewSession next = *rotate_session(db(), made.token, at(hour));
  EXPECT_EQ(next.id, made.id);
  EXPECT_NE(next.token, made.token);
  EXPECT_FALSE(find_session(db(), made.token, {}, at(hour).now)->has_value());
  EXPECT_TRUE(find_session(db(), next.token, {}, at(hour).now)->has_value());
  EXPECT_FALSE(
      find_session(db(), next.token, {.idle = day, .absolute = 12 * hour}, at(12 * hour).now)
          ->has_value());
  EXPECT_FALSE(rotate_session(db(), made.token, at(hour)));
}

// ASVS 7.4.1.
TEST_F(Sessions, an_ended_one_is_gone_from_the_list_and_from_the_door) {
  const OperatorId id = owner().who.id;
  const NewSession a = *session(id, at({})), b = *session(id, at(minute));
  ASSERT_EQ(list_sessions(db(), id)->size(), 2U);
  EXPECT_EQ(list_sessions(db(), id)->front().id, b.id);
  EXPECT_EQ(end_session(db(), {99}, a.id, at(hour)).error().code, ErrorCode::not_found);
  ASSERT_TRUE(end_session(db(), id, a.id, at(hour)));
  EXPECT_FALSE(find_session(db(), a.token, {}, at(hour).now)->has_value());
  EXPECT_TRUE(find_session(db(), b.token, {}, at(hour).now)->has_value());
  EXPECT_EQ(list_sessions(db(), id)->size(), 1U);
  EXPECT_FALSE(end_session(db(), id, a.id, at(hour)));
}

TEST_F(Sessions, a_csrf_token_belongs_to_one_session) {
  const OperatorId id = owner().who.id;
  const NewSession a = *session(id, at({})), b = *session(id, at({}));
  EXPECT_TRUE(is_csrf_token(a.token, a.csrf_token));
  EXPECT_FALSE(is_csrf_token(b.token, a.csrf_token));
  EXPECT_FALSE(is_csrf_token(a.token, ""));
  EXPECT_FALSE(is_csrf_token(a.token, a.token));
}

TEST_F(Sessions, addresses_are_known_for_ninety_days) {
  const OperatorId id = owner().who.id;
  ASSERT_TRUE(session(id, at({}, id, "2001:db8:1:2::1")));
  EXPECT_TRUE(*is_known_address(db(), id, "2001:db8:1:2::99", at(day).now));
  EXPECT_FALSE(*is_known_address(db(), id, "2001:db8:1:3::1", at(day).now));
  EXPECT_TRUE(*is_known_address(db(), id, "2001:db8:1:2::1", at(90 * day).now));
  EXPECT_FALSE(*is_known_address(db(), id, "2001:db8:1:2::1", at(90 * day + Duration{1}).now));
  ASSERT_TRUE(session(id, at(100 * day)));  // Forgets what is older.
  EXPECT_EQ(value("SELECT count(*) FROM operator_session"), "1");
}

}  // namespace
}  // namespace pharos::access
