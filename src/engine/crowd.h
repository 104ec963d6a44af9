// engine/crowd.h: batches of many accounts, for the tests of this folder that compare whole folds.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/seeded.h"
#include "engine/fold.h"
#include "engine/story.h"

namespace pharos::engine::testing {

// Windows, a due time, a lapse, attributes of several types, distinct values in a window.
inline const std::string crowd_yaml =
    with_nodes(
        "        - {node: signed, on: login}\n"
        "        - node: active\n"
        "          when: count(order_paid, '30d') >= 2\n"
        "          due: 14d\n"
        "          lapse: {when: \"count(order_paid, '60d') == 0\", to: dormant}\n"
        "        - {node: dormant, branch: true}\n") +
    "segments:\n"
    "  varied: distinct(order_paid.category, '30d') >= 2\n"
    "  best: max(order_paid.amount, '30d') > 5 && industry == 'food'\n"
    "  several: distinct(login.member, '30d') >= 2 && last(order_paid.category, '60d') != 'food'\n"
    "members:\n"
    "  role: string\n"
    "  level: int\n";

// Events of many accounts with members and texts; the same for the same seed. Some come late.
class Crowd {
 public:
  explicit Crowd(const playbook::Playbook& playbook) : playbook_(playbook) {}

  Instant now() const { return now_; }

  EventBatch next(int events) {
    EventBatch batch;
    batch.seq_first = seq_ + 1;
    for (int i = 0; i < events; ++i) {
      now_ = now_ + Duration{seeded_.between(0, 40'000'000)};
      const char* const types[] = {"order_paid", "login",           "order_paid",
                                   "login",      "account_updated", "member_updated"};
      const bool is_late = seeded_.below(5) == 0;
      add(batch, types[seeded_.below(std::size(types))],
          now_ - Duration{is_late ? seeded_.between(0, 90'000'000) : 0});
    }
    return batch;
  }

  // A link of two accounts, at the end of a batch.
  void link(EventBatch& batch, std::uint64_t from, std::uint64_t to) {
    Event event = begin(batch, "link", now_);
    event.account = batch.add_text(name(to));
    batch.cells.push_back(text_cell(batch.add_text(name(from))));
    batch.events.push_back(event);
  }

 private:
  static std::string name(std::uint64_t account) { return "account-" + std::to_string(account); }

  Event begin(EventBatch& batch, std::string_view type, Instant time) {
    Event event;
    while (playbook_.schema.events[event.type].name != type) ++event.type;
    event.time = time;
    event.cells = static_cast<std::uint32_t>(batch.cells.size());
    event.id = batch.add_text(std::to_string(++seq_));
    return event;
  }

  void add(EventBatch& batch, std::string_view type, Instant time) {
    Event event = begin(batch, type, time);
    event.account = batch.add_text(name(seeded_.below(1'500)));
    if (type == "member_updated" || seeded_.below(2) == 0)
      event.member = batch.add_text("member-" + std::to_string(seeded_.below(3)));
    for (const cel::Property& property : playbook_.schema.events[event.type].properties) {
      const Cell cell = seeded_.between(0, property.type == cel::PropertyType::enum_ ? 1 : 900);
      const bool is_text = property.type == cel::PropertyType::string;
      batch.cells.push_back(is_text ? text_cell(batch.add_text(cell < 450 ? "food" : "home"))
                                    : cell);
    }
    batch.events.push_back(event);
  }

  const playbook::Playbook& playbook_;
  Seeded seeded_{3};
  Instant now_{1'735'689'600'000};
  std::uint64_t seq_ = 0;
};

inline Effects apply(Fold& fold, EventBatch batch) {
  Effects effects;
  fold.resolve(batch);
  fold.apply(batch, effects);
  return effects;
}

}  // namespace pharos::engine::testing
