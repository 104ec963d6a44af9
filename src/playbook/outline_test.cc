// playbook/outline_test.cc: YAML as a tree with places, and what is refused.
#include "playbook/outline.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace pharos::playbook {
namespace {

std::string at(const Place& place) {
  return fmt::format("{}:{}", place.line, place.column);
}

std::string faults_of(const OutlineResult& result) {
  std::string text;
  for (const Diagnostic& d : result.diagnostics)
    text += (text.empty() ? "" : "\n") + format_diagnostic(d);
  return text;
}

TEST(Outline, keeps_text_quotes_and_places) {
  const auto result = parse_outline(
      "# a comment\n"
      "键: \"在线\" # behind\n"
      "b:\n"
      "  - plain text\n"
      "  - {x: 'one', y: 2}\n"
      "  - true\n",
      "f.yaml");
  ASSERT_EQ(faults_of(result), "");
  ASSERT_TRUE(result.complete);
  const Outline& root = result.root;
  ASSERT_EQ(root.kind, OutlineKind::map);
  ASSERT_EQ(root.members.size(), 2U);
  EXPECT_EQ(root.members[0].first.text, "键");
  const Outline& quoted = root.members[0].second;
  EXPECT_EQ(quoted.text, "在线");
  EXPECT_TRUE(quoted.quoted);
  EXPECT_EQ(at(quoted.place), "2:5");  // Behind the quote; columns count characters, not bytes.
  const Outline& list = root.members[1].second;
  ASSERT_EQ(list.kind, OutlineKind::list);
  ASSERT_EQ(list.items.size(), 3U);
  EXPECT_EQ(at(list.items[0].place), "4:5");
  EXPECT_FALSE(list.items[0].quoted);
  const Outline* x = list.items[1].find("x");
  ASSERT_NE(x, nullptr);
  EXPECT_EQ(x->text, "one");
  EXPECT_EQ(at(x->place), "5:10");
  EXPECT_EQ(list.items[1].find("z"), nullptr);
  EXPECT_EQ(list.items[2].text, "true");
}

// Every character of these texts is an 'x' in its source, except the one that is looked for: '@'.
TEST(Outline, places_lead_through_escapes_folds_and_blocks) {
  struct Row {
    const char* name;
    std::string yaml;
    std::string place;
  };
  const Row rows[] = {
      {"plain", "a: xx@", "1:6"},
      {"plain over two lines", "a: xx\n   x@", "2:5"},
      {"plain with a blank line", "a: xx\n\n    @", "3:5"},
      {"double quotes", "a: \"xx@\"", "1:7"},
      {"behind an escaped quote", "a: \"x\\\"@\"", "1:8"},
      {"behind a code point", "a: \"\\u0041\\x41@\"", "1:15"},
      {"a line continued", "a: \"xx\\\n     @\"", "2:6"},
      {"folded in quotes", "a: \"xx  \n\n  x@\"", "3:4"},
      {"single quotes", "a: 'it''s @'", "1:11"},
      {"literal block", "a: |\n  xx\n  x@x\n", "3:4"},
      {"literal block, deeper line", "a: |\n  xx\n     @x\n", "3:6"},
      {"literal block behind a blank line", "a: |-\n\n  xx\n\n  @\n", "5:3"},
      {"folded block", "a: >-\n  xx\n  x@\n", "3:4"},
      {"folded block with a blank line", "a: >\n  xx\n\n  x@\n", "4:4"},
      {"carriage returns", "a: |\r\n  xx\r\n  x@\r\n", "3:4"},
      {"wide characters", "a: 商家@", "1:6"},
      {"in a block with wide characters", "a: |\n  商家\n  商@\n", "3:4"},
  };
  for (const Row& row : rows) {
    const auto result = parse_outline(row.yaml, "f.yaml");
    ASSERT_EQ(faults_of(result), "") << row.name;
    const Outline& scalar = result.root.members.at(0).second;
    std::size_t offset = 0;
    for (std::size_t i = 0; i < scalar.text.find('@'); ++i)
      if ((static_cast<unsigned char>(scalar.text[i]) & 0xC0) != 0x80) ++offset;
    EXPECT_EQ(at(scalar.place_at(offset)), row.place) << row.name << ": " << scalar.text;
  }
}

TEST(Outline, a_straight_text_needs_no_pieces) {
  const auto result = parse_outline("a: \"x == 'y'\"\nb: x\n", "f.yaml");
  for (const auto& [key, value] : result.root.members)
    EXPECT_TRUE(value.pieces.empty()) << key.text;
}

TEST(Outline, nothing_stands_at_its_key) {
  const auto result = parse_outline("a:\n\nb: [x, , y]\nc:\n  -\n  - z\nd: ~\n", "f.yaml");
  ASSERT_EQ(faults_of(result), "");
  EXPECT_EQ(result.root.find("a")->kind, OutlineKind::null);
  EXPECT_EQ(at(result.root.find("a")->place), "1:1");
  EXPECT_EQ(at(result.root.find("b")->items[1].place), "3:6");
  EXPECT_EQ(at(result.root.find("c")->items[0].place), "5:3");
  EXPECT_EQ(result.root.find("d")->kind, OutlineKind::null);
}

TEST(Outline, an_empty_document_is_nothing) {
  for (const char* text : {"", "\n\n", "# only a comment\n", "\xEF\xBB\xBF"}) {
    const auto result = parse_outline(text, "f.yaml");
    EXPECT_EQ(faults_of(result), "") << text;
    EXPECT_EQ(result.root.kind, OutlineKind::null) << text;
  }
}

TEST(Outline, a_byte_order_mark_takes_no_column) {
  const auto result = parse_outline(
      "\xEF\xBB\xBF"
      "a: 1\n",
      "f.yaml");
  EXPECT_EQ(at(result.root.members.at(0).first.place), "1:1");
}

TEST(Outline, refuses_with_a_place) {
  struct Row {
    const char* name;
    std::string yaml;
    std::string fault;
  };
  const std::string quote_hint =
      "\n  Put a value that holds \": \" or \" #\", or begins with a sign, in quotes.";
  const Row rows[] = {
      {"duplicate key", "a: 1\nb: 2\na: 3\n",
       "f.yaml:3:1: key \"a\" stands twice; first in line 1"},
      {"duplicate key in a flow map", "x: {a: 1, a: 2}\n",
       "f.yaml:1:11: key \"a\" stands twice; first in line 1"},
      {"tab", "a:\n\tb: 1\n", "f.yaml:2:1: a tab in the indentation; use spaces"},
      {"tab behind spaces", "a:\n  \tb: 1\n", "f.yaml:2:3: a tab in the indentation; use spaces"},
      {"invalid UTF-8", "a: 1\nb: \xFF\n", "f.yaml:2:4: invalid UTF-8; save the file as UTF-8"},
      {"cut UTF-8", "a: 商\xE5\x95", "f.yaml:1:5: invalid UTF-8; save the file as UTF-8"},
      {"overlong UTF-8", "\xC0\xAF", "f.yaml:1:1: invalid UTF-8; save the file as UTF-8"},
      {"zero byte", std::string("a: x\0y", 6),
       "f.yaml:1:5: control character U+0000 is not allowed"},
      {"end of transmission", "a: x\x04y", "f.yaml:1:5: control character U+0004 is not allowed"},
      {"lone carriage return", "a: x\ry", "f.yaml:1:5: control character U+000D is not allowed"},
      {"anchor", "a: &x 1\n",
       "f.yaml:1:4: anchor \"&x\" is not allowed\n"
       "  Write the value out in each place, or quote it if it begins with \"&\"."},
      {"tag", "a: !x 1\n",
       "f.yaml:1:4: a tag (\"!\") is not allowed\n"
       "  Put a value that begins with \"!\" in quotes."},
      {"second document", "a: 1\n---\nb: 2\n",
       "f.yaml:2:1: a second document begins; a file holds one\n  Remove the line \"---\"."},
      {"list as a key", "? [x]\n: 1\n", "f.yaml:1:3: found a list as a key; expected a name"},
      {"two values", "a: x: 1\n",
       "f.yaml:1:5: \":\" does not fit here: a value stands on this line already, or the "
       "indentation "
       "is off" +
           quote_hint},
      {"colon in a flow map", "a: {w: x ? 1 : 2}\n",
       "f.yaml:1:10: expected \",\" or \"}\"" + quote_hint},
      {"sign", "a: @x\n", "f.yaml:1:4: a value cannot begin with this character" + quote_hint},
      {"open quote", "a: \"x\nb: 1\n", "f.yaml:1:4: the quote that begins here is not closed"},
      {"open single quote", "a: 'x",
       "f.yaml:1:6: the quote is not closed before the end of the file"},
      {"stray bracket", "a: 1\n]\n",
       "f.yaml:2:1: this does not continue what stands above it; look at the indentation and the "
       "quotes"},
      {"stray comma", "[a],\n",  // On which the library would begin documents without end.
       "f.yaml:1:4: this does not continue what stands above it; look at the indentation and the "
       "quotes"},
      {"text behind a quote", "a: 1\nb: 'x' == y\n",
       "f.yaml:2:8: this does not continue what stands above it; look at the indentation and the "
       "quotes"},
  };
  for (const Row& row : rows) {
    const auto result = parse_outline(row.yaml, "f.yaml");
    EXPECT_EQ(faults_of(result), row.fault) << row.name;
  }
}

TEST(Outline, an_alias_is_refused) {
  const auto result = parse_outline("a: &x 1\nb: *x\n", "f.yaml");
  ASSERT_EQ(result.diagnostics.size(), 2U);
  EXPECT_EQ(format_diagnostic(result.diagnostics[1]),
            "f.yaml:2:4: an alias (\"*\") is not allowed\n"
            "  Write the value out in each place, or quote it if it begins with \"*\".");
}

TEST(Outline, what_stands_above_a_fault_is_kept) {
  const auto result = parse_outline("a: 1\nb: [1, {c: 2\n", "f.yaml");
  EXPECT_FALSE(result.complete);
  ASSERT_NE(result.root.find("a"), nullptr);
  EXPECT_EQ(result.root.find("a")->text, "1");
}

TEST(Outline, limits_hold) {
  const auto large = parse_outline(std::string(outline_bytes_max + 1, ' '), "f.yaml");
  EXPECT_EQ(faults_of(large),
            "f.yaml: the file has 4,194,305 bytes; at most 4,194,304 are read\n"
            "  Split it with include:.");
  EXPECT_FALSE(large.complete);

  const auto nested = [](std::size_t depth) {
    return parse_outline(std::string(depth, '[') + std::string(depth, ']'), "f.yaml");
  };
  EXPECT_EQ(faults_of(nested(outline_depth_max)), "");
  EXPECT_EQ(faults_of(nested(outline_depth_max + 1)),
            "f.yaml:1:65: lists and maps are nested more than 64 levels deep");
  EXPECT_FALSE(nested(100'000).complete);  // Told as a fault, not as a stack that ran over.

  std::string many = "a: [";
  for (std::size_t i = 0; i < outline_nodes_max; ++i) many += "1,";
  const auto result = parse_outline(many + "1]\n", "f.yaml");
  ASSERT_EQ(result.diagnostics.size(), 1U);
  EXPECT_EQ(result.diagnostics[0].message, "a document holds at most 200,000 values");
}

}  // namespace
}  // namespace pharos::playbook
