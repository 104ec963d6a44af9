// journal/numbering.h: how the journal's numbers of accounts and members stand to those of a fold.
#pragma once

#include <cstdint>
#include <limits>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "engine/fold.h"
#include "engine/image.h"
#include "journal/block.h"

namespace pharos::journal {

// Accounts have the same number here and there, unless the fold knows only a few of them. Members
// do not: a fold numbers more of them when it folds a linked account anew, and which it does so
// depends on the playbook; the journal numbers those alone that its blocks name.
class Numbering {
 public:
  Numbering() = default;
  // A fold of these accounts alone: the journal's numbers, in the order of the fold's.
  explicit Numbering(const std::vector<engine::AccountNumber>& few);

  // Takes in the directory of a block, in order. Errors: corrupt.
  Result<> admit(const Directory& directory, std::uint64_t block, engine::Fold& fold);
  // Rewrites the numbers of an event of the journal, and back. Only accounts that the fold knows.
  void to_fold(engine::Event& event) const;
  engine::AccountNumber journal_account(engine::AccountNumber account) const;
  // The journal's number of a fold's member; the next one if it has none yet, which is then added
  // to the directory.
  engine::MemberNumber journal_member(engine::MemberNumber member, const engine::Fold& fold,
                                      Directory& directory);

  // Of a whole fold.
  void save(engine::ImageWriter& out) const;
  void load(engine::ImageReader& in);
  // After load(): whether it can be of this fold.
  bool goes_with(const engine::Fold& fold);

  std::uint32_t member_count() const { return static_cast<std::uint32_t>(members_.size()); }

 private:
  bool is_few_ = false;
  std::vector<engine::AccountNumber> few_;  // By the fold's number.
  std::unordered_map<std::uint32_t, engine::AccountNumber> fold_of_few_;
  std::uint32_t account_count_ = 0;            // The journal's.
  std::vector<engine::MemberNumber> members_;  // The fold's, by the journal's.
  std::vector<engine::MemberNumber> back_;     // The journal's, by the fold's.
};

}  // namespace pharos::journal
