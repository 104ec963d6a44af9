// history/directory.h: what is known of accounts beside their events: ids, aliases, attributes, and
// how the journal came by them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/instant.h"
#include "cel/schema.h"
#include "history/part.h"
#include "history/texts.h"

namespace pharos::history {

// A tick of all clocks, in front of event `seq`.
struct Tick {
  std::uint64_t seq = 0;
  std::int64_t at = 0;
};
// Two accounts with events became one, in front of event `seq`.
struct Joint {
  std::uint64_t seq = 0;
  Position position = 0;
};

// Borrowed from a file or from a DirectoryBuilder.
struct Directory {
  std::span<const Position> positions;     // By the journal's number; an alias has its account's.
  std::span<const std::uint32_t> numbers;  // By position.
  Texts accounts;                          // Ids, by number.
  std::span<const std::uint32_t> slots;    // A hash table of numbers; see find().
  Texts members;                           // Member ids, by code.
  std::span<const std::uint32_t> member_codes;  // By the journal's number of a member.
  std::vector<Texts> texts;                     // Of string properties; empty for others.
  // By position. first: least event time, never if it has none; clock: greatest.
  std::span<const std::int64_t> firsts, clocks;
  // 1: its events were not applied in the order of their times: some came late, or it was linked.
  std::span<const std::uint8_t> irregular;
  std::vector<Values> attributes;  // After all events; by position.
  std::span<const Tick> ticks;
  std::span<const Joint> joints;
  std::int64_t updated_at = instant_min.ms;  // The greatest time of an account_updated.
  std::int64_t last_at = instant_min.ms;     // The greatest time at all.
  std::int64_t tick = instant_min.ms;        // The latest tick.
  std::uint64_t print = 0;  // A hash of the last event's id and time: which journal this was.

  std::size_t account_count() const { return numbers.size(); }
  std::string_view id(Position position) const { return accounts.view(numbers[position]); }
  // The account behind an id; aliases are followed.
  std::optional<Position> find(std::string_view id) const;
  bool has_alias(Position position) const;
};

// Numbers + 1 by the hash of their text, open addressing, at most half full; 0: free.
std::vector<std::uint32_t> slots_of(const Texts& texts);

// Where the texts of a string property stand in Directory::texts; none for other types.
class TextColumns {
 public:
  explicit TextColumns(const cel::Schema& schema);
  std::size_t count() const { return count_; }
  // Attributes share the texts of the properties of account_updated.
  std::uint32_t of(std::uint32_t event, std::uint32_t property) const {
    return firsts_[event][property];
  }

 private:
  std::size_t count_ = 0;
  std::vector<std::vector<std::uint32_t>> firsts_;
};

}  // namespace pharos::history
