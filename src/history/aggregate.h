// history/aggregate.h: window functions read from the columns of a frame, account by account.
#pragma once

#include <vector>

#include "cel/arena.h"
#include "cel/rule.h"
#include "history/event_facts.h"
#include "history/frame.h"
#include "history/window.h"

namespace pharos::history {

// One account's answer: `present` is false where the function is an error.
struct Answer {
  bool present = false;
  std::int64_t bits = 0;  // By kind as in cel::Column; doubles as their bits, texts as codes.
};

// One window function of a rule at an instant. One thread at a time.
class Aggregator {
 public:
  Aggregator(const Frame& frame, const cel::Rule& rule, const cel::Aggregate& aggregate,
             Instant now);

  cel::Kind kind() const { return kind_; }
  // What codes stand for, where the kind is string.
  const std::vector<std::string_view>& texts() const { return texts_; }
  std::string_view error() const { return error_; }
  Answer read(Position position);

 private:
  // Calls take(index into the family) for the events of a slice that pass the filter.
  template <class Take>
  void each(const Run& run, Slice slice, Take take);
  bool passes(const Run& run, std::uint32_t event);
  bool has_value(const Run& run, std::uint32_t event) const;
  std::int64_t bits_of(const Run& run, std::uint32_t event) const;
  Answer count(const Run& run, Slice slice);
  Answer sum(const Run& run, Slice slice);
  Answer average(const Run& run, Slice slice);
  Answer extreme(const Run& run, Slice slice);
  Answer end(const Run& run, Slice slice);
  Answer distinct(const Run& run, Slice slice);
  double amount(const Run& run, Slice slice);
  Answer growth(const Run& run);

  const Frame& frame_;
  const cel::Aggregate& aggregate_;
  const cel::Rule* filter_ = nullptr;
  Instant now_;
  Bounds bounds_, before_;  // before_: of growth.
  cel::PropertyType type_ = cel::PropertyType::int_;
  bool coded_ = false;
  std::uint32_t property_ = 0;  // Where there is one that is not the member.
  cel::Kind kind_ = cel::Kind::integer;
  std::vector<std::string_view> texts_;
  std::string_view error_;
  EventFacts facts_;
  RunScratch scratch_;
  cel::Arena arena_;
  std::vector<std::int64_t> found_;  // Scratch of distinct.
};

}  // namespace pharos::history
