// playbook/faults_test.cc: what each fault of a playbook is told as, and where.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "playbook/fixture.h"
#include "playbook/reading.h"

namespace pharos::playbook {
namespace {

struct Row {
  const char* name;
  std::string text;
  std::string faults;
};
template <std::size_t N>
void expect_faults(const Row (&rows)[N]) {
  for (const Row& row : rows) {
    const auto loaded = load_text(row.text);
    EXPECT_EQ(faults_of(loaded), row.faults) << row.name;
    EXPECT_EQ(loaded.playbook.has_value(), !has_error(loaded.diagnostics)) << row.name;
  }
}

const std::string known_sections =
    "\n  Known here: include, playbook, model, timezone, currency, label, teams, attributes, "
    "members, "
    "events, tracks, segments, metrics, tree.";
const std::string name_hint =
    "\n  A name has lower-case letters, digits and \"_\", a letter first, at most 64.";

TEST(Faults, of_the_document) {
  const Row rows[] = {
      {"empty", "", "p.yaml: the file is empty; expected a playbook or a part of one"},
      {"a list", "[a]", "p.yaml:1:1: found a list; expected a map with the sections of a playbook"},
      {"a text", "hello",
       "p.yaml:1:1: found a text; expected a map with the sections of a playbook"},
      {"no name", "tracks: {main: [{stage: s, nodes: [{node: a, on: login}]}]}",
       "p.yaml: the playbook has no name\n  Add a line such as playbook: marketplace."},
      {"no tracks", "playbook: p",
       "p.yaml: warning: the playbook has no tracks, so no account has a place in it"},
      {"unknown section", with_lines("segmets: {a: x}\n"),
       "p.yaml:2:1: \"segmets\" is not a section of a playbook\n  Did you mean \"segments\"?"},
      {"quite unknown section", with_lines("zzzzzzzzz: 1\n"),
       "p.yaml:2:1: \"zzzzzzzzz\" is not a section of a playbook" + known_sections},
      {"empty section", with_lines("segments:\n"),
       "p.yaml:2:1: segments is empty\n  Fill it, or leave it out."},
      {"section of the wrong kind", with_lines("segments: [a]\n"),
       "p.yaml:2:11: found a list; expected a map of segments, by name"},
      {"invalid UTF-8", "playbook: \xFF", "p.yaml:1:11: invalid UTF-8; save the file as UTF-8"},
      {"a name twice",
       "playbook: p\nevents: {a: {}, a: {}}\n"
       "tracks: {main: [{stage: s, nodes: [{node: a, on: login}]}]}\n",
       "p.yaml:2:17: key \"a\" stands twice; first in line 2"},
  };
  expect_faults(rows);
}

TEST(Faults, of_the_header) {
  const Row rows[] = {
      {"name", "playbook: My Playbook\ntracks: {main: [{stage: s, nodes: [{node: a, on: login}]}]}",
       "p.yaml:1:11: \"My Playbook\" is not a name for a playbook" + name_hint},
      {"model", with_lines("model: platfrom\n"),
       "p.yaml:2:8: model \"platfrom\": expected platform or service\n  Did you mean "
       "\"platform\"?"},
      {"zone", with_lines("timezone: Mars/Olympus\n"),
       "p.yaml:2:11: \"Mars/Olympus\" is not a time zone; use an IANA name such as Asia/Shanghai"},
      {"zone of the wrong kind", with_lines("timezone: [UTC]\n"),
       "p.yaml:2:11: found a list; expected a time zone such as Asia/Shanghai"},
      {"currency", with_lines("currency: RMB\n"),
       "p.yaml:2:11: \"RMB\" is not a currency; use an ISO 4217 code such as CNY or USD"},
      {"label in another language", with_lines("label: {en: A, de: B}\n"),
       "p.yaml:2:16: \"de\" is not known in a label\n  Known here: en, zh."},
      {"label with a comma", with_lines("label: {en: Won, not sold}\n"),
       "p.yaml:2:18: \"not sold\" is not known in a label\n"
       "  Put a text that holds a comma in quotes."},
      {"label of absurd size", with_lines("label: " + std::string(201, 'x') + "\n"),
       "p.yaml:2:8: the label has 201 characters; at most 200 are allowed"},
      {"team", with_lines("teams: [sales, Ops]\n"),
       "p.yaml:2:16: \"Ops\" is not a name for a team" + name_hint},
      {"team twice", with_lines("teams: [sales, sales]\n"),
       "p.yaml:2:16: team \"sales\" is defined twice; first at p.yaml:2:9"},
  };
  expect_faults(rows);
}

TEST(Faults, of_attributes_and_events) {
  const std::string types = "string, enum, int, double, money, bool, time";
  const Row rows[] = {
      {"type", with_lines("attributes: {a: strng}\n"),
       "p.yaml:2:17: \"strng\" is not a type\n  Did you mean \"string\"?"},
      {"quite unknown type", with_lines("attributes: {a: varchar255}\n"),
       "p.yaml:2:17: \"varchar255\" is not a type\n  Known types: " + types + "."},
      {"no type", with_lines("attributes: {a: {label: A}}\n"),
       "p.yaml:2:17: an attribute has no type; expected one of " + types},
      {"nothing", with_lines("attributes: {a: }\n"),
       "p.yaml:2:14: found nothing; expected the type of an attribute: one of " + types},
      {"list", with_lines("attributes: {a: [x]}\n"),
       "p.yaml:2:17: found a list; expected the type of an attribute: one of " + types},
      {"key", with_lines("attributes: {a: {type: int, lable: A}}\n"),
       "p.yaml:2:29: \"lable\" is not known in an attribute\n  Did you mean \"label\"?"},
      {"enum without values", with_lines("attributes: {a: enum}\n"),
       "p.yaml:2:17: enum \"a\" has no values\n  Write {type: enum, values: [first, second]}."},
      {"enum in a map without values", with_lines("attributes: {a: {type: enum}}\n"),
       "p.yaml:2:24: enum \"a\" has no values\n  Write {type: enum, values: [first, second]}."},
      {"empty values", with_lines("attributes: {a: {type: enum, values: []}}\n"),
       "p.yaml:2:38: found a list; expected a list of the values of enum \"a\""},
      {"value twice", with_lines("attributes: {a: {type: enum, values: [x, y, x]}}\n"),
       "p.yaml:2:45: value \"x\" stands twice"},
      {"values of another type", with_lines("attributes: {a: {type: int, values: [x]}}\n"),
       "p.yaml:2:37: values belong to an enum, and \"a\" is of type int"},
      {"value of absurd size",
       with_lines("attributes: {a: {type: enum, values: [" + std::string(129, 'x') + "]}}\n"),
       "p.yaml:2:39: an enum value of 129 bytes; at most 128 are allowed"},
      {"name", with_lines("attributes: {My Size: int}\n"),
       "p.yaml:2:14: \"My Size\" is not a name for an attribute" + name_hint},
      {"name of absurd size", with_lines("attributes: {" + std::string(65, 'a') + ": int}\n"),
       "p.yaml:2:14: \"" + std::string(64, 'a') + "\"... is not a name for an attribute" +
           name_hint},
      {"member attribute", with_lines("members: {role: enumm}\n"),
       "p.yaml:2:17: \"enumm\" is not a type\n  Did you mean \"enum\"?"},
      {"event", with_lines("events: {Order Paid: {}}\n"),
       "p.yaml:2:10: \"Order Paid\" is not a name for an event" + name_hint},
      {"event of the wrong kind", with_lines("events: {order: money}\n"),
       "p.yaml:2:17: found \"money\"; expected a map of the event's properties, such as {amount: "
       "money}"},
      {"built-in event", with_lines("events: {account_updated: {a: int}}\n"),
       "p.yaml:2:10: \"account_updated\" cannot be declared as an event\n"
       "  It is built in; its properties are the attributes."},
      {"label as a property", with_lines("events: {order: {label: string}}\n"),
       "p.yaml:2:18: \"label\" cannot be the name of a property: it labels the event\n"
       "  Choose another name."},
      {"money without a currency", with_lines("events: {order: {amount: money}}\n"),
       "p.yaml:2:18: \"amount\" is money, but the playbook names no currency\n"
       "  Add a line such as currency: CNY."},
  };
  expect_faults(rows);
  for (const char* name : {"account", "slot", "number", "member", "now", "event", "id", "in"})
    EXPECT_EQ(
        faults_of(load_text(with_lines(fmt::format("attributes: {{{}: int}}\n", name)))),
        fmt::format("p.yaml:2:14: \"{}\" cannot be the name of an attribute: it has a meaning of "
                    "its own\n  Choose another name.",
                    name));
  for (const char* name : {"member", "time"})
    EXPECT_EQ(
        faults_of(load_text(with_lines(fmt::format("events: {{e: {{{}: int}}}}\n", name)))),
        fmt::format("p.yaml:2:14: \"{}\" cannot be the name of a property: it has a meaning of "
                    "its own\n  Choose another name.",
                    name));
}

TEST(Faults, of_tracks_and_stages) {
  const std::string head = "playbook: p\ntracks:\n";
  const Row rows[] = {
      {"track", head + "  Main: [{stage: s, nodes: [{node: a, on: login}]}]\n",
       "p.yaml:3:3: \"Main\" is not a name for a track" + name_hint},
      {"track named like an attribute",
       "playbook: p\nattributes: {main: int}\ntracks: {main: [{stage: s, nodes: [{node: a, on: "
       "login}]}]}\n",
       "p.yaml:3:10: \"main\" cannot be the name of a track: an attribute has it\n"
       "  Rules name nodes as TRACK.NODE; choose another name."},
      {"track of no stages", head + "  main: []\n",
       "p.yaml:3:9: found a list; expected a list of stages for track \"main\""},
      {"track of a text", head + "  main: x\n",
       "p.yaml:3:9: found \"x\"; expected a list of stages for track \"main\""},
      {"stage without name", head + "  main: [{nodes: [{node: a, on: login}]}]\n",
       "p.yaml:3:10: a stage has no stage; expected its name"},
      {"stage without nodes", head + "  main: [{stage: s}]\n",
       "p.yaml:3:10: a stage has no nodes; expected a list of nodes"},
      {"stage of no nodes", head + "  main: [{stage: s, nodes: []}]\n",
       "p.yaml:3:28: found a list; expected a list of nodes for stage \"s\""},
      {"stage twice",
       head + "  main:\n    - {stage: s, nodes: [{node: a, on: login}]}\n"
              "    - {stage: s, nodes: [{node: b, on: login}]}\n",
       "p.yaml:5:15: stage \"s\" stands twice in track \"main\"; first at p.yaml:4:15"},
      {"owner",
       "playbook: p\nteams: [sales]\n"
       "tracks: {main: [{stage: s, owner: slaes, nodes: [{node: a, on: login}]}]}\n",
       "p.yaml:3:35: owner \"slaes\" is not one of the teams\n  Did you mean \"sales\"?"},
      {"goal", head + "  main: [{stage: s, goal: gmv, nodes: [{node: a, on: login}]}]\n",
       "p.yaml:3:27: found \"gmv\"; expected a map for a goal, with metric, target"},
      {"target",
       head + "  main: [{stage: s, goal: {metric: gmv, target: many}, nodes: [{node: a, on: "
              "login}]}]\nmetrics: {gmv: count(login)}\n",
       "p.yaml:3:49: target \"many\": expected a number such as 500, 1,000,000 or 12.5%"},
      {"goal that is not declared yet",
       head + "  main: [{stage: s, goal: {metric: signed}, nodes: [{node: a, on: login}]}]\n",
       "p.yaml:3:36: warning: goal metric \"signed\" is not declared yet, so it has no number"},
      {"goal that is a slip",
       head + "  main: [{stage: s, goal: {metric: logisn}, nodes: [{node: a, on: login}]}]\n"
              "metrics: {logins: count(login)}\n",
       "p.yaml:3:36: goal metric \"logisn\" is not a metric\n  Did you mean \"logins\"?"},
  };
  expect_faults(rows);
}

TEST(Faults, of_nodes) {
  const std::string a = "        - {node: a, on: login}\n";
  const Row rows[] = {
      {"no name", with_nodes("        - {on: login}\n"),
       "p.yaml:6:11: a node has no node; expected its name"},
      {"a text", with_nodes("        - lead\n"),
       "p.yaml:6:11: found \"lead\"; expected a map for a node, with node, label, on, if, when, "
       "after, "
       "optional, branch, due, lapse, enter, overdue, lapsed, every"},
      {"unknown key", with_nodes("        - {node: a, on: login, wehn: x}\n"),
       "p.yaml:6:32: \"wehn\" is not known in a node\n  Did you mean \"when\"?"},
      {"twice", with_nodes(a + a),
       "p.yaml:7:18: node \"a\" stands twice in track \"main\"; first at p.yaml:6:18"},
      {"on and when", with_nodes("        - {node: a, on: login, when: count(login) > 1}\n"),
       "p.yaml:6:38: node \"a\" has both on: and when:\n"
       "  For a condition at an event, write on: with if:."},
      {"neither", with_nodes("        - {node: a}\n"),
       "p.yaml:6:18: node \"a\" has neither on: nor when:\n"
       "  Say by which event (on:) or condition (when:) it is entered, or branch: true."},
      {"if without on",
       with_nodes("        - {node: a, when: count(login) > 1, if: count(login) > 1}\n"),
       "p.yaml:6:49: node \"a\" has if: without on:\n"
       "  Write when: for a condition that holds at any time."},
      {"unknown event", with_nodes("        - {node: a, on: lead_craeted}\n"),
       "p.yaml:6:25: \"lead_craeted\" is not an event\n  Did you mean \"lead_created\"?"},
      {"quite unknown event", with_nodes("        - {node: a, on: zzzzzzzzzz}\n"),
       "p.yaml:6:25: \"zzzzzzzzzz\" is not an event\n  Declare it under events:."},
      {"link", with_nodes("        - {node: a, on: link}\n"),
       "p.yaml:6:25: a link joins two ids of one account; no node can wait for it"},
      {"empty rule", with_nodes("        - {node: a, when: ''}\n"),
       "p.yaml:6:28: found \"\"; expected a condition"},
      {"rule of the wrong kind", with_nodes("        - {node: a, when: [x]}\n"),
       "p.yaml:6:27: found a list; expected a condition"},
      {"rule of absurd size",
       with_nodes("        - {node: a, when: " + std::string(20'000, 'x') + "}\n"),
       "p.yaml:6:27: the rule has 20,000 bytes; at most 16,384 are allowed"},
      {"after an unknown node", with_nodes(a + "        - {node: b, on: login, after: aa}\n"),
       "p.yaml:7:39: node \"b\" comes after \"aa\", which is not a node of track \"main\"\n"
       "  Did you mean \"a\"?"},
      {"after a branch",
       with_nodes("        - {node: a, on: login, lapse: {when: count(login) > 1, to: c}}\n"
                  "        - {node: c, branch: true}\n        - {node: b, on: login, after: c}\n"),
       "p.yaml:8:39: node \"b\" comes after \"c\", which is a branch\n"
       "  Name the node of the main line that must be held."},
      {"after itself", with_nodes("        - {node: a, on: login, after: a}\n"),
       "p.yaml:6:39: after: goes in a circle, so none of these can ever be entered: a -> a"},
      {"a circle",
       with_nodes(a + "        - {node: b, on: login, after: d}\n"
                      "        - {node: c, on: login, after: b}\n"
                      "        - {node: d, on: login, after: c}\n"
                      "        - {node: e, on: login, after: d}\n"),
       "p.yaml:7:39: after: goes in a circle, so none of these can ever be entered: b -> d -> c -> "
       "b"},
      {"due of a first node", with_nodes("        - {node: a, on: login, due: 3d}\n"),
       "p.yaml:6:37: node \"a\" has due:, but comes after no node\n"
       "  due: counts from the entry of the node before."},
      {"due", with_nodes(a + "        - {node: b, on: login, due: 14 days}\n"),
       "p.yaml:7:37: due: " + parse_duration("14 days").error().message},
      {"due of zero", with_nodes(a + "        - {node: b, on: login, due: 0d}\n"),
       "p.yaml:7:37: due: \"0d\" is not above zero"},
      {"optional", with_nodes("        - {node: a, on: login, optional: yes}\n"),
       "p.yaml:6:42: found \"yes\"; expected true or false for optional"},
      {"quoted bool", with_nodes("        - {node: a, on: login, optional: \"true\"}\n"),
       "p.yaml:6:43: found \"true\"; expected true or false for optional"},
      {"lapse to nowhere",
       with_nodes(a + "        - {node: b, on: login, lapse: {when: count(login) > 1, to: c}}\n"),
       "p.yaml:7:68: the lapse of \"b\" leads to \"c\", which is not a node of track \"main\"\n"
       "  Did you mean \"a\"?"},
      {"lapse to a main node",
       with_nodes(a + "        - {node: b, on: login, lapse: {when: count(login) > 1, to: a}}\n"),
       "p.yaml:7:68: the lapse of \"b\" leads to \"a\", which is not a branch\n"
       "  Mark node \"a\" with branch: true, or name a branch."},
      {"lapse without a condition",
       with_nodes(
           "        - {node: a, on: login, lapse: {to: b}}\n        - {node: b, branch: true}\n"),
       "p.yaml:6:39: a lapse has no when; expected a condition"},
      {"unreached branch", with_nodes(a + "        - {node: b, branch: true}\n"),
       "p.yaml:7:18: warning: no lapse leads to branch \"b\", so no account ever gets there"},
  };
  expect_faults(rows);
}

TEST(Faults, a_branch_has_no_way_in_but_a_lapse) {
  const std::string a = "        - {node: a, on: login, lapse: {when: count(login) > 1, to: b}}\n";
  const std::pair<const char*, const char*> keys[] = {{"on", "login"},
                                                      {"when", "count(login) > 1"},
                                                      {"after", "a"},
                                                      {"due", "3d"},
                                                      {"optional", "true"}};
  for (const auto& [key, value] : keys) {
    const auto loaded = load_text(
        with_nodes(a + fmt::format("        - {{node: b, branch: true, {}: {}}}\n", key, value)));
    EXPECT_EQ(faults_of(loaded),
              fmt::format("p.yaml:7:{}: node \"b\" is a branch, so it has no {}:\n"
                          "  A branch is reached only by the lapse of another node.",
                          37 + std::string(key).size(), key));
  }
}

TEST(Faults, of_touchpoints) {
  const auto touch = [](const std::string& list, const std::string& item) {
    return with_nodes("        - {node: a, on: login}\n        - {node: b, on: login, due: 1d, " +
                      list + ": " + item + "}\n");
  };
  const Row rows[] = {
      {"no list", touch("enter", "{webhook: x}"),
       "p.yaml:7:48: found a map; expected a list of touchpoints, such as - task: call_back"},
      {"no kind", touch("enter", "[{to: x}]"),
       "p.yaml:7:49: a touchpoint needs one of task, webhook, email or message"},
      {"two kinds", touch("enter", "[{webhook: x, email: y}]"),
       "p.yaml:7:69: a touchpoint is one of task, webhook, email or message\n"
       "  Write a list item for each."},
      {"nobody", touch("enter", "[{task: x}]"),
       "p.yaml:7:49: task \"x\" goes to nobody\n  Say to: TEAM, or give the stage an owner."},
      {"sla", touch("enter", "[{task: x, to: y, sla: soon}]"),
       "p.yaml:7:71: sla \"soon\": expected a time such as 4h, 8 business hours or 2 business "
       "days"},
      {"sla of an e-mail", touch("enter", "[{email: x, sla: 4h}]"),
       "p.yaml:7:65: only a task has an sla"},
      {"holdout", touch("enter", "[{email: x, holdout: 10}]"),
       "p.yaml:7:69: holdout \"10\": expected a share between 0% and 100%"},
      {"holdout of all", touch("enter", "[{email: x, holdout: 100%}]"),
       "p.yaml:7:69: holdout \"100%\": expected a share between 0% and 100%"},
      {"holdout that is no number", touch("enter", "[{email: x, holdout: nan%}]"),
       "p.yaml:7:69: holdout \"nan%\": expected a share between 0% and 100%"},
      {"no interval", touch("every", "[{email: x}]"),
       "p.yaml:7:49: \"x\" under every: has no interval\n  Say how often, such as interval: 7d."},
      {"interval elsewhere", touch("enter", "[{email: x, interval: 7d}]"),
       "p.yaml:7:70: interval belongs under every:"},
      {"overdue without due", with_nodes("        - {node: a, on: login, overdue: [{email: x}]}\n"),
       "p.yaml:6:41: node \"a\" has overdue: without due:\n  Say with due: how long the step may "
       "take."},
  };
  expect_faults(rows);
}

TEST(Faults, of_segments_metrics_and_the_tree) {
  const std::string metrics = "metrics: {gmv: count(login), orders: count(login)}\n";
  const Row rows[] = {
      {"segment", with_lines("segments: {Silent: count(login) > 1}\n"),
       "p.yaml:2:12: \"Silent\" is not a name for a segment" + name_hint},
      {"segment without when", with_lines("segments: {s: {label: S}}\n"),
       "p.yaml:2:15: a segment has no when; expected a condition"},
      {"metric without value", with_lines("metrics: {s: {label: S}}\n"),
       "p.yaml:2:14: a metric has no value; expected a number over all accounts"},
      {"metrics in a circle", with_lines("metrics: {a: b + 1, b: c * 2, c: a}\n"),
       "p.yaml:2:14: metrics are computed in a circle: a -> b -> c -> a"},
      {"part that is not declared yet", with_lines(metrics + "tree: {gmv: orders * basket}\n"),
       "p.yaml:3:22: warning: part \"basket\" is not declared yet, so it has no number"},
      {"part that is a slip", with_lines(metrics + "tree: {gmv: order * gmv_x}\n"),
       "p.yaml:3:13: part \"order\" is not a metric\n  Did you mean \"orders\"?\n"
       "p.yaml:3:21: warning: part \"gmv_x\" is not declared yet, so it has no number"},
      {"part of itself", with_lines(metrics + "tree: {gmv: orders * gmv}\n"),
       "p.yaml:3:22: a metric cannot be a part of itself"},
      {"mixed",
       with_lines("metrics: {gmv: count(login), xa: gmv, yb: gmv, zc: gmv}\n"
                  "tree: {gmv: xa * yb + zc}\n"),
       "p.yaml:3:21: a formula is either a product or a sum; this mixes them\n"
       "  Give the inner part a metric and a line of its own."},
      {"number in a formula", with_lines(metrics + "tree: {gmv: orders * 2}\n"),
       "p.yaml:3:22: expected the name of a metric"},
      {"cut formula", with_lines(metrics + "tree: {gmv: orders *}\n"),
       "p.yaml:3:21: expected the name of a metric"},
      {"circle", with_lines(metrics + "tree: {gmv: orders, orders: gmv}\n"),
       "p.yaml:3:13: the tree goes in a circle: gmv -> orders -> gmv"},
  };
  expect_faults(rows);
}

TEST(Faults, all_in_one_pass_in_order_of_place) {
  const auto loaded = load_text(
      "playbook: P\n"
      "timezone: Nowhere\n"
      "attributes: {now: int, size: enum}\n"
      "tracks:\n"
      "  main:\n"
      "    - stage: s\n"
      "      nodes:\n"
      "        - {node: a, on: lead_craeted}\n"
      "        - {node: b, after: c, on: login}\n"
      "segments: {Silent: x}\n"
      "tree: {gmv: a*}\n");
  std::string places;
  for (const Diagnostic& d : loaded.diagnostics)
    if (d.severity == Severity::error)
      places += fmt::format("{}:{} ", d.place.line, d.place.column);
  EXPECT_EQ(places, "1:11 2:11 3:14 3:30 8:25 9:28 10:12 11:15 ");
}

TEST(Faults, limits_hold) {
  const auto repeat = [](std::size_t count, const std::string& separator,
                         const std::string& pattern) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
      text += (i == 0 ? "" : separator) + fmt::format(fmt::runtime(pattern), i);
    return text;
  };
  const std::pair<std::string, std::string> rows[] = {
      {with_lines("attributes: {" + repeat(attribute_count_max + 1, ", ", "a{}: int") + "}\n"),
       "more than 200 attributes are declared"},
      {with_lines("events: {e: {" + repeat(property_count_max + 1, ", ", "p{}: int") + "}}\n"),
       "event \"e\" has more than 64 properties"},
      {with_lines("events: {" + repeat(event_count_max + 1, ", ", "e{}: {{}}") + "}\n"),
       "more than 500 events are declared"},
      {with_lines("attributes: {a: {type: enum, values: [" +
                  repeat(enum_value_count_max + 1, ", ", "v{}") + "]}}\n"),
       "enum \"a\" has 1,001 values; at most 1,000 are allowed"},
      {with_lines("teams: [" + repeat(team_count_max + 1, ", ", "t{}") + "]\n"),
       "a playbook has at most 200 teams"},
      {with_lines("segments: {" + repeat(segment_count_max + 1, ", ", "s{}: count(login) > 1") +
                  "}\n"),
       "a playbook has at most 1,000 segments"},
      {with_lines("metrics: {" + repeat(metric_count_max + 1, ", ", "m{}: count(login)") + "}\n"),
       "a playbook has at most 1,000 metrics"},
      {"playbook: p\ntracks:\n" +
           repeat(track_count_max + 1, "",
                  "  t{}: [{{stage: s, nodes: [{{node: a, on: login}}]}}]\n"),
       "a playbook has at most 64 tracks"},
      {"playbook: p\ntracks:\n  main:\n" +
           repeat(stage_count_max + 1, "",
                  "    - {{stage: s{0}, nodes: [{{node: a{0}, on: login}}]}}\n"),
       "a playbook has at most 256 stages"},
      {with_nodes(repeat(node_count_max + 1, "", "        - {{node: n{}, on: login}}\n")),
       "a playbook has at most 1,000 nodes"},
      {with_nodes("        - {node: a, on: login, enter: [" +
                  repeat(touchpoint_count_max + 1, ", ", "{{email: e{}}}") + "]}\n"),
       "33 touchpoints stand here; at most 32 are allowed"},
  };
  for (const auto& [text, message] : rows) {
    const auto loaded = load_text(text);
    ASSERT_EQ(loaded.diagnostics.size(), 1U) << message << "\n" << faults_of(loaded);
    EXPECT_EQ(loaded.diagnostics[0].message, message);
  }
}

// However wrong a file is, its list of faults stays readable.
TEST(Faults, are_cut_off_at_some_point) {
  std::string lines;
  for (int i = 0; i < 2'000; ++i) lines += fmt::format("section_{}: 1\n", i);
  const auto loaded = load_text(with_lines(lines));
  ASSERT_EQ(loaded.diagnostics.size(), Faults::count_max + 1);
  EXPECT_EQ(format_diagnostic(loaded.diagnostics.back()),
            "warning: 1700 further faults are not shown");
}

}  // namespace
}  // namespace pharos::playbook
