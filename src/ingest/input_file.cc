// ingest/input_file.cc: folders, names and patterns.
#include "ingest/input_file.h"

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/text.h"

namespace pharos::ingest {
namespace {

namespace fs = std::filesystem;

// Without .gz and .zst.
std::string unpacked_name(const std::string& path) {
  std::string name = fs::path(path).filename().string();
  for (const std::string_view suffix : {".gz", ".zst"})
    if (name.ends_with(suffix)) return name.substr(0, name.size() - suffix.size());
  return name;
}

bool fits(const std::string& pattern, const std::string& path) {
  const std::string name = fs::path(path).filename().string();
  return fnmatch(pattern.c_str(), name.c_str(), 0) == 0 ||
         fnmatch(pattern.c_str(), unpacked_name(path).c_str(), 0) == 0;
}

const FileMap* find_map(const Map& map, const std::string& path) {
  for (const FileMap& file : map.files)
    if (fits(file.name, path)) return &file;
  return nullptr;
}

bool is_joined(const Map& map, const std::string& path) {
  for (const FileMap& file : map.files)
    for (const RowsMap& rows : file.rows)
      for (const JoinMap& join : rows.joins)
        if (fits(join.file, path)) return true;
  return false;
}

std::optional<Format> format_of(const std::string& path) {
  const std::string extension = fs::path(unpacked_name(path)).extension().string();
  if (extension == ".csv" || extension == ".tsv" || extension == ".txt") return Format::csv;
  if (extension == ".ndjson" || extension == ".jsonl" || extension == ".json")
    return Format::ndjson;
  return std::nullopt;
}

class Finder {
 public:
  explicit Finder(const ImportOptions& options) : options_(options) {}

  Result<InputFiles> find() {
    for (const std::string& path : options_.paths) {
      std::error_code code;
      const fs::file_status status = fs::status(path, code);
      if (!fs::exists(status)) return fail(ErrorCode::not_found, "{}: no such file", path);
      if (fs::is_directory(status))
        TRY(add_folder(path));
      else
        TRY(add_named(path));
    }
    if (found_.files.empty())
      return fail(ErrorCode::invalid, "there is nothing to import: {}", expected());
    return std::move(found_);
  }

 private:
  std::string expected() const {
    if (!options_.map) return "no .ndjson or .jsonl file was given";
    std::string names;
    for (const FileMap& file : options_.map->files)
      names += (names.empty() ? "" : ", ") + file.name;
    return fmt::format("{} names {}", options_.map->path, names);
  }

  Result<> add_folder(const std::string& dir) {
    std::vector<std::string> paths;
    std::error_code code;
    for (fs::directory_iterator at(dir, code), end; !code && at != end; at.increment(code))
      if (at->is_regular_file(code)) paths.push_back(at->path().string());
    if (code) return fail(ErrorCode::io, "{}: cannot list it: {}", dir, code.message());
    std::ranges::sort(paths);
    for (const std::string& path : paths) {
      const bool wanted = options_.map ? find_map(*options_.map, path) != nullptr
                                       : format_of(path) == Format::ndjson;
      if (wanted)
        TRY(add(path));
      else if (format_of(path) && !(options_.map && is_joined(*options_.map, path)))
        found_.ignored.push_back(path);
    }
    return {};
  }

  Result<> add_named(const std::string& path) {
    if (options_.map) {
      if (find_map(*options_.map, path)) return add(path);
      if (is_joined(*options_.map, path)) return {};
      std::vector<std::string> names;
      for (const FileMap& file : options_.map->files) names.push_back(file.name);
      const std::string hint = did_you_mean(unpacked_name(path), names);
      return fail(ErrorCode::invalid, "{}: the map does not say what is in it; {}{}{}", path,
                  expected(), hint.empty() ? "" : ". ", hint);
    }
    if (format_of(path) == Format::csv)
      return fail(ErrorCode::invalid,
                  "{}: a CSV file needs a map that says what its columns are (--map)", path);
    return add(path);
  }

  Result<> add(const std::string& path) {
    std::error_code code;
    if (!seen_.insert(fs::weakly_canonical(path, code).string()).second) return {};
    InputFile file;
    file.path = path;
    const std::uintmax_t bytes = fs::file_size(path, code);
    file.bytes = code ? 0 : bytes;
    file.map = options_.map ? find_map(*options_.map, path) : nullptr;
    std::optional<Format> format = file.map ? file.map->format : std::nullopt;
    if (!format) format = format_of(path);
    if (!format)
      return fail(
          ErrorCode::invalid,
          "{}: its name does not tell CSV from NDJSON; say format: csv or ndjson in the map", path);
    file.format = *format;
    if (unpacked_name(path).ends_with(".tsv")) file.delimiter = '\t';
    if (file.map && file.map->delimiter) file.delimiter = *file.map->delimiter;
    found_.files.push_back(std::move(file));
    return {};
  }

  const ImportOptions& options_;
  InputFiles found_;
  std::set<std::string> seen_;
};

}  // namespace

Result<InputFiles> find_input_files(const ImportOptions& options) {
  return Finder(options).find();
}

Result<std::string> find_joined_file(const std::string& name, const std::string& beside,
                                     const std::vector<InputFile>& files) {
  std::vector<fs::path> dirs = {fs::path(beside).parent_path()};
  for (const InputFile& file : files) dirs.push_back(fs::path(file.path).parent_path());
  for (const fs::path& dir : dirs)
    for (const std::string_view suffix : {"", ".gz", ".zst"}) {
      const fs::path path = dir / (name + std::string(suffix));
      std::error_code code;
      if (fs::is_regular_file(path, code)) return path.string();
    }
  return fail(ErrorCode::not_found, "the joined file {} is not in the folder of {}",
              pharos::quoted(name), beside);
}

}  // namespace pharos::ingest
