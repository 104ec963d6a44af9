// ingest/group.h: rows that share a key, folded into one: its first row, and sums over all of them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "ingest/decimal.h"
#include "ingest/event_maker.h"
#include "ingest/plan.h"

namespace pharos::ingest {

inline constexpr std::size_t group_bytes_max = 2U << 30;  // In memory, about.

// A row on its way from the thread that read it to the table: appended to `out`.
void pack_group_row(const RowsPlan& plan, std::span<const Field> fields, std::string& out);

class GroupTable {
 public:
  explicit GroupTable(const RowsPlan& plan) : plan_(plan) {}

  // Takes one packed row off the front of `packed`. Errors: limit.
  Result<> add(std::string_view& packed, std::uint64_t line);
  std::size_t size() const { return groups_.size(); }
  std::uint64_t line(std::size_t group) const { return groups_[group].line; }
  // Sets the slots that the events read. Borrows from the table and from `texts`.
  void fill(std::size_t group, std::span<Field> fields, TextPool& texts) const;

 private:
  struct Aggregate {
    std::uint64_t count = 0;
    Decimal sum;
    std::string text;  // first, min, max
    bool overflowed = false;
  };
  struct Group {
    std::string kept;  // Packed.
    std::vector<Aggregate> aggregates;
    std::uint64_t line = 0;
  };
  void take(Aggregate& aggregate, ValueKind kind, std::string_view text);

  const RowsPlan& plan_;
  std::unordered_map<std::string, std::size_t> by_key_;
  std::vector<Group> groups_;
  std::size_t bytes_ = 0;
};

}  // namespace pharos::ingest
