// journal/numbering.cc: directories into a fold, numbers to and fro.
#include "journal/numbering.h"

#include <algorithm>

namespace pharos::journal {

using engine::AccountNumber;
using engine::MemberNumber;

Numbering::Numbering(const std::vector<AccountNumber>& few) : is_few_(true), few_(few) {
  for (std::uint32_t i = 0; i < few_.size(); ++i) fold_of_few_.emplace(few_[i].value, i);
}

Result<> Numbering::admit(const Directory& directory, std::uint64_t block, engine::Fold& fold) {
  if (directory.account_first != account_count_ || directory.member_first != members_.size())
    return fail(ErrorCode::corrupt,
                "block {}: numbers accounts from {} and members from {}, {} and {} were expected",
                block, directory.account_first, directory.member_first, account_count_,
                members_.size());
  for (const engine::TextRef ref : directory.accounts) {
    const std::string_view id = directory.view(ref);
    if (!is_few_ && fold.add_account(id).value != account_count_)
      return fail(ErrorCode::corrupt, "block {}: account {} was named before", block, id);
    ++account_count_;
  }
  for (std::size_t i = 0; i < directory.members.size(); ++i) {
    AccountNumber account = directory.member_accounts[i];
    if (is_few_) {
      const auto at = fold_of_few_.find(account.value);
      if (at == fold_of_few_.end()) {
        members_.push_back(engine::no_member);
        continue;
      }
      account = at->second;
    }
    const MemberNumber member = fold.add_member(account, directory.view(directory.members[i]));
    if (back_.size() <= member.value)
      back_.resize(std::size_t{member.value} + 1, engine::no_member);
    back_[member.value] = {static_cast<std::uint32_t>(members_.size())};
    members_.push_back(member);
  }
  return {};
}

void Numbering::to_fold(engine::Event& event) const {
  if (is_few_) event.account_number = fold_of_few_.at(event.account_number.value);
  if (event.member_number != engine::no_member)
    event.member_number = members_[event.member_number.value];
}

void Numbering::save(engine::ImageWriter& out) const {
  ASSERT(!is_few_);
  out.list(members_);
  out.list(back_);
}

void Numbering::load(engine::ImageReader& in) {
  in.list(members_);
  in.list(back_);
}

bool Numbering::goes_with(const engine::Fold& fold) {
  account_count_ = static_cast<std::uint32_t>(fold.account_count());
  const auto is_below = [](std::size_t bound) {
    return [bound](MemberNumber member) {
      return member == engine::no_member || member.value < bound;
    };
  };
  return std::ranges::all_of(members_, is_below(fold.member_count())) &&
         std::ranges::all_of(back_, is_below(members_.size()));
}

AccountNumber Numbering::journal_account(AccountNumber account) const {
  return is_few_ ? few_[account.value] : account;
}

MemberNumber Numbering::journal_member(MemberNumber member, const engine::Fold& fold,
                                       Directory& directory) {
  if (back_.size() <= member.value)
    back_.resize(std::max(back_.size() * 2, std::size_t{member.value} + 1), engine::no_member);
  MemberNumber& own = back_[member.value];
  if (own == engine::no_member) {
    own = {static_cast<std::uint32_t>(members_.size())};
    members_.push_back(member);
    directory.add_member(fold.account_of(member), fold.member_id(member));
  }
  return own;
}

}  // namespace pharos::journal
