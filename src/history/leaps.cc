// history/leaps.cc: the least of what the runs have next.
#include "history/leaps.h"

#include <bit>

namespace pharos::history {

void Leaps::clear() {
  cursors_.clear();
  scans_.clear();
}

void Leaps::add(std::uint32_t type, const Run& run, std::uint32_t end) {
  cursors_.push_back({.type = type,
                      .next = run.range.from,
                      .end = end,
                      .times = run.family->times.data(),
                      .seqs = run.family->seqs.data(),
                      .scans = static_cast<std::uint32_t>(scans_.size())});
  for (const engine::Hurdle& hurdle : outlook_.hurdles(type)) scans_.emplace_back(run, hurdle, end);
}

void Leaps::remove(std::uint32_t type) {
  std::erase_if(cursors_, [&](const Cursor& cursor) { return cursor.type == type; });
}

std::optional<Head> Leaps::first() const {
  std::optional<Head> least;
  for (const Cursor& cursor : cursors_)
    if (const Head head = cursor.head(cursor.next); !least || head.is_before(*least)) least = head;
  return least;
}

// The next event of a type that could turn anything; the end if there is none.
std::uint32_t Leaps::find(const Cursor& cursor) {
  const engine::Expected& expected = outlook_.expected(cursor.type);
  if (expected.any) return cursor.next;
  std::uint32_t found = cursor.end;
  for (std::uint64_t left = expected.hurdles; left != 0; left &= left - 1) {
    const auto place = static_cast<std::uint32_t>(std::countr_zero(left));
    found = std::min(found, scans_[cursor.scans + place].find(cursor.next));
  }
  return found;
}

std::optional<Head> Leaps::next() {
  std::optional<Head> least;
  for (const Cursor& cursor : cursors_) {
    if (cursor.next == cursor.end) continue;
    const std::uint32_t found = find(cursor);
    if (found == cursor.end) continue;
    const Head head = cursor.head(found);
    if (!least || head.is_before(*least)) least = head;
  }
  return least;
}

// Most are near: steps that double, and then halves.
std::uint32_t Leaps::Cursor::first_at(std::int64_t time) const {
  std::uint32_t low = next, step = 1;
  while (low < end && times[low] < time) {
    const std::uint32_t high = end - low > step ? low + step : end;
    if (high == end || times[high] >= time)
      return static_cast<std::uint32_t>(std::lower_bound(times + low + 1, times + high, time) -
                                        times);
    low = high;
    step *= 2;
  }
  return low;
}

}  // namespace pharos::history
