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
  KeyStore store() { return *KeyStore::open(dir() + "/w"); }
  std::string add(const std::string& name, Duration lifetime = 30 * day) {
    const Instant now = real_clock();
    return *store().add(name, {Scope::events_write}, now, now + lifetime);
  }
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
  const auto principal = keys->find(secret);
  ASSERT_TRUE(principal);
  EXPECT_EQ(principal->name, "web");
  EXPECT_TRUE(principal->may(Scope::events_write));
  EXPECT_FALSE(principal->may(Scope::metrics_read));
  EXPECT_FALSE(keys->find(brief));
  EXPECT_FALSE(keys->find(secret + "0"));
  EXPECT_TRUE(store().revoke("web", real_clock()));
  let_pass();
  EXPECT_FALSE(keys->find(secret));
}

TEST_F(KeyTrial, names_are_used_once_and_misses_are_hinted_at) {
  add("web");
  const auto again = store().add("web", {}, real_clock(), never);
  EXPECT_EQ(again.error().code, ErrorCode::conflict);
  EXPECT_EQ(store().add(" ", {}, real_clock(), never).error().code, ErrorCode::invalid);
  const auto miss = store().revoke("wed", real_clock());
  EXPECT_EQ(miss.error().code, ErrorCode::not_found);
  EXPECT_THAT(miss.error().message, HasSubstr("Did you mean \"web\"?"));
  EXPECT_EQ(KeyStore::open(dir()).error().code, ErrorCode::not_found);
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
  const std::vector<KeyRow> rows = *store().list();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].name, "web");
  EXPECT_FALSE(rows[0].revoked_at);
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
