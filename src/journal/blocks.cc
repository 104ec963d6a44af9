// journal/blocks.cc: rows of the block table.
#include "journal/blocks.h"

#include "journal/block.h"

namespace pharos::journal {
namespace {

constexpr std::string_view columns =
    "number, seq_first, event_count, time_first, time_last, tick, checksum, chain, data";

Instant instant_or(const store::Statement& query, int column, Instant otherwise) {
  return query.is_null(column) ? otherwise : Instant{query.integer(column)};
}
std::uint64_t count_of(const store::Statement& query, int column) {
  return static_cast<std::uint64_t>(query.integer(column));
}

store::Bind bind_of(Instant instant, Instant none) {
  if (instant == none) return nullptr;
  return instant.ms;
}

Result<> take_rows(store::Statement& query, const std::function<Result<>(const BlockRow&)>& take) {
  while (TRY(query.step())) {
    const store::Blob data = query.blob(8);
    const BlockRow row{.number = count_of(query, 0),
                       .seq_first = count_of(query, 1),
                       .event_count = count_of(query, 2),
                       .time_first = instant_or(query, 3, never),
                       .time_last = instant_or(query, 4, instant_min),
                       .tick = instant_or(query, 5, instant_min),
                       .checksum = count_of(query, 6),
                       .chain = count_of(query, 7),
                       .data = {reinterpret_cast<const char*>(data.data()), data.size()}};
    if (checksum_of(row.data) != row.checksum)
      return fail(ErrorCode::corrupt, "block {}: its bytes do not have the checksum of its row",
                  row.number);
    TRY(take(row));
  }
  return {};
}

}  // namespace

Result<Tail> read_tail(store::Database& database) {
  Tail tail;
  auto last = TRY(database.prepare(
      "SELECT number, chain, seq_first + event_count - 1 FROM block ORDER BY number DESC LIMIT 1"));
  TRY(last->query({}));
  if (!TRY(last->step())) return tail;
  tail.block = count_of(*last, 0);
  tail.chain = count_of(*last, 1);
  tail.seq = count_of(*last, 2);
  auto tick = TRY(database.prepare("SELECT max(tick) FROM block"));
  TRY(tick->query({}));
  if (TRY(tick->step())) tail.tick = instant_or(*tick, 0, instant_min);
  return tail;
}

Result<BlockTotals> read_totals(store::Database& database, std::uint64_t block_after) {
  auto query = TRY(
      database.prepare("SELECT count(*), coalesce(sum(event_count), 0), coalesce(sum(bytes), 0),"
                       " min(time_first), max(time_last), max(tick) FROM block WHERE number > ?"));
  TRY(query->query_with(static_cast<std::int64_t>(block_after)));
  if (!TRY(query->step())) return BlockTotals{};
  return BlockTotals{.blocks = count_of(*query, 0),
                     .events = count_of(*query, 1),
                     .bytes = count_of(*query, 2),
                     .first_at = instant_or(*query, 3, never),
                     .last_at = instant_or(*query, 4, instant_min),
                     .tick = instant_or(*query, 5, instant_min)};
}

Result<> each_block_row(store::Database& database,
                        const std::function<Result<>(const BlockRow&)>& take, std::uint64_t seq_end,
                        std::uint64_t seq_from) {
  auto query = TRY(database.prepare(
      fmt::format("SELECT {} FROM block WHERE seq_first < ? AND seq_first + event_count >= ?"
                  " ORDER BY number",
                  columns)));
  TRY(query->query_with(static_cast<std::int64_t>(seq_end), static_cast<std::int64_t>(seq_from)));
  return take_rows(*query, take);
}

Result<> each_block_row_of(store::Database& database, std::uint64_t first, std::uint64_t last,
                           const std::function<Result<>(const BlockRow&)>& take) {
  auto query = TRY(database.prepare(
      fmt::format("SELECT {} FROM block WHERE number BETWEEN ? AND ? ORDER BY number", columns)));
  TRY(query->query_with(static_cast<std::int64_t>(first), static_cast<std::int64_t>(last)));
  return take_rows(*query, take);
}

Result<BlockInsert> BlockInsert::prepare(store::Database& database) {
  BlockInsert insert;
  insert.statement_ =
      TRY(database.prepare(fmt::format("INSERT INTO block ({}, slot, bytes)"
                                       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
                                       columns)));
  return insert;
}

Result<> BlockInsert::run(const BlockRow& row) {
  const auto integer = [](std::uint64_t value) {
    return store::Bind(static_cast<std::int64_t>(value));
  };
  const store::Bind binds[] = {
      integer(row.number),
      integer(row.seq_first),
      integer(row.event_count),
      bind_of(row.time_first, never),
      bind_of(row.time_last, instant_min),
      bind_of(row.tick, instant_min),
      integer(row.checksum),
      integer(row.chain),
      store::Blob(reinterpret_cast<const std::byte*>(row.data.data()), row.data.size()),
      integer(row.data.size())};
  return statement_->run(binds);
}

ReadView::ReadView(store::Database& database)
    : database_(database.begin().has_value() ? &database : nullptr) {}

ReadView::~ReadView() {
  if (database_ == nullptr) return;
  // Nothing was written; what cannot be ended is not lost.
  (void)database_->rollback();
}

}  // namespace pharos::journal
