// server/events_test.cc: native events over HTTP: one, many, streams; each once, and durable.
#include "server/events.h"

#include <gmock/gmock.h>

#include <set>

#include "server/coding.h"
#include "server/trial.h"

namespace pharos::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<Header> with_key_and_stream = {with_key[0],
                                                 {"Content-Type", "application/x-ndjson"}};

// "accepted duplicates rejected ignored"
std::string counts(const Reply& reply) {
  return fmt::format("{} {} {} {}", reply.member("accepted"), reply.member("duplicates"),
                     reply.member("rejected"), reply.member("ignored"));
}

std::string login_event(std::string_view id, std::string_view account = "a") {
  return fmt::format(R"({{"id":"{}","account":"{}","name":"login","time":"2026-01-05T09:00:00Z"}})",
                     id, account);
}

TEST_F(ServerTrial, an_event_is_taken_once_and_durable_when_it_is_answered) {
  start();
  Client client(port());
  const std::string event = login_event("1");
  EXPECT_EQ(counts(client.ask("POST", "/v1/events", event, with_key_and_json)), "1 0 0 0");
  // Committed: another connection to the database sees it while the server runs.
  EXPECT_EQ(told(), std::vector<std::string>{"1 a - login 2026-01-05T09:00:00.000Z"});
  EXPECT_EQ(counts(client.ask("POST", "/v1/events", event, with_key_and_json)), "0 1 0 0");
  stop();
  start();
  Client again(port());
  EXPECT_EQ(counts(again.ask("POST", "/v1/events", event, with_key_and_json)), "0 1 0 0");
  const Reply other = again.ask("POST", "/v1/events", login_event("1", "b"), with_key_and_json);
  EXPECT_EQ(other.status, 400);
  EXPECT_EQ(other.json().find("rejections")->items[0].find("code")->text, "id_conflict");
}

TEST_F(ServerTrial, of_a_batch_the_good_ones_go_in) {
  start();
  Client client(port());
  const Reply reply = client.ask(
      "POST", "/v1/events",
      "[" + login_event("1") + R"(, {"id":"2","account":"a","name":"logn","time":"2026-01-05"},)" +
          R"({"id":"3","account":"a","name":"order_paid","time":"2026-01-05T10:00:00Z",)" +
          R"("props":{"amount":12.5,"category":"x"}},)" +
          R"({"id":"4","account":"a","name":"order_paid","time":"2026-01-05T10:00:00Z",)" +
          R"("props":{"amount":"much"}}, {"a":}, 5])",
      with_key_and_json);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(counts(reply), "2 0 4 0");
  std::vector<std::string> rejections;
  const Json answer = reply.json();
  for (const Json& rejection : answer.find("rejections")->items)
    rejections.push_back(rejection.find("index")->text + " " + rejection.find("code")->text);
  EXPECT_THAT(rejections,
              ElementsAre("1 unknown_event", "3 bad_amount", "4 bad_json", "5 bad_json"));
  EXPECT_THAT(reply.body, HasSubstr("Did you mean \\\"login\\\"?"));
  stop();
  EXPECT_THAT(told(), ElementsAre("1 a - login 2026-01-05T09:00:00.000Z",
                                  "3 a - order_paid 2026-01-05T10:00:00.000Z"));
}

TEST_F(ServerTrial, what_is_absent_is_made) {
  clock = [] { return Instant{1'767'603'600'000}; };  // 2026-01-05T09:00:00Z
  start();
  Client client(port());
  const std::string event = R"({"account":"a","name":"login"})";
  EXPECT_EQ(counts(client.ask("POST", "/v1/events", event, with_key_and_json)), "1 0 0 0");
  // Two without an id are two.
  EXPECT_EQ(counts(client.ask("POST", "/v1/events", event, with_key_and_json)), "1 0 0 0");
  // An id without a time: sent again it is the same, whenever it comes.
  const std::string named = R"({"id":"n","account":"a","name":"login"})";
  EXPECT_EQ(counts(client.ask("POST", "/v1/events", named, with_key_and_json)), "1 0 0 0");
  stop();
  clock = [] { return Instant{1'767'603'700'000}; };
  start();
  Client later(port());
  EXPECT_EQ(counts(later.ask("POST", "/v1/events", named, with_key_and_json)), "0 1 0 0");
  // Ahead of the clock by more than an hour: the year or the unit is wrong.
  const Reply ahead =
      later.ask("POST", "/v1/events",
                R"({"id":"f","account":"a","name":"login","time":"2026-01-05T11:00:00Z"})",
                with_key_and_json);
  EXPECT_THAT(ahead.member("detail"), HasSubstr("future_time"));
  stop();
  std::set<std::string> ids;
  for (const std::string& line : told()) {
    EXPECT_THAT(line, HasSubstr(" a - login 2026-01-05T09:00:00.000Z"));
    ids.insert(line.substr(0, line.find(' ')));
  }
  EXPECT_EQ(ids.size(), 3U);
}

TEST_F(ServerTrial, bad_bodies_are_told_apart) {
  start();
  Client client(port());
  const std::pair<std::string, std::string> rows[] = {
      {"[", "bad_json"},
      {"[{}] x", "bad_json"},
      {"nonsense", "nothing_taken"},
      {"", "nothing_taken"},
      {"{\"id\":\"1\"}", "nothing_taken"},
      {std::string(3'000, '[') + "]", "bad_json"},
      {"{\"a\":" + std::string(3'000, '['), "nothing_taken"},
  };
  for (const auto& [body, code] : rows) {
    const Reply reply = client.ask("POST", "/v1/events", body, with_key_and_json);
    EXPECT_EQ(reply.status, 400) << body.substr(0, 50);
    EXPECT_EQ(reply.member("code"), code) << body.substr(0, 50);
  }
  EXPECT_EQ(client.ask("POST", "/v1/events", "[]", with_key_and_json).status, 200);
}

// 20,000 events of 200 bytes in chunks, packed: more than the body limit, in memory that does not
// grow with them.
TEST_F(ServerTrial, a_stream_may_be_longer_than_any_body) {
  Settings settings;
  settings.body_bytes = settings.unpacked_bytes = 65'536;
  start(settings);
  constexpr int events = 20'000;
  std::string lines;
  for (int i = 0; i < events; ++i) {
    lines += login_event(fmt::format("e{}", i), fmt::format("account-{}", i % 50));
    lines += i % 100 == 0 ? "\r\n\n" : "\n";
  }
  lines += "{\"broken\n" + std::string(1'200'000, 'x') + "\n" + login_event("last");
  const std::string bytes = packed(lines, Coding::gzip);
  Client client(port());
  client.send(
      "POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer test_write_key\r\n"
      "Content-Type: application/x-ndjson\r\nContent-Encoding: gzip\r\n"
      "Transfer-Encoding: chunked\r\n\r\n");
  for (std::size_t at = 0; at < bytes.size(); at += 10'000) {
    const std::string piece = bytes.substr(at, 10'000);
    client.send(fmt::format("{:x}\r\n{}\r\n", piece.size(), piece));
  }
  client.send("0\r\n\r\n");
  const Reply reply = client.read();
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(counts(reply), fmt::format("{} 0 2 0", events + 1));
  EXPECT_EQ(reply.json().find("rejections")->items[1].find("code")->text, "too_long");
  EXPECT_EQ(client.ask("GET", "/healthz").status, 200);  // The connection goes on.
}

TEST_F(ServerTrial, a_stream_that_breaks_off_keeps_its_whole_lines) {
  start();
  {
    Client client(port());
    client.send(
        "POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer test_write_key\r\n"
        "Expect: 100-continue\r\nContent-Type: application/x-ndjson\r\n"
        "Content-Length: 100000\r\n\r\n");
    EXPECT_EQ(client.read(false).status, 100);
    client.send(login_event("1") + "\n" + login_event("2") + "\n{\"id\":");
  }
  stop();
  EXPECT_EQ(told().size(), 2U);
}

TEST_F(ServerTrial, a_link_joins_two_ids) {
  start();
  Client client(port());
  client.ask("POST", "/v1/events", login_event("1", "lead7"), with_key_and_json);
  const Reply link = client.ask("POST", "/v1/links", R"({"from":"lead7","to":"m7"})", with_key);
  EXPECT_EQ(counts(link), "1 0 0 0") << link.body;
  const std::string event = R"({"id":"l","account":"m7","name":"link","props":{"from":"lead8"}})";
  EXPECT_EQ(counts(client.ask("POST", "/v1/events", event, with_key_and_json)), "1 0 0 0");
  EXPECT_EQ(client.ask("POST", "/v1/links", R"({"from":"a"})", with_key).status, 400);
  EXPECT_EQ(client.ask("POST", "/v1/links", R"({"from":"a","to":"a"})", with_key).status, 400);
  EXPECT_EQ(client.ask("POST", "/v1/links", R"({"from":"a","to":"b","x":1})", with_key).status,
            400);
  stop();
  const auto workspace = journal::Workspace::open_to_read(dir() + "/w");
  EXPECT_EQ((*workspace)->history("lead7")->id, "m7");
  EXPECT_EQ((*workspace)->history("lead8")->id, "m7");
}

// Eight clients, a thousand events a batch, some sent twice: every event once, each account in
// order.
TEST_F(ServerTrial, many_clients_at_once_lose_and_repeat_nothing) {
  start();
  constexpr int clients = 8, batches = 5, events = 1'000;
  std::atomic<int> accepted{0}, duplicates{0};
  std::vector<std::thread> threads;
  for (int c = 0; c < clients; ++c) {
    threads.emplace_back([&, c] {
      Client client(port());
      for (int b = 0; b < batches; ++b) {
        std::string body = "[";
        for (int e = 0; e < events; ++e)
          body += (e == 0 ? "" : ",") +
                  login_event(fmt::format("{}-{}-{}", c, b, e), fmt::format("account{}", c));
        body += "]";
        for (int again = 0; again < (b == 2 ? 2 : 1); ++again) {
          const Reply reply = client.ask("POST", "/v1/events", body, with_key_and_json);
          EXPECT_EQ(reply.status, 200);
          accepted += static_cast<int>(parse_int64(reply.member("accepted")).value_or(0));
          duplicates += static_cast<int>(parse_int64(reply.member("duplicates")).value_or(0));
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(accepted, clients * batches * events);
  EXPECT_EQ(duplicates, clients * events);
  stop();
  const std::vector<std::string> lines = told();
  EXPECT_EQ(lines.size(), static_cast<std::size_t>(clients * batches * events));
  std::vector<int> next(clients, 0);
  for (const std::string& line : lines) {
    const auto parts = split(std::string_view(line).substr(0, line.find(' ')), '-');
    const auto client = static_cast<std::size_t>(*parse_int64(parts[0]));
    EXPECT_EQ(*parse_int64(parts[1]) * events + *parse_int64(parts[2]), next[client]++);
  }
  const auto workspace = journal::Workspace::open_to_read(dir() + "/w");
  EXPECT_THAT((*workspace)->verify({})->faults, testing::IsEmpty());
}

}  // namespace
}  // namespace pharos::server
