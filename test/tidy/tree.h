// tidy/tree.h: the files of the repository as lines, and faults found in them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace pharos::tidy {

struct File {
  std::string path;  // From the root of the repository: src/base/text.h
  std::vector<std::string> lines;

  bool is_code() const;  // .h or .cc
  bool is_test() const;  // Anything under test/, and *_test.cc, *_bench.cc and *_fuzz.cc.
  bool is_under(std::string_view folder) const;  // "src/base"
  std::string folder() const;                    // Of src/: "base"; elsewhere empty.
  std::string name() const;                      // text.h
};

struct Tree {
  std::vector<File> files;  // By path. Text that people write; no data, corpora or golden files.
  std::set<std::string> paths;  // Every file and folder, for links.

  const File* find(std::string_view path) const;
  std::set<std::string> source_folders() const;  // Of src/, those that hold code.
};

Tree read_tree(const std::filesystem::path& root);
File make_file(std::string path, std::string_view text);

// A broken rule: where, what, and what to do.
struct Fault {
  std::string path;
  std::size_t line = 0;  // From 1; 0: the file as a whole.
  std::string message;
};
using Faults = std::vector<Fault>;
std::string format_faults(const Faults& faults);

}  // namespace pharos::tidy
