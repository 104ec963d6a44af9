// server/segment_test.cc: Segment's cases and what its clients really sent, against a server.
#include "server/segment.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "server/coding.h"
#include "server/trial.h"

namespace pharos::server {
namespace {

using testing::ElementsAre;

const std::string shared_dir = std::string(PHAROS_SOURCE_DIR) + "/../shared/conformance/";

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Json read_json(const std::string& path) {
  auto json = parse_json(read_text(path));
  EXPECT_TRUE(json) << path;
  return json ? *std::move(json) : Json{};
}

std::string text_at(const Json& json, std::string_view name) {
  const Json* const found = json.find(name);
  return found ? found->text : std::string();
}

Json& member(Json& json, std::string_view name) {
  for (std::size_t i = 0; i < json.names.size(); ++i)
    if (json.names[i] == name) return json.items[i];
  ADD_FAILURE() << "no member " << name;
  return json;
}

void replace_all(Json& json, std::string_view what, const std::string& with) {
  for (std::size_t at = 0; (at = json.text.find(what, at)) != std::string::npos; at += with.size())
    json.text.replace(at, what.size(), with);
  for (Json& item : json.items) replace_all(item, what, with);
}

// "/properties/pad", "/batch/*/properties/pad": the places it leads to.
void places(Json& json, std::string_view pointer, std::vector<Json*>& found) {
  if (pointer.empty()) return found.push_back(&json);
  const std::string_view name = pointer.substr(1, pointer.find('/', 1) - 1);
  const std::string_view rest = pointer.substr(name.size() + 1);
  if (name == "*")
    for (Json& item : json.items) places(item, rest, found);
  else if (json.kind == JsonKind::list)
    places(json.items[static_cast<std::size_t>(*parse_int64(name))], rest, found);
  else
    places(member(json, name), rest, found);
}

// The body of a case, with what its file abbreviates written out.
std::string body_of(const Json& request) {
  if (request.find("body_text")) return text_at(request, "body_text");
  Json body = *request.find("body");
  if (const Json* repeat = request.find("repeat")) {
    const std::string pointer = text_at(*repeat, "pointer");
    std::vector<Json*> lists;
    places(body, pointer.substr(0, pointer.rfind('/')), lists);
    const Json item = lists.at(0)->items.at(0);
    lists[0]->items.clear();
    for (int i = 0; i < *parse_int64(text_at(*repeat, "count")); ++i) {
      lists[0]->items.push_back(item);
      replace_all(lists[0]->items.back(), "$i", std::to_string(i));
    }
  }
  if (const Json* fill = request.find("fill")) {
    for (const Json& one : fill->items) {
      std::vector<Json*> found;
      places(body, text_at(one, "pointer"), found);
      for (Json* place : found)
        for (int i = 0; i < *parse_int64(text_at(one, "count")); ++i)
          place->text += text_at(one, "text");
    }
  }
  std::string text;
  append_json(text, body);
  return text_at(request, "encode") == "gzip" ? packed(text, Coding::gzip) : text;
}

Reply ask(Client& client, const Json& request, const std::string& body) {
  std::vector<Header> headers;
  const Json& given = *request.find("headers");
  for (std::size_t i = 0; i < given.items.size(); ++i) {
    const std::string& name = given.names[i];
    if (name != "host" && name != "content-length" && name != "connection" &&
        name != "transfer-encoding" && name != "accept-encoding")
      headers.push_back({name, given.items[i].text});
  }
  return client.ask("POST", text_at(request, "path"), body, headers);
}

class SegmentTrial : public ServerTrial {
 protected:
  std::uint64_t outcome(Client& client, std::string_view name) {
    const std::string text =
        client.ask("GET", "/metrics", "", {{"Authorization", "Bearer metrics_key"}}).body;
    const std::string line = fmt::format("pharos_events_total{{outcome=\"{}\"}} ", name);
    const std::size_t at = text.find(line) + line.size();
    return static_cast<std::uint64_t>(
        parse_int64(std::string_view(text).substr(at, text.find('\n', at) - at)).value_or(-1));
  }
};

TEST_F(SegmentTrial, passes_the_shared_cases) {
  const std::string path = shared_dir + "segment/cases.json";
  // The cases are not in this repository, and may be absent.
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there; nothing to compare";
  start();
  const Json document = read_json(path);
  std::size_t count = 0;
  for (const Json& one : document.find("cases")->items) {
    const std::string id = text_at(one, "id");
    const Json& wanted = *one.find("expect");
    Client client(port());
    const std::uint64_t rejected = outcome(client, "rejected");
    const std::uint64_t others =
        outcome(client, "accepted") + outcome(client, "duplicate") + outcome(client, "ignored");
    Client sender(port());
    const Reply reply = ask(sender, *one.find("request"), body_of(*one.find("request")));
    std::vector<std::string> statuses;
    for (const Json& status : wanted.find("status")->items) statuses.push_back(status.text);
    EXPECT_THAT(statuses, testing::Contains(std::to_string(reply.status))) << id << reply.body;
    if (reply.status == 200) {
      EXPECT_EQ(reply.body, R"({"success":true})") << id;
      // Each message counted as what the case says.
      std::uint64_t good = 0, bad = 0;
      for (const Json& message : wanted.find("messages")->items)
        ++(message.find("accepted")->boolean ? good : bad);
      EXPECT_EQ(outcome(client, "rejected") - rejected, bad) << id;
      EXPECT_EQ(outcome(client, "accepted") + outcome(client, "duplicate") +
                    outcome(client, "ignored") - others,
                good)
          << id;
    } else {
      for (const char* name : {"error", "code", "message"})
        EXPECT_NE(reply.member(name), "") << id << " " << name;
    }
    ++count;
  }
  EXPECT_EQ(count, 20U);
}

// Every batch that a client sent in the captures is taken whole; sent again, it adds nothing.
TEST_F(SegmentTrial, takes_what_real_clients_sent) {
  const std::string folder = shared_dir + "segment/captures";
  // The cases are not in this repository, and may be absent.
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not there";
  start();
  std::size_t requests = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const Json capture = read_json(entry.path().string());
    for (const Json& request : capture.find("requests")->items) {
      if (!request.find("body") || request.find("body")->kind != JsonKind::object) continue;
      std::string body;
      append_json(body, *request.find("body"));
      if (text_at(*request.find("headers"), "content-encoding") == "gzip")
        body = packed(body, Coding::gzip);
      Client client(port());
      const Reply reply = ask(client, request, body);
      EXPECT_EQ(reply.status, 200) << entry.path() << reply.body;
      ++requests;
      const std::uint64_t accepted = outcome(client, "accepted");
      ask(client, request, body);
      EXPECT_EQ(outcome(client, "accepted"), accepted) << entry.path();
    }
  }
  EXPECT_GE(requests, 25U);
}

TEST_F(SegmentTrial, calls_become_events_of_the_playbook) {
  clock = [] { return Instant{1'770'100'000'000}; };  // 2026-02-03T06:26:40Z
  start();
  Client client(port());
  const std::string body = R"({"writeKey":"test_write_key","sentAt":"2026-02-03T10:00:05Z",
    "context":{"groupId":"g1"},"batch":[
    {"type":"identify","messageId":"1","userId":"u","timestamp":"2026-02-03T10:00:00Z",
     "traits":{"email":"u@example.com","Role":"owner","unknownTrait":{"deep":[1]}}},
    {"type":"group","messageId":"2","userId":"u","groupId":"g2","timestamp":"2026-02-03T10:00:01Z",
     "traits":{"name":"Example","plan":"team","employees":7}},
    {"type":"track","messageId":"3","userId":"u","event":"Order Paid","context":{"groupId":"g2"},
     "properties":{"amount":"12.50","Category":"books"},"timestamp":"2026-02-03T10:00:02Z"},
    {"type":"track","messageId":"4","userId":"u","event":"Not Declared"},
    {"type":"track","messageId":"5","userId":"u","event":"order_paid","properties":{"amount":[]}},
    {"type":"group","messageId":"6","groupId":"g3","traits":{"plan":"trial"}},
    {"type":"track","messageId":"7","userId":7,"event":"login","timestamp":"not a time"},
    {"type":"track","messageId":"8","userId":"u","event":"login","timestamp":"2099-01-01T00:00:00Z",
     "sentAt":"2098-01-01T00:00:00Z"}]})";
  EXPECT_EQ(client.ask("POST", "/v1/batch", body).body, R"({"success":true})");
  EXPECT_EQ(outcome(client, "accepted"), 6U);
  EXPECT_EQ(outcome(client, "ignored"), 1U);   // Not declared.
  EXPECT_EQ(outcome(client, "rejected"), 1U);  // No amount.
  stop();
  // The clock of the client is three and a half hours ahead; a time after the receipt is the
  // receipt's.
  EXPECT_THAT(told(), ElementsAre("1 g1 u member_updated 2026-02-03T06:26:35.000Z",
                                  "2 g2 u account_updated 2026-02-03T06:26:36.000Z",
                                  "3 g2 u order_paid 2026-02-03T06:26:37.000Z",
                                  "6 g3 - account_updated 2026-02-03T06:26:40.000Z",
                                  "7 g1 7 login 2026-02-03T06:26:40.000Z",
                                  "8 g1 u login 2026-02-03T06:26:40.000Z"));
}

TEST_F(SegmentTrial, a_user_without_a_group_stands_for_an_account_if_so_set) {
  const std::string track =
      R"({"userId":"u1","event":"login","messageId":"1","writeKey":"test_write_key"})";
  const std::string alias =
      R"({"userId":"u1","previousId":"x","messageId":"2","writeKey":"test_write_key"})";
  Settings settings;
  settings.segment_users_are_accounts = false;
  start(settings);
  {
    Client client(port());
    EXPECT_EQ(client.ask("POST", "/v1/track", track).status, 200);
    EXPECT_EQ(client.ask("POST", "/v1/alias", alias).status, 200);
    EXPECT_EQ(outcome(client, "ignored"), 2U);
  }
  stop();
  start();
  {
    Client client(port());
    EXPECT_EQ(client.ask("POST", "/v1/track", track).status, 200);
    EXPECT_EQ(client.ask("POST", "/v1/alias", alias).status, 200);
    EXPECT_EQ(outcome(client, "accepted"), 2U);
  }
  stop();
  EXPECT_EQ(told().size(), 2U);
}

TEST_F(ServerTrial, cloud_events_pass_the_shared_cases) {
  const std::string path = shared_dir + "cloudevents/examples.json";
  // The cases are not in this repository, and may be absent.
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there; nothing to compare";
  start();
  Client client(port());
  std::size_t count = 0;
  const Json document = read_json(path);
  for (const Json& one : document.find("cases")->items) {
    const std::string id = text_at(one, "id");
    const Json& wanted = *one.find("expect");
    std::string body;
    append_json(body, *one.find("body"));
    const Reply reply = client.ask("POST", "/v1/events", body,
                                   {with_key[0], {"Content-Type", text_at(one, "content_type")}});
    const bool is_refused = text_at(wanted, "outcome") == "reject";
    EXPECT_EQ(reply.status, is_refused ? 400 : 200) << id << reply.body;
    std::vector<std::string> bad, refused;
    for (const Json& event : wanted.find("events")->items)
      if (!event.find("accepted")->boolean) bad.push_back(text_at(event, "index"));
    const Json answer = reply.json();
    if (const Json* rejections = answer.find("rejections"))
      for (const Json& rejection : rejections->items)
        refused.push_back(text_at(rejection, "index"));
    EXPECT_EQ(refused, bad) << id;
    ++count;
  }
  EXPECT_EQ(count, 6U);
}

TEST_F(ServerTrial, cloud_events_become_events_of_the_playbook) {
  start();
  Client client(port());
  const std::string structured =
      R"({"specversion":"1.0","id":"e1","source":"/billing","type":"com.example.invoice.paid",
          "subject":"acct-1","time":"2026-01-05T11:00:00+02:00","data":{"amount":120.5}})";
  EXPECT_EQ(client
                .ask("POST", "/v1/events", structured,
                     {with_key[0], {"Content-Type", "application/cloudevents+json"}})
                .member("accepted"),
            "1");
  const std::vector<Header> binary = {with_key[0],           {"Content-Type", "application/json"},
                                      {"ce-id", "e2"},       {"ce-source", "/billing"},
                                      {"ce-type", "login"},  {"ce-specversion", "1.0"},
                                      {"ce-accountid", "a"}, {"ce-time", "2026-01-05T09:30:00Z"}};
  EXPECT_EQ(client.ask("POST", "/v1/events", "{}", binary).member("accepted"), "1");
  const Reply unknown = client.ask("POST", "/v1/events",
                                   R"({"specversion":"1.0","id":"e3","source":"/b","type":"x.y"})",
                                   {with_key[0], {"Content-Type", "application/cloudevents+json"}});
  EXPECT_EQ(unknown.member("ignored"), "1");
  stop();
  EXPECT_THAT(told(), ElementsAre("/billing#e1 acct-1 - invoice_paid 2026-01-05T09:00:00.000Z",
                                  "/billing#e2 a - login 2026-01-05T09:30:00.000Z"));
}

}  // namespace
}  // namespace pharos::server
