// cli/packs.h: the playbooks that come inside the program: packs/ of the source tree.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "playbook/load.h"

namespace pharos::cli {

struct EmbeddedFile {
  std::string_view path;  // Below packs/: "platform/playbook.yaml".
  std::string_view text;
};
// In order of path. Written at build time by cmake/embed.cmake.
std::span<const EmbeddedFile> embedded_files();

std::vector<std::string> pack_names();

// A pack's playbook with all that it includes. Errors: not_found (with the names there are),
// invalid (it does not check, which a test of ours excludes).
Result<playbook::Loaded> load_pack(std::string_view name);

}  // namespace pharos::cli
