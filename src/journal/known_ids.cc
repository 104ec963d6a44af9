// journal/known_ids.cc: directories first, as they are beyond doubt; then the rows of the tables.
#include "journal/known_ids.h"

#include <algorithm>
#include <unordered_map>

namespace pharos::journal {

using engine::AccountNumber;

Result<KnownIds> KnownIds::read(const Salvage& salvage, const cel::Schema& schema,
                                const std::vector<FoundBlock>& blocks) {
  KnownIds ids;
  BlockReader reader(schema);
  Block block;
  for (const FoundBlock& found : blocks) {
    const auto bytes = salvage.bytes_of(found);
    if (!bytes) continue;
    TRY(reader.read(*bytes, found.number, {}, block));
    ids.take(found, block);
  }
  ids.take_names(TRY(salvage.names()));
  ids.has_stray_link_ = std::ranges::any_of(
      ids.linked_, [&](const std::string& id) { return !ids.named_.contains(id); });
  return ids;
}

void KnownIds::take(const FoundBlock& found, const Block& block) {
  const Directory& directory = block.directory;
  for (std::uint32_t i = 0; i < directory.accounts.size(); ++i) {
    const std::string id(directory.view(directory.accounts[i]));
    accounts_[found.account_first + i] = id;
    named_.insert(id);
  }
  for (std::uint32_t i = 0; i < directory.members.size(); ++i) {
    members_[found.member_first + i] = std::string(directory.view(directory.members[i]));
    owners_[found.member_first + i] = directory.member_accounts[i];
  }
  for (const engine::Event& event : block.batch.events) {
    if (event.member_number != engine::no_member)
      owners_.try_emplace(event.member_number.value, event.account_number);
    if (event.type != playbook::event_link) continue;
    linked_.emplace_back(block.batch.view(event.account));
    linked_.emplace_back(block.batch.view(engine::text_of(block.batch.cells[event.cells])));
  }
}

void KnownIds::take_names(const Names& names) {
  for (const auto& [number, id] : names.accounts)
    if (!accounts_.contains(number) && named_.insert(id).second) accounts_.emplace(number, id);
  // Where accounts are linked, the tables number members otherwise than the journal does.
  if (names.has_alias) return;
  std::unordered_map<std::string, std::uint32_t> numbers;
  for (const auto& [number, id] : accounts_) numbers.emplace(id, number);
  for (const MemberName& member : names.members) {
    const auto account = numbers.find(member.account);
    if (account == numbers.end()) continue;
    const auto owner = owners_.try_emplace(member.number, AccountNumber{account->second}).first;
    if (owner->second.value == account->second) members_.try_emplace(member.number, member.id);
  }
}

KnownIds::Id KnownIds::account(std::uint32_t number) const {
  const auto at = accounts_.find(number);
  if (at != accounts_.end()) return {at->second, true};
  return {fmt::format("lost account {}", number), false};
}

KnownIds::Id KnownIds::member(std::uint32_t number) const {
  const auto at = members_.find(number);
  if (at != members_.end()) return {at->second, true};
  return {fmt::format("lost member {}", number), false};
}

std::optional<AccountNumber> KnownIds::owner(std::uint32_t member) const {
  const auto at = owners_.find(member);
  if (at == owners_.end()) return std::nullopt;
  return at->second;
}

}  // namespace pharos::journal
