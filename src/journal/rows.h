// journal/rows.h: which rows an effect writes. No other file does.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "engine/effect.h"
#include "engine/fold.h"
#include "engine/image.h"
#include "playbook/model.h"
#include "store/database.h"

namespace pharos::journal {

// The effects of a batch with the ids of their accounts, so that rows can be written on a thread
// that does not know the fold.
struct Rows {
  engine::Effects effects;
  std::string text;
  // Beside effects.transitions, .segments and .members.
  std::vector<engine::TextRef> transition_accounts, segment_accounts, member_accounts;

  std::string_view view(engine::TextRef ref) const {
    return std::string_view(text).substr(ref.offset, ref.size);
  }
};
Rows rows_of(engine::Effects effects, const engine::Fold& fold);

// Writes rows inside the transaction that its caller holds. A transition's `step` counts the
// account's transitions from 1; the counts are here, so every effect of the journal has to pass.
class RowWriter {
 public:
  static Result<RowWriter> prepare(store::Database& database, const playbook::Playbook& playbook);
  Result<> write(const Rows& rows) { return write(std::span(&rows, 1)); }
  // Those of several batches, as if one after the other, but each table in the order of its keys.
  Result<> write(std::span<const Rows> group);
  // Counts the steps of effects whose rows are there already.
  void pass(const engine::Effects& effects);
  // The counts.
  void save(engine::ImageWriter& out) const { out.list(steps_); }
  void load(engine::ImageReader& in) { in.list(steps_); }

 private:
  struct Steps {
    std::uint32_t transition = 0;
    std::uint32_t segment = 0;
  };
  Result<> write_link(const engine::Linked& linked);
  Result<> write_accounts(std::span<const Rows> group);
  Result<> write_members(std::span<const Rows> group);
  Result<> write_transitions(std::span<const Rows> group);
  Result<> write_segments(std::span<const Rows> group);
  Steps& steps_of(engine::AccountNumber account);

  const playbook::Playbook* playbook_ = nullptr;
  using Prepared = std::unique_ptr<store::Statement>;
  Prepared account_, member_, transition_, segment_, alias_, alias_moved_;
  std::vector<Prepared> taken_back_;
  std::vector<Steps> steps_;  // By account.
  std::vector<store::Bind> binds_;
};

}  // namespace pharos::journal
