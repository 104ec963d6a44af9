// history/part.h: events in columns, type by type, sorted by account and then by time: the file of
// DIR/cache, or the latest events in memory.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cel/schema.h"
#include "history/memory.h"
#include "history/texts.h"

namespace pharos::history {

// The rank of an account in the order in which the journal met them. Aliases have none of their
// own.
using Position = std::uint32_t;

inline constexpr std::uint32_t code_absent = 0xFFFF'FFFF;
inline constexpr std::uint32_t code_null = code_absent - 1;  // As engine::cell_null.
// Numbers of events take 32 bits here.
inline constexpr std::uint64_t seq_max = 0xFFFF'FFFE;

// bool, enum (index of the value), string (into the Directory's texts) are codes; int, double (its
// bits), money and time are cells.
constexpr bool is_coded(cel::PropertyType type) {
  return type == cel::PropertyType::bool_ || type == cel::PropertyType::enum_ ||
         type == cel::PropertyType::string;
}
struct Values {
  std::span<const std::int64_t> cells;
  std::span<const std::uint32_t> codes;
};

// All events of one type. Those of owners[i], or of position i where no owners are listed, are
// starts[i] up to starts[i + 1], by (time, seq).
struct Family {
  std::span<const Position> owners;
  std::span<const std::uint32_t> starts;
  std::span<const std::int64_t> times;  // ms
  std::span<const std::uint32_t> seqs;
  std::span<const std::uint32_t> members;    // Codes; empty if no event has one.
  std::span<const std::int64_t> id_numbers;  // If all ids are plain decimals; else id_texts.
  Texts id_texts;
  std::vector<Values> properties;
  // Events that have undeclared properties, ascending, and the JSON of those beside them.
  std::span<const std::uint32_t> extra_events;
  Texts extras;

  struct Range {
    std::uint32_t from = 0, to = 0;
    std::uint32_t size() const { return to - from; }
  };
  Range of(Position position) const;
  // The same where positions mostly come in turn: `place` remembers where the last one was, and
  // what lies some accounts ahead is fetched from memory.
  Range of(Position position, std::size_t& place) const;
  std::string_view extra(std::uint32_t event) const;  // Empty: none.
};

struct Part {
  std::uint64_t seq_end = 1;     // Behind its last event.
  std::vector<Family> families;  // By event type.
  Memory memory;                 // What they lie in.
};

}  // namespace pharos::history
