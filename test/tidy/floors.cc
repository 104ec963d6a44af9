// tidy/floors.cc: rules on folders: who stands on whom, and what the pure ones leave alone.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <regex>

#include "base/text.h"
#include "tidy/rules.h"

namespace pharos::tidy {
namespace {

// DESIGN: the floors of src/.
const std::map<std::string, int>& floors() {
  static const std::map<std::string, int> map{
      {"base", 1},   {"cel", 2},     {"work", 2},   {"ledger", 2},  {"store", 2}, {"playbook", 3},
      {"engine", 4}, {"journal", 5}, {"ingest", 5}, {"insight", 5}, {"demo", 5},  {"delivery", 5},
      {"access", 6}, {"history", 6}, {"server", 7}, {"cli", 8}};
  return map;
}

// The folder of ours that an include names; empty if it is none.
std::string folder_of_include(const std::string& include) {
  const std::size_t slash = include.find('/');
  if (include.empty() || include[0] != '"' || slash == std::string::npos) return "";
  return include.substr(1, slash - 1);
}

// Calls `take(file, line number, include)` for every include of src/.
template <class Take>
void each_include(const Tree& tree, Take take) {
  for (const File& file : tree.files) {
    if (!file.is_code() || file.folder().empty()) continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i)
      if (const std::string include = include_of(file.lines[i]); !include.empty())
        take(file, i + 1, include);
  }
}

std::string cmake_text(const Tree& tree) {
  const File* file = tree.find("src/CMakeLists.txt");
  std::string text;
  if (file)
    for (const std::string& line : file->lines) text += line.substr(0, line.find('#')) + "\n";
  return text;
}

// folder -> the USES of its pharos_folder().
std::map<std::string, std::set<std::string>> stated_uses(const Tree& tree) {
  static const std::regex call(R"(pharos_folder\(\s*(\w+)([^)]*)\))");
  static const std::regex word(R"(\S+)");
  const std::string text = cmake_text(tree);
  std::map<std::string, std::set<std::string>> uses;
  for (auto at = std::sregex_iterator(text.begin(), text.end(), call); at != std::sregex_iterator();
       ++at) {
    std::set<std::string>& names = uses[(*at)[1].str()];
    const std::string rest = (*at)[2].str();
    bool inside = false;
    for (auto w = std::sregex_iterator(rest.begin(), rest.end(), word); w != std::sregex_iterator();
         ++w) {
      if (w->str() == "USES" || w->str() == "LIBS")
        inside = w->str() == "USES";
      else if (inside)
        names.insert(w->str());
    }
  }
  return uses;
}

bool is_pure(const File& file) {
  static const std::set<std::string> folders{"base", "cel",    "playbook", "ledger",
                                             "work", "engine", "insight",  "demo"};
  static const std::set<std::string> edges{"src/base/zone.h", "src/base/zone.cc",
                                           "src/base/error.h", "src/base/error.cc"};
  return folders.contains(file.folder()) && !edges.contains(file.path) && !file.is_test();
}

void compare_map(const Tree& tree, const std::string& path, Faults& faults) {
  const File* file = tree.find(path);
  if (!file) {
    faults.push_back({path, 0, "is missing; write it, with a table of the folders of src/"});
    return;
  }
  static const std::regex row(R"(^\|\s*`src/(\w+)/?`\s*\|.*)");
  const std::set<std::string> folders = tree.source_folders();
  std::set<std::string> named;
  for (std::size_t i = 0; i < file->lines.size(); ++i) {
    std::smatch match;
    if (!std::regex_match(file->lines[i], match, row)) continue;
    const std::string name = match[1].str();
    if (!folders.contains(name))
      faults.push_back({path, i + 1,
                        fmt::format("the folder map names src/{}, which holds no code; "
                                    "take the row out",
                                    name)});
    if (!named.insert(name).second)
      faults.push_back({path, i + 1, fmt::format("the folder map names src/{} twice", name)});
  }
  for (const std::string& name : folders)
    if (!named.contains(name))
      faults.push_back({path, 0, fmt::format("the folder map lacks a row for `src/{}`", name)});
}

}  // namespace

std::string include_of(std::string_view line) {
  constexpr std::string_view start = "#include ";
  if (!line.starts_with(start)) return "";
  line.remove_prefix(start.size());
  if (line.empty() || (line[0] != '<' && line[0] != '"')) return "";
  const std::size_t end = line.find(line[0] == '<' ? '>' : '"', 1);
  return std::string(line.substr(0, end == std::string_view::npos ? end : end + 1));
}

Faults check_floors(const Tree& tree) {
  Faults faults;
  for (const std::string& folder : tree.source_folders())
    if (!floors().contains(folder))
      faults.push_back({"src/" + folder, 0,
                        "stands on no floor; give it one in docs/architecture.md and "
                        "test/tidy/floors.cc"});
  each_include(tree, [&](const File& file, std::size_t line, const std::string& include) {
    if (include[0] == '<') {
      if (tree.paths.contains("src/" + include.substr(1, include.size() - 2)))
        faults.push_back({file.path, line, include + " is ours; include it in quotes"});
      return;
    }
    const std::string from = file.folder(), to = folder_of_include(include);
    if (!tree.paths.contains("src/" + include.substr(1, include.size() - 2))) {
      faults.push_back(
          {file.path, line, include + " is no file of src/; write its path from there"});
    } else if (from != to && floors().contains(from) && floors().contains(to) &&
               floors().at(to) >= floors().at(from)) {
      faults.push_back(
          {file.path, line,
           fmt::format("{} (floor {}) includes {} (floor {}); only lower floors may be "
                       "used: move what is needed down, or the user up",
                       from, floors().at(from), to, floors().at(to))});
    }
  });
  return faults;
}

Faults check_uses(const Tree& tree) {
  const std::string path = "src/CMakeLists.txt";
  std::map<std::string, std::map<std::string, std::string>> included;  // from -> to -> first place
  each_include(tree, [&](const File& file, std::size_t line, const std::string& include) {
    const std::string to = folder_of_include(include);
    if (!to.empty() && to != file.folder())
      included[file.folder()].emplace(to, fmt::format("{}:{}", file.path, line));
  });
  Faults faults;
  const auto stated = stated_uses(tree);
  for (const std::string& folder : tree.source_folders()) {
    if (!stated.contains(folder)) {
      faults.push_back({path, 0, fmt::format("has no pharos_folder({} ...)", folder)});
      continue;
    }
    for (const auto& [to, place] : included[folder])
      if (!stated.at(folder).contains(to))
        faults.push_back(
            {path, 0, fmt::format("{} USES lacks {}, which {} includes", folder, to, place)});
    for (const std::string& to : stated.at(folder))
      if (!included[folder].contains(to))
        faults.push_back(
            {path, 0,
             fmt::format("{} USES {}, but includes nothing of it; take it out", folder, to)});
  }
  return faults;
}

Faults check_purity(const Tree& tree) {
  static const std::set<std::string> impure{
      "<thread>", "<mutex>",   "<shared_mutex>", "<condition_variable>", "<future>",   "<atomic>",
      "<chrono>", "<random>",  "<fstream>",      "<filesystem>",         "<iostream>", "<ctime>",
      "<time.h>", "<unistd.h>"};
  Faults faults;
  each_include(tree, [&](const File& file, std::size_t line, const std::string& include) {
    if (is_pure(file) && impure.contains(include))
      faults.push_back({file.path, line,
                        fmt::format("{} is a pure folder, and {} is not pure; take what it "
                                    "gives as an argument",
                                    file.folder(), include)});
  });
  return faults;
}

Faults check_heavy(const Tree& tree) {
  constexpr std::string_view heavy[] = {"<nlohmann/", "<yaml-cpp/", "<simdjson", "<SQLiteCpp/",
                                        "<boost/beast"};
  std::map<std::string_view, std::string> met;
  Faults faults;
  each_include(tree, [&](const File& file, std::size_t line, const std::string& include) {
    for (const std::string_view header : heavy) {
      if (!include.starts_with(header)) continue;
      if (file.path.ends_with(".h")) {
        faults.push_back({file.path, line,
                          include + " is heavy; meet it in one source, behind a header of ours"});
        continue;
      }
      if (file.path.ends_with("_test.cc")) continue;  // Rebuilt alone, and not part of the program.
      const auto [first, is_new] = met.emplace(header, file.path);
      if (!is_new && first->second != file.path)
        faults.push_back({file.path, line,
                          fmt::format("{} is heavy, and {} meets it already; ask that file",
                                      include, first->second)});
    }
  });
  return faults;
}

Faults check_folder_map(const Tree& tree) {
  Faults faults;
  compare_map(tree, "README.md", faults);
  compare_map(tree, "README.zh-CN.md", faults);
  return faults;
}

}  // namespace pharos::tidy
