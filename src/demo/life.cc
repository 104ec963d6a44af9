// demo/life.cc: sales steps with losses on the way, then days of orders, logins, ads and trouble.
// Whole numbers only, so that every machine makes the same market.
#include "demo/life.h"

#include <algorithm>
#include <optional>

#include "base/seeded.h"

namespace pharos::demo {
namespace {

constexpr std::uint32_t orders_a_day_max = 400;

// Thousandths of a day's orders that come in each hour; 1,000 in all.
constexpr std::uint32_t order_hours[24] = {18, 9,  5,  4,  4,  6,  12, 22, 36, 50, 60, 58,
                                           54, 52, 50, 49, 50, 52, 55, 66, 84, 92, 72, 40};
// Of an ordinary day's orders, Monday first.
constexpr std::uint32_t weekday_demand[7] = {940, 930, 950, 980, 1'030, 1'110, 1'060};

// One step of the sales and set-up line: how many take it, and how long it takes.
struct Step {
  Kind kind;
  std::uint32_t share;  // Thousandths of those who took the step before.
  std::uint32_t days_min, days_max;
  std::uint32_t slow;  // Thousandths that take up to three times as long.
};
constexpr Step steps[] = {
    {Kind::lead_contacted, 900, 0, 3, 120},   {Kind::lead_qualified, 690, 1, 8, 150},
    {Kind::contract_signed, 680, 2, 13, 200}, {Kind::store_opened, 950, 0, 4, 100},
    {Kind::store_decorated, 905, 1, 9, 180},  {Kind::product_listed, 945, 0, 6, 150},
    {Kind::order_paid, 880, 1, 16, 200},
};
constexpr std::size_t steps_until_contract = 3;

class Merchant {
 public:
  Merchant(const Stage& stage, std::uint32_t number, const Profile& profile,
           std::vector<Fact>& facts)
      : stage_(stage),
        number_(number),
        profile_(profile),
        facts_(facts),
        seeded_((stage.seed + 1) * 0xD1B54A32D192ED03 + number) {}

  void live() {
    std::size_t day = lead_day();
    const Instant lead_at = office_time(day);
    add({.at = lead_at, .kind = Kind::account_updated});
    add({.at = lead_at, .choice = choice(6), .kind = Kind::lead_created});
    for (std::size_t i = 0; i < std::size(steps); ++i) {
      if (!permille(share_of(steps[i]))) return drop_out(i, day);
      day += delay_of(steps[i]);
      if (day >= stage_.days.size()) return;
      take(steps[i].kind, day);
    }
    sell(day);
  }

 private:
  bool permille(std::uint32_t share) { return seeded_.below(1'000) < share; }
  std::uint32_t choice(std::uint32_t count) {
    return static_cast<std::uint32_t>(seeded_.below(count));
  }
  void add(Fact fact) {
    if (fact.at > stage_.until) return;
    fact.merchant = number_;
    facts_.push_back(fact);
  }

  // Recruiting speeds up over the months: often the later of two days. Leads come on working days.
  std::size_t lead_day() {
    std::uint64_t day = seeded_.below(stage_.days.size());
    if (permille(300)) day = std::max(day, seeded_.below(stage_.days.size()));
    while (stage_.days[day].weekday >= 5 && day + 1 < stage_.days.size() && permille(850)) ++day;
    return day;
  }

  Instant time_on(std::size_t day, std::int64_t hour_first, std::int64_t hour_last) {
    return stage_.days[day].start +
           Duration{seeded_.between(hour_first * hour.ms, hour_last * hour.ms - 1)};
  }
  // Never before what came last, so that steps of one day keep their order.
  Instant office_time(std::size_t day) {
    last_ = std::max(time_on(day, 9, 19), last_ + Duration{seeded_.between(60'000, 3'600'000)});
    return last_;
  }

  std::uint32_t share_of(const Step& step) const {
    constexpr std::uint32_t by_size[] = {970, 1'060, 1'130};
    const std::uint32_t share = step.share * by_size[static_cast<std::size_t>(profile_.size)] *
                                (940 + profile_.quality * 12 / 10) / 1'000'000;
    return std::min(share, 985U);
  }

  std::size_t delay_of(const Step& step) {
    const auto days = static_cast<std::size_t>(seeded_.between(step.days_min, step.days_max));
    return permille(step.slow) ? days + 1 + seeded_.below(2 * step.days_max) : days;
  }

  // Before the contract most of those who stop say so; later they just stay where they are.
  void drop_out(std::size_t step, std::size_t day) {
    if (step >= steps_until_contract || !permille(650)) return;
    const std::size_t lost = day + 10 + seeded_.below(40);
    if (lost >= stage_.days.size()) return;
    add({.at = office_time(lost), .choice = choice(5), .kind = Kind::lead_lost});
  }

  void take(Kind kind, std::size_t day) {
    if (kind == Kind::order_paid) return;  // sell() starts with it.
    const Instant at = office_time(day);
    Fact fact{.at = at, .number = 1, .kind = kind};
    if (kind == Kind::contract_signed) {
      constexpr std::int64_t fees[] = {200'000, 800'000, 3'000'000};
      fact.amount = fees[static_cast<std::size_t>(profile_.size)];
    }
    if (kind == Kind::lead_qualified && permille(350))
      add({.at = at - 2 * hour, .choice = choice(4), .kind = Kind::content_viewed});
    add(fact);
    if (kind == Kind::store_opened) open_store(at, day);
    if (kind == Kind::product_listed) list_products(day, 2 + seeded_.below(10));
  }

  void open_store(Instant at, std::size_t day) {
    for (std::uint32_t i = 1; i <= profile_.members; ++i)
      add({.at = at + i * minute,
           .member = static_cast<std::uint16_t>(i),
           .kind = Kind::member_updated});
    const std::size_t trained = day + 1 + seeded_.below(10);
    if (permille(620) && trained < stage_.days.size())
      add({.at = time_on(trained, 14, 17),
           .choice = choice(3),
           .member = 1,
           .kind = Kind::training_completed});
  }

  void list_products(std::size_t day, std::uint64_t count) {
    Instant at = last_;
    for (std::uint64_t i = 0; i < count; ++i) {
      at = at + Duration{seeded_.between(60'000, 900'000)};
      if (at >= stage_.days[day].start + pharos::day) break;
      add({.at = at,
           .amount = price(),
           .number = ++products_,
           .choice = choice(4),
           .kind = Kind::product_listed});
    }
  }

  // An order's price: mostly near the trade's own, sometimes many times it.
  std::int64_t price() {
    const std::int64_t usual = industries()[profile_.industry].price;
    const std::int64_t factor = 350 + seeded_.between(0, 900) + 40'000 / seeded_.between(30, 1'030);
    return std::max<std::int64_t>(usual * factor / 1'000 / 10 * 10 + 90, 190);
  }

  // Orders a day in thousandths, heavy-tailed: many small shops, a few that sell most of it.
  std::uint64_t usual_rate() {
    constexpr std::uint64_t base[] = {330, 900, 2'600};
    const std::uint64_t rate = base[static_cast<std::size_t>(profile_.size)] * 1'000 /
                               (60 + seeded_.below(1'000)) * (60 + profile_.quality) / 110;
    return std::max<std::uint64_t>(rate * stage_.volume / 1'000, 1);
  }

  void sell(std::size_t first) {
    rate_ = usual_rate();
    trend_ = 1'000;
    const auto growth = static_cast<std::uint64_t>(seeded_.between(900, 1'070)) +
                        profile_.quality / 2;  // A month, in thousandths.
    const std::size_t ads_from = first + 20 + seeded_.below(70);
    advertises_ = permille(rate_ > 1'500 ? 560 : 240);
    ad_product_ = choice(3);
    ad_products_ = permille(280) ? 2 : 1;
    for (std::size_t day = first; day < stage_.days.size(); ++day) {
      const std::size_t age = day - first;
      if (age > 0 && age % 30 == 0) {
        trend_ = std::clamp<std::uint64_t>(trend_ * growth / 1'000, 150, 4'000);
        rest(day);
      }
      const bool silent = day >= silent_from_ && day < silent_until_;
      if (!silent) sell_on(day, age);
      if (!silent || day < silent_from_ + 5) look_after(day, age);
      if (advertises_ && !silent && day >= ads_from) advertise(day);
    }
  }

  // Month by month some shops fall silent, for a while or for good.
  void rest(std::size_t day) {
    if (day < silent_until_) return;
    constexpr std::uint32_t hazard[] = {75, 42, 18};
    const std::uint32_t share =
        hazard[static_cast<std::size_t>(profile_.size)] * (150 - profile_.quality) / 100;
    if (!permille(share)) return;
    silent_from_ = day;
    silent_until_ = permille(380) ? day + 45 + seeded_.below(90) : stage_.days.size();
  }

  void sell_on(std::size_t day, std::size_t age) {
    const Day& today = stage_.days[day];
    const std::uint64_t ramp = std::min<std::uint64_t>(300 + age * 12, 1'000);
    const std::uint64_t luck = 500 + seeded_.below(1'001);
    // Thousandths of an order, times 1,000 for each factor.
    const std::uint64_t expected = rate_ * trend_ / 1'000 * ramp / 1'000 *
                                   weekday_demand[today.weekday] / 1'000 * today.demand / 1'000 *
                                   luck / 1'000;
    std::uint64_t count = expected / 1'000 + (seeded_.below(1'000) < expected % 1'000 ? 1 : 0);
    if (age == 0) count = std::max<std::uint64_t>(count, 1);
    count = std::min<std::uint64_t>(count, orders_a_day_max);
    for (std::uint64_t i = 0; i < count; ++i) order(day);
    if (today.campaign != 0 && permille(150 + profile_.quality * 6))
      add({.at = time_on(day, 10, 12),
           .choice = today.campaign - 1,
           .kind = Kind::campaign_joined});
  }

  Instant order_time(std::size_t day) {
    std::uint64_t left = seeded_.below(1'000);
    std::int64_t in_hour = 0;
    while (in_hour < 23 && left >= order_hours[in_hour]) left -= order_hours[in_hour++];
    return time_on(day, in_hour, in_hour + 1);
  }

  void order(std::size_t day) {
    const Instant at = std::max(order_time(day), last_ + minute);
    const Fact paid{.at = at,
                    .amount = price(),
                    .number = ++orders_,
                    .choice = choice(4),
                    .kind = Kind::order_paid};
    add(paid);
    Fact later = paid;
    if (permille(12)) {
      later.at = at + Duration{seeded_.between(minute.ms, 4 * hour.ms)};
      later.kind = Kind::order_cancelled;
      return add(later);
    }
    later.at = at + Duration{seeded_.between(day_ms, 5 * day_ms)};
    later.kind = Kind::order_delivered;
    add(later);
    const Instant delivered = later.at;
    if (permille(70 - profile_.quality * 5 / 10)) {
      later.at = delivered + Duration{seeded_.between(hour.ms, 9 * day_ms)};
      later.kind = Kind::order_refunded;
      if (permille(250)) later.amount = later.amount / 2;
      add(later);
    } else if (permille(210)) {
      later.at = delivered + Duration{seeded_.between(hour.ms, 6 * day_ms)};
      later.kind = Kind::review_received;
      later.choice = score();
      add(later);
    }
  }

  std::uint32_t score() {  // 1..5
    const std::uint64_t draw = seeded_.below(1'000) + profile_.quality * 2;
    return draw < 60 ? 1 : draw < 110 ? 2 : draw < 210 ? 3 : draw < 430 ? 4 : 5;
  }

  void look_after(std::size_t day, std::size_t age) {
    constexpr std::uint32_t eager[] = {620, 340, 160, 300, 120};
    for (std::uint32_t i = 0; i < profile_.members; ++i) {
      const std::uint32_t share = eager[i % 5] * (stage_.days[day].weekday >= 5 ? 70 : 100) / 100;
      if (permille(share * 6 / 10))
        add({.at = time_on(day, 8, 22),
             .member = static_cast<std::uint16_t>(i + 1),
             .kind = Kind::login});
    }
    if (permille(22)) ticket(day);
    if (age % 14 == 9 && permille(400)) {
      last_ = time_on(day, 9, 16);
      list_products(day, 1 + seeded_.below(6));
    }
    if (age % 90 == 45 && permille(450))
      add({.at = time_on(day, 10, 18),
           .choice = nps(),
           .member = 1,
           .kind = Kind::survey_answered});
    if (permille(2)) add({.at = time_on(day, 10, 18), .kind = Kind::demand_submitted});
    if (age > 60 && profile_.quality > 65 && permille(3))
      add({.at = time_on(day, 10, 18), .kind = Kind::referral_made});
    if (profile_.size != Size::smb && age == 100 && profile_.quality > 55)
      add({.at = time_on(day, 10, 18), .kind = Kind::case_published});
  }

  std::uint32_t nps() {
    return std::min<std::uint32_t>(10, choice(7) + profile_.quality * 7 / 100);
  }

  void ticket(std::size_t day) {
    const Instant at = time_on(day, 9, 21);
    const Fact opened{.at = at,
                      .number = ++tickets_,
                      .choice = choice(5),
                      .member = 1,
                      .kind = Kind::ticket_opened};
    add(opened);
    if (!permille(955)) return;
    Fact resolved = opened;
    const std::int64_t hours = permille(700) ? 8 : 96;
    resolved.at = at + Duration{seeded_.between(20 * minute.ms, hours * hour.ms)};
    resolved.kind = Kind::ticket_resolved;
    resolved.choice = score();
    add(resolved);
  }

  // A balance is topped up and spent day by day; when it is empty most top up again.
  void advertise(std::size_t day) {
    if (ad_budget_ == 0 || ad_balance_ < ad_budget_) {
      if (ad_budget_ > 0 && !permille(880)) {
        advertises_ = false;
        return;
      }
      const auto orders = static_cast<std::int64_t>(rate_ * trend_ / 1'000 / 1'000 + 1);
      const std::int64_t daily = industries()[profile_.industry].price * orders * 8 / 100;
      ad_budget_ = std::max<std::int64_t>(daily, 2'000);
      const std::int64_t step = 50'000;
      const std::int64_t amount = (ad_budget_ * seeded_.between(12, 35) / step + 1) * step;
      add({.at = time_on(day, 9, 12), .amount = amount, .kind = Kind::ad_topped_up});
      ad_balance_ += amount;
    }
    if (!permille(860)) return;
    const std::int64_t spent =
        ad_budget_ * seeded_.between(500, 1'400) / 1'000 * stage_.days[day].demand / 1'000;
    const std::int64_t amount = std::min(spent, ad_balance_);
    if (amount <= 0) return;
    ad_balance_ -= amount;
    const bool second = ad_products_ > 1 && permille(300);
    add({.at = time_on(day, 22, 24),
         .amount = amount,
         .choice = ad_product_ + (second ? 1 : 0),
         .kind = Kind::ad_spent});
  }

  static constexpr std::int64_t day_ms = day.ms;

  const Stage& stage_;
  const std::uint32_t number_;
  const Profile& profile_;
  std::vector<Fact>& facts_;
  Seeded seeded_;
  Instant last_ = instant_min;
  std::uint64_t rate_ = 0, trend_ = 1'000;
  std::size_t silent_from_ = 0, silent_until_ = 0;
  std::uint32_t orders_ = 0, products_ = 0, tickets_ = 0;
  bool advertises_ = false;
  std::uint32_t ad_product_ = 0, ad_products_ = 1;  // The first, and how many are used.
  std::int64_t ad_balance_ = 0, ad_budget_ = 0;
};

}  // namespace

void live(const Stage& stage, std::uint32_t merchant, const Profile& profile,
          std::vector<Fact>& facts) {
  Merchant(stage, merchant, profile, facts).live();
}

}  // namespace pharos::demo
