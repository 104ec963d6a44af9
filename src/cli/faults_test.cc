// cli/faults_test.cc: the line that is shown is that of the document, whatever the style of a text.
#include "cli/faults.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "playbook/load.h"

namespace pharos::cli {
namespace {

std::string shown(const Diagnostics& diagnostics, const FaultTexts& texts) {
  char* text = nullptr;
  std::size_t size = 0;
  Shell shell;
  shell.err = open_memstream(&text, &size);
  show_faults(shell, diagnostics, texts);
  std::fclose(shell.err);
  std::string all(text, size);
  std::free(text);
  return all;
}

TEST(ShowFaults, points_into_the_document) {
  struct Row {
    std::string rule, shown;
  };
  const Row rows[] = {
      {"count(login) > 1 && nowhere",
       "shop/p.yaml:2:40: \"nowhere\" is not a known name\n"
       "    segments: {silent: count(login) > 1 && nowhere}\n"
       "                                           ^\n"},
      {"\"'商家' == '商家' && nowhere\"",  // Four of the characters are two columns wide.
       "shop/p.yaml:2:37: \"nowhere\" is not a known name\n"
       "    segments: {silent: \"'商家' == '商家' && nowhere\"}\n"
       "                                            ^\n"},
      {"\n  |\n    count(login) > 1 &&\n      nowhere\n  # ",
       "shop/p.yaml:5:7: \"nowhere\" is not a known name\n"
       "          nowhere\n"
       "          ^\n"},
  };
  for (const Row& row : rows) {
    const bool block = row.rule.starts_with('\n');
    const std::string text =
        "playbook: p\nsegments: " +
        (block ? "\n  silent:" + row.rule.substr(2) : "{silent: " + row.rule + "}") +
        "\ntracks: {main: [{stage: s, nodes: [{node: a, on: login}]}]}\n";
    const auto loaded = playbook::load(
        "shop/p.yaml", [&](const std::string&) -> Result<std::string> { return text; });
    EXPECT_EQ(shown(loaded.diagnostics, texts_of(loaded, "shop/p.yaml")), row.shown) << text;
  }
}

TEST(ShowFaults, says_only_what_is_known) {
  const Diagnostics diagnostics{{Severity::error, {"a", 1, 2}, "is wrong", "Do better."},
                                {Severity::error, {"b", 1, 1}, "is lost", ""},
                                {Severity::warning, {"a", 0, 0}, "is empty", ""}};
  EXPECT_EQ(shown(diagnostics, {{"a", "xyz"}}),
            "a:1:2: is wrong\n  Do better.\n    xyz\n     ^\n"
            "b:1:1: is lost\n"
            "a: warning: is empty\n");
}

}  // namespace
}  // namespace pharos::cli
