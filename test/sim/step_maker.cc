// sim/step_maker.cc: events, ticks and links in an order and at times that hurt.
#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "sim/generator.h"
#include "sim/moments.h"

namespace pharos::sim {
namespace {

using cel::PropertyType;

class StepMaker {
 public:
  StepMaker(Seeded& seeded, const playbook::Playbook& playbook)
      : seeded_(seeded), playbook_(playbook) {
    const Constants constants = constants_of(playbook);
    lengths_ = constants.windows;
    lengths_.insert(lengths_.end(), constants.durations.begin(), constants.durations.end());
    if (lengths_.empty()) lengths_.push_back(hour);
  }

  std::vector<Step> make() {
    // Just before a change of clocks, a change of year, or any day.
    constexpr std::int64_t starts[] = {1'741'470'000'000, 1'761'955'000'000, 1'735'600'000'000,
                                       1'743'150'000'000, 1'750'000'000'000};
    cursor_ = {starts[seeded_.below(std::size(starts))] + seeded_.between(0, day.ms)};
    account_count_ = 1 + seeded_.below(3);
    const std::uint64_t count = 5 + seeded_.below(45);
    late_share_ = seeded_.chance(0.3) ? 0.4 : 0.12;
    for (std::uint64_t i = 0; i < count; ++i) add_step();
    const Duration longest = *std::ranges::max_element(lengths_);
    // Mostly behind all windows; else with the last events still inside of some.
    add_tick(seeded_.chance(0.5) ? cursor_ + 3 * longest
                                 : cursor_ + Duration{seeded_.between(0, length().ms)});
    return std::move(steps_);
  }

 private:
  void add_step() {
    if (seeded_.chance(0.1)) return add_tick(seeded_.chance(0.7) ? next_time() : late_time());
    if (facts_ > 0 && seeded_.chance(0.06)) return repeat();
    if (seeded_.chance(0.04)) return add_link();
    Fact fact;
    fact.id = fmt::format("e{}", facts_++);
    fact.account = account();
    fact.type = event_type();
    fact.time = seeded_.chance(linked_ ? 0.6 : late_share_) ? late_time() : next_time();
    if (seeded_.chance(0.6) || fact.type == playbook::event_member_updated)
      fact.member = fmt::format("m{}", 1 + seeded_.below(3));
    for (const cel::Property& property : playbook_.schema.events[fact.type].properties)
      fact.properties.push_back(given(property, fact));
    linked_ = false;
    cursor_ = std::max(cursor_, fact.time);
    times_.push_back(fact.time);
    steps_.push_back({false, {}, std::move(fact)});
  }

  void add_tick(Instant now) {
    cursor_ = std::max(cursor_, now);
    steps_.push_back({true, now, {}});
  }

  // The same event again: known by its id, so it changes nothing.
  void repeat() {
    std::vector<std::size_t> events;
    for (std::size_t i = 0; i < steps_.size(); ++i)
      if (!steps_[i].is_tick) events.push_back(i);
    if (!events.empty()) steps_.push_back(Step(steps_[events[seeded_.below(events.size())]]));
  }

  // Two accounts, or an id that had no event yet, or none ever.
  void add_link() {
    Fact fact;
    fact.id = fmt::format("e{}", facts_++);
    fact.account = account();
    fact.type = playbook::event_link;
    fact.time = seeded_.chance(0.5) ? next_time() : late_time();
    const std::string from =
        seeded_.chance(0.6) ? account() : fmt::format("lead{}", seeded_.below(2));
    fact.properties.push_back({0, from});
    linked_ = true;
    steps_.push_back({false, {}, std::move(fact)});
  }

  std::string account() {
    if (seeded_.chance(0.05)) return fmt::format("lead{}", seeded_.below(2));
    return std::string(1, static_cast<char>('a' + seeded_.below(account_count_)));
  }

  std::uint32_t event_type() {
    if (seeded_.chance(0.12)) return playbook::event_account_updated;
    if (seeded_.chance(0.05)) return playbook::event_member_updated;
    const std::uint64_t declared = playbook_.schema.events.size() - playbook::event_first_declared;
    return playbook::event_first_declared + static_cast<std::uint32_t>(seeded_.below(declared));
  }

  Duration length() { return lengths_[seeded_.below(lengths_.size())]; }

  // At the cursor or behind it: often equal, often exactly where something leaves a window.
  Instant next_time() {
    switch (seeded_.below(9)) {
      case 0:
      case 1: return cursor_;
      case 2: return cursor_ + Duration{1};
      case 3:
      case 4: {
        Instant edge = edge_time();
        return std::max(edge, cursor_);
      }
      case 5:
        return playbook_.schema.zone.start_of(Period::day, cursor_, 1) +
               Duration{seeded_.between(-1, 1)};
      case 6: return seeded_.chance(0.15) ? cursor_ + 3 * length() : cursor_ + length();
      default: return cursor_ + Duration{seeded_.between(0, length().ms / 2)};
    }
  }

  // An earlier event's time plus a length, to the millisecond or one beside.
  Instant edge_time() {
    if (times_.empty()) return cursor_;
    const Instant base =
        times_[times_.size() - 1 - seeded_.below(std::min<std::size_t>(times_.size(), 4))];
    return base + seeded_.between(1, 2) * length() + Duration{seeded_.between(-1, 1)};
  }

  Instant late_time() {
    switch (seeded_.below(5)) {
      case 0: return cursor_ - Duration{1};
      case 1: return times_.empty() ? cursor_ : times_[seeded_.below(times_.size())];
      case 2: return cursor_ - length();
      case 3: return cursor_ - seeded_.between(1, 3) * length() + Duration{seeded_.between(-1, 1)};
      default: return cursor_ - Duration{seeded_.between(0, length().ms)};
    }
  }

  Given given(const cel::Property& property, const Fact& fact) {
    const bool update =
        fact.type == playbook::event_account_updated || fact.type == playbook::event_member_updated;
    if (seeded_.chance(update ? 0.5 : 0.15)) return {};
    if (update && seeded_.chance(0.15)) return {engine::cell_null, ""};
    switch (property.type) {
      case PropertyType::bool_: return {seeded_.between(0, 1), ""};
      case PropertyType::int_: return {seeded_.between(0, 4), ""};
      case PropertyType::double_:  // Quarters, so that sums are exact in any order.
        return {std::bit_cast<engine::Cell>(static_cast<double>(seeded_.between(-2, 12)) / 4), ""};
      case PropertyType::string: {
        constexpr std::string_view texts[] = {"web", "app", "north", ""};
        return {0, std::string(texts[seeded_.below(std::size(texts))])};
      }
      case PropertyType::enum_:
        return {seeded_.between(0, static_cast<std::int64_t>(property.values.size()) - 1), ""};
      case PropertyType::money: return {seeded_.between(-2, 12) * 250, ""};
      case PropertyType::time:
        return {(fact.time + seeded_.between(-1, 1) * length()).ms + seeded_.between(-1, 1), ""};
    }
    return {};
  }

  Seeded& seeded_;
  const playbook::Playbook& playbook_;
  std::vector<Duration> lengths_;
  std::vector<Step> steps_;
  std::vector<Instant> times_;
  Instant cursor_;
  std::uint64_t account_count_ = 1;
  std::uint64_t facts_ = 0;
  double late_share_ = 0;
  bool linked_ = false;  // What comes next is often late: a folded life must stand at its clock.
};

}  // namespace

std::vector<Step> make_steps(Seeded& seeded, const playbook::Playbook& playbook) {
  return StepMaker(seeded, playbook).make();
}

Scenario make_scenario(std::uint64_t seed) {
  Seeded seeded(seed);
  MadePlaybook made = make_playbook(seeded);
  Scenario scenario{seed, std::move(made.text), std::move(made.queries), {}};
  if (const auto loaded = load(scenario)) scenario.steps = make_steps(seeded, loaded->playbook);
  return scenario;
}

}  // namespace pharos::sim
