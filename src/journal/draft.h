// journal/draft.h: the journal of a repaired workspace, written from what is sound.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "journal/known_ids.h"
#include "journal/repair.h"
#include "journal/salvage.h"
#include "playbook/model.h"
#include "store/database.h"

namespace pharos::journal {

class Draft {
 public:
  // The file at `path` has its tables and its playbook, and is open nowhere. All must outlive it.
  Draft(std::string path, const Salvage& salvage, const playbook::Playbook& playbook,
        RepairReport& report);
  // Fills the journal and the tables that follow from it.
  Result<> write(const Progress& progress);

 private:
  // Where the journal of the draft has come to.
  struct Place {
    std::uint64_t block = 0, chain = 0, seq_next = 1;
    std::uint32_t account_next = 0, member_next = 0;
    Instant time_last = instant_min;
  };
  void note_lost(std::uint64_t seq_next, Instant time_after);
  std::uint64_t traced_end() const;

  Result<> keep_blocks(store::Database& database);
  Result<> write_gap(store::Database& database, std::uint64_t seq_next, std::uint32_t account_next,
                     std::uint32_t member_next);
  Result<> write_block(store::Database& database, const FoundBlock& block, std::string_view bytes);

  Result<> retell(const Progress& progress);
  Result<> retell_run(std::size_t begin, std::size_t end, const Progress& progress);
  Result<> leave_gap(std::uint64_t seq_next);

  const std::string path_;
  const Salvage& salvage_;
  const playbook::Playbook& playbook_;
  RepairReport& report_;
  std::vector<FoundBlock> blocks_;
  std::optional<KnownIds> ids_;  // Where directories are lost.
  Place place_;
};

}  // namespace pharos::journal
