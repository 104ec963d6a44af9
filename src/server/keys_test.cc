// server/keys_test.cc: keys are shown once, kept as sums, and end.
#include "server/keys.h"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "server/trial.h"

namespace pharos::server {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class KeyTrial : public ServerTrial {
 protected:
  std::string add(const std::string& name, Duration lifetime = 30 * day) {
    const Instant now = real_clock();
    const access::ApiKey key{.name = name,
                             .grants = *access::parse_grants("events:create"),
                             .scope = "",
                             .created_at = now,
                             .expires_at = now + lifetime};
    return *access::add_key(*room(), nullptr, key, {}, {.actor = {}, .address = "", .now = now});
  }
  static access::Caller now_caller() { return {.actor = {}, .address = "", .now = real_clock()}; }
  // Time itself is meant: the table is looked over again after a second at most.
  static void let_pass() { std::this_thread::sleep_for(std::chrono::milliseconds(1'100)); }
};

TEST_F(KeyTrial, a_key_lets_in_until_it_is_revoked_or_ends) {
  const auto keys = *stored_keys(dir() + "/w");
  EXPECT_FALSE(keys->find(""));
  EXPECT_FALSE(keys->find("guess"));
  const std::string secret = add("web"), brief = add("brief", Duration{1});
  EXPECT_NE(secret, brief);
  let_pass();
  const auto identity = keys->find(secret);
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->name(), "key web");
  EXPECT_TRUE(identity->may(access::Action::create, access::Resource::events));
  EXPECT_FALSE(identity->may(access::Action::read, access::Resource::server));
  EXPECT_FALSE(keys->find(brief));
  EXPECT_FALSE(keys->find(secret + "0"));
  EXPECT_TRUE(access::revoke_key(*room(), nullptr, "web", now_caller()));
  let_pass();
  EXPECT_FALSE(keys->find(secret));
}

// The workspace holds no secret, and its tables are as sealed as before.
TEST_F(KeyTrial, secrets_are_stored_nowhere) {
  const std::string secret = add("web");
  EXPECT_EQ(secret.size(), 4U + 64U);
  for (const char* name : {"/w/pharos.db", "/w/pharos.db-wal"}) {
    std::ifstream file(dir() + name, std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(file), {});
    EXPECT_THAT(bytes, Not(HasSubstr(secret.substr(4)))) << name;
  }
  EXPECT_THAT((*journal::Workspace::open_to_read(dir() + "/w"))->verify({})->faults, IsEmpty());
}

TEST_F(KeyTrial, a_key_made_beside_a_running_server_counts) {
  start({}, *stored_keys(dir() + "/w"));
  Client client(port());
  EXPECT_EQ(client.ask("POST", "/v1/events", "[]", with_key).status, 401);
  const std::string secret = add("late");
  let_pass();
  EXPECT_EQ(client.ask("POST", "/v1/events", "[]", {{"Authorization", "Bearer " + secret}}).status,
            200);
}

}  // namespace
}  // namespace pharos::server
