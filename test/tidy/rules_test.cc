// tidy/rules_test.cc: each house rule finds what breaks it, and lets the rest be.
#include "tidy/rules.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pharos::tidy {
namespace {

struct Written {
  std::string path, text;
};

Tree tree_of(const std::vector<Written>& files) {
  Tree tree;
  for (const Written& file : files) {
    tree.files.push_back(make_file(file.path, file.text));
    tree.paths.insert(file.path);
  }
  return tree;
}

using Rule = Faults (*)(const Tree&);

// A rule, files, and what it says of them; empty: nothing.
struct Row {
  Rule rule;
  std::vector<Written> files;
  std::string said;
};

TEST(Rules, find_what_breaks_them) {
  const std::string cmake = "src/CMakeLists.txt";
  const std::string long_code = [] {
    std::string text;
    for (int i = 0; i < 501; ++i) text += "x\n";
    return text;
  }();
  const Row rows[] = {
      {check_floors, {{"src/base/a.h", ""}, {"src/cel/b.cc", "#include \"base/a.h\"\n"}}, ""},
      {check_floors,
       {{"src/base/a.cc", "#include \"cel/b.h\"\n"}, {"src/cel/b.h", ""}},
       "src/base/a.cc:1: base (floor 1) includes cel (floor 2); only lower floors may be used: "
       "move what is needed down, or the user up\n"},
      {check_floors,  // Neighbours on one floor leave each other alone.
       {{"src/cel/a.cc", "#include \"store/b.h\"\n"}, {"src/store/b.h", ""}},
       "src/cel/a.cc:1: cel (floor 2) includes store (floor 2); only lower floors may be used: "
       "move what is needed down, or the user up\n"},
      {check_floors,
       {{"src/cel/a.cc", "#include \"b.h\"\n"}, {"src/cel/b.h", ""}},
       "src/cel/a.cc:1: \"b.h\" is no file of src/; write its path from there\n"},
      {check_floors,
       {{"src/cel/a.cc", "#include <base/b.h>\n"}, {"src/base/b.h", ""}},
       "src/cel/a.cc:1: <base/b.h> is ours; include it in quotes\n"},
      {check_floors,
       {{"src/utils/a.cc", ""}},
       "src/utils: stands on no floor; give it one in docs/architecture.md and "
       "test/tidy/floors.cc\n"},
      {check_uses,
       {{cmake, "pharos_folder(base)\npharos_folder(cel USES base\n  LIBS re2)\n"},
        {"src/base/a.h", ""},
        {"src/cel/b.cc", "#include \"base/a.h\"\n"}},
       ""},
      {check_uses,
       {{cmake, "pharos_folder(base)\npharos_folder(cel LIBS base)\n"},
        {"src/base/a.h", ""},
        {"src/cel/b.cc", "#include \"base/a.h\"\n"}},
       "src/CMakeLists.txt: cel USES lacks base, which src/cel/b.cc:1 includes\n"},
      {check_uses,
       {{cmake, "pharos_folder(base)\npharos_folder(cel USES base)\n"},
        {"src/base/a.h", ""},
        {"src/cel/b.cc", ""}},
       "src/CMakeLists.txt: cel USES base, but includes nothing of it; take it out\n"},
      {check_uses,
       {{cmake, "# pharos_folder(cel)\n"}, {"src/cel/b.cc", ""}},
       "src/CMakeLists.txt: has no pharos_folder(cel ...)\n"},
      {check_purity, {{"src/cel/a_test.cc", "#include <chrono>\n"}}, ""},
      {check_purity, {{"src/journal/a.cc", "#include <chrono>\n"}}, ""},
      {check_purity,
       {{"src/cel/a.cc", "#include <chrono>\n"}},
       "src/cel/a.cc:1: cel is a pure folder, and <chrono> is not pure; take what it gives as an "
       "argument\n"},
      {check_heavy, {{"src/cli/a.cc", "#include <simdjson.h>\n"}}, ""},
      {check_heavy,
       {{"src/cli/a.cc", "#include <simdjson.h>\n"},
        {"src/cli/b_test.cc", "#include <simdjson.h>\n"}},
       ""},
      {check_heavy,
       {{"src/cli/a.cc", "#include <simdjson.h>\n"}, {"src/cli/b.cc", "#include <simdjson.h>\n"}},
       "src/cli/b.cc:1: <simdjson.h> is heavy, and src/cli/a.cc meets it already; ask that file\n"},
      {check_heavy,
       {{"src/cli/a.h", "#include <yaml-cpp/yaml.h>\n"}},
       "src/cli/a.h:1: <yaml-cpp/yaml.h> is heavy; meet it in one source, behind a header of "
       "ours\n"},
      {check_folder_map,
       {{"src/cel/a.cc", ""},
        {"README.md", "| `src/cel` | rules |\n"},
        {"README.zh-CN.md", "| `src/cli` | x |\n"}},
       "README.zh-CN.md:1: the folder map names src/cli, which holds no code; take the row out\n"
       "README.zh-CN.md: the folder map lacks a row for `src/cel`\n"},
      {check_first_line, {{"src/cel/a.cc", "// cel/a.cc: what it holds.\n"}}, ""},
      {check_first_line, {{"test/sim/a.cc", "// sim/a.cc: what it holds.\n"}}, ""},
      {check_first_line,
       {{"src/cel/a.cc", "// cel/b.cc: what it holds.\n"}},
       "src/cel/a.cc:1: begin with a sentence on what the file holds: // cel/a.cc: ...\n"},
      {check_first_line,
       {{"src/cel/a.cc", ""}},
       "src/cel/a.cc:1: begin with a sentence on what the file holds: // cel/a.cc: ...\n"},
      {check_pragma_once, {{"src/cel/a.h", "#pragma once\n"}}, ""},
      {check_pragma_once,
       {{"src/cel/a.h", "#ifndef A\n"}},
       "src/cel/a.h: has no #pragma once; put it behind the opening comment\n"},
      {check_include_order,
       {{"src/cel/a.h", ""},
        {"src/cel/a.cc",
         "#include \"cel/a.h\"\n\n#include <fmt/format.h>\n\n#include <map>\n#include <set>\n\n"
         "#include \"base/b.h\"\n#include \"cel/c.h\"\n"},
        {"src/cel/a_test.cc", "#include \"cel/a.h\"\n\n#include <gtest/gtest.h>\n"}},
       ""},
      {check_include_order,  // A namesake may stand first; a bench may leave its header below.
       {{"src/cli/a.cc", "#include \"cel/a.h\"\n\n#include <map>\n"},
        {"src/cel/a.h", ""},
        {"src/cel/a_bench.cc", "#include <map>\n\n#include \"cel/a.h\"\n"}},
       ""},
      {check_include_order,
       {{"src/cel/a.h", ""}, {"src/cel/a.cc", "#include <map>\n\n#include \"cel/a.h\"\n"}},
       "src/cel/a.cc:1: include \"cel/a.h\" first, and a blank line behind it\n"},
      {check_include_order,
       {{"src/cel/a.cc", "#include <set>\n#include <map>\n"}},
       "src/cel/a.cc:2: <map> stands after <set>; sort the block\n"},
      {check_include_order,
       {{"src/cel/a.cc", "#include <set>\n#include \"cel/c.h\"\n"}},
       "src/cel/a.cc:2: system headers and ours need a blank line between them\n"},
      {check_include_order,
       {{"src/cel/a.cc", "#include \"cel/c.h\"\n\n#include <set>\n"}},
       "src/cel/a.cc:3: <set> is a system header; put it before ours\n"},
      {check_length, {{"src/cel/a_test.cc", long_code}}, ""},
      {check_length,
       {{"src/cel/a.cc", long_code}},
       "src/cel/a.cc:501: 501 lines, at most 500; look for the second noun and split\n"},
      {check_blanks, {{"docs/a.md", "x\n\ny\n"}}, ""},
      {check_blanks,
       {{"docs/a.md", "\tx\ny \n\n"}},
       "docs/a.md:1: has a tab; indent with two spaces\n"
       "docs/a.md:2: ends in a blank; take it out\n"
       "docs/a.md:3: ends in an empty line; take it out\n"},
      {check_unfinished,
       {{"src/cel/a.cc", std::string("// TO") + "DO: more\n"}},
       "src/cel/a.cc:1: leaves something for later; do it, or open an issue and say what holds "
       "today\n"},
      {check_links,
       {{"docs/a.md",
         "[b](b.md) [c](../README.md#x) [d](https://x.y/z) [e](#e)\n```\n[f](f)\n```\n"},
        {"docs/b.md", ""},
        {"README.md", ""}},
       ""},
      {check_links,
       {{"docs/a.md", "text\nsee [b](b.md)\n"}},
       "docs/a.md:2: links to b.md, but there is no docs/b.md\n"},
  };
  for (const Row& row : rows)
    EXPECT_EQ(format_faults(row.rule(tree_of(row.files))), row.said) << row.files[0].path;
}

}  // namespace
}  // namespace pharos::tidy
