// journal/history.h: all events of a few accounts, out of the blocks.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/fold.h"
#include "journal/block.h"
#include "journal/numbering.h"
#include "journal/workspace.h"
#include "playbook/model.h"
#include "store/database.h"

namespace pharos::journal {

// An account and those linked to it, as the tables know them.
struct Group {
  std::string id;  // The present one.
  std::vector<std::string> aliases;
  std::vector<engine::AccountNumber> numbers;  // The journal's; of `id`, then of the aliases.
};
// By its id or one of its aliases. Errors: not_found (with the nearest id).
Result<Group> find_group(store::Database& database, std::string_view id);

// Adds an event, text and all, to a history. Cells follow the schema that the batch was read under.
void add_to_history(const cel::Schema& schema, const engine::EventBatch& from, std::size_t index,
                    std::uint64_t seq, engine::History& to);

// One account's history as the contract of the workspace says.
Result<Workspace::AccountHistory> read_history(store::Database& database,
                                               const playbook::Playbook& playbook,
                                               std::string_view account);

struct Link {
  engine::AccountNumber from, to;
};

// What a fold asks for at a link of two accounts with history: their events before the batch at
// hand. Belongs to one writer or one replay, which keeps it up to date.
struct LinkSource {
  store::Database* database = nullptr;
  const playbook::Playbook* playbook = nullptr;
  const Numbering* numbering = nullptr;
  const engine::Effects* effects = nullptr;  // Its links are those of the batch at hand.
  std::function<Result<>()> flush;           // Before reading; may be empty.
  std::vector<Link> links;                   // Of all batches before.
  std::uint64_t seq_end = 0;
  Instant as_of = never;
  std::optional<Error> failure;  // A fold cannot be told; its caller has to look here.

  engine::History events_of(engine::AccountNumber a, engine::AccountNumber b);

 private:
  Result<engine::History> read(engine::AccountNumber a, engine::AccountNumber b);
};

}  // namespace pharos::journal
