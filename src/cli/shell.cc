// cli/shell.cc: emphasis on terminals, labels by language.
#include "cli/shell.h"

namespace pharos::cli {

std::string Shell::strong(std::string_view text) const {
  return out_is_terminal ? fmt::format("\x1b[1m{}\x1b[0m", text) : std::string(text);
}

std::string Shell::faint(std::string_view text) const {
  return out_is_terminal ? fmt::format("\x1b[2m{}\x1b[0m", text) : std::string(text);
}

std::string label_of(const playbook::Label& label, std::string_view name, Language language) {
  auto found = label.find(language == Language::zh ? "zh" : "en");
  if (found == label.end()) found = label.find("en");
  return found == label.end() ? std::string(name) : found->second;
}

}  // namespace pharos::cli
