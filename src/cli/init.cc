// cli/init.cc: pharos init.
#include <algorithm>

#include "cli/commands.h"
#include "cli/faults.h"
#include "cli/files.h"
#include "cli/packs.h"
#include "cli/show.h"
#include "journal/workspace.h"

namespace pharos::cli {

Result<Exit> run_init(const Shell& shell, const InitOptions& options) {
  playbook::Loaded loaded;
  if (!options.pack.empty()) {
    Result<playbook::Loaded> pack = load_pack(options.pack);
    if (!pack && pack.error().code == ErrorCode::not_found)
      return shell.misused("{}", pack.error().message);
    loaded = TRY(std::move(pack));
  } else {
    loaded = playbook::load(options.playbook, read_document);
    show_faults(shell, loaded.diagnostics, texts_of(loaded, options.playbook));
    if (!loaded.playbook)
      return fail(ErrorCode::invalid, "{} has faults; no workspace was made", options.playbook);
  }
  TRY(journal::Workspace::create(options.dir, loaded.sources));
  const playbook::Playbook& playbook = *loaded.playbook;
  shell.print("{}: a workspace with the playbook {} ({}, {})\n", options.dir, playbook.name,
              counted(playbook.tracks.size(), "track"), counted(playbook.nodes.size(), "node"));
  shell.print("Next: pharos import {} FILE...\n", options.dir);
  return Exit::done;
}

}  // namespace pharos::cli
