// cel/regex.cc: the one file that meets RE2.
#include "cel/regex.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include "cel/limits.h"

namespace pharos::cel {

Regex::Regex(std::unique_ptr<re2::RE2> pattern) : pattern_(std::move(pattern)) {}
Regex::~Regex() = default;

std::unique_ptr<Regex> Regex::compile(std::string_view pattern, std::string& fault) {
  if (pattern.size() > pattern_bytes_max) {
    fault =
        fmt::format("the pattern has {} bytes; the limit is {}", pattern.size(), pattern_bytes_max);
    return nullptr;
  }
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_max_mem(pattern_memory_max);
  auto compiled =
      std::make_unique<re2::RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (!compiled->ok()) {
    fault = compiled->error();
    return nullptr;
  }
  return std::unique_ptr<Regex>(new Regex(std::move(compiled)));
}

bool Regex::found_in(std::string_view text) const {
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *pattern_);
}

std::uint64_t Regex::steps(std::size_t text_bytes) const {
  const auto size = static_cast<std::uint64_t>(pattern_->ProgramSize());
  return 1 + text_bytes * (16 + size) / 256;
}

}  // namespace pharos::cel
