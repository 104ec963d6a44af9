// server/playbooks_test.cc: versions as clients read, try and publish them.
#include "server/playbooks.h"

#include <gmock/gmock.h>

#include "access/audit.h"
#include "access/publish.h"
#include "server/trial.h"

namespace pharos::server {
namespace {

using testing::HasSubstr;

std::string with(std::string_view what, std::string_view to) {
  std::string text(trial_playbook);
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), to);
}

std::string files(const std::string& text, const std::string& more = "") {
  std::string json = R"({"files":[{"path":"trial.yaml","text":)";
  append_json(json, std::string_view(text));
  return json + "}]" + more + "}";
}

class PlaybookTrial : public ServerTrial {
 protected:
  Reply ask(std::string_view method, std::string_view path, const std::string& body = "",
            std::vector<Header> more = {}) {
    Client client(port());
    more.insert(more.end(), with_owner_key.begin(), with_owner_key.end());
    return client.ask(method, path, body, more);
  }
};

TEST_F(PlaybookTrial, shows_its_documents_and_their_version) {
  start();
  const Reply list = ask("GET", "/v1/playbooks");
  ASSERT_EQ(list.status, 200);
  EXPECT_EQ(list.json().find("items")->items.size(), 1U);
  const Reply current = ask("GET", "/v1/playbooks/current");
  EXPECT_EQ(current.header("etag"), "\"1\"");
  EXPECT_EQ(current.json().find("files")->items.at(0).find("text")->text, trial_playbook);
  EXPECT_EQ(ask("GET", "/v1/playbooks/1").body, current.body);
  EXPECT_EQ(ask("GET", "/v1/playbooks/2").status, 404);
  EXPECT_EQ(ask("GET", "/v1/playbooks/0").status, 400);
  EXPECT_EQ(ask("GET", "/v1/playbooks/new").status, 400);
  EXPECT_EQ(ask("GET", "/v1/playbooks/diff?from=1").status, 400);
}

TEST_F(PlaybookTrial, checking_says_all_faults_with_their_places) {
  start();
  const Reply sound = ask("POST", "/v1/playbooks/check", files(std::string(trial_playbook)));
  EXPECT_EQ(sound.json().find("is_sound")->boolean, true) << sound.body;
  const Reply faulty =
      ask("POST", "/v1/playbooks/check", files(with("count(order_paid", "count(order_payd")));
  EXPECT_EQ(faulty.json().find("is_sound")->boolean, false);
  const Json fault = faulty.json().find("diagnostics")->items.at(0);
  EXPECT_EQ(fault.find("file")->text, "trial.yaml");
  EXPECT_THAT(fault.find("hint")->text, HasSubstr("order_paid"));
  EXPECT_THAT(fault.find("excerpt")->text, HasSubstr("when: count(order_payd, '30d') >= 2"));
  EXPECT_EQ(ask("POST", "/v1/playbooks/check", "{}").status, 400);
  EXPECT_EQ(ask("POST", "/v1/playbooks/check",
                R"({"files":[{"path":"a","text":""},)"
                R"({"path":"a","text":""}]})")
                .status,
            400);
}

// The second order of a day apart makes it active, and no first one does.
TEST_F(PlaybookTrial, unit_tests_run_and_say_what_came_out_otherwise) {
  start();
  const std::string tests = R"yaml(
playbook: trial.yaml
tests:
  - test: two orders make it active
    events:
      - {at: 2026-01-01 09:00, event: lead_created}
      - {at: 2026-01-02 09:00, event: order_paid, props: {amount: 1.00}, times: 2, every: 1d}
    until: 2026-01-04
    expect: {nodes: {main.active: 2026-01-03 09:00}}
  - test: one order does not
    events:
      - {at: 2026-01-01 09:00, event: lead_created}
      - {at: 2026-01-02 09:00, event: order_paid, props: {amount: 1.00}}
    until: 2026-01-04
    expect: {nodes: {main.active: 2026-01-02 09:00}}
)yaml";
  const auto with_tests = [](const std::string& text) {
    std::string more = R"(,"tests":[{"path":"trial.test.yaml","text":)";
    append_json(more, std::string_view(text));
    return files(std::string(trial_playbook), more + "}]");
  };
  const Reply ran = ask("POST", "/v1/playbooks/test", with_tests(tests));
  ASSERT_EQ(ran.status, 200) << ran.body;
  const Json file = ran.json().find("files")->items.at(0);
  EXPECT_TRUE(file.find("diagnostics")->items.empty()) << ran.body;
  const std::vector<Json>& outcomes = file.find("tests")->items;
  ASSERT_EQ(outcomes.size(), 2U) << ran.body;
  EXPECT_TRUE(outcomes[0].find("passed")->boolean) << ran.body;
  EXPECT_FALSE(outcomes[1].find("passed")->boolean);
  const Json mismatch = outcomes[1].find("mismatches")->items.at(0);
  EXPECT_THAT(mismatch.find("what")->text, HasSubstr("main.active"));
  EXPECT_THAT(mismatch.find("expected")->text, HasSubstr("2026-01-02 09:00"));
  // A test with faults is not run, and says them.
  const Reply faulty =
      ask("POST", "/v1/playbooks/test", with_tests("tests: [{test: x, evnts: []}]"));
  const Json faulty_file = faulty.json().find("files")->items.at(0);
  EXPECT_FALSE(faulty_file.find("diagnostics")->items.empty()) << faulty.body;
  EXPECT_TRUE(faulty_file.find("tests")->items.empty());
}

TEST_F(PlaybookTrial, publishing_needs_the_version_that_was_changed) {
  start();
  const std::string next = files(with(">= 2", ">= 1"));
  EXPECT_EQ(ask("POST", "/v1/playbooks", next).member("code"), "precondition_required");
  EXPECT_EQ(ask("POST", "/v1/playbooks", next, {{"If-Match", "\"7\""}}).member("code"),
            "precondition_failed");
  const Reply faulty =
      ask("POST", "/v1/playbooks", files(with("count(", "cont(")), {{"If-Match", "\"1\""}});
  EXPECT_EQ(faulty.member("code"), "invalid_expression");
  EXPECT_FALSE(faulty.json().find("diagnostics")->items.empty());
  EXPECT_EQ(ask("POST", "/v1/playbooks", files(with("currency: EUR", "currency: CNY")),
                {{"If-Match", "\"1\""}})
                .status,
            409);
  Client stranger(port());
  EXPECT_EQ(stranger.ask("POST", "/v1/playbooks", next, with_key_and_json).status, 403);
  EXPECT_EQ(ask("GET", "/healthz").status, 200);  // Nothing of this ended it.
}

// As pharos serve does: the server ends, the version is published, another server opens.
TEST_F(PlaybookTrial, an_account_moves_by_the_new_version) {
  start();
  ASSERT_EQ(ask("POST", "/v1/events",
                R"([{"id":"1","account":"a","name":"lead_created","time":"2026-01-01T00:00:00Z"},)"
                R"({"id":"2","account":"a","name":"order_paid","time":"2026-01-02T00:00:00Z",)"
                R"("props":{"amount":"1.00"}}])")
                .status,
            200);
  const Reply taken =
      ask("POST", "/v1/playbooks", files(with(">= 2", ">= 1"), R"(,"note":"one is enough")"),
          {{"If-Match", "\"1\""}});
  ASSERT_EQ(taken.status, 202) << taken.body;
  wait();
  auto wanted = server_->take_publication();
  ASSERT_TRUE(wanted);
  EXPECT_FALSE(server_->take_publication());
  stop();
  const auto report = access::publish(
      dir() + "/w", wanted->sources,
      {.version_before = wanted->version_before, .note = wanted->note}, wanted->caller, {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->version, 2);
  start();
  EXPECT_EQ(ask("GET", "/v1/playbooks/current").header("etag"), "\"2\"");
  const Json changed = ask("GET", "/v1/playbooks/diff?from=1&to=2").json();
  EXPECT_THAT(changed.find("files")->items.at(0).find("after")->text, HasSubstr(">= 1"));
  stop();
  const auto workspace = *journal::Workspace::open_to_read(dir() + "/w");
  std::vector<std::string> nodes;
  ASSERT_TRUE(workspace->each_transition([&](const journal::TransitionRow& row) -> Result<> {
    if (row.kind == engine::TransitionKind::entered)
      nodes.push_back(workspace->playbook().nodes[row.node].name);
    return {};
  }));
  EXPECT_THAT(nodes, testing::ElementsAre("lead", "active"));
  std::vector<std::string> told;
  ASSERT_TRUE(access::each_audit_row(*room(), [&](const access::AuditRow& row) {
    told.push_back(row.actor + " " + row.action + " " + row.subject + " " + row.after);
    return true;
  }));
  EXPECT_THAT(told,
              testing::ElementsAre(
                  R"(key all playbook.publish playbook 2 {"version":2,"note":"one is enough"})"));
}

}  // namespace
}  // namespace pharos::server
