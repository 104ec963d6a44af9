// server/server_test.cc: HTTP as clients meet it: limits, times, codings, doors, and an orderly
// end.
#include "server/server.h"

#include <gmock/gmock.h>

#include "server/coding.h"
#include "server/trial.h"

namespace pharos::server {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// A request that goes on: more of its head is to follow.
const std::string begun_post =
    "POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer test_write_key\r\n";
constexpr std::string_view login =
    R"({"id":"1","account":"a","name":"login","time":"2026-01-05T09:00:00Z"})";

TEST_F(ServerTrial, keeps_a_connection_and_answers_pipelined_requests_in_order) {
  start();
  Client client(port());
  EXPECT_EQ(client.ask("GET", "/healthz").body, R"({"status":"ok"})");
  client.send(
      "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"
      "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.read().status, 200);
  EXPECT_EQ(client.read().status, 404);
  EXPECT_EQ(client.read().body, R"({"status":"ready"})");
}

TEST_F(ServerTrial, closes_when_asked_or_spoken_to_in_http_1_0) {
  start();
  Client asked(port());
  EXPECT_EQ(asked.ask("GET", "/healthz", "", {{"Connection", "close"}}).header("connection"),
            "close");
  EXPECT_TRUE(asked.is_closed());
  Client old(port());
  old.send("GET /healthz HTTP/1.0\r\n\r\n");
  EXPECT_EQ(old.read().status, 200);
  EXPECT_TRUE(old.is_closed());
}

TEST_F(ServerTrial, answers_head_and_options_and_names_the_methods) {
  start();
  Client client(port());
  const Reply head = client.ask("HEAD", "/healthz");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("content-length"), "15");
  EXPECT_EQ(client.ask("GET", "/healthz").status, 200);  // Nothing was left on the wire.
  const Reply options = client.ask("OPTIONS", "/v1/events");
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.header("allow"), "POST, OPTIONS");
  const Reply wrong = client.ask("DELETE", "/v1/events");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.header("allow"), "POST, OPTIONS");
  EXPECT_EQ(client.ask("TRACE", "/v1/events").status, 405);
  EXPECT_EQ(client.ask("GET", "/v1/events").status, 405);  // Nothing changes by GET.
}

TEST_F(ServerTrial, a_problem_has_what_its_readers_look_for) {
  start();
  Client client(port());
  const Reply reply = client.ask("GET", "/nowhere\x01<b>");
  EXPECT_EQ(reply.status, 400);  // A control character is no part of a target.
  Client again(port());
  const Reply missing = again.ask("GET", "/nowhere");
  EXPECT_EQ(missing.header("content-type"), "application/problem+json");
  EXPECT_EQ(missing.member("status"), "404");
  EXPECT_EQ(missing.member("title"), "Not Found");
  EXPECT_EQ(missing.member("code"), "not_found");
  EXPECT_EQ(missing.member("error"), "not_found");
  EXPECT_EQ(missing.member("message"), missing.member("detail"));
  EXPECT_EQ(missing.member("request_id"), missing.header("x-request-id"));
  EXPECT_EQ(missing.header("x-content-type-options"), "nosniff");
  EXPECT_EQ(missing.header("cache-control"), "no-store");
  EXPECT_EQ(missing.header("strict-transport-security"), "");  // Only where there is TLS.
}

TEST_F(ServerTrial, bounds_head_and_body) {
  Settings settings;
  settings.header_bytes = 1'024;
  settings.body_bytes = 2'048;
  settings.unpacked_bytes = 4'096;
  start(settings);
  Client head(port());
  EXPECT_EQ(head.ask("GET", "/healthz", "", {{"X-Long", std::string(2'000, 'a')}}).status, 431);
  EXPECT_TRUE(head.is_closed());
  // Refused by its announcement, before it is sent.
  Client body(port());
  body.send(begun_post + "Content-Length: 3000\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(body.read().status, 413);
  // In chunks there is no announcement.
  Client chunks(port());
  chunks.send(begun_post + "Transfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 3; ++i) chunks.send("400\r\n" + std::string(1'024, ' ') + "\r\n");
  EXPECT_EQ(chunks.read().status, 413);
  // A few bytes that unpack to very many.
  for (const Coding coding : {Coding::gzip, Coding::zstd}) {
    const std::string bomb = packed(std::string(60U << 20, ' '), coding);
    Client client(port());
    const Reply reply = client.ask("POST", "/v1/events", bomb.substr(0, 2'000),
                                   {{"Authorization", "Bearer test_write_key"},
                                    {"Content-Encoding", std::string(name_of(coding))}});
    EXPECT_EQ(reply.status, 413) << name_of(coding);
  }
}

TEST_F(ServerTrial, does_not_wait_for_slow_clients) {
  Settings settings;
  settings.header_time = settings.body_time = Duration{200};
  settings.idle_time = Duration{300};
  settings.body_bytes_per_second = 1 << 20;
  start(settings);
  Client head(port());
  head.send("GET /healthz HT");
  EXPECT_EQ(head.read().status, 408);
  EXPECT_TRUE(head.is_closed());
  Client body(port());
  body.send(begun_post + "Content-Length: 500\r\n\r\n{");
  EXPECT_EQ(body.read().status, 408);
  // Drop by drop does not help: the pace counts, not the last byte.
  Client drops(port());
  drops.send(begun_post + "Content-Length: 500\r\n\r\n");
  // Time itself is meant here.
  for (int i = 0; i < 8 && drops.send(" "); ++i) std::this_thread::sleep_for(milliseconds(50));
  EXPECT_EQ(drops.read().status, 408);
  Client idle(port());
  EXPECT_EQ(idle.ask("GET", "/healthz").status, 200);
  EXPECT_TRUE(idle.is_closed());
}

TEST_F(ServerTrial, takes_no_more_connections_than_it_may) {
  Settings settings;
  settings.connections = 2;
  start(settings);
  Client one(port()), two(port());
  EXPECT_EQ(one.ask("GET", "/healthz").status, 200);
  EXPECT_EQ(two.ask("GET", "/healthz").status, 200);
  Client three(port());
  EXPECT_TRUE(three.is_closed());
  EXPECT_EQ(one.ask("GET", "/healthz").status, 200);
}

TEST_F(ServerTrial, slows_a_key_that_asks_too_often_and_no_other) {
  Settings settings;
  settings.requests_per_second = 1;
  settings.request_burst = 3;
  start(settings);
  Client client(port());
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(client.ask("POST", "/v1/events", "[]", with_key_and_json).status, 200);
  const Reply slow = client.ask("POST", "/v1/events", "[]", with_key_and_json);
  EXPECT_EQ(slow.status, 429);
  EXPECT_EQ(slow.header("retry-after"), "1");
  EXPECT_EQ(slow.header("x-ratelimit-reset"), "1");
  EXPECT_EQ(client.ask("GET", "/metrics", "", {{"Authorization", "Bearer metrics_key"}}).status,
            200);
}

TEST_F(ServerTrial, unpacks_requests_and_packs_answers) {
  start();
  Client client(port());
  for (const Coding coding : {Coding::gzip, Coding::zstd}) {
    const Reply reply =
        client.ask("POST", "/v1/events", packed(login, coding),
                   {with_key[0], {"Content-Encoding", std::string(name_of(coding))}});
    EXPECT_EQ(reply.status, 200) << reply.body;
  }
  const Reply unknown =
      client.ask("POST", "/v1/events", login, {with_key[0], {"Content-Encoding", "br"}});
  EXPECT_EQ(unknown.status, 415);
  const Reply broken =
      client.ask("POST", "/v1/events", login, {with_key[0], {"Content-Encoding", "gzip"}});
  EXPECT_EQ(broken.status, 415);

  Client scraper(port());
  const std::vector<Header> plain = {{"Authorization", "Bearer metrics_key"}};
  const std::string text = scraper.ask("GET", "/metrics", "", plain).body;
  EXPECT_THAT(text, HasSubstr("pharos_events_total{outcome=\"accepted\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("pharos_events_total{outcome=\"duplicate\"} 1\n"));
  for (const std::string_view coding : {"gzip", "zstd"}) {
    const Reply packed_reply =
        scraper.ask("GET", "/metrics", "", {plain[0], {"Accept-Encoding", std::string(coding)}});
    EXPECT_EQ(packed_reply.header("content-encoding"), coding);
    auto decoder = make_decoder(coding);
    std::string unpacked;
    std::string_view rest = packed_reply.body;
    while (!rest.empty()) ASSERT_TRUE((*decoder)->feed(rest, unpacked));
    EXPECT_THAT(unpacked, HasSubstr("pharos_ready 1\n"));
  }
}

TEST_F(ServerTrial, browsers_of_configured_origins_may_send_events) {
  Settings settings;
  settings.cors_origins = {"https://app.example.com"};
  start(settings);
  Client client(port());
  const std::vector<Header> preflight = {{"Origin", "https://app.example.com"},
                                         {"Access-Control-Request-Method", "POST"}};
  const Reply allowed = client.ask("OPTIONS", "/v1/t", "", preflight);
  EXPECT_EQ(allowed.status, 204);
  EXPECT_EQ(allowed.header("access-control-allow-origin"), "https://app.example.com");
  EXPECT_THAT(allowed.header("access-control-allow-headers"), HasSubstr("X-Retry-Count"));
  EXPECT_EQ(allowed.header("access-control-allow-credentials"), "");
  const Reply evil = client.ask("OPTIONS", "/v1/t", "", {{"Origin", "https://evil.example"}});
  EXPECT_EQ(evil.header("access-control-allow-origin"), "");
  EXPECT_EQ(client.ask("GET", "/metrics", "", preflight).header("access-control-allow-origin"), "");
}

TEST_F(ServerTrial, lets_in_who_has_a_key_with_the_scope) {
  start();
  Client client(port());
  const std::pair<std::string, int> rows[] = {
      {"Bearer test_write_key", 200},
      {"bearer test_write_key", 200},
      {"Basic dGVzdF93cml0ZV9rZXk6", 200},  // "test_write_key:"
      {"Basic dGVzdF93cml0ZV9rZXk=", 200},  // Without the colon.
      {"Bearer metrics_key", 403},
      {"Bearer guess", 401},
      {"Bearer ", 401},
      {"Digest test_write_key", 401},
      {"Basic !!!", 401},
  };
  for (const auto& [value, status] : rows)
    EXPECT_EQ(client.ask("POST", "/v1/events", "[]", {{"Authorization", value}}).status, status)
        << value;
  const Reply none = client.ask("POST", "/v1/events", "[]");
  EXPECT_EQ(none.status, 401);
  EXPECT_THAT(none.header("www-authenticate"), HasSubstr("Bearer"));
  EXPECT_EQ(client.ask("GET", "/metrics").status, 401);
}

TEST_F(ServerTrial, finishes_what_is_at_hand_when_it_stops) {
  start();
  Client busy(port()), idle(port());
  EXPECT_EQ(idle.ask("GET", "/healthz").status, 200);
  busy.send(
      fmt::format("POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer test_write_key\r\n"
                  "Expect: 100-continue\r\nContent-Length: {}\r\n\r\n",
                  login.size()));
  EXPECT_EQ(busy.read(false).status, 100);  // It is at hand.
  busy.send(login.substr(0, 20));
  server_->stop();
  EXPECT_TRUE(idle.is_closed());
  Client late(port());
  EXPECT_FALSE(late.is_open() && late.ask("GET", "/healthz").status == 200);
  busy.send(login.substr(20));
  const Reply reply = busy.read();
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.header("connection"), "close");
  stop();
  EXPECT_EQ(told().size(), 1U);
}

TEST_F(ServerTrial, cuts_off_who_does_not_finish) {
  Settings settings;
  settings.drain_time = Duration{200};
  start(settings);
  Client client(port());
  client.send(begun_post + "Expect: 100-continue\r\nContent-Length: 500\r\n\r\n");
  EXPECT_EQ(client.read(false).status, 100);  // It is at hand.
  const auto start_time = Clock::now();
  stop();
  EXPECT_LT(Clock::now() - start_time, milliseconds(10'000));
}

}  // namespace
}  // namespace pharos::server
