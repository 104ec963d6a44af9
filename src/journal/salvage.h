// journal/salvage.h: what can be made out in a damaged file: playbooks, blocks that are sound, and
// the ids that the tables still know.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/instant.h"
#include "cel/schema.h"
#include "journal/block.h"
#include "playbook/load.h"
#include "store/pages.h"

namespace pharos::journal {

struct FoundPlaybook {
  Instant published_at{0};
  std::vector<playbook::Source> sources;
};

// A block whose bytes have their checksum. What it says comes from its bytes alone.
struct FoundBlock {
  std::uint64_t number = 0;
  std::uint64_t seq_first = 0, event_count = 0;
  Instant tick = instant_min;
  Instant time_first = never, time_last = instant_min;
  std::uint32_t account_first = 0, account_count = 0;
  std::uint32_t member_first = 0, member_count = 0;
  std::uint32_t page = 0, at = 0;  // Of its row.
  std::uint64_t seq_end() const { return seq_first + event_count; }
  bool is_gap() const { return event_count == 0 && tick == instant_min; }
};

// What the row of a block that is lost still says.
struct LostRow {
  std::uint64_t number = 0, seq_first = 0, event_count = 0;
  Instant time_first = never, time_last = instant_min;
};

struct MemberName {
  std::string account, id;
  std::uint32_t number = 0;  // A fold's: the journal's where no accounts are linked.
};

// The ids that the tables know.
struct Names {
  std::map<std::uint32_t, std::string> accounts;  // Aliases too; by number.
  std::vector<MemberName> members;
  bool has_alias = false;
};

class Salvage {
 public:
  // Reads all pages once.
  static Result<Salvage> read(const std::string& path);

  // Versions whose documents are all there and as they were stored.
  const std::map<int, FoundPlaybook>& playbooks() const { return playbooks_; }
  // The greatest version that anything speaks of; 0: none.
  int version_last() const { return version_last_; }
  // The sound blocks in the order of their events, each event once. Errors: invalid (a block of a
  // newer Pharos, or one that this playbook's currency cannot read).
  Result<std::vector<FoundBlock>> blocks(const cel::Schema& schema) const;
  std::optional<std::string> bytes_of(const FoundBlock& block) const;
  const std::vector<LostRow>& lost_rows() const { return lost_rows_; }
  // The last event that a derived row speaks of.
  std::uint64_t seq_last() const { return seq_last_; }
  Result<Names> names() const;
  // Whether the file is shorter than it says.
  bool is_cut_short() const { return pages_.is_cut_short(); }

 private:
  explicit Salvage(store::PageFile pages) : pages_(std::move(pages)) {}
  void take(store::FoundRow&& row);
  void take_block(const store::FoundRow& row);
  void take_seq(const store::FoundRow& row);
  void settle_playbooks();

  struct Place {
    std::uint64_t number;
    std::uint32_t page, at;
  };
  store::PageFile pages_;
  std::vector<Place> places_;  // Of rows with sound blocks.
  std::vector<LostRow> lost_rows_;
  std::uint64_t seq_last_ = 0;
  std::map<int, Instant> published_;
  std::map<int, std::map<std::int64_t, playbook::Source>> sources_;
  std::map<std::string, std::string> sums_;  // Of `meta`.
  std::map<int, FoundPlaybook> playbooks_;
  int version_last_ = 0;
};

}  // namespace pharos::journal
