// engine/event.h: events as the fold takes them: fixed parts in rows, properties in cells, text
// aside.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"

namespace pharos::engine {

// Dense numbers in the order in which the journal met the ids; what columns are indexed with.
struct AccountNumber {
  std::uint32_t value = std::numeric_limits<std::uint32_t>::max();
  auto operator<=>(const AccountNumber&) const = default;
};
struct MemberNumber {  // One person of one account.
  std::uint32_t value = std::numeric_limits<std::uint32_t>::max();
  auto operator<=>(const MemberNumber&) const = default;
};
inline constexpr AccountNumber no_account{};
inline constexpr MemberNumber no_member{};

// A piece of EventBatch::text.
struct TextRef {
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
};

// One property value, by the type that the schema declares: bool 0/1, int, double (its bits; -0.0
// is stored as 0.0), string (packed TextRef), enum (index of the value), money (minor units), time
// (ms).
using Cell = std::int64_t;
inline constexpr Cell cell_absent = std::numeric_limits<Cell>::min();
inline constexpr Cell cell_null = cell_absent + 1;  // Given as null: clears an attribute.
inline constexpr std::int64_t int_property_max = 1'000'000'000'000'000;  // Either way.

constexpr Cell text_cell(TextRef ref) {
  return static_cast<Cell>(static_cast<std::uint64_t>(ref.offset) << 31 | ref.size);
}
constexpr TextRef text_of(Cell cell) {
  const auto bits = static_cast<std::uint64_t>(cell);
  return {static_cast<std::uint32_t>(bits >> 31), static_cast<std::uint32_t>(bits & 0x7FFF'FFFF)};
}

struct Event {
  Instant time;
  std::uint32_t type = 0;   // Into Schema::events.
  std::uint32_t cells = 0;  // First cell; a type has as many cells as declared properties.
  TextRef id;               // Chosen by the client, or made by ingest; never empty.
  TextRef account;          // Empty once `account_number` is known.
  TextRef member;           // Empty: none.
  TextRef extra;  // JSON object of properties that the playbook does not declare; or empty.
  AccountNumber account_number;
  MemberNumber member_number;
};

// Limits on what may enter a batch; ingest refuses what passes them.
inline constexpr std::size_t id_bytes_max = 256;  // Event, account and member ids.
inline constexpr std::size_t text_property_bytes_max = 32'768;
inline constexpr std::size_t extra_bytes_max = 65'536;
inline constexpr std::size_t batch_events_max = 65'536;
inline constexpr std::size_t batch_text_bytes_max = 1U << 30;  // text_cell packs 31 bits.

// What enters the journal in one commit and becomes one block.
struct EventBatch {
  std::uint64_t seq_first = 0;  // Of events[0]; consecutive. Given by the journal; counts from 1.
  Instant tick = instant_min;   // The wall clock's tick that preceded the batch; or none.
  std::vector<Event> events;    // In journal order.
  std::vector<Cell> cells;
  std::string text;

  std::string_view view(TextRef ref) const {
    return std::string_view(text).substr(ref.offset, ref.size);
  }
  TextRef add_text(std::string_view piece) {
    const TextRef ref{static_cast<std::uint32_t>(text.size()),
                      static_cast<std::uint32_t>(piece.size())};
    text += piece;
    return ref;
  }
  void clear() {
    tick = instant_min;
    events.clear();
    cells.clear();
    text.clear();
  }
};

}  // namespace pharos::engine
