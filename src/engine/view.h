// engine/view.h: one account at one instant, as rules see it.
#pragma once

#include "cel/rule.h"
#include "engine/state.h"

namespace pharos::engine {

// What a rule is asked for: only an instant at which time can turn it so is of interest.
enum class Wait : std::uint8_t { none, to_true, from_true };

class View final : public cel::Activation {
 public:
  View(const State& state, AccountNumber account, Instant now)
      : state_(state),
        lane_(state.lane_of(account)),
        account_(account),
        record_(state.record(account)),
        now_(now) {}

  void set_event(const EventBatch* batch, const Event* event) {
    batch_ = batch;
    event_ = event;
  }
  const Event* event_at_hand() const { return event_; }
  // The earliest instant at which anything that was evaluated can change by time alone.
  Instant earliest_change() const { return earliest_change_; }

  cel::Value evaluate(std::uint32_t rule, cel::Arena& arena, Wait wait = Wait::none);
  bool holds(std::uint32_t rule, Wait wait) { return evaluate(rule, lane_.arena, wait).is_true(); }
  // For rules outside of the plan that belong to one inside it.
  void bind(std::uint32_t rule) {
    rule_ = &state_.plan.rules[rule];
    wait_ = Wait::none;
  }

  cel::Value attribute(std::uint32_t index) override;
  cel::Value aggregate(std::uint32_t index) override;
  cel::Value node(std::uint32_t index, cel::NodeField field) override;
  cel::Value property(std::uint32_t index) override;
  cel::Value member() override;
  cel::Value event_time() override { return cel::Value::timestamp(event_->time); }
  Instant now() override { return now_; }
  void changes_at(Instant instant) override;

 private:
  bool waits_for(const cel::Turn& turn) const {
    return (wait_ == Wait::to_true && turn.to_true) || (wait_ == Wait::from_true && turn.from_true);
  }
  void look_again_at(Instant instant);

  const State& state_;
  Lane& lane_;
  AccountNumber account_;
  std::byte* record_;
  Instant now_;
  const PlanRule* rule_ = nullptr;
  Wait wait_ = Wait::none;
  const EventBatch* batch_ = nullptr;
  const Event* event_ = nullptr;
  Instant earliest_change_ = never;
};

}  // namespace pharos::engine
