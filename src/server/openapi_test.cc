// server/openapi_test.cc: the document and the server say the same: every route is in it, and every
// answer is as it says.
#include "server/openapi.h"

#include <gmock/gmock.h>

#include <map>
#include <set>

#include "server/people_trial.h"

namespace pharos::server {
namespace {

using testing::IsEmpty;

const Json& document() {
  static const Json json = *parse_json(openapi_json());
  return json;
}

// Follows "$ref": "#/components/...".
const Json& resolved(const Json& json) {
  const Json* const ref = json.find("$ref");
  if (!ref) return json;
  const Json* at = &document();
  for (const std::string_view part : split(std::string_view(ref->text).substr(2), '/')) {
    at = at->find(part);
    EXPECT_TRUE(at) << ref->text;
    if (!at) return json;
  }
  return resolved(*at);
}

std::string written(const Json& json) {
  std::string text;
  append_json(text, json);
  return text;
}

bool has_type(const Json& value, std::string_view type) {
  switch (value.kind) {
    case JsonKind::null: return type == "null";
    case JsonKind::boolean: return type == "boolean";
    case JsonKind::string: return type == "string";
    case JsonKind::list: return type == "array";
    case JsonKind::object: return type == "object";
    case JsonKind::number:
      return type == "number" || (type == "integer" && parse_int64(value.text).has_value());
  }
  return false;
}

// What of `value` is not as the schema says: the part of JSON Schema that the document uses.
void check(const Json& schema_given, const Json& value, const std::string& where,
           std::vector<std::string>& faults) {
  const Json& schema = resolved(schema_given);
  static const std::set<std::string> known = {
      "type",  "required", "properties", "additionalProperties", "items",  "enum",
      "const", "minimum",  "maxItems",   "description",          "format", "oneOf"};
  for (const std::string& name : schema.names)
    if (!known.contains(name)) faults.push_back(where + ": keyword " + name + " is not checked");
  if (const Json* type = schema.find("type")) {
    bool fits = type->kind == JsonKind::string && has_type(value, type->text);
    for (const Json& one : type->items) fits = fits || has_type(value, one.text);
    if (!fits) return faults.push_back(where + ": type of " + written(value));
  }
  if (const Json* wanted = schema.find("const"); wanted && written(*wanted) != written(value))
    faults.push_back(where + ": is not " + written(*wanted));
  if (const Json* values = schema.find("enum")) {
    bool found = false;
    for (const Json& one : values->items) found = found || written(one) == written(value);
    if (!found) faults.push_back(where + ": " + written(value) + " is none of its values");
  }
  if (const Json* least = schema.find("minimum");
      least && *parse_int64(value.text) < *parse_int64(least->text))
    faults.push_back(where + ": below its minimum");
  if (value.kind == JsonKind::list) {
    if (const Json* items = schema.find("items"))
      for (const Json& item : value.items) check(*items, item, where + "[]", faults);
    return;
  }
  if (value.kind != JsonKind::object) return;
  if (const Json* required = schema.find("required"))
    for (const Json& name : required->items)
      if (!value.find(name.text)) faults.push_back(where + ": lacks " + name.text);
  const Json* const properties = schema.find("properties");
  const Json* const others = schema.find("additionalProperties");
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    const Json* const property = properties ? properties->find(value.names[i]) : nullptr;
    if (property)
      check(*property, value.items[i], where + "." + value.names[i], faults);
    else if (others && others->kind == JsonKind::boolean && !others->boolean)
      faults.push_back(where + ": " + value.names[i] + " is not in the schema");
  }
}

// The description of an answer: by status, else the default.
const Json* described(const Json& operation, int status) {
  const Json& responses = *operation.find("responses");
  const Json* found = responses.find(std::to_string(status));
  if (!found) found = responses.find("default");
  return found ? &resolved(*found) : nullptr;
}

void expect_described(const Json& operation, const Reply& reply) {
  const std::string& id = operation.find("operationId")->text;
  const Json* const response = described(operation, reply.status);
  ASSERT_TRUE(response) << id << " answered " << reply.status << ", which is not described";
  const Json* const content = response->find("content");
  ASSERT_TRUE(content) << id;
  const std::string type = media_type(reply.header("content-type"));
  const Json* const media = content->find(type);
  ASSERT_TRUE(media) << id << " " << reply.status << " answered with " << type;
  std::vector<std::string> faults;
  const Json value = type.ends_with("json")
                         ? reply.json()
                         : Json{.kind = JsonKind::string, .text = {}, .names = {}, .items = {}};
  check(*media->find("schema"), value, id, faults);
  EXPECT_THAT(faults, IsEmpty()) << reply.body;
}

struct Operation {
  std::string method, path;
  const Json* json;
};
std::map<std::string, Operation> operations() {
  std::map<std::string, Operation> found;
  const Json& paths = *document().find("paths");
  for (std::size_t i = 0; i < paths.items.size(); ++i)
    for (std::size_t j = 0; j < paths.items[i].items.size(); ++j) {
      std::string method = paths.items[i].names[j];
      for (char& c : method) c = static_cast<char>(c - 'a' + 'A');
      const Json& operation = paths.items[i].items[j];
      EXPECT_TRUE(found
                      .emplace(operation.find("operationId")->text,
                               Operation{method, paths.names[i], &operation})
                      .second);
    }
  return found;
}

TEST_F(ServerTrial, every_route_is_described_and_every_description_is_a_route) {
  start();
  std::map<std::string, std::string> routes, descriptions;
  for (const Route& route : server_->routes())
    routes[route.operation] = fmt::format("{} {}", name_of(route.method), route.pattern);
  for (const auto& [id, operation] : operations())
    descriptions[id] = operation.method + " " + operation.path;
  EXPECT_EQ(routes, descriptions);
}

// A request that an operation answers with success, where it is not plain GET or a message.
struct Good {
  std::string path, body;
  int status = 200;
};
const std::map<std::string, Good>& good_requests() {
  static const std::string files =
      R"("files":[{"path":"p.yaml","text":"playbook: p\nmodel: service"}])";
  static const std::map<std::string, Good> requests = {
      {"postEvents", {"", R"({"account":"a","name":"login"})"}},
      {"postLink", {"", R"({"from":"x","to":"y"})"}},
      {"getPlaybook", {"/v1/playbooks/current", ""}},
      {"getPlaybookDifference", {"/v1/playbooks/diff?from=1&to=1", ""}},
      {"checkPlaybook", {"", "{" + files + "}"}},
      {"testPlaybook", {"", "{" + files + R"(,"tests":[{"path":"t.yaml","text":""}]})"}},
      {"signIn", {"", R"({"email":"a@example.org","password":"whatever it is"})", 401}},
      {"takeLink", {"", R"({"token":"none","password":"velvet otter ninety kites"})", 404}},
      // People's own matters are not a key's.
      {"signOut", {"", "", 403}},
      {"patchSession", {"", "", 403}},
      {"putPassword", {"", "", 403}},
      {"postSecondFactor", {"", "", 403}},
      {"putSecondFactor", {"", "", 403}},
      {"deleteSecondFactor", {"", "", 403}},
      {"listSessions", {"", "", 403}},
      {"deleteSession", {"", "", 403}},
      // Publishing ends the server: playbooks_test.cc does it.
      {"publishPlaybook", {"", "{" + files + "}", 428}},
  };
  return requests;
}

Good good_request(const std::string& id, const Operation& operation) {
  static const std::string message =
      R"({"type":"track","userId":"u","event":"login","previousId":"p","groupId":"g"})";
  const auto found = good_requests().find(id);
  Good good = found == good_requests().end() ? Good{} : found->second;
  if (good.path.empty()) good.path = operation.path;
  if (!good.body.empty() || operation.method != "POST") return good;
  const bool is_batch = id.starts_with("segmentBatch") || id.starts_with("segmentImport");
  good.body = is_batch ? "{\"batch\":[" + message + "]}" : message;
  return good;
}

// Good, bad and without a key: whatever comes back is described.
TEST_F(ServerTrial, every_operation_answers_as_described) {
  start();
  std::size_t count = 0;
  for (const auto& [id, operation] : operations()) {
    Client client(port());
    const Good good = good_request(id, operation);
    const std::vector<Header> key = {{"Authorization", "Bearer owner_key"},
                                     {"Content-Type", "application/json"}};
    const Reply done = client.ask(operation.method, good.path, good.body, key);
    EXPECT_EQ(done.status, good.status) << id << done.body;
    expect_described(*operation.json, done);
    const Json* const security = operation.json->find("security");
    const Reply locked = client.ask(operation.method, good.path, good.body);
    EXPECT_EQ(locked.status, security && security->items.empty() ? good.status : 401) << id;
    expect_described(*operation.json, locked);
    if (operation.method == "POST" && good.status != 403) {
      for (const std::string bad : {"{", "[]]", "{\"batch\":7,\"x\":1}"}) {
        const Reply refused = client.ask("POST", good.path, bad, key);
        if (refused.status != 200) expect_described(*operation.json, refused);
      }
      if (good.status != 200) {
        ++count;
        continue;
      }
      client.send(
          fmt::format("POST {} HTTP/1.1\r\nHost: x\r\nAuthorization: {}\r\n"
                      "Content-Length: 20000000\r\n\r\n",
                      good.path, key[0].value));
      const Reply large = client.read();
      EXPECT_EQ(large.status, 413) << id;
      expect_described(*operation.json, large);
    }
    ++count;
  }
  EXPECT_EQ(count, server_->routes().size());
}

TEST_F(PeopleTrial, people_are_answered_as_described) {
  add_owner();
  start();
  const auto described_by = operations();
  Browser browser(port());
  ASSERT_EQ(browser.sign_in("owner@example.org").status, 200);
  struct Case {
    std::string operation, path, body;
    int status;
  };
  const Case cases[] = {
      {"getServer", "/v1/server", "", 200},
      {"getServer", "/v1/server?x=1", "", 400},
      {"getSession", "/v1/session", "", 200},
      {"patchSession", "/v1/session", R"({"locale":"zh"})", 200},
      {"patchSession", "/v1/session", R"({"locale":"xx"})", 400},
      {"listSessions", "/v1/session/list", "", 200},
      {"deleteSession", "/v1/session/list/999", "", 404},
      {"postSecondFactor", "/v1/session/second_factor", "", 200},
      {"putSecondFactor", "/v1/session/second_factor", R"({"code":"0"})", 400},
      {"putPassword", "/v1/session/password", R"({"before":"no","after":"no"})", 403},
      {"deleteSecondFactor", "/v1/session/second_factor", "{}", 400},
      {"signOut", "/v1/session", "", 204},
  };
  for (const Case& one : cases) {
    const Operation& operation = described_by.at(one.operation);
    const Reply reply = browser.ask(operation.method, one.path, one.body);
    EXPECT_EQ(reply.status, one.status) << one.operation << reply.body;
    if (reply.status != 204) expect_described(*operation.json, reply);
  }
}

TEST(Openapi, lists_every_code_of_a_problem) {
  const Json& schema = *document().find("components")->find("schemas")->find("Problem");
  std::vector<std::string> codes;
  for (const Json& code : schema.find("properties")->find("code")->find("enum")->items)
    codes.push_back(code.text);
  EXPECT_EQ(codes, std::vector<std::string>(problem_names().begin(), problem_names().end()));
}

}  // namespace
}  // namespace pharos::server
