// ingest/input_file.h: which files an import reads, and by which part of the map.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "ingest/import.h"
#include "ingest/map.h"

namespace pharos::ingest {

struct InputFile {
  std::string path;
  std::uint64_t bytes = 0;       // As stored.
  const FileMap* map = nullptr;  // Null: native events.
  Format format = Format::csv;
  char delimiter = ',';
};

struct InputFiles {
  std::vector<InputFile> files;      // In the order of the paths; those of a folder by name.
  std::vector<std::string> ignored;  // CSV and NDJSON files of folders that were not asked for.
};

// Errors: not_found; invalid (a file that the map does not name, nothing to read, no known format).
Result<InputFiles> find_input_files(const ImportOptions& options);

// A file by the name that a map gives it, packed or not: beside `beside`, or in a folder of
// `files`. Errors: not_found.
Result<std::string> find_joined_file(const std::string& name, const std::string& beside,
                                     const std::vector<InputFile>& files);

}  // namespace pharos::ingest
