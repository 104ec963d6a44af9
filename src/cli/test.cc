// cli/test.cc: pharos test: unit tests of playbooks.
#include <algorithm>

#include "cli/commands.h"
#include "cli/document.h"
#include "cli/faults.h"
#include "cli/files.h"
#include "cli/life_text.h"
#include "cli/show.h"
#include "engine/trial.h"
#include "playbook/load.h"
#include "playbook/trial_file.h"

namespace pharos::cli {
namespace {

// One file of tests with what came out of them; no outcomes if it or its playbook has faults.
struct FileOutcome {
  std::string file;
  Diagnostics diagnostics;
  std::vector<engine::TrialOutcome> outcomes;

  bool passed() const {
    return !has_error(diagnostics) &&
           std::ranges::all_of(outcomes, [](const auto& each) { return each.mismatches.empty(); });
  }
};

Result<FileOutcome> run_file(const std::string& file) {
  FileOutcome outcome{.file = file, .diagnostics = {}, .outcomes = {}};
  const std::string text = TRY(read_file(file));
  playbook::TrialHead head = playbook::read_trial_head(text, file);
  outcome.diagnostics = std::move(head.diagnostics);
  if (!head.playbook || has_error(outcome.diagnostics)) return outcome;
  const playbook::Loaded loaded = playbook::load(*head.playbook, read_document);
  if (!loaded.playbook) {
    outcome.diagnostics = loaded.diagnostics;
    return outcome;
  }
  const playbook::TrialFile trials = playbook::read_trials(text, file, *loaded.playbook);
  outcome.diagnostics = trials.diagnostics;
  if (has_error(trials.diagnostics)) return outcome;
  for (const playbook::Trial& trial : trials.trials)
    outcome.outcomes.push_back(engine::run_trial(*loaded.playbook, trial));
  return outcome;
}

void put_file(Document& document, const FileOutcome& outcome) {
  document.open_object();
  document.key("file").text(outcome.file);
  document.key("passed").boolean(outcome.passed());
  document.key("faults");
  put_diagnostics(document, outcome.diagnostics);
  document.key("tests").open_list();
  for (const engine::TrialOutcome& trial : outcome.outcomes) {
    document.open_object();
    document.key("name").text(trial.name);
    document.key("place").text(place_text(trial.place));
    document.key("mismatches").open_list();
    for (const engine::Mismatch& mismatch : trial.mismatches) {
      document.open_object();
      document.key("place").text(place_text(mismatch.place));
      document.key("what").text(mismatch.what);
      document.key("expected").text(mismatch.expected);
      document.key("found").text(mismatch.found);
      document.close_object();
    }
    document.close_list().close_object();
  }
  document.close_list().close_object();
}

void print_file(const Shell& shell, const FileOutcome& outcome) {
  shell.show(outcome.diagnostics);
  std::size_t failed = 0;
  for (const engine::TrialOutcome& trial : outcome.outcomes) {
    shell.write(engine::format_outcome(trial));
    if (!trial.mismatches.empty()) ++failed;
  }
  if (has_error(outcome.diagnostics))
    shell.tell({"{}: has faults; nothing was run\n", "{}：文件有误，未运行\n"}, outcome.file);
  else if (failed > 0)
    shell.tell({"{}: {} of {} tests failed\n", "{}：{} 个失败，共 {} 个测试\n"}, outcome.file,
               failed, outcome.outcomes.size());
  else
    shell.tell({"{0}: {2} passed\n", "{0}：{1} 个测试通过\n"}, outcome.file,
               outcome.outcomes.size(), counted(outcome.outcomes.size(), "test"));
}

}  // namespace

Result<Exit> run_test(const Shell& shell, const FilesOptions& options) {
  Exit exit = Exit::done;
  Document document;
  document.open_list();
  for (const std::string& file : options.files) {
    const FileOutcome outcome = TRY(run_file(file));
    if (!outcome.passed()) exit = Exit::failed;
    if (shell.json)
      put_file(document, outcome);
    else
      print_file(shell, outcome);
  }
  document.close_list();
  if (shell.json) shell.write(document.take());
  return exit;
}

}  // namespace pharos::cli
