// cli/check.cc: pharos check.
#include "base/document.h"
#include "cli/commands.h"
#include "cli/faults.h"
#include "cli/files.h"
#include "cli/show.h"
#include "playbook/load.h"

namespace pharos::cli {
namespace {

void put_file(Document& document, const std::string& file, const playbook::Loaded& loaded) {
  document.open_object();
  document.key("file").text(file);
  document.key("ok").boolean(loaded.playbook.has_value());
  if (loaded.playbook) {
    document.key("playbook").text(loaded.playbook->name);
    document.key("tracks").count(loaded.playbook->tracks.size());
    document.key("stages").count(loaded.playbook->stages.size());
    document.key("nodes").count(loaded.playbook->nodes.size());
    document.key("segments").count(loaded.playbook->segments.size());
    document.key("metrics").count(loaded.playbook->metrics.size());
  }
  document.key("diagnostics");
  put_faults(document, loaded.diagnostics, texts_of(loaded, file));
  document.close_object();
}

void print_file(const Shell& shell, const std::string& file, const playbook::Loaded& loaded) {
  show_faults(shell, loaded.diagnostics, texts_of(loaded, file));
  if (!loaded.playbook) {
    std::size_t errors = 0;
    for (const Diagnostic& diagnostic : loaded.diagnostics)
      if (diagnostic.severity == Severity::error) ++errors;
    return shell.print("{}: {}\n", file, counted(errors, "fault"));
  }
  const playbook::Playbook& playbook = *loaded.playbook;
  shell.print("{}: {}, {}, {}, {}, {}: ok\n", file, counted(playbook.tracks.size(), "track"),
              counted(playbook.stages.size(), "stage"), counted(playbook.nodes.size(), "node"),
              counted(playbook.segments.size(), "segment"),
              counted(playbook.metrics.size(), "metric"));
}

}  // namespace

Result<Exit> run_check(const Shell& shell, const FilesOptions& options) {
  Exit exit = Exit::done;
  Document document;
  document.open_list();
  for (const std::string& file : options.files) {
    const playbook::Loaded loaded = playbook::load(file, read_document);
    if (!loaded.playbook) exit = Exit::failed;
    if (shell.json)
      put_file(document, file, loaded);
    else
      print_file(shell, file, loaded);
  }
  document.close_list();
  if (shell.json) shell.write(document.take());
  return exit;
}

}  // namespace pharos::cli
