// server/session_test.cc: people at the door, over real sockets.
#include "server/session.h"

#include <gmock/gmock.h>

#include "access/second_factor.h"
#include "access/totp.h"
#include "server/people_trial.h"

namespace pharos::server {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST_F(PeopleTrial, the_first_owner_comes_in_by_the_link_once) {
  const std::string token = *access::make_first_owner(*room(), "owner@localhost", at_terminal());
  start();
  Browser browser(port());
  EXPECT_EQ(browser.ask("GET", "/v1/server").member("needs_owner"), "");
  EXPECT_THAT(browser.ask("GET", "/v1/server").body, HasSubstr("\"needs_owner\":true"));
  const std::string body = fmt::format(
      R"({{"token":"{}","password":"{}","email":"Ada@Example.org","name":"Ada","locale":"zh"}})",
      token, people_password);
  const Reply short_one = browser.ask("POST", "/v1/session/link",
                                      fmt::format(R"({{"token":"{}","password":"short"}})", token));
  EXPECT_EQ(short_one.status, 400);  // And the link is as good as before.
  const Reply entered = browser.ask("POST", "/v1/session/link", body);
  ASSERT_EQ(entered.status, 200) << entered.body;
  EXPECT_THAT(entered.body, HasSubstr(R"("email":"ada@example.org","name":"Ada","locale":"zh")"));
  EXPECT_EQ(browser.ask("GET", "/v1/session").status, 200);
  EXPECT_THAT(browser.ask("GET", "/v1/server").body, HasSubstr("\"needs_owner\":false"));
  EXPECT_EQ(Browser(port()).ask("POST", "/v1/session/link", body).status, 404);
  EXPECT_EQ(Browser(port()).sign_in("ada@example.org").status, 200);
}

TEST_F(PeopleTrial, wrong_guesses_are_alike_and_slowed_down) {
  add_owner();
  start();
  Browser browser(port());
  const Reply wrong = browser.sign_in("owner@example.org", "not the password at all");
  const Reply unknown = browser.sign_in("nobody@example.org");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.member("detail"), unknown.member("detail"));
  EXPECT_EQ(wrong.header("set-cookie"), "");
  // Ten from one address at once (docs/access.md); one was used above.
  Reply reply;
  for (int i = 0; i < 10; ++i) reply = browser.sign_in("owner@example.org", "guess");
  EXPECT_EQ(reply.status, 429);
  EXPECT_GE(*parse_int64(reply.header("retry-after")), 1);
  EXPECT_THAT(audit(), testing::Contains("session.refuse").Times(12));
}

TEST_F(PeopleTrial, the_cookie_is_as_safe_as_the_connection) {
  add_owner();
  Settings settings;
  settings.proxies = {"127.0.0.0/8"};
  start(settings);
  const std::string plain = Browser(port()).sign_in("owner@example.org").header("set-cookie");
  EXPECT_THAT(plain, testing::StartsWith("pharos_session="));
  EXPECT_THAT(plain, HasSubstr("; Path=/; HttpOnly; SameSite=Lax"));
  EXPECT_THAT(plain, Not(HasSubstr("Secure")));
  Browser browser(port());
  const Header tls{"X-Forwarded-Proto", "https"};
  const Reply entered = browser.sign_in("owner@example.org", people_password, {tls});
  EXPECT_THAT(entered.header("set-cookie"), testing::StartsWith("__Host-pharos_session="));
  EXPECT_THAT(entered.header("set-cookie"), HasSubstr("; Secure"));
  EXPECT_THAT(entered.header("strict-transport-security"), HasSubstr("max-age"));
  EXPECT_EQ(browser.ask("GET", "/v1/session", "", {tls}).status, 200);
  EXPECT_EQ(browser.ask("GET", "/v1/session").status, 401);  // Never over a plain connection.
}

TEST_F(PeopleTrial, what_a_stranger_forwards_counts_for_nothing) {
  add_owner();
  start();
  const Header forwarded{"X-Forwarded-For", "203.0.113.9"};
  Browser(port()).sign_in("owner@example.org", people_password, {forwarded});
  EXPECT_EQ(last_address(), "127.0.0.1");
  stop();
  Settings settings;
  settings.proxies = {"127.0.0.1", "10.0.0.0/8"};
  start(settings);
  // The client wrote the first; the outer proxy of 10.0.0.7 saw 198.51.100.4.
  Browser(port()).sign_in("owner@example.org", people_password,
                          {{"X-Forwarded-For", "203.0.113.9, 198.51.100.4, 10.0.0.7"}});
  EXPECT_EQ(last_address(), "198.51.100.4");
}

TEST_F(PeopleTrial, a_change_needs_the_token_of_its_page) {
  add_owner();
  start();
  Browser browser(port());
  ASSERT_EQ(browser.sign_in("owner@example.org").status, 200);
  Browser other(port());
  ASSERT_EQ(other.sign_in("owner@example.org").status, 200);
  const std::string own = browser.csrf_token;
  for (const std::string& token : {std::string(), std::string("guess"), other.csrf_token}) {
    browser.csrf_token = token;
    const Reply refused = browser.ask("PATCH", "/v1/session", R"({"name":"Eve"})");
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(refused.member("code"), "csrf");
  }
  browser.csrf_token = own;
  const Header evil{"Origin", "https://evil.example"};
  EXPECT_EQ(browser.ask("PATCH", "/v1/session", R"({"name":"Eve"})", {evil}).status, 403);
  EXPECT_EQ(browser.sign_in("owner@example.org", people_password, {evil}).status, 403);
  const Reply done = browser.ask("PATCH", "/v1/session", R"({"name":"Ada","locale":"zh"})");
  EXPECT_THAT(done.body, HasSubstr(R"("name":"Ada","locale":"zh")"));
  EXPECT_EQ(browser.ask("PATCH", "/v1/session", R"({"role":"owner"})").status, 400);
}

TEST_F(PeopleTrial, signing_out_ends_the_session_at_once) {
  add_owner();
  start();
  Browser browser(port());
  browser.sign_in("owner@example.org");
  EXPECT_EQ(browser.ask("GET", "/v1/session").status, 200);
  const Reply out = browser.ask("DELETE", "/v1/session");
  EXPECT_EQ(out.status, 204);
  EXPECT_THAT(out.header("set-cookie"), HasSubstr("Max-Age=0"));
  EXPECT_EQ(browser.ask("GET", "/v1/session").status, 401);
}

TEST_F(PeopleTrial, a_session_can_be_ended_from_another) {
  add_owner();
  start();
  Browser here(port()), there(port());
  there.sign_in("owner@example.org");
  here.sign_in("owner@example.org");
  const Json list = here.ask("GET", "/v1/session/list").json();
  ASSERT_EQ(list.find("items")->items.size(), 2U);
  EXPECT_TRUE(list.find("items")->items[0].find("is_this")->boolean);
  const std::string id = list.find("items")->items[1].find("id")->text;
  EXPECT_EQ(here.ask("DELETE", "/v1/session/list/" + id).status, 204);
  EXPECT_EQ(there.ask("GET", "/v1/session").status, 401);
  EXPECT_EQ(here.ask("GET", "/v1/session").status, 200);
  EXPECT_EQ(here.ask("DELETE", "/v1/session/list/" + id).status, 404);
}

TEST_F(PeopleTrial, a_password_needs_the_old_one_and_ends_other_sessions) {
  add_owner();
  start();
  Browser here(port()), there(port());
  there.sign_in("owner@example.org");
  here.sign_in("owner@example.org");
  const auto change = [&](std::string_view before) {
    return here.ask("PUT", "/v1/session/password",
                    fmt::format(R"({{"before":"{}","after":"nine silent marble goats"}})", before));
  };
  EXPECT_EQ(change("guess").status, 403);
  EXPECT_EQ(change(people_password).status, 204);
  EXPECT_EQ(here.ask("GET", "/v1/session").status, 200);
  EXPECT_EQ(there.ask("GET", "/v1/session").status, 401);
  EXPECT_EQ(there.sign_in("owner@example.org").status, 401);
  EXPECT_EQ(there.sign_in("owner@example.org", "nine silent marble goats").status, 200);
  // Whoever sits at an open session guesses no more often than at the door.
  Reply reply;
  for (int i = 0; i < 11; ++i) reply = change("guess");
  EXPECT_THAT(reply.member("detail"), HasSubstr("too often"));
}

// RFC 4648 base32, without padding.
std::string from_base32(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    bits = bits << 5 | static_cast<std::uint32_t>(c >= 'A' ? c - 'A' : c - '2' + 26);
    if ((count += 5) < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xFF);
  }
  return bytes;
}

TEST_F(PeopleTrial, a_link_does_not_stand_for_the_second_factor) {
  add_owner();
  start();
  Browser browser(port());
  browser.sign_in("owner@example.org");
  const std::string address = browser.ask("POST", "/v1/session/second_factor").member("otpauth");
  const std::size_t at = address.find("secret=") + 7;
  const std::string secret = from_base32(address.substr(at, address.find('&', at) - at));
  const std::string code = access::totp_code(secret, access::totp_step(real_clock()));
  const Reply confirmed =
      browser.ask("PUT", "/v1/session/second_factor", fmt::format(R"({{"code":"{}"}})", code));
  ASSERT_EQ(confirmed.status, 200) << confirmed.body;
  const Json codes = confirmed.json();
  ASSERT_EQ(codes.find("recovery_codes")->items.size(), 10U);
  EXPECT_THAT(browser.ask("GET", "/v1/session").body, HasSubstr("\"has_second_factor\":true"));

  const std::string token =
      *access::restore_owner(*room(), "owner@example.org", false, at_terminal());
  Browser guest(port());
  const Reply taken =
      guest.ask("POST", "/v1/session/link",
                fmt::format(R"({{"token":"{}","password":"nine silent marble goats"}})", token));
  EXPECT_EQ(taken.status, 401);
  EXPECT_EQ(taken.member("code"), "code_needed");
  EXPECT_EQ(taken.header("set-cookie"), "");
  EXPECT_EQ(guest.sign_in("owner@example.org", "nine silent marble goats").member("code"),
            "code_needed");
  const std::string with_code =
      fmt::format(R"({{"email":"owner@example.org","password":"nine silent marble goats",)"
                  R"("code":"{}"}})",
                  codes.find("recovery_codes")->items[0].text);
  EXPECT_EQ(guest.ask("POST", "/v1/session", with_code).status, 200);
  EXPECT_EQ(guest.ask("DELETE", "/v1/session/second_factor", R"({"password":"guess"})").status,
            403);
  EXPECT_EQ(
      guest.ask("DELETE", "/v1/session/second_factor", R"({"password":"nine silent marble goats"})")
          .status,
      204);
  EXPECT_EQ(Browser(port()).sign_in("owner@example.org", "nine silent marble goats").status, 200);
}

TEST_F(PeopleTrial, the_owner_gets_back_in_from_the_command_line) {
  add_owner();
  EXPECT_FALSE(access::restore_owner(*room(), "eve@example.org", false, at_terminal()));
  const auto token = access::restore_owner(*room(), "owner@example.org", true, at_terminal());
  ASSERT_TRUE(token) << token.error().message;
  start();
  Browser browser(port());
  EXPECT_EQ(
      browser
          .ask("POST", "/v1/session/link",
               fmt::format(R"({{"token":"{}","password":"nine silent marble goats"}})", *token))
          .status,
      200);
}

}  // namespace
}  // namespace pharos::server
