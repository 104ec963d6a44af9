// playbook/rules_test.cc: rules inside a playbook: where their faults land, and which events they
// know.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "playbook/draft.h"
#include "playbook/fixture.h"

namespace pharos::playbook {
namespace {

std::string places_of(const Loaded& loaded) {
  std::string text;
  for (const Diagnostic& d : loaded.diagnostics)
    text += fmt::format("{}:{} ", d.place.line, d.place.column);
  return text;
}

// A playbook whose node a has the rule in line 6, from column 11 on.
std::string with_rule(const std::string& rule) {
  return "playbook: p\ncurrency: CNY\ntracks:\n  main:\n    - stage: s\n      nodes: [{node: a, "
         "on: login}, {node: b, on: login}]\n"
         "segments:\n  silent: " +
         rule + "\nevents: {order_paid: {amount: money}}\n";
}

TEST(Rules, faults_land_on_their_column) {
  struct Row {
    const char* name;
    const char* rule;
    const char* places;
  };
  const Row rows[] = {
      {"plain", "nowhere > 1", "8:11 "},
      {"plain, later", "count(login) > 1 && nowhere", "8:31 "},
      {"two of them", "nowhere > 1 && elsewhere > 1", "8:11 8:26 "},
      {"double quotes", "\"nowhere > 1\"", "8:12 "},
      {"single quotes", "'count(login, ''7d'') > 1 && nowhere'", "8:40 "},
      {"escape", "\"'\\u0041' == 'A' && nowhere\"", "8:31 "},
      {"wide characters", "\"'商家' == '商家' && nowhere\"", "8:28 "},
      {"literal block", "|\n    count(login) > 1 &&\n      nowhere", "10:7 "},
      {"folded block", ">-\n    count(login) > 1\n    && nowhere", "10:8 "},
      {"plain over two lines", "count(login) > 1\n    && nowhere", "9:8 "},
  };
  for (const Row& row : rows) {
    const auto loaded = load_text(with_rule(row.rule));
    EXPECT_EQ(places_of(loaded), row.places) << row.name << "\n" << faults_of(loaded);
    EXPECT_FALSE(loaded.playbook) << row.name;
  }
}

TEST(Rules, faults_are_told_in_words) {
  const std::pair<const char*, const char*> rows[] = {
      {"count(login, '0d') > 1", "8:24 "},       // A window of zero.
      {"count(login, '30 days') > 1", "8:24 "},  // Not a window.
      {"count(login) + 1", "8:11 "},             // Not a condition.
      {"sum(order_paid.amuont) > 1", "8:26 "},   // Not a property.
      {"main.c.held", "8:16 "},                  // Not a node.
  };
  for (const auto& [rule, places] : rows) {
    const auto loaded = load_text(with_rule(rule));
    EXPECT_EQ(places_of(loaded), places) << rule << "\n" << faults_of(loaded);
  }
}

TEST(Rules, ten_faulty_ones_are_ten_diagnostics) {
  const auto loaded = load_text(R"yaml(playbook: p
currency: CNY
attributes: {size: {type: enum, values: [smb, key]}, seats: int, credit: money}
events: {order_paid: {amount: money, note: string}, login: {}}
tracks:
  main:
    - stage: s
      nodes:
        - {node: a, on: order_paid, if: event.amuont > 5}
        - {node: b, when: seats}
        - {node: c, when: "size == 'large'"}
        - {node: d, when: "count(login, '30x') > 1"}
        - {node: e, when: "held('main.aa')", lapse: {when: "since(login) > 30"}}
segments:
  f: sum(order_paid.note) > 5
  g: credit > seats * 1.5
  h: seats > 'many'
metrics:
  gmv: count(order_paid) > 1
)yaml");
  EXPECT_FALSE(loaded.playbook);
  EXPECT_EQ(
      faults_of(loaded),
      "p.yaml:9:47: \"amuont\" is not a property of order_paid\n"
      "  Did you mean \"amount\"?\n"
      "p.yaml:10:27: expected bool, found int: seats\n"
      "  A condition is a comparison, such as count(login, '7d') > 0.\n"
      "p.yaml:11:36: \"large\" is not a value of \"size\"\n"
      "  Values are smb, key.\n"
      "p.yaml:12:41: \"30x\" is not a window; expected a length such as '30d', '24h' or '4w', a "
      "calendar period such as 'today', 'this month' or 'last week', or 'all'\n"
      "p.yaml:13:33: \"aa\" is not a node of track \"main\"\n"
      "  Did you mean \"a\"?\n"
      "p.yaml:13:74: > expects duration on its right, found int: 30\n"
      "  A length of time is text in quotes, such as '30d'.\n"
      "p.yaml:15:21: sum() takes int, double or money, found order_paid.note, which is string\n"
      "  distinct() and last() take any type.\n"
      "p.yaml:16:21: * expects int on its right, found double: 1.5\n"
      "  Make both double: 2.0 for a number, double(x) for an expression.\n"
      "p.yaml:17:12: > expects int on its right, found string: 'many'\n"
      "p.yaml:19:8: a metric is a number: expected int or uint or double or money, found bool: "
      "count(order_paid) > 1");
}

TEST(Rules, a_link_enters_no_window) {
  EXPECT_EQ(faults_of(load_text(with_rule("count(link) > 1"))),
            "p.yaml:8:11: count(link): a link joins two ids of one account and enters no window");
}

// A standard event that nobody uses is not in the schema, but a slip of its name is still seen.
TEST(Rules, know_the_standard_events_by_name) {
  const auto slip = load_text(with_rule("count(ad_spnet, '30d') > 1"));
  ASSERT_EQ(slip.diagnostics.size(), 1U);
  EXPECT_EQ(slip.diagnostics[0].hint, "Did you mean \"ad_spent\"?");

  const auto used = load_text(with_rule("count(ad_spent, '30d') > 1"));
  ASSERT_TRUE(used.playbook) << faults_of(used);
  std::string events;
  for (const auto& event : used.playbook->schema.events) events += event.name + " ";
  EXPECT_EQ(events, "account_updated member_updated link order_paid ad_spent login ");
}

TEST(Rules, text_in_quotes_names_nothing) {
  const auto loaded = load_text(with_rule("\"'ad_spent' == 'ad_spent' && count(login) > 1\""));
  ASSERT_TRUE(loaded.playbook) << faults_of(loaded);
  EXPECT_FALSE(find_event(*loaded.playbook, "ad_spent"));
}

TEST(Rules, place_and_filters_are_those_of_the_document) {
  const auto loaded = load_text(
      with_rule("|\n    count(login) > 1 &&\n    sum(order_paid.amount, '30d', amount > 5) > 1\n"));
  ASSERT_TRUE(loaded.playbook) << faults_of(loaded);
  const cel::Rule& rule = loaded.playbook->segments[0].when;
  EXPECT_EQ(rule.place.line, 9);
  EXPECT_EQ(rule.place.column, 5);
  ASSERT_EQ(rule.filters.size(), 1U);
  EXPECT_EQ(rule.filters[0].place.line, 10);
  EXPECT_EQ(rule.filters[0].place.column, 35);
}

TEST(Rules, identifiers_are_found_outside_of_text) {
  struct Row {
    const char* text;
    const char* names;
  };
  const Row rows[] = {
      {"", ""},
      {"a", "a "},
      {"count(login, '30d') >= 5", "count login "},
      {"sum(order_paid.amount) > 1.5e3", "sum order_paid "},
      {"'a' + \"b\" + c", "c "},
      {"'it\\'s a' + b", "b "},
      {"'open", ""},
      {"'open\\", ""},
      {"a // b\n+ c", "a c "},
      {"1a", ""},
  };
  for (const Row& row : rows) {
    std::string names;
    for (const std::string_view name : identifiers_in(row.text)) names += std::string(name) + " ";
    EXPECT_EQ(names, row.names) << row.text;
  }
}

}  // namespace
}  // namespace pharos::playbook
