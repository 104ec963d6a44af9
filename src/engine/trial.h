// engine/trial.h: runs a playbook's unit tests through the fold and says what came out otherwise.
#pragma once

#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "playbook/model.h"
#include "playbook/trial_file.h"

namespace pharos::engine {

// One expectation that was not met; both sides as text, times in the playbook's zone.
struct Mismatch {
  Place place;
  std::string what;  // "main.signed entered", "main at the end", "segment silent left"
  std::string expected;
  std::string found;
};

struct TrialOutcome {
  std::string name;
  Place place;
  std::vector<Mismatch> mismatches;  // Empty: passed.
};

// The trial must come of read_trials() with the same playbook, without errors.
TrialOutcome run_trial(const playbook::Playbook& playbook, const playbook::Trial& trial);

// "" for a passed one; else some lines: the test, and what was expected and found, aligned.
std::string format_outcome(const TrialOutcome& outcome);

}  // namespace pharos::engine
