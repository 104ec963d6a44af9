// sim/scenario.h: one made-up world as plain values: a playbook, and what happens to its accounts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/instant.h"
#include "engine/event.h"
#include "playbook/load.h"
#include "playbook/model.h"

namespace pharos::sim {

// One property of an event: a cell as engine/event.h describes it, or, of a string, its text.
struct Given {
  engine::Cell cell = engine::cell_absent;
  std::string text;
  bool operator==(const Given&) const = default;
};

struct Fact {
  std::string id;
  std::string account;  // Of a link: `to`.
  std::string member;   // Empty: none.
  std::uint32_t type = 0;
  Instant time;
  std::vector<Given> properties;  // As many as the type declares. Of a link: `from`.
};

// What happens next: an event arrives, or the clock of all accounts moves.
struct Step {
  bool is_tick = false;
  Instant tick;
  Fact fact;
};

struct Scenario {
  std::uint64_t seed = 0;
  std::string playbook;              // YAML
  std::vector<std::string> queries;  // Rules that are asked at the end.
  std::vector<Step> steps;
};

// The playbook of a scenario and its queries, compiled.
struct Loaded {
  playbook::Playbook playbook;
  std::vector<cel::Rule> queries;
};
// The diagnostics as text, if the scenario's playbook or a query is refused.
std::expected<Loaded, std::string> load(const Scenario& scenario);

// To a batch, as ingest hands events over: with texts, without numbers.
void add_event(engine::EventBatch& batch, const Fact& fact, const cel::Schema& schema);

std::string format_step(const Step& step, const playbook::Playbook& playbook);

}  // namespace pharos::sim
