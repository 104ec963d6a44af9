// history/leaps.h: the events of one account that are left, type by type, and which of them comes
// next that could turn anything.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/outlook.h"
#include "history/hurdle_scan.h"

namespace pharos::history {

// One event of a run, by the order of the journal where none came late.
struct Head {
  std::uint32_t type;
  std::uint32_t event;  // Into the family of its run.
  std::int64_t time;
  std::uint32_t seq;
  // Numbers of events lie between these.
  static Head before_all_at(Instant time) { return {0, 0, time.ms, 0}; }
  static Head behind_all_at(Instant time) { return {0, 0, time.ms, 0xFFFF'FFFF}; }
  bool is_before(const Head& other) const {
    return time != other.time ? time < other.time : seq < other.seq;
  }
};

class Leaps {
 public:
  explicit Leaps(engine::Outlook outlook) : outlook_(std::move(outlook)) {}

  // Another account, of no events yet.
  void clear();
  // Events of one type up to `end`; the family of the run must stay where it is.
  void add(std::uint32_t type, const Run& run, std::uint32_t end);
  void remove(std::uint32_t type);
  // The account as it stands now: after anything turned, before next() is called again.
  void look(const engine::Fold& fold, engine::AccountNumber account) {
    outlook_.look(fold, account);
  }
  std::optional<Head> first() const;
  // The next event that could turn anything.
  std::optional<Head> next();
  // Leaves a head behind with all that comes before it, and calls `take(type, from, to)` with what
  // of that is still inside a window then, or counts for ever.
  template <class Take>
  void pass(const Head& head, const Take& take);

 private:
  struct Cursor {
    std::uint32_t type;
    std::uint32_t next, end;
    const std::int64_t* times;
    const std::uint32_t* seqs;
    std::uint32_t scans;  // Of the hurdles of its type, in order: the first.
    Head head(std::uint32_t event) const { return {type, event, times[event], seqs[event]}; }
    // The first event from `next` on that is not before `time`.
    std::uint32_t first_at(std::int64_t time) const;
  };
  std::uint32_t find(const Cursor& cursor);

  engine::Outlook outlook_;
  std::vector<Cursor> cursors_;
  std::vector<HurdleScan> scans_;
};

template <class Take>
void Leaps::pass(const Head& head, const Take& take) {
  for (Cursor& cursor : cursors_) {
    if (cursor.next == cursor.end || cursor.times[cursor.next] > head.time) continue;
    std::uint32_t to = cursor.first_at(head.time);
    while (to < cursor.end && cursor.head(to).is_before(head)) ++to;
    const Instant since = outlook_.remembered_since(cursor.type, {head.time});
    const std::uint32_t from = std::min(to, cursor.first_at(since.ms));
    cursor.next = to < cursor.end && cursor.seqs[to] == head.seq ? to + 1 : to;
    if (from < to) take(cursor.type, from, to);
  }
}

}  // namespace pharos::history
