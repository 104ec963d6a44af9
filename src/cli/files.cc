// cli/files.cc: stdio, with errors as values.
#include "cli/files.h"

#include <cerrno>
#include <cstring>

namespace pharos::cli {
namespace {

constexpr std::size_t file_bytes_max = 64U << 20;

}  // namespace

Result<std::string> read_document(const std::string& path) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                       &std::fclose);
  if (!file)
    return fail(errno == ENOENT ? ErrorCode::not_found : ErrorCode::io, "{}", std::strerror(errno));
  std::string text;
  char piece[65'536];
  while (const std::size_t count = std::fread(piece, 1, sizeof piece, file.get())) {
    text.append(piece, count);
    if (text.size() > file_bytes_max) return fail(ErrorCode::limit, "it is larger than 64 MiB");
  }
  if (std::ferror(file.get())) return fail(ErrorCode::io, "{}", std::strerror(errno));
  return text;
}

Result<std::string> read_file(const std::string& path) {
  Result<std::string> text = read_document(path);
  if (!text) return fail(text.error().code, "{}: {}", path, text.error().message);
  return text;
}

Result<Output> Output::create(const std::string& path) {
  Output output;
  output.path_ = path;
  output.owned_.reset(std::fopen(path.c_str(), "wb"));
  output.file_ = output.owned_.get();
  if (!output.file_) return std::unexpected(output.refused().error());
  return output;
}

Output Output::on(std::FILE* stream) {
  Output output;
  output.file_ = stream;
  output.path_ = "output";
  return output;
}

Result<> Output::refused() const {
  return fail(ErrorCode::io, "{}: {}", path_, std::strerror(errno));
}

Result<> Output::write(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) return refused();
  return {};
}

Result<> Output::finish() {
  if (std::fflush(file_) != 0) return refused();
  if (owned_ && std::fclose(owned_.release()) != 0) return refused();
  return {};
}

}  // namespace pharos::cli
