// history/segment.cc: conditions over columns, a thousand accounts at a time.
#include "history/segment.h"

#include <algorithm>
#include <memory>

#include "base/error.h"
#include "cel/column_rule.h"
#include "history/columns.h"
#include "history/threads.h"

namespace pharos::history {
namespace {

constexpr std::size_t chunk = cel::column_rows_max;
constexpr std::size_t piece_chunks = 8;  // What a thread takes at a time.

// What one thread needs to ask a condition.
struct Asker {
  Asker(const Frame& frame, const cel::Rule& rule, Instant now)
      : columns(frame, rule, now), rule(rule) {}
  FrameColumns columns;
  cel::ColumnRule rule;
  std::array<std::uint8_t, chunk> needed;
  std::array<cel::Truth, chunk> truths;
};

}  // namespace

std::vector<Position> matching(const Frame& frame, const cel::Rule* condition, Instant now,
                               int threads) {
  ASSERT(condition == nullptr || condition->nodes.empty());
  const std::size_t count = frame.account_count();
  const std::size_t piece = chunk * piece_chunks;
  std::vector<std::vector<Position>> found((count + piece - 1) / piece);
  const std::span<const std::int64_t> firsts = frame.directory().firsts;
  in_pieces(found.size(), threads, [&]() -> Work {
    auto asker = condition == nullptr ? nullptr : std::make_shared<Asker>(frame, *condition, now);
    return [&, asker](std::size_t index) {
      std::vector<Position>& own = found[index];
      const std::size_t end = std::min(count, (index + 1) * piece);
      for (std::size_t first = index * piece; first < end; first += chunk) {
        const std::size_t size = std::min(chunk, end - first);
        if (!asker) {
          for (std::size_t i = 0; i < size; ++i)
            if (firsts[first + i] <= now.ms) own.push_back(static_cast<Position>(first + i));
          continue;
        }
        for (std::size_t i = 0; i < size; ++i)
          asker->needed[i] = firsts[first + i] <= now.ms ? 1 : 0;
        asker->rule.test(asker->columns, {first, size, asker->needed.data()}, asker->truths.data());
        for (std::size_t i = 0; i < size; ++i)
          if (asker->needed[i] != 0 && asker->truths[i] == cel::Truth::yes)
            own.push_back(static_cast<Position>(first + i));
      }
    };
  });
  std::vector<Position> all;
  for (const std::vector<Position>& some : found) all.insert(all.end(), some.begin(), some.end());
  return all;
}

void each_value(const Frame& frame, const cel::Rule& rule, Instant now,
                std::span<const Position> accounts, const TakeValue& take) {
  ASSERT(rule.nodes.empty());
  Asker asker(frame, rule, now);
  for (std::size_t from = 0; from < accounts.size();) {
    const std::size_t first = accounts[from] / chunk * chunk;
    std::size_t to = from;
    asker.needed.fill(0);
    for (; to < accounts.size() && accounts[to] < first + chunk; ++to)
      asker.needed[accounts[to] - first] = 1;
    const std::size_t size = std::min(chunk, frame.account_count() - first);
    std::size_t index = from;
    asker.rule.each(asker.columns, {first, size, asker.needed.data()},
                    [&](std::size_t, const cel::Value& value) { take(index++, value); });
    from = to;
  }
}

}  // namespace pharos::history
