// playbook/load_test.cc: a playbook in, the model out.
#include "playbook/load.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "playbook/fixture.h"

namespace pharos::playbook {
namespace {

TEST(Load, the_whole_language_arrives_in_the_model) {
  const auto loaded = load_text(R"(playbook: marketplace
label: {en: Marketplace, zh: 平台}
model: service
timezone: Asia/Shanghai
currency: JPY
teams: {recruitment: {en: Recruitment, zh: 招商}, ads: }
attributes:
  industry: string
  size: {type: enum, values: {smb: {en: Small, zh: 中小}, key: Key}, label: {en: Size, zh: 规模}}
  score: double
  staff: int
  vip: bool
  since_at: time
  budget: money
members:
  role: {type: enum, values: [owner, staff], label: Role}
events:
  order_paid: {label: {en: Paid, zh: 支付}, amount: money, category: {type: string, label: Category}}
  login: {}
  ping:
tracks:
  main:
    - stage: onboarding
      label: Onboarding
      owner: recruitment
      goal: {metric: gmv, target: "1,000"}
      nodes:
        - node: lead
          label: {en: Lead, zh: 线索}
          on: lead_created
        - node: called
          on: login
          optional: true
        - node: signed
          on: order_paid
          if: event.amount > 100
          due: 14d
          enter:
            - {webhook: crm}
            - {email: welcome, holdout: 2.5%}
          overdue:
            - {task: call_back, sla: 2 business days, label: {en: Call back, zh: 回访}}
          every:
            - {message: tip, to: ads, interval: 1w}
    - stage: growth
      nodes:
        - node: grown
          when: sum(order_paid.amount, '30d') >= 10000
          lapse: {when: "count(order_paid, '60d') == 0", to: dormant}
          lapsed: [{task: win_back, to: ads}]
        - node: dormant
          branch: true
        - node: big
          after: signed
          when: count(order_paid) > 100
          lapse: count(order_paid, '30d') == 0
  ads:
    label: {en: Advertising, zh: 广告}
    stages:
      - {stage: start, nodes: [{node: topped_up, on: ad_topped_up}]}
segments:
  silent: count(login, '7d') == 0
  named: {when: main.signed.held, label: {en: Signed, zh: 已签约}}
metrics:
  gmv: sum(order_paid.amount)
  orders: {value: count(order_paid), label: Orders}
  aov: gmv / orders
tree:
  gmv: orders * aov
)");
  ASSERT_EQ(faults_of(loaded), "");
  ASSERT_TRUE(loaded.playbook);
  const Playbook& book = *loaded.playbook;
  EXPECT_EQ(book.name, "marketplace");
  EXPECT_EQ(book.model, Model::service);
  EXPECT_EQ(book.schema.zone.name(), "Asia/Shanghai");
  EXPECT_EQ(book.schema.currency, (Currency{"JPY", 0}));
  EXPECT_EQ(label_of(book.label, book.name, "zh"), "平台");
  EXPECT_EQ(book.teams, (std::vector<std::string>{"recruitment", "ads"}));
  EXPECT_EQ(label_of(book.team_labels.at("recruitment"), "", "zh"), "招商");

  ASSERT_EQ(book.schema.attributes.size(), 7U);
  using enum cel::PropertyType;
  const cel::PropertyType types[] = {string, enum_, double_, int_, bool_, time, money};
  for (std::size_t i = 0; i < 7; ++i) EXPECT_EQ(book.schema.attributes[i].type, types[i]) << i;
  EXPECT_EQ(book.schema.attributes[1].values, (std::vector<std::string>{"smb", "key"}));
  EXPECT_EQ(label_of(book.attribute_labels.at("size"), "", "en"), "Size");
  EXPECT_EQ(label_of(book.value_labels.at("size.smb"), "", "zh"), "中小");
  EXPECT_EQ(label_of(book.value_labels.at("size.key"), "", "zh"), "Key");
  ASSERT_EQ(book.member_attributes.size(), 1U);
  EXPECT_EQ(label_of(book.member_attribute_labels.at("role"), "", "zh"), "Role");

  // Built in, declared, then the standard ones that are used, in the order of DOMAIN.md.
  std::string events;
  for (const auto& event : book.schema.events)
    events += fmt::format("{}/{} ", event.name, event.properties.size());
  EXPECT_EQ(events,
            "account_updated/7 member_updated/1 link/1 order_paid/2 login/0 ping/0 "
            "lead_created/0 ad_topped_up/0 ");
  EXPECT_EQ(label_of(book.event_labels.at("order_paid"), "", "zh"), "支付");
  EXPECT_EQ(label_of(book.property_labels.at("order_paid.category"), "", "en"), "Category");

  ASSERT_EQ(book.tracks.size(), 2U);
  EXPECT_EQ(book.tracks[0].node_count, 6U);
  EXPECT_EQ(book.tracks[1].node_first, 6U);
  EXPECT_EQ(label_of(book.tracks[1].label, "", "zh"), "广告");
  ASSERT_EQ(book.stages.size(), 3U);
  EXPECT_EQ(book.stages[0].owner, "recruitment");
  EXPECT_EQ(book.stages[0].goal->metric, "gmv");
  EXPECT_EQ(book.stages[0].goal->target, "1,000");

  ASSERT_EQ(book.nodes.size(), 7U);
  const Node& lead = book.nodes[0];
  EXPECT_EQ(lead.trigger, Trigger::on);
  EXPECT_EQ(book.schema.events[lead.on].name, "lead_created");
  EXPECT_FALSE(lead.condition);
  EXPECT_EQ(lead.after, -1);
  EXPECT_EQ(lead.place, (Place{"p.yaml", 28, 17}));
  EXPECT_TRUE(book.nodes[1].optional);
  const Node& signed_ = book.nodes[2];
  EXPECT_EQ(signed_.after, 0);  // Not the optional node above.
  EXPECT_EQ(signed_.due, 14 * day);
  ASSERT_TRUE(signed_.condition);
  EXPECT_EQ(signed_.condition->text, "event.amount > 100");
  EXPECT_EQ(signed_.condition->place, (Place{"p.yaml", 36, 15}));
  ASSERT_EQ(signed_.enter.size(), 2U);
  EXPECT_EQ(signed_.enter[0].kind, TouchKind::webhook);
  EXPECT_EQ(signed_.enter[1].holdout, 0.025);
  ASSERT_EQ(signed_.overdue.size(), 1U);
  EXPECT_EQ(signed_.overdue[0].to, "recruitment");  // The owner of the stage.
  EXPECT_EQ(signed_.overdue[0].sla, "2 business days");
  EXPECT_EQ(label_of(signed_.overdue[0].label, "", "zh"), "回访");
  EXPECT_EQ(signed_.every.at(0).interval, 7 * day);
  const Node& grown = book.nodes[3];
  EXPECT_EQ(grown.trigger, Trigger::when);
  EXPECT_EQ(grown.after, 2);
  EXPECT_EQ(grown.lapse->to, 4);
  EXPECT_EQ(grown.lapse->when.place, (Place{"p.yaml", 49, 26}));  // Behind the quote.
  EXPECT_EQ(grown.lapsed.at(0).name, "win_back");
  EXPECT_EQ(book.nodes[4].trigger, Trigger::branch);
  EXPECT_EQ(book.nodes[5].after, 2);
  EXPECT_EQ(book.nodes[5].lapse->to, -1);
  EXPECT_EQ(book.nodes[6].after, -1);

  ASSERT_EQ(book.segments.size(), 2U);
  EXPECT_EQ(label_of(book.segments[1].label, "", "zh"), "已签约");
  ASSERT_EQ(book.metrics.size(), 3U);
  ASSERT_EQ(book.tree.size(), 1U);
  EXPECT_EQ(book.tree[0].parts, (std::vector<std::string>{"orders", "aov"}));
}

TEST(Load, names_and_labels_are_found) {
  const auto loaded =
      load_text(with_nodes("        - {node: a, on: login}\n"
                           "        - {node: b, on: login}\n"));
  ASSERT_TRUE(loaded.playbook) << faults_of(loaded);
  const Playbook& book = *loaded.playbook;
  EXPECT_EQ(node_path(book, 1), "main.b");
  EXPECT_EQ(find_node(book, "main.b"), 1U);
  for (const char* path : {"", "main", "main.c", "b", "other.b", "main.b.c", "main."})
    EXPECT_EQ(find_node(book, path), std::nullopt) << path;
  EXPECT_EQ(find_track(book, "main"), 0U);
  EXPECT_EQ(find_event(book, "login"), event_first_declared);
  EXPECT_EQ(find_event(book, "order_paid"), std::nullopt);  // Standard, but not used.

  EXPECT_EQ(label_of({}, "signed", "zh"), "signed");
  EXPECT_EQ(label_of({{"en", "Signed"}}, "signed", "zh"), "Signed");
  EXPECT_EQ(label_of({{"zh", "已签约"}}, "signed", "en"), "已签约");
}

// The default `after` of docs/semantics.md: the nearest node above that is neither optional nor a
// branch; the first node has none.
TEST(Load, a_node_comes_after_the_nearest_main_node_above) {
  const auto loaded = load_text(with_nodes(R"(        - {node: a, on: login, optional: true}
        - {node: b, on: login}
        - {node: c, on: login, optional: true}
        - {node: d, branch: true, lapse: {when: "count(login) > 9", to: e}}
        - {node: e, branch: true}
        - {node: f, on: login, lapse: {when: "count(login) > 3", to: d}}
        - {node: g, on: login, after: b}
        - {node: h, on: login, after: i}
        - {node: i, on: login, after: a}
)"));
  ASSERT_TRUE(loaded.playbook) << faults_of(loaded);
  std::vector<std::int32_t> after;
  for (const Node& node : loaded.playbook->nodes) after.push_back(node.after);
  EXPECT_EQ(after, (std::vector<std::int32_t>{-1, -1, 1, -1, -1, 1, 1, 8, 0}));
}

}  // namespace
}  // namespace pharos::playbook
