// cel/doc_test.cc: what docs/cel.md shows is so.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "base/text.h"
#include "cel/testing.h"

namespace pharos::cel {
namespace {

using testing::Facts;
using testing::lines_of;
using testing::shop;

// The lines of the fenced blocks that begin with "```cel KIND".
std::vector<std::string> lines_of_blocks(std::string_view kind) {
  std::ifstream file(std::string(PHAROS_SOURCE_DIR) + "/docs/cel.md");
  std::vector<std::string> lines;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("```"))
      inside = line == "```cel " + std::string(kind);
    else if (inside && !line.empty())
      lines.push_back(line);
  }
  return lines;
}

// The account that the page describes.
class Account : public Facts {
 public:
  explicit Account(const Rule& rule) : rule_(rule) {
    time = {60 * day.ms};
    attributes = {{0, Value::string("beauty")},      {1, Value::string("mid")},
                  {2, Value::integer(12)},           {4, Value::money({12'345})},
                  {5, Value::timestamp(Instant{0})}, {6, Value::boolean(true)}};
    nodes = {{{1, NodeField::held}, Value::boolean(true)},
             {{1, NodeField::entry}, Value::integer(1)}};
  }
  Value aggregate(std::uint32_t i) override {
    switch (rule_.aggregates[i].kind) {
      case AggregateKind::count: return Value::integer(5);
      case AggregateKind::sum: return Value::money({642'000});
      default: return Value::duration(day);
    }
  }

 private:
  const Rule& rule_;
};

TEST(Doc, rules_hold) {
  const Schema schema = shop();
  const auto lines = lines_of_blocks("rule");
  EXPECT_GE(lines.size(), 5u);
  for (const std::string& line : lines) {
    const Compiled compiled =
        compile(line, {"cel.md", 1, 1}, {.use = Use::rule, .schema = &schema, .metrics = {}},
                Kind::boolean);
    ASSERT_TRUE(compiled.rule) << lines_of(compiled.diagnostics);
    Account account(*compiled.rule);
    Arena arena;
    EXPECT_TRUE(evaluate(*compiled.rule, account, arena).is_true()) << line;
  }
}

TEST(Doc, plain_expressions_give_what_stands_beside_them) {
  const auto lines = lines_of_blocks("plain");
  EXPECT_GE(lines.size(), 10u);
  for (const std::string& line : lines) {
    const std::size_t arrow = line.find(" -> ");
    ASSERT_NE(arrow, std::string::npos) << line;
    const Compiled compiled = compile(line.substr(0, arrow), {}, {}, std::nullopt);
    ASSERT_TRUE(compiled.rule) << lines_of(compiled.diagnostics);
    Facts facts;
    Arena arena;
    EXPECT_EQ(format_value(evaluate(*compiled.rule, facts, arena), {}), line.substr(arrow + 4));
  }
}

// Whoever adds a bound says so on the page.
TEST(Doc, names_every_bound) {
  std::ifstream page(std::string(PHAROS_SOURCE_DIR) + "/docs/cel.md");
  const std::string text{std::istreambuf_iterator<char>(page), {}};
  std::ifstream header(std::string(PHAROS_SOURCE_DIR) + "/src/cel/limits.h");
  int bounds = 0;
  for (std::string line; std::getline(header, line);) {
    if (!line.starts_with("inline constexpr ")) continue;
    const std::size_t end = line.find(" =");
    const std::size_t begin = line.rfind(' ', end - 1) + 1;
    const std::string name = line.substr(begin, end - begin);
    EXPECT_NE(text.find("`" + name + "`"), std::string::npos) << name;
    ++bounds;
  }
  EXPECT_GE(bounds, 12);
}

}  // namespace
}  // namespace pharos::cel
