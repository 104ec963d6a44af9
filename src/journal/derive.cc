// journal/derive.cc: a fold from nothing, and its effects as rows.
#include "journal/derive.h"

#include "journal/history.h"
#include "journal/replay.h"
#include "journal/rows.h"

namespace pharos::journal {

Result<> derive_rows(store::Database& journal, store::Database& tables,
                     const playbook::Playbook& playbook,
                     const std::function<void(const Block&)>& watch, const Progress& progress) {
  RowWriter rows = TRY(RowWriter::prepare(tables, playbook));
  LinkSource links;
  engine::Fold fold(playbook,
                    {.queries = {},
                     .queries_only = false,
                     .history = [&links](engine::AccountNumber a, engine::AccountNumber b) {
                       return links.events_of(a, b);
                     }});
  Replay replay(journal, playbook, fold, links, {});
  Replay::Watch watches{.block = {}, .effects = {}, .progress = progress};
  if (watch)
    watches.block = [&](const Block& block, const std::vector<std::uint64_t>&) { watch(block); };
  watches.effects = [&](const engine::Effects& effects) -> Result<> {
    return rows.write(rows_of(effects, fold));
  };
  return replay.run(watches);
}

}  // namespace pharos::journal
