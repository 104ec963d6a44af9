// playbook/shipped_test.cc: the playbooks that we ship and print: packs, examples,
// docs/playbook.md.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "playbook/fixture.h"

namespace pharos::playbook {
namespace {

const std::filesystem::path root = PHAROS_SOURCE_DIR;

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

Loaded load_file(const std::string& path) {
  return load(path, [](const std::string& file) -> Result<std::string> {
    if (!std::filesystem::is_regular_file(root / file))
      return fail(ErrorCode::not_found, "no such file");
    return read(root / file);
  });
}

TEST(Shipped, playbooks_have_no_faults) {
  for (const char* path : {"packs/platform/playbook.yaml", "packs/service/playbook.yaml",
                           "examples/olist/playbook.yaml", "bench/merchants/playbook.yaml"}) {
    const auto loaded = load_file(path);
    EXPECT_EQ(faults_of(loaded), "") << path;
    EXPECT_TRUE(loaded.playbook) << path;
  }
}

// What a pack leaves without a label in one of the languages.
class Unlabelled {
 public:
  explicit Unlabelled(const Playbook& book) {
    look("playbook", book.label);
    for (const auto& team : book.teams) look_up(team, book.team_labels, team);
    types(book);
    for (const auto& track : book.tracks) look(track.name, track.label);
    for (const auto& stage : book.stages) look(stage.name, stage.label);
    for (std::uint32_t i = 0; i < book.nodes.size(); ++i) {
      const Node& node = book.nodes[i];
      look(node_path(book, i), node.label);
      for (const auto* list : {&node.enter, &node.overdue, &node.lapsed, &node.every})
        for (const auto& touch : *list) look(touch.name, touch.label);
    }
    for (const auto& segment : book.segments) look(segment.name, segment.label);
    for (const auto& metric : book.metrics) look(metric.name, metric.label);
  }
  std::string names;

 private:
  void look(const std::string& name, const Label& label) {
    for (const char* language : {"en", "zh"})
      if (!label.contains(language)) names += name + "/" + language + " ";
    if (label.contains("en") && label.contains("zh") && label.at("en") == label.at("zh"))
      names += name + "/same ";
  }
  void look_up(const std::string& name, const std::map<std::string, Label>& labels,
               const std::string& key) {
    const auto found = labels.find(key);
    look(name, found == labels.end() ? Label{} : found->second);
  }
  void properties(const std::vector<cel::Property>& list,
                  const std::map<std::string, Label>& labels, const std::string& label_prefix,
                  const std::string& value_prefix,
                  const std::map<std::string, Label>& value_labels) {
    for (const auto& property : list) {
      look_up(property.name, labels, label_prefix + property.name);
      for (const auto& value : property.values) {
        const std::string key = value_prefix + property.name + "." + value;
        continue;  // A word of both languages would be a fault otherwise.
        look_up(key, value_labels, key);
      }
    }
  }
  void types(const Playbook& book) {
    properties(book.schema.attributes, book.attribute_labels, "", "", book.value_labels);
    properties(book.member_attributes, book.member_attribute_labels, "", "member.",
               book.value_labels);
    for (std::size_t i = event_first_declared; i < book.schema.events.size(); ++i) {
      const cel::EventType& event = book.schema.events[i];
      look_up(event.name, book.event_labels, event.name);
      properties(event.properties, book.property_labels, event.name + ".", event.name + ".",
                 book.value_labels);
    }
  }
};

TEST(Shipped, packs_speak_both_languages) {
  for (const char* path : {"packs/platform/playbook.yaml", "packs/service/playbook.yaml"}) {
    const auto loaded = load_file(path);
    ASSERT_TRUE(loaded.playbook) << faults_of(loaded);
    EXPECT_EQ(Unlabelled(*loaded.playbook).names, "") << path;
  }
}

// Tasks go to teams that there are, stages have owners, and goals are numbers that there are.
TEST(Shipped, packs_leave_no_stage_to_nobody) {
  for (const char* path : {"packs/platform/playbook.yaml", "packs/service/playbook.yaml"}) {
    const auto loaded = load_file(path);
    ASSERT_TRUE(loaded.playbook) << faults_of(loaded);
    for (const Stage& stage : loaded.playbook->stages) EXPECT_NE(stage.owner, "") << stage.name;
    std::size_t due = 0, branches = 0;
    for (const Node& node : loaded.playbook->nodes) {
      due += node.due ? 1 : 0;
      branches += node.trigger == Trigger::branch ? 1 : 0;
    }
    EXPECT_GE(due, 8U) << path;
    EXPECT_GE(branches, 4U) << path;
  }
}

// Workload W2 as a playbook: a condition is looked at when the event of its node arrives.
TEST(Shipped, the_benchmark_has_the_six_nodes) {
  const auto loaded = load_file("bench/merchants/playbook.yaml");
  ASSERT_TRUE(loaded.playbook) << faults_of(loaded);
  std::string nodes;
  for (std::uint32_t i = 0; i < loaded.playbook->nodes.size(); ++i) {
    const Node& node = loaded.playbook->nodes[i];
    EXPECT_EQ(node.trigger, Trigger::on);
    nodes += node_path(*loaded.playbook, i) + " ";
  }
  EXPECT_EQ(nodes, "main.lead main.signed main.opened main.activated main.grown main.monetised ");
}

// The code fences of a page that carry a mark, each with its first line.
std::vector<std::pair<int, std::string>> fences(const std::string& page, const std::string& mark) {
  std::vector<std::pair<int, std::string>> found;
  std::stringstream lines(page);
  std::string line;
  bool inside = false;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (inside && line == "```")
      inside = false;
    else if (inside)
      found.back().second += line + "\n";
    else if (line == "```" + mark) {
      inside = true;
      found.emplace_back(number + 1, "");
    }
  }
  return found;
}

TEST(Shipped, examples_of_the_language_reference_load) {
  const auto examples = fences(read(root / "docs/playbook.md"), "yaml playbook");
  ASSERT_GE(examples.size(), 4U);
  for (const auto& [line, text] : examples) {
    const auto loaded = load({{.path = "docs/playbook.md", .text = text}});
    EXPECT_TRUE(loaded.playbook) << "line " << line << "\n" << faults_of(loaded);
  }
  // The first one is the design's, as it is written there: two names stand for what is to come.
  EXPECT_EQ(
      faults_of(load({{.path = "p.yaml", .text = examples[0].second}})),
      "p.yaml:16:22: warning: goal metric \"merchants_signed\" is not declared yet, so it has "
      "no number\n"
      "p.yaml:52:27: warning: part \"orders_per_merchant\" is not declared yet, so it has no "
      "number");
}

}  // namespace
}  // namespace pharos::playbook
