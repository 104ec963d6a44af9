// tidy/files.cc: rules on single files: first line, includes, length, blanks, links.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <regex>

#include "base/text.h"
#include "tidy/rules.h"

namespace pharos::tidy {
namespace {

constexpr std::size_t lines_max = 500;
constexpr std::size_t lines_max_test = 800;

// Files that are longer for a reason.
const std::map<std::string, std::string>& longer_files() {
  static const std::map<std::string, std::string> files;
  return files;
}

// How a file is named in its first line and in includes: from src/ or test/.
std::string short_path(const File& file) {
  for (const std::string_view root : {"src/", "test/"})
    if (file.path.starts_with(root)) return file.path.substr(root.size());
  return file.path;
}

// text.cc, text_test.cc, text_bench.cc: "text".
std::string stem_of(const File& file) {
  std::string stem = file.name();
  stem.resize(stem.rfind('.'));
  for (const std::string_view ending : {"_test", "_bench", "_fuzz"})
    if (stem.ends_with(ending)) stem.resize(stem.size() - ending.size());
  return stem;
}

// The header that a source or its test belongs to, if there is one.
std::string own_header(const File& file, const Tree& tree) {
  const bool is_source = file.path.ends_with(".cc") && !file.path.ends_with("_bench.cc") &&
                         !file.path.ends_with("_fuzz.cc");
  const std::string header = file.path.substr(0, file.path.rfind('/') + 1) + stem_of(file) + ".h";
  if (!is_source || !tree.paths.contains(header)) return "";
  return "\"" + short_path({header, {}}) + "\"";
}

struct Include {
  std::string text;
  std::size_t line = 0;
};

// Includes that stand line by line, without anything between.
std::vector<std::vector<Include>> include_blocks(const File& file) {
  std::vector<std::vector<Include>> blocks;
  bool open = false;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::string include = include_of(file.lines[i]);
    if (include.empty()) {
      open = false;
      continue;
    }
    if (!open) blocks.emplace_back();
    open = true;
    blocks.back().push_back({include, i + 1});
  }
  return blocks;
}

void check_block(const File& file, const std::vector<Include>& block, Faults& faults) {
  for (std::size_t i = 1; i < block.size(); ++i) {
    const Include &above = block[i - 1], &here = block[i];
    if (above.text[0] != here.text[0])
      faults.push_back(
          {file.path, here.line, "system headers and ours need a blank line between them"});
    else if (here.text <= above.text)
      faults.push_back({file.path, here.line,
                        fmt::format("{} stands after {}; sort the block", here.text, above.text)});
  }
}

void check_includes(const File& file, const Tree& tree, Faults& faults) {
  std::vector<std::vector<Include>> blocks = include_blocks(file);
  // The formatter puts a header of the file's own name first, wherever it lies.
  const std::string own = own_header(file, tree);
  const bool is_alone = !blocks.empty() && blocks[0].size() == 1;
  if (is_alone &&
      (blocks[0][0].text == own || blocks[0][0].text.ends_with("/" + stem_of(file) + ".h\"")))
    blocks.erase(blocks.begin());
  else if (!own.empty())
    faults.push_back({file.path, blocks.empty() ? 0 : blocks[0][0].line,
                      fmt::format("include {} first, and a blank line behind it", own)});
  bool ours = false;
  for (const std::vector<Include>& block : blocks) {
    check_block(file, block, faults);
    const bool is_ours = block[0].text[0] == '"';
    if (ours && !is_ours)
      faults.push_back({file.path, block[0].line,
                        fmt::format("{} is a system header; put it before ours", block[0].text)});
    ours = is_ours;
  }
}

}  // namespace

Faults check_first_line(const Tree& tree) {
  Faults faults;
  for (const File& file : tree.files) {
    if (!file.is_code()) continue;
    const std::string start = "// " + short_path(file) + ": ";
    if (file.lines[0].starts_with(start) && file.lines[0].size() > start.size() + 8) continue;
    faults.push_back(
        {file.path, 1, fmt::format("begin with a sentence on what the file holds: {}...", start)});
  }
  return faults;
}

Faults check_pragma_once(const Tree& tree) {
  Faults faults;
  for (const File& file : tree.files)
    if (file.path.ends_with(".h") &&
        std::ranges::find(file.lines, "#pragma once") == file.lines.end())
      faults.push_back({file.path, 0, "has no #pragma once; put it behind the opening comment"});
  return faults;
}

Faults check_include_order(const Tree& tree) {
  Faults faults;
  for (const File& file : tree.files)
    if (file.is_code()) check_includes(file, tree, faults);
  return faults;
}

Faults check_length(const Tree& tree) {
  Faults faults;
  for (const File& file : tree.files) {
    if (!file.is_code()) continue;
    const std::size_t most = file.is_test() ? lines_max_test : lines_max;
    const bool is_listed = longer_files().contains(file.path);
    if (file.lines.size() > most && !is_listed)
      faults.push_back({file.path, most + 1,
                        fmt::format("{} lines, at most {}; look for the second noun and split",
                                    file.lines.size(), most)});
    if (file.lines.size() <= most && is_listed)
      faults.push_back(
          {file.path, 0, "is short enough; take it off the list in test/tidy/files.cc"});
  }
  for (const auto& [path, reason] : longer_files())
    if (!tree.find(path))
      faults.push_back({path, 0, "is on the list of longer files, but does not exist"});
  return faults;
}

Faults check_blanks(const Tree& tree) {
  Faults faults;
  for (const File& file : tree.files) {
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const std::string& line = file.lines[i];
      if (line.find('\t') != std::string::npos)
        faults.push_back({file.path, i + 1, "has a tab; indent with two spaces"});
      if (!line.empty() && (line.back() == ' ' || line.back() == '\r'))
        faults.push_back({file.path, i + 1, "ends in a blank; take it out"});
    }
    if (file.lines.size() > 1 && file.lines.back().empty())
      faults.push_back({file.path, file.lines.size(), "ends in an empty line; take it out"});
  }
  return faults;
}

Faults check_unfinished(const Tree& tree) {
  static const std::regex mark(
      "\\b(TO"
      "DO|FIX"
      "ME|XX"
      "X)\\b");  // Not to find itself.
  Faults faults;
  for (const File& file : tree.files)
    for (std::size_t i = 0; i < file.lines.size(); ++i)
      if (std::regex_search(file.lines[i], mark))
        faults.push_back(
            {file.path, i + 1,
             "leaves something for later; do it, or open an issue and say what holds today"});
  return faults;
}

Faults check_links(const Tree& tree) {
  static const std::regex link(R"(\]\(([^)\s]+)\))");
  Faults faults;
  for (const File& file : tree.files) {
    if (!file.path.ends_with(".md")) continue;
    bool fenced = false;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const std::string& line = file.lines[i];
      if (line.starts_with("```")) fenced = !fenced;
      if (fenced) continue;
      for (auto at = std::sregex_iterator(line.begin(), line.end(), link);
           at != std::sregex_iterator(); ++at) {
        const std::string target = (*at)[1].str().substr(0, (*at)[1].str().find('#'));
        if (target.empty() || target.find(':') != std::string::npos)
          continue;  // Here, or elsewhere.
        std::string path = (std::filesystem::path(file.path).parent_path() / target)
                               .lexically_normal()
                               .generic_string();
        if (path.ends_with('/')) path.pop_back();
        if (path != "." && !tree.paths.contains(path))
          faults.push_back(
              {file.path, i + 1, fmt::format("links to {}, but there is no {}", target, path)});
      }
    }
  }
  return faults;
}

}  // namespace pharos::tidy
