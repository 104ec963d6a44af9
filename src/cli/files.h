// cli/files.h: whole files in, and a buffered way out.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

namespace pharos::cli {

// Errors: not_found, io, limit (more than 64 MiB: no playbook, map or test is that large). The
// message of read_file() names the path; that of read_document() leaves it to the caller, as
// playbook::Reader has it.
Result<std::string> read_file(const std::string& path);
Result<std::string> read_document(const std::string& path);

// A file, or an open stream such as stdout, that is written front to back.
class Output {
 public:
  // Errors: io (cannot be created).
  static Result<Output> create(const std::string& path);
  static Output on(std::FILE* stream);

  Result<> write(std::string_view text);
  // Everything is with the system; a created file is closed. Errors: io (a full disk, a closed
  // pipe).
  Result<> finish();

 private:
  struct Closed {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  Output() = default;
  Result<> refused() const;

  std::unique_ptr<std::FILE, Closed> owned_;
  std::FILE* file_ = nullptr;
  std::string path_;
};

}  // namespace pharos::cli
