// journal/salvage.cc: rows are known by their shape; what can be checked is checked.
#include "journal/salvage.h"

#include <algorithm>
#include <tuple>

#include "base/hash.h"
#include "base/text.h"
#include "journal/seal.h"

namespace pharos::journal {
namespace {

using store::FoundRow;

const std::int64_t* integer_at(const FoundRow& row, std::size_t i) {
  return i < row.values.size() ? std::get_if<std::int64_t>(&row.values[i]) : nullptr;
}
const std::string* text_at(const FoundRow& row, std::size_t i) {
  return i < row.values.size() ? std::get_if<std::string>(&row.values[i]) : nullptr;
}
bool is_null_at(const FoundRow& row, std::size_t i) {
  return i < row.values.size() && std::holds_alternative<std::nullptr_t>(row.values[i]);
}
Instant instant_at(const FoundRow& row, std::size_t i, Instant otherwise) {
  const std::int64_t* ms = integer_at(row, i);
  return ms && *ms > instant_min.ms && *ms < never.ms ? Instant{*ms} : otherwise;
}

// The columns of `block`.
enum BlockColumn : std::size_t {
  slot_column = 1,
  seq_column,
  count_column,
  first_column,
  last_column,
  tick_column,
  bytes_column,
  checksum_column,
  chain_column,
  data_column
};

bool is_block_shape(const FoundRow& row) {
  if (!row.rowid || !is_null_at(row, 0)) return false;
  for (const std::size_t i : {seq_column, count_column})
    if (const std::int64_t* value = integer_at(row, i); !value || *value < 0) return false;
  return true;
}

const store::Bytes* data_of(const FoundRow& row) {
  if (!row.rowid || row.values.size() <= data_column) return nullptr;
  const auto* data = std::get_if<store::Bytes>(&row.values[data_column]);
  return data && data->bytes.starts_with(block_mark) ? data : nullptr;
}

bool is_sound(const FoundRow& row, const store::Bytes& data) {
  const std::int64_t* checksum = integer_at(row, checksum_column);
  return checksum && static_cast<std::uint64_t>(*checksum) == checksum_of(data.bytes);
}

bool is_of_slot(const FoundRow& row, std::size_t account) {
  const std::int64_t* slot = integer_at(row, 0);
  const std::string* id = text_at(row, account);
  return slot && id && *slot == slot_of(*id);
}

std::optional<std::uint32_t> number_at(const FoundRow& row, std::size_t i) {
  const std::int64_t* number = integer_at(row, i);
  if (!number || *number < 0 || *number >= 0xFFFF'FFFE) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

}  // namespace

Result<Salvage> Salvage::read(const std::string& path) {
  Salvage salvage(TRY(store::PageFile::open(path)));
  const auto take = [&](FoundRow&& row) -> Result<> {
    salvage.take(std::move(row));
    return {};
  };
  TRY(salvage.pages_.each_row(take));
  salvage.settle_playbooks();
  return salvage;
}

void Salvage::take(FoundRow&& row) {
  take_block(row);
  if (!row.is_whole) return;
  take_seq(row);
  if (row.rowid && row.values.size() == 2 && is_null_at(row, 0) && integer_at(row, 1)) {
    if (*row.rowid > 0 && *row.rowid < 1'000'000)
      published_.try_emplace(static_cast<int>(*row.rowid), Instant{*integer_at(row, 1)});
  } else if (!row.rowid && row.values.size() == 4 && integer_at(row, 0) && integer_at(row, 1) &&
             text_at(row, 2) && text_at(row, 3)) {
    const std::int64_t version = *integer_at(row, 0), position = *integer_at(row, 1);
    if (version > 0 && version < 1'000'000 && position >= 0)
      sources_[static_cast<int>(version)].try_emplace(
          position, playbook::Source{*text_at(row, 2), *text_at(row, 3)});
  } else if (!row.rowid && row.values.size() == 2 && text_at(row, 0) && text_at(row, 1)) {
    sums_.try_emplace(*text_at(row, 0), *text_at(row, 1));
  }
}

void Salvage::take_block(const FoundRow& row) {
  const store::Bytes* data = data_of(row);
  if (data && is_sound(row, *data)) {
    places_.push_back({static_cast<std::uint64_t>(*row.rowid), row.page, row.at});
    return;
  }
  if (!is_block_shape(row)) return;
  lost_rows_.push_back({static_cast<std::uint64_t>(*row.rowid),
                        static_cast<std::uint64_t>(*integer_at(row, seq_column)),
                        static_cast<std::uint64_t>(*integer_at(row, count_column)),
                        instant_at(row, first_column, never),
                        instant_at(row, last_column, instant_min)});
}

// Rows of `transition` and `segment_change` end with the number of their event.
void Salvage::take_seq(const FoundRow& row) {
  const bool is_transition = row.values.size() == 9 && text_at(row, 3) && text_at(row, 5);
  const bool is_segment = row.values.size() == 7 && text_at(row, 3) && text_at(row, 4);
  if (row.rowid || (!is_transition && !is_segment) || !is_of_slot(row, 1)) return;
  if (const std::int64_t* seq = integer_at(row, row.values.size() - 1); seq && *seq > 0)
    seq_last_ = std::max(seq_last_, static_cast<std::uint64_t>(*seq));
}

void Salvage::settle_playbooks() {
  for (auto& [version, sources] : sources_) {
    version_last_ = std::max(version_last_, version);
    FoundPlaybook playbook;
    if (const auto at = published_.find(version); at != published_.end())
      playbook.published_at = at->second;
    std::int64_t next = 0;
    for (auto& [position, source] : sources)
      if (position == next++) playbook.sources.push_back(source);
    const bool is_gapless = playbook.sources.size() == sources.size();
    const auto sealed = sums_.find(playbook_seal_key(version));
    const auto seal = sealed == sums_.end() ? std::nullopt : read_playbook_seal(sealed->second);
    if (seal) playbook.published_at = seal->published_at;
    const bool is_sealed = !seal || seal->documents == documents_sum(playbook.sources);
    if (is_gapless && is_sealed) playbooks_.emplace(version, std::move(playbook));
  }
  for (const auto& [version, at] : published_)
    if (sums_.contains(playbook_seal_key(version)))
      version_last_ = std::max(version_last_, version);
}

std::optional<std::string> Salvage::bytes_of(const FoundBlock& block) const {
  auto row = pages_.row_at(block.page, block.at);
  const store::Bytes* data = row ? data_of(*row) : nullptr;
  if (!data || !is_sound(*row, *data)) return std::nullopt;
  return data->bytes;
}

Result<std::vector<FoundBlock>> Salvage::blocks(const cel::Schema& schema) const {
  std::vector<FoundBlock> found;
  BlockReader reader(schema);
  Block block;
  for (const Place& place : places_) {
    FoundBlock one{.number = place.number, .page = place.page, .at = place.at};
    const auto bytes = bytes_of(one);
    if (!bytes) continue;
    if (const auto read = reader.read(*bytes, place.number, {}, block); !read) {
      if (read.error().code != ErrorCode::corrupt) return std::unexpected(read.error());
      continue;
    }
    one.seq_first = block.batch.seq_first;
    one.event_count = block.batch.events.size();
    one.tick = block.batch.tick;
    for (const engine::Event& event : block.batch.events) {
      one.time_first = std::min(one.time_first, event.time);
      one.time_last = std::max(one.time_last, event.time);
    }
    one.account_first = block.directory.account_first;
    one.account_count = static_cast<std::uint32_t>(block.directory.accounts.size());
    one.member_first = block.directory.member_first;
    one.member_count = static_cast<std::uint32_t>(block.directory.members.size());
    found.push_back(one);
  }
  // Blocks without events stand before the one that has the same first number; of two that begin
  // alike the longer one holds the events of the other.
  const auto order = [](const FoundBlock& one) {
    return std::tuple(one.seq_first, one.event_count > 0, ~one.event_count, one.number);
  };
  std::ranges::sort(found, {}, order);
  std::vector<FoundBlock> kept;
  for (const FoundBlock& one : found) {
    const bool is_repeat = !kept.empty() && kept.back().number == one.number &&
                           kept.back().seq_first == one.seq_first &&
                           kept.back().event_count == one.event_count;
    const bool is_behind = !kept.empty() && one.seq_first < kept.back().seq_end();
    if (!is_repeat && !is_behind) kept.push_back(one);
  }
  return kept;
}

Result<Names> Salvage::names() const {
  Names names;
  const auto take = [&](FoundRow&& row) -> Result<> {
    if (row.rowid || !row.is_whole || !is_of_slot(row, 1)) return {};
    const auto number_of_account = number_at(row, 2), number_behind = number_at(row, 3);
    const std::size_t count = row.values.size();
    if (number_of_account && integer_at(row, 3)) {  // account: slot, account, number, first_at
      names.accounts.try_emplace(*number_of_account, *text_at(row, 1));
    } else if (text_at(row, 2) && number_behind &&
               count == 4) {  // alias: slot, alias, account, number
      names.accounts.try_emplace(*number_behind, *text_at(row, 1));
      names.has_alias = true;
    } else if (text_at(row, 2) && number_behind && count > 4 && integer_at(row, 4)) {
      names.members.push_back({*text_at(row, 1), *text_at(row, 2), *number_behind});
    }
    return {};
  };
  TRY(pages_.each_row(take));
  return names;
}

}  // namespace pharos::journal
