// playbook/trial_file_test.cc: unit tests of playbooks are read, and their faults told.
#include "playbook/trial_file.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <bit>

#include "playbook/fixture.h"
#include "playbook/moment.h"

namespace pharos::playbook {
namespace {

const Playbook& book() {
  static const Loaded loaded = load({{.path = "p.yaml", .text = R"(playbook: p
timezone: Asia/Shanghai
currency: CNY
attributes: {size: {type: enum, values: [smb, key]}, name: string, vip: bool, since_at: time, score: double}
events: {order_paid: {amount: money, items: int}}
tracks:
  main:
    - stage: s
      nodes: [{node: lead, on: login}, {node: signed, on: order_paid, due: 3d}]
segments: {busy: "count(login, '7d') > 3"}
)"}});
  if (!loaded.playbook)
    for (const Diagnostic& d : loaded.diagnostics) ADD_FAILURE() << format_diagnostic(d);
  return *loaded.playbook;
}

TEST(TrialHead, names_the_playbook_seen_from_the_caller) {
  struct Row {
    const char* file;
    const char* path;
    const char* seen;
  };
  const Row rows[] = {
      {"t.yaml", "p.yaml", "p.yaml"},
      {"packs/a/tests/t.yaml", "../playbook.yaml", "packs/a/playbook.yaml"},
      {"packs/t.yaml", "./x/p.yaml", "packs/x/p.yaml"},
      {"t.yaml", "../p.yaml", "../p.yaml"},
      {"a/t.yaml", "../../p.yaml", "../p.yaml"},
      {"/a/b/t.yaml", "../p.yaml", "/a/p.yaml"},
      {"a/t.yaml", "/p.yaml", "/p.yaml"},
  };
  for (const Row& row : rows) {
    const auto head = read_trial_head(fmt::format("playbook: {}\ntests: []\n", row.path), row.file);
    EXPECT_EQ(head.playbook, row.seen) << row.file << " " << row.path;
  }
  EXPECT_EQ(faults_of(read_trial_head("tests: []\n", "t.yaml").diagnostics),
            "t.yaml:1:1: a file of tests has no playbook; expected the path of the playbook, seen "
            "from here");
  EXPECT_EQ(faults_of(read_trial_head("", "t.yaml").diagnostics),
            "t.yaml:1:1: found nothing; expected a map for a file of tests, with playbook, tests");
}

TEST(TrialFile, keeps_events_in_order_of_time) {
  const auto file = read_trials(R"(playbook: p.yaml
tests:
  - test: a sentence
    account: {size: key, name: ACME, vip: true, since_at: 2025-01-01, score: -0.0}
    events:
      - {at: 2025-01-03 09:00, event: order_paid, props: {amount: 12.50, items: 3}}
      - {at: 2025-01-02 09:00, event: login, member: m1, times: 3, every: 12h}
      - {at: 2025-01-04 09:00, event: account_updated, props: {name: }}
    until: 2025-02-01
    expect:
      nodes:
        main.lead: 2025-01-02 09:00
        main.signed: {entered: [2025-01-03 09:00, 2025-01-05], released: never, overdue: 2025-01-05 09:00}
      at: {main: {2025-01-02 12:00: lead, end: signed}}
      segments: {busy: never}
)",
                                "t.yaml", book());
  ASSERT_EQ(faults_of(file.diagnostics), "");
  ASSERT_EQ(file.trials.size(), 1U);
  const Trial& trial = file.trials[0];
  EXPECT_EQ(trial.name, "a sentence");
  EXPECT_EQ(trial.place.line, 3);
  EXPECT_EQ(trial.place.column, 11);
  std::string events;
  for (const TrialEvent& event : trial.events)
    events += fmt::format("{} {}\n", format_moment(event.time, book().schema.zone),
                          book().schema.events[event.type].name);
  EXPECT_EQ(events,
            "2025-01-02 09:00 account_updated\n"  // With the first event, before it.
            "2025-01-02 09:00 login\n"
            "2025-01-02 21:00 login\n"
            "2025-01-03 09:00 order_paid\n"  // Equal times stay as written.
            "2025-01-03 09:00 login\n"
            "2025-01-04 09:00 account_updated\n");
  const auto& account = trial.events[0].values;
  EXPECT_EQ(account[0]->number, 1);
  EXPECT_EQ(account[1]->text, "ACME");
  EXPECT_EQ(account[2]->number, 1);
  EXPECT_EQ(account[3]->number, parse_instant("2024-12-31T16:00:00Z")->ms);
  EXPECT_EQ(account[4]->number, std::bit_cast<std::int64_t>(0.0));
  EXPECT_EQ(trial.events[1].member, "m1");
  EXPECT_EQ(trial.events[3].values[0]->number, 1'250);
  EXPECT_EQ(trial.events[3].values[1]->number, 3);
  EXPECT_TRUE(trial.events[5].values[1]->is_null);
  EXPECT_FALSE(trial.events[5].values[0]);
  EXPECT_EQ(format_moment(trial.until, book().schema.zone), "2025-02-01 00:00");
  ASSERT_EQ(trial.nodes.size(), 2U);
  EXPECT_EQ(trial.nodes[0].entered->size(), 1U);
  EXPECT_FALSE(trial.nodes[0].released);
  EXPECT_EQ(trial.nodes[1].entered->size(), 2U);
  EXPECT_TRUE(trial.nodes[1].released->empty());
  ASSERT_EQ(trial.stands.size(), 2U);
  EXPECT_EQ(trial.stands[0].node, 0);
  EXPECT_EQ(trial.stands[1].time, never);
  EXPECT_TRUE(trial.segments.at(0).entered->empty());
}

// The lines of one test from line 4 on.
std::string with_test(const std::string& lines) {
  return "playbook: p.yaml\ntests:\n  - test: t\n" + lines;
}
const std::string one_event = "    events: [{at: 2025-01-02, event: login}]\n";
const std::string one_expectation = "    expect: {nodes: {main.lead: 2025-01-02}}\n";

TEST(TrialFile, faults_have_a_place) {
  struct Row {
    const char* name;
    std::string text;
    const char* faults;
  };
  const auto event = [](const std::string& text) {
    return with_test("    events: [" + text + "]\n" + one_expectation);
  };
  const auto expect = [](const std::string& text) {
    return with_test(one_event + "    expect: " + text + "\n");
  };
  const Row rows[] = {
      {"no tests", "playbook: p.yaml\n",
       "t.yaml:1:1: a file of tests has no tests; expected a list of tests"},
      {"empty", "playbook: p.yaml\ntests: []\n",
       "t.yaml:2:8: found a list; expected a list of tests"},
      {"unknown key", with_test("    evnts: []\n" + one_event + one_expectation),
       "t.yaml:4:5: \"evnts\" is not known in a test\n  Did you mean \"events\"?"},
      {"no events", with_test(one_expectation),
       "t.yaml:3:5: a test has no events; expected a list of events"},
      {"no expectation", with_test(one_event),
       "t.yaml:3:5: a test has no expect; expected nodes, at or segments"},
      {"event", event("{at: 2025-01-02, event: lgoin}"),
       "t.yaml:4:38: \"lgoin\" is not an event that the playbook knows\n  Did you mean \"login\"?"},
      {"time", event("{at: 2025-02-30, event: login}"),
       "t.yaml:4:19: \"2025-02-30\" is not a time; write it like 2025-01-31 09:30 or "
       "2025-01-31T09:30:00Z"},
      {"property", event("{at: 2025-01-02, event: order_paid, props: {amuont: 1}}"),
       "t.yaml:4:58: \"amuont\" is not a property of \"order_paid\"\n  Did you mean \"amount\"?"},
      {"int", event("{at: 2025-01-02, event: order_paid, props: {items: 1.5}}"),
       "t.yaml:4:65: found \"1.5\"; expected a value of type int for \"items\""},
      {"money", event("{at: 2025-01-02, event: order_paid, props: {amount: 1.555}}"), nullptr},
      {"NaN", event("{at: 2025-01-02, event: account_updated, props: {score: nan}}"),
       "t.yaml:4:70: found \"nan\"; expected a value of type double for \"score\""},
      {"enum", event("{at: 2025-01-02, event: account_updated, props: {size: kye}}"),
       "t.yaml:4:69: \"kye\" is not a value of enum \"size\"\n  Did you mean \"key\"?"},
      {"bool", event("{at: 2025-01-02, event: account_updated, props: {vip: 1}}"),
       "t.yaml:4:68: found \"1\"; expected true or false for vip"},
      {"times without every", event("{at: 2025-01-02, event: login, times: 3}"),
       "t.yaml:4:52: times: without every:\n  Say how far apart, such as every: 1d."},
      {"every without times", event("{at: 2025-01-02, event: login, every: 3d}"),
       "t.yaml:4:52: every: without times:\n  Say how often, such as times: 5."},
      {"times of zero", event("{at: 2025-01-02, event: login, times: 0, every: 1d}"),
       "t.yaml:4:52: found \"0\"; expected how many times, from 1 to 100,000"},
      {"too many events",
       event("{at: 2025-01-02, event: login, times: 100000, every: 1s}, {at: 2025-01-02, event: "
             "login}"),
       "t.yaml:4:72: a test has at most 100,000 events"},
      {"repeats without end", event("{at: 2025-01-02, event: login, times: 1000, every: 36500d}"),
       "t.yaml:4:14: the repeats reach beyond the year 9999"},
      {"until before the end", with_test(one_event + "    until: 2025-01-01\n" + one_expectation),
       "t.yaml:5:12: until lies before the last event, at 2025-01-02 00:00"},
      {"node", expect("{nodes: {main.laed: never}}"),
       "t.yaml:5:22: \"main.laed\" is not a node; write TRACK.NODE\n  Did you mean \"main.lead\"?"},
      {"key of a node", expect("{nodes: {main.lead: {entred: never}}}"),
       "t.yaml:5:34: \"entred\" is not known in what a node expects\n  Did you mean \"entered\"?"},
      {"track", expect("{at: {mian: lead}}"),
       "t.yaml:5:19: \"mian\" is not a track\n  Did you mean \"main\"?"},
      {"node of a track", expect("{at: {main: leed}}"),
       "t.yaml:5:25: \"leed\" is not a node of track \"main\"\n  Did you mean \"lead\"?"},
      {"time behind the end", expect("{at: {main: {2025-06-01: lead}}}"),
       "t.yaml:5:26: the test ends before, at 2025-01-02 00:00\n  Say until: to let it go on."},
      {"segment", expect("{segments: {bsuy: never}}"),
       "t.yaml:5:25: \"bsuy\" is not a segment\n  Did you mean \"busy\"?"},
      {"nothing expected", expect("{}"),
       "t.yaml:5:13: found a map; expected nodes, at or segments"},
      {"invalid UTF-8", "playbook: p\xFF", "t.yaml:1:12: invalid UTF-8; save the file as UTF-8"},
  };
  for (const Row& row : rows) {
    const auto file = read_trials(row.text, "t.yaml", book());
    if (row.faults)
      EXPECT_EQ(faults_of(file.diagnostics), row.faults) << row.name;
    else
      EXPECT_EQ(file.diagnostics.size(), 1U) << row.name;
  }
}

}  // namespace
}  // namespace pharos::playbook
