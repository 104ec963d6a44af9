// cel/regex.h: regular expressions of matches(): RE2, in linear time and bounded memory.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace pharos::cel {

class Regex {
 public:
  // Null, and the reason in `fault`, if it is not a pattern or passes a limit.
  static std::unique_ptr<Regex> compile(std::string_view pattern, std::string& fault);
  ~Regex();

  bool found_in(std::string_view text) const;
  // Steps that it may take: at worst each byte of the text meets each instruction of the pattern.
  std::uint64_t steps(std::size_t text_bytes) const;

 private:
  explicit Regex(std::unique_ptr<re2::RE2> pattern);
  std::unique_ptr<re2::RE2> pattern_;
};

}  // namespace pharos::cel
