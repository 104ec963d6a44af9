// journal/blocks.h: the table of blocks: appended to by the writer, walked by everyone else.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string_view>

#include "base/error.h"
#include "base/instant.h"
#include "store/database.h"

namespace pharos::journal {

struct BlockRow {
  std::uint64_t number = 0;  // Counts from 1; of a merged block, that of the last it stands for.
  std::uint64_t seq_first = 0;
  std::uint64_t event_count = 0;
  Instant time_first =
      never;  // The least and greatest event time; none in a block of a tick alone.
  Instant time_last = instant_min;
  Instant tick = instant_min;
  std::uint64_t checksum = 0;
  std::uint64_t chain = 0;
  std::string_view data;  // Borrowed for the call.
};

inline constexpr auto seq_end_none =
    static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

// Where the journal ends.
struct Tail {
  std::uint64_t block = 0;
  std::uint64_t chain = 0;
  std::uint64_t seq = 0;  // Of the last event.
  Instant tick = instant_min;
};
Result<Tail> read_tail(store::Database& database);

struct BlockTotals {
  std::uint64_t blocks = 0, events = 0, bytes = 0;
  Instant first_at = never;
  Instant last_at = instant_min;
  Instant tick = instant_min;
};
// Of the blocks behind `block_after`.
Result<BlockTotals> read_totals(store::Database& database, std::uint64_t block_after = 0);

// Blocks in order, from the one that ends in front of event `seq_from` (that is asked for its tick)
// up to the one that begins with `seq_end`, each held against its checksum. Errors: corrupt, and
// what `take` returns.
Result<> each_block_row(store::Database& database,
                        const std::function<Result<>(const BlockRow&)>& take,
                        std::uint64_t seq_end = seq_end_none, std::uint64_t seq_from = 0);

inline constexpr std::uint64_t block_number_max = seq_end_none;
// The same for the blocks with numbers from `first` to `last`.
Result<> each_block_row_of(store::Database& database, std::uint64_t first, std::uint64_t last,
                           const std::function<Result<>(const BlockRow&)>& take);

class BlockInsert {
 public:
  static Result<BlockInsert> prepare(store::Database& database);
  Result<> run(const BlockRow& row);

 private:
  std::unique_ptr<store::Statement> statement_;
};

// Reads see one state of the database from here to the end of the object. Where the database is
// within a transaction already, that one stands.
class ReadView {
 public:
  explicit ReadView(store::Database& database);
  ReadView(const ReadView&) = delete;
  ReadView& operator=(const ReadView&) = delete;
  ~ReadView();

 private:
  store::Database* database_;  // Null: the transaction is another's.
};

}  // namespace pharos::journal
