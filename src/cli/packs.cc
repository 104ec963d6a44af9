// cli/packs.cc: packs by name.
#include "cli/packs.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.h"

namespace pharos::cli {
namespace {

constexpr std::string_view main_document = "/playbook.yaml";

Result<std::string> read_embedded(const std::string& path) {
  for (const EmbeddedFile& file : embedded_files())
    if (file.path == path) return std::string(file.text);
  return fail(ErrorCode::not_found, "no such file in this pack");
}

}  // namespace

std::vector<std::string> pack_names() {
  std::vector<std::string> names;
  for (const EmbeddedFile& file : embedded_files())
    if (file.path.ends_with(main_document))
      names.emplace_back(file.path.substr(0, file.path.size() - main_document.size()));
  return names;
}

Result<playbook::Loaded> load_pack(std::string_view name) {
  const std::vector<std::string> names = pack_names();
  if (std::ranges::find(names, name) == names.end()) {
    const std::string hint = did_you_mean(name, names);
    return fail(ErrorCode::not_found, "there is no pack \"{}\"; there are: {}{}{}", name,
                fmt::join(names, ", "), hint.empty() ? "" : "\n  ", hint);
  }
  playbook::Loaded loaded =
      playbook::load(std::string(name) + std::string(main_document), read_embedded);
  if (!loaded.playbook) {
    std::string faults;
    for (const Diagnostic& diagnostic : loaded.diagnostics)
      faults += "\n" + format_diagnostic(diagnostic);
    return fail(ErrorCode::invalid, "the pack {} has faults:{}", name, faults);
  }
  return loaded;
}

}  // namespace pharos::cli
