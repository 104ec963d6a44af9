// tidy/tree.cc: walks the repository.
#include "tidy/tree.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/text.h"

namespace pharos::tidy {
namespace {

namespace fs = std::filesystem;

bool is_left_out(const fs::path& path) {
  static const std::set<std::string> names{".git", "build", "node_modules", "work", "dist"};
  return names.contains(path.filename().string());
}

// What people write line by line. Corpora and golden files are data, and so are lists of others.
bool is_text(const std::string& path) {
  if (path.starts_with("test/golden/") || path.starts_with("test/fuzz/corpus/")) return false;
  static const std::set<std::string> endings{".h", ".cc", ".md", ".yaml", ".cmake", ".txt"};
  return endings.contains(fs::path(path).extension().string()) || path == "x" || path == ".ci/run";
}

}  // namespace

bool File::is_code() const {
  return path.ends_with(".h") || path.ends_with(".cc");
}

bool File::is_test() const {
  return is_under("test") || path.ends_with("_test.cc") || path.ends_with("_bench.cc") ||
         path.ends_with("_fuzz.cc");
}

bool File::is_under(std::string_view folder) const {
  return path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/';
}

std::string File::folder() const {
  const auto parts = split(path, '/');
  return parts.size() >= 3 && parts[0] == "src" ? std::string(parts[1]) : "";
}

std::string File::name() const {
  return path.substr(path.rfind('/') + 1);
}

const File* Tree::find(std::string_view path) const {
  const auto found = std::ranges::find(files, path, &File::path);
  return found == files.end() ? nullptr : &*found;
}

std::set<std::string> Tree::source_folders() const {
  std::set<std::string> folders;
  for (const File& file : files)
    if (file.is_code() && !file.folder().empty()) folders.insert(file.folder());
  return folders;
}

File make_file(std::string path, std::string_view text) {
  File file{std::move(path), {}};
  if (text.ends_with('\n')) text.remove_suffix(1);
  for (const std::string_view line : split(text, '\n')) file.lines.emplace_back(line);
  return file;
}

Tree read_tree(const fs::path& root) {
  Tree tree;
  for (auto at = fs::recursive_directory_iterator(root); at != fs::recursive_directory_iterator();
       ++at) {
    if (is_left_out(at->path())) {
      at.disable_recursion_pending();
      continue;
    }
    const std::string path = at->path().lexically_relative(root).generic_string();
    tree.paths.insert(path);
    if (!at->is_regular_file() || !is_text(path)) continue;
    std::ifstream stream(at->path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    tree.files.push_back(make_file(path, text));
  }
  std::ranges::sort(tree.files, {}, &File::path);
  return tree;
}

std::string format_faults(const Faults& faults) {
  std::string text;
  for (const Fault& fault : faults) {
    text += fault.path;
    if (fault.line > 0) text += ":" + std::to_string(fault.line);
    text += ": " + fault.message + "\n";
  }
  return text;
}

}  // namespace pharos::tidy
