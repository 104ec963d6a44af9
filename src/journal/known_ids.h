// journal/known_ids.h: which ids the numbers of accounts and members stand for, where the blocks
// that named some of them are lost.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/error.h"
#include "cel/schema.h"
#include "journal/block.h"
#include "journal/salvage.h"

namespace pharos::journal {

class KnownIds {
 public:
  // From the sound blocks, then from the tables.
  static Result<KnownIds> read(const Salvage& salvage, const cel::Schema& schema,
                               const std::vector<FoundBlock>& blocks);

  struct Id {
    std::string id;
    bool is_known = false;  // Else made up: "lost account 12".
  };
  Id account(std::uint32_t number) const;
  Id member(std::uint32_t number) const;
  // Whose member it is, by its events or by the tables.
  std::optional<engine::AccountNumber> owner(std::uint32_t member) const;
  // A link names an account whose number cannot be told: a fold would give it a new one, and the
  // numbers behind it would be others than those in the blocks.
  bool has_stray_link() const { return has_stray_link_; }

 private:
  void take(const FoundBlock& found, const Block& block);
  void take_names(const Names& names);

  std::map<std::uint32_t, std::string> accounts_, members_;
  std::map<std::uint32_t, engine::AccountNumber> owners_;
  std::unordered_set<std::string> named_;
  std::vector<std::string> linked_;
  bool has_stray_link_ = false;
};

}  // namespace pharos::journal
