// playbook/documents_test.cc: playbooks of several documents: what include does and refuses.
#include "playbook/documents.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "playbook/fixture.h"

namespace pharos::playbook {
namespace {

const std::string tracks = "tracks: {main: [{stage: s, nodes: [{node: a, on: login}]}]}\n";

const Files parts = {
    {"shop/playbook.yaml",
     "playbook: shop\ninclude: [./events.yaml, tracks/main.yaml]\nevents: {ping: {}}\n"},
    {"shop/events.yaml", "events: {order: {items: int}}\nattributes: {size: int}\n"},
    {"shop/tracks/main.yaml",
     // Paths start at the folder of the main document, here as well.
     "tracks: {main: [{stage: s, nodes: [{node: a, on: order}]}]}\ninclude: tracks/more.yaml\n"},
    {"shop/tracks/more.yaml", "tracks: {other: [{stage: s, nodes: [{node: b, on: ping}]}]}\n"},
};

TEST(Include, merges_the_sections_of_all_documents) {
  const auto loaded = load_files(parts, "shop/playbook.yaml");
  ASSERT_TRUE(loaded.playbook) << faults_of(loaded);
  const Playbook& book = *loaded.playbook;
  EXPECT_EQ(book.schema.events.at(event_first_declared).name, "ping");  // The main document first.
  EXPECT_EQ(book.schema.events.at(event_first_declared + 1).name, "order");
  ASSERT_EQ(book.tracks.size(), 2U);
  EXPECT_EQ(book.tracks[0].name, "main");
  EXPECT_EQ(book.nodes[1].place.file, "shop/tracks/more.yaml");
}

// What a workspace stores is loaded again without the files, to the same playbook.
TEST(Include, stored_sources_load_again) {
  const auto loaded = load_files(parts, "shop/playbook.yaml");
  std::string paths;
  for (const Source& source : loaded.sources) paths += source.path + " ";
  EXPECT_EQ(paths, "playbook.yaml events.yaml tracks/main.yaml tracks/more.yaml ");
  const auto again = load(loaded.sources);
  ASSERT_TRUE(again.playbook) << faults_of(again);
  EXPECT_EQ(again.playbook->nodes.size(), 2U);
  EXPECT_EQ(again.playbook->nodes[1].place.file, "tracks/more.yaml");
  EXPECT_FALSE(load(std::vector<Source>{}).playbook);
}

TEST(Include, refuses_with_a_place) {
  const std::string head = "playbook: p\n" + tracks;
  const std::string inside =
      "\n  Write a path inside the folder of the main document, such as tracks/main.yaml.";
  struct Row {
    const char* name;
    Files files;
    std::string faults;
  };
  const Row rows[] = {
      {"main missing", {}, "p.yaml: no such file"},
      {"missing",
       {{"p.yaml", head + "include: a.yaml\n"}},
       "p.yaml:3:10: cannot include \"a.yaml\": no such file"},
      {"empty",
       {{"p.yaml", head + "include: a.yaml\n"}, {"a.yaml", ""}},
       "a.yaml: the file is empty; expected a playbook or a part of one"},
      {"nothing",
       {{"p.yaml", head + "include:\n"}},
       "p.yaml:3:1: found nothing; expected the path of a file to include"},
      {"a map",
       {{"p.yaml", head + "include: {a: b}\n"}},
       "p.yaml:3:10: found a map; expected the path of a file to include"},
      {"up",
       {{"p.yaml", head + "include: ../a.yaml\n"}},
       "p.yaml:3:10: \"../a.yaml\" leaves the folder of the playbook" + inside},
      {"up in the middle",
       {{"p.yaml", head + "include: x/../../a.yaml\n"}},
       "p.yaml:3:10: \"x/../../a.yaml\" leaves the folder of the playbook" + inside},
      {"absolute",
       {{"p.yaml", head + "include: /etc/passwd\n"}},
       "p.yaml:3:10: \"/etc/passwd\" is an absolute path" + inside},
      {"backslash",
       {{"p.yaml", head + "include: 'a\\b.yaml'\n"}},
       "p.yaml:3:11: \"a\\\\b.yaml\" has a \"\\\" or \":\"" + inside},
      {"itself",
       {{"p.yaml", head + "include: p.yaml\n"}},
       "p.yaml:3:10: p.yaml includes itself: p.yaml -> p.yaml"},
      {"circle",
       {{"p.yaml", head + "include: a.yaml\n"},
        {"a.yaml", "include: [b.yaml]\n"},
        {"b.yaml", "include: ./a.yaml\n"}},
       "b.yaml:1:10: a.yaml includes itself: a.yaml -> b.yaml -> a.yaml"},
      {"twice",
       {{"p.yaml", head + "include: [a.yaml, ./a.yaml]\n"}, {"a.yaml", "events: {e: {}}\n"}},
       "p.yaml:3:19: a.yaml is included twice; first at p.yaml:3:11"},
      {"fault in a part",
       {{"p.yaml", head + "include: a.yaml\n"}, {"a.yaml", "events: [\n"}},
       "a.yaml:2:1: expected \",\" or \"]\"\n"
       "  Put a value that holds \": \" or \" #\", or begins with a sign, in quotes."},
      {"name defined twice",
       {{"p.yaml", head + "include: a.yaml\nevents: {e: {}}\n"},
        {"a.yaml", "events: {x: {}, e: {}}\n"}},
       "a.yaml:1:17: event \"e\" is defined twice; first at p.yaml:4:10"},
      {"track defined twice",
       {{"p.yaml", head + "include: a.yaml\n"}, {"a.yaml", tracks}},
       "a.yaml:1:10: track \"main\" is defined twice; first at p.yaml:2:10"},
      {"zone given twice",
       {{"p.yaml", head + "include: a.yaml\ntimezone: UTC\n"}, {"a.yaml", "timezone: UTC\n"}},
       "a.yaml:1:1: timezone is given twice; first at p.yaml:4:11"},
  };
  for (const Row& row : rows)
    EXPECT_EQ(faults_of(load_files(row.files, "p.yaml")), row.faults) << row.name;
}

TEST(Include, documents_have_a_limit) {
  Files files = {{"p.yaml", "playbook: p\n" + tracks + "include: ["}};
  for (std::size_t i = 1; i <= document_count_max; ++i) {
    files["p.yaml"] += fmt::format("d{}.yaml, ", i);
    files[fmt::format("d{}.yaml", i)] = fmt::format("events: {{e{}: {{}}}}\n", i);
  }
  files["p.yaml"] += "]\n";
  const auto loaded = load_files(files, "p.yaml");
  ASSERT_EQ(loaded.diagnostics.size(), 1U) << faults_of(loaded);
  EXPECT_EQ(loaded.diagnostics[0].message, "a playbook has at most 64 documents");
}

}  // namespace
}  // namespace pharos::playbook
