// ingest/map_test.cc: what the map language says, and what is wrong with maps.
#include "ingest/map.h"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "ingest/import_trial.h"
#include "playbook/load.h"

namespace pharos::ingest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Map, one_row_may_give_several_events_links_and_extra) {
  const Folder folder;
  const std::string path = folder.write(
      "signups.csv",
      "lead,shop,date,size,first order,note\nl1,s1,31/01/2025,mid,12.50,hi\nl2,s2,01/02/2025,,,\n");
  const Outcome outcome = try_map(shop(), R"(
zone: UTC
files:
  signups.csv:
    account: shop
    time: {column: date, format: "%d/%m/%Y"}
    extra: [note]
    events:
      - link: {from: lead, to: shop}
      - event: account_updated
        id: "size:{shop}"
        if: size != ''
        props: {size: size, vip: {value: true}}
      - event: order_paid
        if: this_is_given != ''
        props:
          amount: first order
          category: "{shop} of {{first}}"
          items: {value: 1}
          weight: {cel: "size == 'mid' ? 2.5 : 1.0"}
)",
                                  {.paths = {path}});
  EXPECT_FALSE(outcome.summary);
  EXPECT_THAT(outcome.error(), HasSubstr("map.yaml:15:13: \"this_is_given\" is not a column of"));
  EXPECT_THAT(outcome.error(),
              HasSubstr("Its columns: lead, shop, date, size, first order, note."));

  const Outcome good = try_map(shop(), R"(
zone: UTC
files:
  signups.csv:
    account: shop
    time: {column: date, format: "%d/%m/%Y"}
    extra: [note]
    columns: {spent: first order}
    events:
      - link: {from: lead, to: shop}
      - event: account_updated
        id: "size:{shop}"
        if: size != ''
        props: {size: size, vip: {value: true}}
      - event: order_paid
        if: spent != ''
        props:
          amount: first order
          category: "{shop} of {{first}}"
          items: {value: 1}
          weight: {cel: "size == 'mid' ? 2.5 : 1.0"}
)",
                               {.paths = {path}});
  ASSERT_TRUE(good.summary) << good.error();
  EXPECT_THAT(
      good.events,
      ElementsAre("2025-01-31T00:00:00.000Z link s1 from=l1",
                  "2025-02-01T00:00:00.000Z link s2 from=l2",
                  "2025-01-31T00:00:00.000Z account_updated s1 size=mid vip=1 {\"note\":\"hi\"}",
                  "2025-01-31T00:00:00.000Z order_paid s1 amount=12.50 category=s1 of {first} "
                  "items=1 weight=2.5 {\"note\":\"hi\"}"));
  EXPECT_EQ(good.ids[2], "size:s1");
}

TEST(Map, a_row_gives_all_of_its_events_or_none) {
  const Folder folder;
  const std::string path = folder.write("rows.csv", "shop,at,amount\ns1,2025-01-01T00:00:00Z,x\n");
  const Outcome outcome = try_map(shop(), R"(
files:
  rows.csv:
    account: shop
    time: at
    events:
      - event: login
      - event: order_paid
        props: {amount: amount}
)",
                                  {.paths = {path}});
  ASSERT_TRUE(outcome.summary) << outcome.error();
  EXPECT_TRUE(outcome.events.empty());
  EXPECT_EQ(outcome.summary->rejected, 1U);
  EXPECT_EQ(outcome.summary->events, 0U);
}

TEST(Map, names_by_row_take_the_properties_that_each_event_declares) {
  const Folder folder;
  const std::string path = folder.write(
      "rows.ndjson",
      R"({"what":"order_paid","shop":1,"at":1735689600000,"amount":"1.5","score":4,"more":[1]})"
      "\n"
      R"({"what":"review_received","shop":1,"at":1735689600000,"score":5})"
      "\n"
      R"({"what":"login","shop":1,"at":1735689600000,"amount":null})"
      "\n"
      R"({"what":"logout","shop":1,"at":1735689600000})"
      "\n");
  const Outcome outcome = try_map(shop(), R"(
files:
  "*.ndjson":
    event: {column: what}
    account: shop
    time: {column: at, format: unix_ms}
    extra: true
    props: {amount: amount, score: score}
)",
                                  {.paths = {path}});
  ASSERT_TRUE(outcome.summary) << outcome.error();
  EXPECT_THAT(
      outcome.events,
      ElementsAre("2025-01-01T00:00:00.000Z order_paid 1 amount=1.50 {\"score\":4,\"more\":[1]}",
                  "2025-01-01T00:00:00.000Z review_received 1 score=5",
                  "2025-01-01T00:00:00.000Z login 1 {\"amount\":null}"));
  ASSERT_EQ(outcome.rejects.size(), 1U);
  EXPECT_EQ(outcome.rejects[0].code, RejectCode::unknown_event);
}

TEST(Map, joined_columns_stand_beside_those_of_the_row) {
  const Folder folder;
  folder.write_gzip("orders.csv.gz",
                    "order,status,at\no1,paid,2025-01-01 00:00:00\no2,open,2025-01-02 00:00:00\n");
  folder.write("tags.csv", "order,tag\no1,red\no1,blue\n");
  const std::string path =
      folder.write("items.csv", "order,shop,price\no1,s1,1.10\no2,s1,5\no3,s1,7\no1,s2,0.20\n");
  const std::string_view map = R"(
zone: UTC
files:
  items.csv:
    join:
      order: {file: orders.csv, on: order}
      tag: {file: tags.csv, on: {order: order}, many: true}
    if: order.status == 'paid'
    event: order_paid
    account: shop
    time: order.at
    props: {amount: price, category: "{tag.tag}/{order.status}"}
)";
  const Outcome outcome = try_map(shop(), map, {.paths = {path}});
  ASSERT_TRUE(outcome.summary) << outcome.error();
  EXPECT_THAT(outcome.events,
              ElementsAre("2025-01-01T00:00:00.000Z order_paid s1 amount=1.10 category=red/paid",
                          "2025-01-01T00:00:00.000Z order_paid s1 amount=1.10 category=blue/paid",
                          "2025-01-01T00:00:00.000Z order_paid s2 amount=0.20 category=red/paid",
                          "2025-01-01T00:00:00.000Z order_paid s2 amount=0.20 category=blue/paid"));
  ASSERT_EQ(outcome.rejects.size(), 1U);
  EXPECT_EQ(outcome.rejects[0].code, RejectCode::missing_row);
  EXPECT_EQ(outcome.rejects[0].reason, "orders.csv has no row with order \"o3\"");
  // A key that stands twice in the joined file must be meant.
  std::string once(map);
  once.replace(once.find(", many: true"), 12, "");
  EXPECT_THAT(try_map(shop(), once, {.paths = {path}}).error(),
              HasSubstr("tags.csv: the key \"o1\" stands in lines 2 and 3"));
  std::filesystem::remove(folder.path() + "/tags.csv");
  EXPECT_THAT(try_map(shop(), map, {.paths = {path}}).error(),
              HasSubstr("the joined file \"tags.csv\" is not in the folder"));
}

TEST(Map, groups_become_one_event_with_exact_sums) {
  const Folder folder;
  std::string text = "order,shop,price,at,note\n";
  for (int i = 0; i < 1'000; ++i)
    text += fmt::format("o1,s1,0.10,2025-01-01 00:00:{:02},n{}\n", i % 60, i);
  text +=
      "o1,s2,9,2025-01-03 00:00:00,\no1,s2,10,2025-01-02 00:00:00,x\no2,s1,bad,2025-01-02 "
      "00:00:00,\n";
  const Outcome outcome = try_map(shop(), R"(
zone: UTC
files:
  items.csv:
    group: [order, shop]
    event: order_paid
    account: shop
    id: "{order}:{shop}"
    time: min(at)
    props: {amount: sum(price), items: count(), category: first(note), weight: max(price)}
)",
                                  {.paths = {folder.write("items.csv", text)}});
  ASSERT_TRUE(outcome.summary) << outcome.error();
  EXPECT_THAT(
      outcome.events,
      ElementsAre(
          "2025-01-01T00:00:00.000Z order_paid s1 amount=100.00 category=n0 items=1000 weight=0.1",
          "2025-01-02T00:00:00.000Z order_paid s2 amount=19.00 items=2 weight=10"));
  EXPECT_THAT(outcome.ids, ElementsAre("o1:s1", "o1:s2"));
  ASSERT_EQ(outcome.rejects.size(), 1U);
  EXPECT_EQ(outcome.rejects[0].line, 1'004U);
  EXPECT_EQ(outcome.rejects[0].reason, "sum(price): \"bad\" is not a decimal number");
}

TEST(Map, one_file_may_be_read_in_several_ways) {
  const Folder folder;
  const std::string path = folder.write(
      "rows.csv", "shop,at,score\ns1,2025-01-01T00:00:00Z,4\ns1,2025-01-02T00:00:00Z,5\n");
  const Outcome outcome = try_map(shop(), R"(
files:
  rows.csv:
    account: shop
    rows:
      - {event: review_received, time: at, props: {score: score}}
      - {group: shop, event: login, time: max(at)}
)",
                                  {.paths = {path}});
  ASSERT_TRUE(outcome.summary) << outcome.error();
  EXPECT_THAT(outcome.events, ElementsAre("2025-01-01T00:00:00.000Z review_received s1 score=4",
                                          "2025-01-02T00:00:00.000Z review_received s1 score=5",
                                          "2025-01-02T00:00:00.000Z login s1"));
}

TEST(Map, the_latest_of_several_times_and_the_first_that_is_given) {
  const Folder folder;
  const std::string path = folder.write("rows.csv",
                                        "shop,a,b\ns1,2025-01-01T00:00:00Z,2024-01-01T00:00:00+01:"
                                        "00\ns2,,2025-01-02T00:00:00Z\ns3,,\n");
  const Outcome outcome = try_map(shop(), R"(
files:
  rows.csv:
    account: shop
    events:
      - {event: login, time: {latest: [a, b]}}
      - {event: review_received, time: {column: [a, b]}, props: {score: {column: shop, default: "3"}}, if: false}
)",
                                  {.paths = {path}});
  ASSERT_TRUE(outcome.summary) << outcome.error();
  EXPECT_THAT(outcome.events, ElementsAre("2025-01-01T00:00:00.000Z login s1",
                                          "2025-01-02T00:00:00.000Z login s2"));
  ASSERT_EQ(outcome.rejects.size(), 1U);
  EXPECT_EQ(outcome.rejects[0].code, RejectCode::missing_field);
}

TEST(Map, faults_are_found_in_one_pass_with_place_and_nearest_name) {
  const LoadedMap loaded = load_map(R"(zon: UTC
zone: Europe/Nowhere
files:
  a.csv:
    event: order_payed
    acount: shop
    time: {column: at, format: "%Q"}
    props: {amont: x}
  b.csv:
    event: order_paid
    account: sum(x)
    time: at
    props:
      amont: x
      amount: {value: lots}
      category: "{open"
      items: {column: a, cel: "b"}
      weight: []
    rank: 300
  c.csv:
    link: {from: a}
    time: t
  d.csv:
    delimiter: "ab"
    format: xml
    join: {Order: {file: x.csv, missing: perhaps}}
    events: []
  e.csv: nothing
  f.csv:
    event: login
    account: shop
    time: at
    if: shop ==
  g.csv: {event: login, link: {from: a, to: b}, time: t}
)",
                                    "m.yaml", shop());
  EXPECT_FALSE(loaded.map);
  std::vector<std::string> found;
  for (const Diagnostic& diagnostic : loaded.diagnostics)
    found.push_back(fmt::format("{}:{} {}", diagnostic.place.line, diagnostic.place.column,
                                diagnostic.message + " " + diagnostic.hint));
  const std::string_view wanted[] = {
      "1:1 \"zon\" is not known in a map Did you mean \"zone\"?",
      "2:7 ",
      "5:12 \"order_payed\" is not an event of playbook \"shop\" Did you mean \"order_paid\"?",
      "6:5 \"acount\" is not known in a file Did you mean \"account\"?",
      "7:33 %Q is not known in a time format",
      "11:14 count, sum, first, min and max need a group",
      "14:7 \"amont\" is not a property of event \"order_paid\" Did you mean \"amount\"?",
      "15:15 amount: \"lots\" is not an amount",
      "16:18 { is not closed",
      "17:14 column and cel both say where the text comes from; keep one",
      "18:15 found a list; expected a column",
      "19:11 found \"300\"; expected a rank from 0 to 255",
      "21:11 a link has no to",
      "34:31 event and link exclude each other",
      "24:17 found \"ab\"; expected one ASCII character",
      "25:13 found \"xml\"; expected csv or ndjson",
      "26:12 \"Order\" is not a name for a joined file",
      "26:19 a joined file has no on",
      "26:42 found \"perhaps\"; expected reject, skip",
      "27:13 found a list; expected a list of events",
      "28:10 found \"nothing\"; expected a map for a file",
      "33:",
  };
  for (const std::string_view one : wanted)
    EXPECT_THAT(found, testing::Contains(testing::StartsWith(std::string(one))));
}

TEST(Map, what_is_no_map_is_a_diagnostic) {
  for (const std::string_view text :
       {"", "- a", "files: {}", "files:", "files: 3", "{", "\xFF", "files: {a: &x 1}"}) {
    const LoadedMap loaded = load_map(text, "m.yaml", shop());
    EXPECT_FALSE(loaded.map) << text;
    EXPECT_TRUE(has_error(loaded.diagnostics)) << text;
  }
}

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

playbook::Playbook load_playbook(const std::string& path) {
  playbook::Loaded loaded = playbook::load(
      path, [](const std::string& name) -> Result<std::string> { return read_text(name); });
  for (const Diagnostic& diagnostic : loaded.diagnostics)
    ADD_FAILURE() << format_diagnostic(diagnostic);
  return loaded.playbook ? std::move(*loaded.playbook) : playbook::Playbook{};
}

TEST(Map, the_maps_of_the_repository_fit_their_playbooks) {
  const std::string root = PHAROS_SOURCE_DIR;
  for (const std::string& dir : {root + "/bench/merchants", root + "/examples/olist"}) {
    const playbook::Playbook playbook = load_playbook(dir + "/playbook.yaml");
    const LoadedMap loaded = load_map(read_text(dir + "/map.yaml"), dir + "/map.yaml", playbook);
    EXPECT_TRUE(loaded.map);
    for (const Diagnostic& diagnostic : loaded.diagnostics)
      ADD_FAILURE() << format_diagnostic(diagnostic);
  }
}

// Every ```yaml map of docs/import.md loads over the playbook that the page shows.
TEST(Map, the_examples_of_the_page_are_right) {
  const std::string page = read_text(std::string(PHAROS_SOURCE_DIR) + "/docs/import.md");
  const auto fences = [&](std::string_view head) {
    std::vector<std::string> found;
    for (std::size_t at = 0; (at = page.find(head, at)) != std::string::npos;) {
      const std::size_t first = page.find('\n', at) + 1;
      at = page.find("\n```", first);
      found.push_back(page.substr(first, at - first));
    }
    return found;
  };
  const auto playbooks = fences("```yaml playbook");
  ASSERT_EQ(playbooks.size(), 1U);
  const playbook::Loaded loaded = playbook::load({{"playbook.yaml", playbooks[0]}});
  for (const Diagnostic& diagnostic : loaded.diagnostics)
    ADD_FAILURE() << format_diagnostic(diagnostic);
  ASSERT_TRUE(loaded.playbook);
  const auto maps = fences("```yaml map");
  EXPECT_GE(maps.size(), 5U);
  for (const std::string& map : maps) {
    const LoadedMap one = load_map(map, "import.md", *loaded.playbook);
    for (const Diagnostic& diagnostic : one.diagnostics)
      ADD_FAILURE() << format_diagnostic(diagnostic) << "\n" << map;
  }
}

}  // namespace
}  // namespace pharos::ingest
