// server/people_trial.h: for tests: a server with an owner, and browsers that are signed in.
#pragma once

#include "access/operators.h"
#include "server/trial.h"

namespace pharos::server {

inline constexpr std::string_view people_password = "velvet otter ninety kites";

// A browser: one connection, its cookie, and the token of its page.
struct Browser {
  explicit Browser(std::uint16_t port) : client(port) {}
  Reply ask(std::string_view method, std::string_view path, std::string_view body = "",
            std::vector<Header> more = {}) {
    if (!cookie.empty()) more.push_back({"Cookie", cookie});
    if (!csrf_token.empty()) more.push_back({"X-CSRF-Token", csrf_token});
    Reply reply = client.ask(method, path, body, more);
    const std::string set = reply.header("set-cookie");
    if (reply.status == 200 && !set.empty()) {
      cookie = set.substr(0, set.find(';'));
      csrf_token = reply.member("csrf_token");
    }
    return reply;
  }
  Reply sign_in(std::string_view email, std::string_view password = people_password,
                std::vector<Header> more = {}) {
    return ask("POST", "/v1/session",
               fmt::format(R"({{"email":"{}","password":"{}"}})", email, password),
               std::move(more));
  }
  Client client;
  std::string cookie, csrf_token;
};

class PeopleTrial : public ServerTrial {
 protected:
  static access::Caller at_terminal() { return {.actor = {}, .address = "", .now = real_clock()}; }

  // owner@example.org with people_password.
  void add_owner() {
    const auto database = room();
    const auto link = access::make_first_owner(*database, "owner@example.org", at_terminal());
    ASSERT_TRUE(link) << link.error().message;
    const auto id = access::accept_link(*database, *link, people_password,
                                        access::password_cost_least, at_terminal());
    ASSERT_TRUE(id) << id.error().message;
  }
  // Actions of the audit, in order.
  std::vector<std::string> audit() {
    std::vector<std::string> actions;
    const auto database = room();
    auto query = database->prepare("SELECT action, address FROM audit ORDER BY number");
    EXPECT_TRUE(query && (*query)->query({}));
    while ((*query)->step().value_or(false)) actions.emplace_back((*query)->text(0));
    return actions;
  }
  std::string last_address() {
    const auto database = room();
    auto query = database->prepare("SELECT address FROM audit ORDER BY number DESC LIMIT 1");
    EXPECT_TRUE(query && (*query)->query({}) && (*query)->step());
    return std::string((*query)->text(0));
  }
};

}  // namespace pharos::server
