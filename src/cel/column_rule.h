// cel/column_rule.h: a rule evaluated over columns: the same meaning as evaluate(), many rows at a
// time.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "cel/arena.h"
#include "cel/column.h"
#include "cel/tree.h"

namespace pharos::cel {

// Comparisons, logic and arithmetic run over whole columns; a part that reads one text attribute
// is computed once for each of its values; whatever is left, row by row, only where it matters.
// One thread at a time. The rule must outlive it, and be of Use::rule or Use::query.
class ColumnRule {
 public:
  explicit ColumnRule(const Rule& rule);
  ~ColumnRule();

  // The rule as a condition; rows that are not needed are left undefined.
  void test(Columns& columns, const Rows& rows, Truth* truths);
  // The value of each needed row; text and containers live until the callback returns.
  using Take = std::function<void(std::size_t row, const Value& value)>;
  void each(Columns& columns, const Rows& rows, const Take& take);

 private:
  class RowFacts;
  // What a part of the tree was computed into.
  struct Scratch {
    alignas(64) std::array<std::int64_t, column_rows_max> words;  // Bits, or doubles.
    std::array<Truth, column_rows_max> truths;
    std::array<std::uint8_t, column_rows_max> missing;
    std::array<std::uint8_t, column_rows_max> needed;
  };
  // A column that was read, and of which rows.
  struct Read {
    std::optional<Column> column;
    std::array<std::uint8_t, column_rows_max> rows;
    bool all;
  };
  enum class InputKind : std::uint8_t { attribute, aggregate, node };
  using InputKey = std::pair<InputKind, std::uint32_t>;

  void find_inputs();
  const Column& input(InputKey key, const Rows& rows);
  std::optional<Column> column(std::uint32_t node, const Rows& rows);
  std::optional<Column> constant(std::uint32_t node);
  std::optional<Column> arithmetic(std::uint32_t node, const Rows& rows);
  std::optional<Column> negation(std::uint32_t node, const Rows& rows);
  std::optional<Column> choice(std::uint32_t node, const Rows& rows);
  // Where a column of conditions is wanted, there is always one.
  const Truth* condition(std::uint32_t node, const Rows& rows);
  void logic(std::uint32_t node, const Rows& rows, Truth* truths);
  bool comparison(std::uint32_t node, const Rows& rows, Truth* truths);
  bool by_text(std::uint32_t node, const Rows& rows, Truth* truths);
  void by_row(std::uint32_t node, const Rows& rows, Truth* truths);
  Scratch& scratch(std::uint32_t node);

  const Rule& rule_;
  const Tree& tree_;
  Arena arena_;
  Columns* columns_ = nullptr;
  std::vector<std::unique_ptr<Scratch>> scratch_;  // By node.
  std::map<InputKey, std::unique_ptr<Read>> reads_;
  // By node: the one attribute that it reads, or one of these.
  static constexpr std::int64_t reads_nothing = -1;
  static constexpr std::int64_t reads_more = -2;
  std::vector<std::int64_t> inputs_;
  std::vector<std::vector<Truth>> texts_;  // By node: outcomes by code, as far as they are known.
  std::vector<std::optional<Column>> constants_;
};

}  // namespace pharos::cel
