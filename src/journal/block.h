// journal/block.h: one batch of events as bytes and back: ids that are new, then events column by
// column, under the names of events and properties. Every byte: docs/journal.md.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cel/schema.h"
#include "engine/event.h"

namespace pharos::journal {

inline constexpr std::string_view block_mark = "PhBk";
inline constexpr std::uint8_t block_format = 1;
inline constexpr std::uint8_t block_format_merged = 2;  // As 1, behind the sums of what it holds.
inline constexpr std::size_t block_events_max = 1U << 20;  // Merged blocks hold many batches.
// Smaller ones are written quickly rather than tightly: they are merged before long.
inline constexpr std::size_t block_events_small = 8'192;

// Ids that a block names first, in the order of their numbers.
struct Directory {
  std::uint32_t account_first = 0;
  std::uint32_t member_first = 0;
  std::vector<engine::TextRef> accounts;
  std::vector<engine::AccountNumber> member_accounts;  // Beside `members`.
  std::vector<engine::TextRef> members;
  std::string text;

  std::string_view view(engine::TextRef ref) const {
    return std::string_view(text).substr(ref.offset, ref.size);
  }
  void add_account(std::string_view id) { accounts.push_back(add_text(id)); }
  void add_member(engine::AccountNumber account, std::string_view id) {
    member_accounts.push_back(account);
    members.push_back(add_text(id));
  }
  void clear() {
    accounts.clear();
    member_accounts.clear();
    members.clear();
    text.clear();
  }

 private:
  engine::TextRef add_text(std::string_view id) {
    const engine::TextRef ref{static_cast<std::uint32_t>(text.size()),
                              static_cast<std::uint32_t>(id.size())};
    text += id;
    return ref;
  }
};

// The type of an event whose name the schema does not know (any more).
inline constexpr std::uint32_t type_undeclared = 0xFFFF'FFFF;

struct Block {
  // Numbers of accounts and members are set, their texts are empty, but for events that were given
  // under another id than that of their account (an alias), and for links: their `account` is the
  // id as it was given.
  engine::EventBatch batch;
  Directory directory;
  std::size_t undeclared_count = 0;
};

struct ReadOptions {
  bool ids = true;    // Event ids.
  bool extra = true;  // Undeclared properties.
  // Only if the block has events of one of these accounts; else it is left without events.
  const std::vector<engine::AccountNumber>* only = nullptr;
  // Sums of the contents of each event, without the terms of account and member (contents.h).
  std::vector<std::uint64_t>* contents = nullptr;
};

// Reusable, not thread-safe. The schema must outlive it.
class BlockWriter {
 public:
  explicit BlockWriter(const cel::Schema& schema);
  ~BlockWriter();
  // The batch is resolved; an `account` text that is left is written as the id that was given.
  // `links`: of a merged block, the checksums of the blocks that it stands for.
  void write(const engine::EventBatch& batch, const Directory& directory, std::string& out,
             std::span<const std::uint64_t> links = {});

 private:
  struct Scratch;
  const cel::Schema& schema_;
  std::unique_ptr<Scratch> scratch_;
};

class BlockReader {
 public:
  explicit BlockReader(const cel::Schema& schema);
  ~BlockReader();
  // `number` is for messages. Errors: corrupt (naming the block and the column), invalid (a format
  // of a newer Pharos; another currency).
  Result<> read(std::string_view bytes, std::uint64_t number, const ReadOptions& options,
                Block& block);
  // The directory alone.
  Result<> read_directory(std::string_view bytes, std::uint64_t number, Directory& directory);

 private:
  struct Scratch;
  const cel::Schema& schema_;
  std::unique_ptr<Scratch> scratch_;
};

// Of a merged block, the checksums of the blocks that it stands for, in their order; of another,
// none. Errors: corrupt, invalid (as reading it).
Result<std::vector<std::uint64_t>> links_of(std::string_view bytes, std::uint64_t number);

// The sum of a block's bytes, and the running one over all blocks so far.
std::uint64_t checksum_of(std::string_view bytes);
std::uint64_t chain_of(std::uint64_t chain_before, std::uint64_t checksum);

// How a block goes on from the one before it. A merged one takes the numbers of all that it stands
// for, and leaves the chain where the last of them left it.
struct Step {
  std::uint64_t numbers = 1;
  std::uint64_t chain = 0;
};
// `links`: as of links_of(); `checksum`: of the block itself.
Step step_of(std::uint64_t chain_before, std::uint64_t checksum,
             std::span<const std::uint64_t> links);

}  // namespace pharos::journal
