// cli/test.cc: pharos test: unit tests of playbooks.
#include <algorithm>

#include "base/document.h"
#include "cli/commands.h"
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
  std::string file, text;
  std::string playbook;  // The path of the one it tests, and what was read there.
  playbook::Loaded loaded;
  Diagnostics diagnostics;
  std::vector<engine::TrialOutcome> outcomes;

  FaultTexts texts() const {
    FaultTexts texts = texts_of(loaded, playbook);
    texts.push_back({file, text});
    return texts;
  }
  bool passed() const {
    return !has_error(diagnostics) &&
           std::ranges::all_of(outcomes, [](const auto& each) { return each.mismatches.empty(); });
  }
};

Result<FileOutcome> run_file(const std::string& file) {
  FileOutcome outcome;
  outcome.file = file;
  outcome.text = TRY(read_file(file));
  playbook::TrialHead head = playbook::read_trial_head(outcome.text, file);
  outcome.diagnostics = std::move(head.diagnostics);
  if (!head.playbook || has_error(outcome.diagnostics)) return outcome;
  outcome.playbook = *head.playbook;
  outcome.loaded = playbook::load(outcome.playbook, read_document);
  if (!outcome.loaded.playbook) {
    outcome.diagnostics = outcome.loaded.diagnostics;
    return outcome;
  }
  const playbook::Playbook& playbook = *outcome.loaded.playbook;
  const playbook::TrialFile trials = playbook::read_trials(outcome.text, file, playbook);
  outcome.diagnostics = trials.diagnostics;
  if (has_error(trials.diagnostics)) return outcome;
  for (const playbook::Trial& trial : trials.trials)
    outcome.outcomes.push_back(engine::run_trial(playbook, trial));
  return outcome;
}

void put_file(Document& document, const FileOutcome& outcome) {
  document.open_object();
  document.key("file").text(outcome.file);
  document.key("passed").boolean(outcome.passed());
  document.key("faults");
  put_faults(document, outcome.diagnostics, outcome.texts());
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
  show_faults(shell, outcome.diagnostics, outcome.texts());
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
